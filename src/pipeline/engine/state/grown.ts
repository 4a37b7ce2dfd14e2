/** A larger copy of a column, twice as long where nothing else is asked; zeros behind what it had. */
export function grown<T extends Uint8Array | Int16Array | Uint16Array | Int32Array | Float64Array>(
  from: T,
  length = from.length * 2,
): T {
  const to = new (from.constructor as new (length: number) => T)(length);
  to.set(from);
  return to;
}
