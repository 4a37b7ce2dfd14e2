/** Makes an input that shows a fault smaller: takes parts away for as long as what is left still shows it. */

/** An input in parts of which some may be left out. */
export interface Parts {
  readonly pieces: readonly Buffer[];
  readonly join: (pieces: readonly Buffer[]) => Buffer;
}

/** Lines, each with its end. */
export const linesOf = (input: Buffer): Parts => ({
  pieces: input
    .toString('latin1')
    .split(/(?<=\n)/)
    .map((line) => Buffer.from(line, 'latin1')),
  join: (pieces) => Buffer.concat(pieces),
});

/** Delta debugging by halves (Zeller and Hildebrandt 2002). Gives up at `deadline`, in milliseconds of performance.now(). */
export async function minimise(
  { pieces, join }: Parts,
  shows: (input: Buffer) => Promise<boolean>,
  deadline: number,
): Promise<Buffer> {
  let left = [...pieces];
  for (let size = left.length >> 1; size >= 1; size >>= 1)
    for (let at = 0; at < left.length && performance.now() < deadline;) {
      const fewer = left.toSpliced(at, size);
      if (await shows(join(fewer))) left = fewer;
      else at += size;
    }
  return join(left);
}
