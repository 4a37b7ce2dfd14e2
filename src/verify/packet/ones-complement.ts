/** Arithmetic of the Internet checksum (RFC 1071) on words as they stand on the wire, where 0 and 0xffff are one value. */

/** Folds a sum of up to 2^15 words to 16 bits. */
export function fold(sum: number): number {
  const once = (sum & 0xffff) + (sum >>> 16);
  return (once & 0xffff) + (once >>> 16);
}

/** The one form of a value: never 0. */
export const normal = (word: number): number => (word === 0 ? 0xffff : word);

/** The checksum after a word that it covers changed (RFC 1624 eqn 3: ~c' = ~c + ~m + m'). Never 0. */
export const adjusted = (checksum: number, before: number, after: number): number =>
  normal(fold(checksum + before + (~after & 0xffff)));
