/**
 * Sets of rules as rows of bits, for all fields of one rule list.
 *
 * A bit stands for a block of neighbouring rules and is set where at least one of them is in the set. A row has, besides,
 * an aggregate with one bit per word that is not 0, so that most words need not be read (Baboescu and Varghese, "Scalable
 * packet classification", SIGCOMM 2001). Bits count from the most significant one, which Math.clz32 finds.
 *
 * Equal rows are kept once. Blocks make rows short: those of 10,000 rules fit the processor's cache, which a bit per rule
 * would not.
 */

const WORD = 32;
export const BLOCK_RULES = 8;

/** The bit of a block in its word, or of a word in its aggregate. */
export const bitOf = (position: number): number => 0x80000000 >>> (position & (WORD - 1));

/** What a block adds to a row's hash: rows are hashed as they change, block by block. */
const hashOf = (block: number): number => {
  const hash = Math.imul(block + 1, 0x9e3779b1);
  return Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ (hash >>> 13);
};

/** A set of rules under construction. */
export class RowBuilder {
  readonly bits: Int32Array;
  hash = 0;
  private readonly counts: Int32Array;

  constructor(words: number) {
    this.bits = new Int32Array(words);
    this.counts = new Int32Array(words * WORD);
  }

  add(rule: number): void {
    const block = Math.floor(rule / BLOCK_RULES);
    if (this.counts[block]++ === 0) this.flip(block);
  }

  remove(rule: number): void {
    const block = Math.floor(rule / BLOCK_RULES);
    if (--this.counts[block] === 0) this.flip(block);
  }

  private flip(block: number): void {
    this.bits[block >> 5] ^= bitOf(block);
    this.hash ^= hashOf(block);
  }
}

export class RowMatrix {
  /** Words of a row, and of its aggregate. */
  readonly words: number;
  readonly aggregateWords: number;
  private readonly rows: Int32Array[] = [];
  private readonly known = new Map<number, number[]>();

  constructor(ruleCount: number) {
    this.words = Math.ceil(ruleCount / BLOCK_RULES / WORD);
    this.aggregateWords = Math.ceil(this.words / WORD);
  }

  rowOf({ bits, hash }: RowBuilder): number {
    const candidates = this.known.get(hash) ?? [];
    const known = candidates.find((candidate) => this.isRow(candidate, bits));
    if (known !== undefined) return known;
    const row = this.rows.push(bits.slice()) - 1;
    this.known.set(hash, [...candidates, row]);
    return row;
  }

  /** All rows, one after the other: row n starts at n * words. */
  buildRows(): Int32Array {
    const all = new Int32Array(this.rows.length * this.words);
    this.rows.forEach((row, index) => all.set(row, index * this.words));
    return all;
  }

  /** Their aggregates: that of row n starts at n * aggregateWords. */
  buildAggregates(): Int32Array {
    const all = new Int32Array(this.rows.length * this.aggregateWords);
    this.rows.forEach((row, index) => {
      const start = index * this.aggregateWords;
      for (let word = 0; word < row.length; word++) if (row[word] !== 0) all[start + (word >> 5)] |= bitOf(word);
    });
    return all;
  }

  private isRow(candidate: number, bits: Int32Array): boolean {
    const row = this.rows[candidate];
    for (let word = 0; word < bits.length; word++) if (row[word] !== bits[word]) return false;
    return true;
  }
}
