/**
 * Finds numbers (of packets, of port bindings) by a hash of 64 bits: chains through columns of integers. Those with the same hash are found
 * in the order in which they were added.
 */

const FIRST_SIZE = 64;
const NONE = -1;

export class HashIndex {
  size = 0;
  private heads: Int32Array<ArrayBuffer>;
  private tails: Int32Array<ArrayBuffer>;
  /** By number. */
  private next: Int32Array<ArrayBuffer>;
  /** Hashes, by number. */
  high: Int32Array<ArrayBuffer>;
  low: Int32Array<ArrayBuffer>;

  /** @param numbers the numbers below it will be in it, most likely */
  constructor(numbers = FIRST_SIZE) {
    let chains = FIRST_SIZE;
    while (chains < numbers) chains *= 2;
    this.heads = new Int32Array(chains).fill(NONE);
    this.tails = new Int32Array(chains).fill(NONE);
    this.next = new Int32Array(numbers);
    this.high = new Int32Array(numbers);
    this.low = new Int32Array(numbers);
  }

  /** Adds a number that is not in it. */
  add(number: number, high: number, low: number): void {
    if (number >= this.next.length) this.growColumns(number);
    if (this.size >= this.heads.length) this.growChains();
    this.high[number] = high;
    this.low[number] = low;
    this.link(number);
    this.size++;
  }

  /** The first number with a hash, or -1. */
  first(high: number, low: number): number {
    return this.find(this.heads[this.chainOf(high, low)], high, low);
  }

  /** The next one with the same hash as one that is in it. */
  following(number: number): number {
    return this.find(this.next[number], this.high[number], this.low[number]);
  }

  remove(number: number): void {
    const chain = this.chainOf(this.high[number], this.low[number]);
    let before = NONE;
    for (let at = this.heads[chain]; at !== number; at = this.next[at]) before = at;
    const after = this.next[number];
    if (before === NONE) this.heads[chain] = after;
    else this.next[before] = after;
    if (this.tails[chain] === number) this.tails[chain] = before;
    this.size--;
  }

  private find(from: number, high: number, low: number): number {
    const { next } = this;
    let at = from;
    while (at !== NONE && (this.low[at] !== low || this.high[at] !== high)) at = next[at];
    return at;
  }

  private link(number: number): void {
    const chain = this.chainOf(this.high[number], this.low[number]);
    const tail = this.tails[chain];
    if (tail === NONE) this.heads[chain] = number;
    else this.next[tail] = number;
    this.tails[chain] = number;
    this.next[number] = NONE;
  }

  private chainOf(high: number, low: number): number {
    const mixed = Math.imul(high ^ Math.imul(low ^ (low >>> 15), 0x85ebca6b), 0x9e3779b1);
    return (mixed ^ (mixed >>> 15)) & (this.heads.length - 1);
  }

  private growChains(): void {
    const { heads } = this;
    this.heads = new Int32Array(4 * heads.length).fill(NONE);
    this.tails = new Int32Array(4 * heads.length).fill(NONE);
    for (const head of heads)
      for (let at = head, after; at !== NONE; at = after) {
        after = this.next[at];
        this.link(at);
      }
  }

  private growColumns(number: number): void {
    this.next = grown(this.next, number);
    this.high = grown(this.high, number);
    this.low = grown(this.low, number);
  }
}

function grown(column: Int32Array, number: number): Int32Array<ArrayBuffer> {
  const longer = new Int32Array(Math.max(2 * column.length, number + 1));
  longer.set(column);
  return longer;
}
