/**
 * Integers found by two words: open addressing in one typed array, linear probing, at most 3/4 full, deletion by shifting back. A slot is
 * the value + 2 (0 where it is empty) and the two words. Maps of numbers took five times as long to join a million packets
 * (bench/verify.ts), most of it to collect what they had allocated.
 */

const EMPTY = 0;
const STRIDE = 3;
const FEWEST_SLOTS = 64;
/** Value + 2 has to fit into a signed word. */
export const LARGEST_VALUE = 0x7ffffffd;

export class WordPairs {
  private slots: number;
  private table: Int32Array;
  private used = 0;

  /** @param size entries there will be room for without growing */
  constructor(size = 0) {
    this.slots = FEWEST_SLOTS;
    while (this.slots * 3 < size * 4) this.slots *= 2;
    this.table = new Int32Array(this.slots * STRIDE);
  }

  /** Entries in the table. */
  get size(): number {
    return this.used;
  }

  /** The value, or -1. */
  get(first: number, second: number): number {
    return Math.max(-1, this.table[this.find(first, second)] - 2);
  }

  /** Puts a value from -1 to LARGEST_VALUE; returns the one that was there, or -1. Throws RangeError for another one. */
  put(first: number, second: number, value: number): number {
    if (!(value >= -1 && value <= LARGEST_VALUE)) throw new RangeError(`${value} is no number that word pairs lead to`);
    if (this.used * 4 >= this.slots * 3) this.grow();
    const at = this.find(first, second);
    const { table } = this;
    const before = table[at];
    table[at] = value + 2;
    if (before !== EMPTY) return before - 2;
    table[at + 1] = first;
    table[at + 2] = second;
    this.used++;
    return -1;
  }

  /** Removes the words, if they are there. */
  delete(first: number, second: number): void {
    const { table } = this;
    const at = this.find(first, second);
    if (table[at] === EMPTY) return;
    this.used--;
    const mask = this.slots - 1;
    let hole = at / STRIDE;
    for (let slot = (hole + 1) & mask; table[slot * STRIDE] !== EMPTY; slot = (slot + 1) & mask) {
      const home = hashOf(table[slot * STRIDE + 1], table[slot * STRIDE + 2]) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      table.copyWithin(hole * STRIDE, slot * STRIDE, (slot + 1) * STRIDE);
      hole = slot;
    }
    table[hole * STRIDE] = EMPTY;
  }

  /** Where in the table the words are, or the empty slot where they belong. */
  private find(first: number, second: number): number {
    const { table } = this;
    const mask = this.slots - 1;
    for (let slot = hashOf(first, second) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * STRIDE;
      if (table[at] === EMPTY || (table[at + 1] === first && table[at + 2] === second)) return at;
    }
  }

  private grow(): void {
    const { table } = this;
    this.slots *= 2;
    this.table = new Int32Array(this.slots * STRIDE);
    for (let from = 0; from < table.length; from += STRIDE) {
      if (table[from] === EMPTY) continue;
      const to = this.find(table[from + 1], table[from + 2]);
      for (let word = 0; word < STRIDE; word++) this.table[to + word] = table[from + word];
    }
  }
}

/** Multiplication by odd constants, the finalizer's shifts of MurmurHash3. */
function hashOf(first: number, second: number): number {
  let hash = Math.imul(first, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 15) ^ second, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
