/**
 * Sets of rules as rows of bits, the rows of all fields of one rule list in one array.
 *
 * A row is a run of words: first the aggregate, one bit per following word that is not 0, then one bit per rule. Bits
 * count from the most significant one, so that Math.clz32 finds the first (Baboescu and Varghese, "Scalable packet
 * classification", SIGCOMM 2001). Equal rows are kept once.
 */

/** Bits per word. */
const WORD = 32;
/** The bit of a rule in its word, or of a word in its aggregate. */
export const bitOf = (position: number): number => 0x80000000 >>> (position & (WORD - 1));

/** What a rule adds to a row's hash: rows are hashed as they change, rule by rule. */
const hashOf = (position: number): number => {
  const hash = Math.imul(position + 1, 0x9e3779b1);
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ (hash >>> 13);
};

/** A set of rules under construction. */
export class RowBuilder {
  readonly bits: Int32Array;
  hash = 0;

  constructor(words: number) {
    this.bits = new Int32Array(words);
  }

  /** Puts a rule in, or takes it out. */
  toggle(position: number): void {
    this.bits[position >> 5] ^= bitOf(position);
    this.hash ^= hashOf(position);
  }
}

export class RowMatrix {
  /** Words of a row that hold rules, and words before them that tell which of those are not 0. */
  readonly ruleWords: number;
  readonly aggregateWords: number;
  private readonly rows: Int32Array[] = [];
  private readonly known = new Map<number, number[]>();

  constructor(ruleCount: number) {
    this.ruleWords = Math.ceil(ruleCount / WORD);
    this.aggregateWords = Math.ceil(this.ruleWords / WORD);
  }

  /** Start in the matrix of the row for a set of rules. */
  startOf({ bits, hash }: RowBuilder): number {
    const candidates = this.known.get(hash) ?? [];
    let row = candidates.find((candidate) => this.isRow(candidate, bits));
    if (row === undefined) {
      row = this.rows.push(bits.slice()) - 1;
      this.known.set(hash, [...candidates, row]);
    }
    return row * (this.aggregateWords + this.ruleWords);
  }

  /** All rows, one after the other. */
  build(): Int32Array {
    const { aggregateWords, ruleWords, rows } = this;
    const stride = aggregateWords + ruleWords;
    const matrix = new Int32Array(rows.length * stride);
    rows.forEach((row, index) => {
      const start = index * stride;
      matrix.set(row, start + aggregateWords);
      for (let word = 0; word < ruleWords; word++) if (row[word] !== 0) matrix[start + (word >> 5)] |= bitOf(word);
    });
    return matrix;
  }

  private isRow(candidate: number, bits: Int32Array): boolean {
    const row = this.rows[candidate];
    for (let word = 0; word < bits.length; word++) if (row[word] !== bits[word]) return false;
    return true;
  }
}
