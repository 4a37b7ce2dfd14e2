/** Numbers for what headers depend on, so that what was worked out for packets with the same headers can be found again. */

/** Shapes that are remembered, and for which others should remember something. */
export const MAXIMUM_SHAPES = 64;
/** In place of how far a frame has to go: this one ends within its headers, and has no number that another has. */
export const ANOTHER = -1;

/** Words of a packet that decide: their places, which bits of them, and what these are. */
export interface DecidingWords {
  readonly wordAt: Int32Array;
  readonly wordMask: Int32Array;
  readonly wordValue: Int32Array;
}

export class Shapes {
  private numbers = 0;
  private known: { readonly number: number; readonly parts: Int32Array }[] = [];

  numberOf(by: DecidingWords, words: number, linkType: number, reach: number, otherUdpAt: number): number {
    if (reach === ANOTHER) return this.numbers++;
    for (const { number, parts } of this.known)
      if (parts[0] === linkType && parts[1] === reach && parts[2] === otherUdpAt && areSame(parts, by, words))
        return number;
    if (this.known.length === MAXIMUM_SHAPES) this.known = [];
    const parts = [by.wordAt, by.wordMask, by.wordValue].map((column) => column.subarray(0, words));
    const number = this.numbers++;
    this.known.push({
      number,
      parts: Int32Array.of(linkType, reach, otherUdpAt, ...parts.flatMap((part) => [...part])),
    });
    return number;
  }
}

const FIRST_WORD = 3;

function areSame(parts: Int32Array, { wordAt, wordMask, wordValue }: DecidingWords, words: number): boolean {
  if (parts.length !== FIRST_WORD + 3 * words) return false;
  for (let k = 0; k < words; k++) {
    const at = FIRST_WORD + k;
    if (parts[at] !== wordAt[k] || parts[at + words] !== wordMask[k] || parts[at + 2 * words] !== wordValue[k])
      return false;
  }
  return true;
}
