/** Growth is sixteenfold from here on, then fourfold: the system provides what is new only as it is used, so only what is copied costs. */
const LARGE_BYTES = 1 << 19;
const LARGEST_BYTES = 1 << 24;

/** A larger copy of a column, zeros behind what it had. */
export function grown<T extends Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array | Float64Array>(
  from: T,
  length = from.length * factorOf(from.byteLength),
): T {
  const to = new (from.constructor as new (length: number) => T)(length);
  to.set(from);
  return to;
}

function factorOf(bytes: number): number {
  if (bytes < LARGE_BYTES) return 2;
  return bytes < LARGEST_BYTES ? 16 : 4;
}
