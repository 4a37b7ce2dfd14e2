/**
 * Open-addressing hash tables from a fixed-size integer key to an index, in one typed array: the model's bihash_8_8 and
 * bihash_16_8. Linear probing, at most half full, deletion by shifting back, so lookups never meet tombstones.
 *
 * Keys are two or four 32-bit words, values are indices from 0 to LARGEST_VALUE; another one is refused, not changed. A slot
 * is the value + 1 (0 where it is empty) and the key, side by side so that a lookup meets one cache line; memory is
 * (words + 1) * 4 bytes per slot.
 */

import type { Places } from './places.js';

const EMPTY = 0;
const INITIAL_SLOTS = 64;
const NOWHERE = -1;

/** Half a megabyte: what is larger is hardly in a core's own cache. */
export const FAR_WORDS = 1 << 17;

/** A table that is far grows at once to what is expected, but not beyond so many times its size: flows may turn out to be few. */
const MOST_GROWTH = 16;

/** Slots of a table behind its growth, half of which will do for the keys that are expected. */
export function slotsAfter(slots: number, slotWords: number, expected: number): number {
  let to = slots * 2;
  if (to * slotWords > FAR_WORDS) while (to < expected * 2 && to < slots * MOST_GROWTH) to *= 2;
  return to;
}

/** Value + 1 has to fit into a signed word. */
export const LARGEST_VALUE = 0x7ffffffe;

/** What a slot has besides the value, first of all the width of the key, is fixed per class to keep the loops tight. */
export abstract class FlowHashTable {
  protected slots = INITIAL_SLOTS;
  protected table: Int32Array;
  /** Where the key is that was looked for last, or its empty slot: nodes look for a new flow's key again and again. NOWHERE once slots moved. */
  protected lastAt = NOWHERE;
  size = 0;
  /** Keys that there may be some time, as far as anybody knows. */
  expected = 0;

  constructor(private readonly stride: number) {
    this.table = new Int32Array(INITIAL_SLOTS * stride);
  }

  /** The key's words and the value of each entry, in no order. */
  *entries(): Generator<readonly number[]> {
    const { table, stride } = this;
    for (let at = 0; at < table.length; at += stride)
      if (table[at] !== EMPTY) yield [...table.subarray(at + 1, at + stride), table[at] - 1];
  }

  /** True where look-ups mostly wait for memory, so that reading ahead is worth it. */
  get isFar(): boolean {
    return this.table.length > FAR_WORDS;
  }

  /** Reads ahead what is looked for soon. */
  read(places: Places): void {
    places.read(this.table);
  }

  clear(): void {
    this.slots = INITIAL_SLOTS;
    this.table = new Int32Array(INITIAL_SLOTS * this.stride);
    this.size = 0;
    this.lastAt = NOWHERE;
  }

  /** Slot where the key of the entry at table[at] belongs when nothing is in the way. */
  protected abstract homeOf(table: Int32Array, at: number): number;

  /** Puts a value at table[at], where the key stands already. Returns the value before, -1 for none. */
  protected occupy(at: number, value: number): number {
    const before = this.table[at];
    if (before === EMPTY) this.size++;
    this.table[at] = value + 1;
    return before - 1;
  }

  /** Makes room before an insertion of a value; slots found before are void after it. Throws RangeError for no index. */
  protected reserve(value: number): void {
    if (!(value >= 0 && value <= LARGEST_VALUE)) throw new RangeError(`${value} is no index that a hash table holds`);
    if (this.size * 2 < this.slots) return;
    const { table, slots, stride } = this;
    this.lastAt = NOWHERE;
    this.slots = slotsAfter(slots, stride, this.expected);
    this.table = new Int32Array(this.slots * stride);
    for (let slot = 0; slot < slots; slot++) {
      const at = slot * stride;
      if (table[at] === EMPTY) continue;
      let to = this.homeOf(table, at);
      while (this.table[to * stride] !== EMPTY) to = (to + 1) & (this.slots - 1);
      for (let word = 0; word < stride; word++) this.table[to * stride + word] = table[at + word];
    }
  }

  /** Removes the entry at table[at]. Returns its value, -1 where there is none. */
  protected vacate(at: number): number {
    const { table, stride } = this;
    const gone = table[at];
    if (gone === EMPTY) return -1;
    const mask = this.slots - 1;
    this.size--;
    this.lastAt = NOWHERE;
    let hole = at / stride;
    for (let slot = (hole + 1) & mask; table[slot * stride] !== EMPTY; slot = (slot + 1) & mask) {
      const home = this.homeOf(table, slot * stride);
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      table.copyWithin(hole * stride, slot * stride, (slot + 1) * stride);
      hole = slot;
    }
    table[hole * stride] = EMPTY;
    return gone - 1;
  }
}

/** Mixes a word into a hash (multiplication by an odd constant, the finalizer's shift of MurmurHash3). */
export const mix = (hash: number, word: number): number => {
  hash = Math.imul(hash ^ word, 0x9e3779b1);
  return hash ^ (hash >>> 15);
};

/** Keys of two words: NAT44 in2out and out2in, users. */
export class FlowHashTable2 extends FlowHashTable {
  private readonly last = new Int32Array(2);

  constructor() {
    super(3);
  }

  /** The value, or -1. */
  get(k0: number, k1: number): number {
    return this.table[this.find(k0, k1)] - 1;
  }

  /** Where the key would be, for `read`. */
  placeOf(k0: number, k1: number): number {
    return (mix(mix(0, k0), k1) & (this.slots - 1)) * 3;
  }

  /** Returns the value before, -1 for none. Throws RangeError for a value that is no index. */
  set(k0: number, k1: number, value: number): number {
    this.reserve(value);
    const at = this.find(k0, k1);
    this.table[at + 1] = k0;
    this.table[at + 2] = k1;
    return this.occupy(at, value);
  }

  /** Removes the key. Returns its value, -1 where it was not there. */
  delete(k0: number, k1: number): number {
    return this.vacate(this.find(k0, k1));
  }

  protected override homeOf(table: Int32Array, at: number): number {
    return mix(mix(0, table[at + 1]), table[at + 2]) & (this.slots - 1);
  }

  /** Where in the table the key is, or the empty slot where it belongs. */
  private find(k0: number, k1: number): number {
    const { table, last } = this;
    if (this.lastAt !== NOWHERE && last[0] === k0 && last[1] === k1) return this.lastAt;
    last[0] = k0;
    last[1] = k1;
    const mask = this.slots - 1;
    let slot = mix(mix(0, k0), k1) & mask;
    for (;;) {
      const at = slot * 3;
      if (table[at] === EMPTY || (table[at + 1] === k0 && table[at + 2] === k1)) return (this.lastAt = at);
      slot = (slot + 1) & mask;
    }
  }
}

/** Keys of four words: ACL five-tuples, NAT44 endpoint-dependent six-tuples. */
export class FlowHashTable4 extends FlowHashTable {
  private readonly last = new Int32Array(4);

  constructor() {
    super(5);
  }

  /** The value, or -1. */
  get(k0: number, k1: number, k2: number, k3: number): number {
    return this.table[this.find(k0, k1, k2, k3)] - 1;
  }

  /** Where the key would be, for `read`. */
  placeOf(k0: number, k1: number, k2: number, k3: number): number {
    return (mix(mix(mix(mix(0, k0), k1), k2), k3) & (this.slots - 1)) * 5;
  }

  /** Returns the value before, -1 for none. Throws RangeError for a value that is no index. */
  set(k0: number, k1: number, k2: number, k3: number, value: number): number {
    this.reserve(value);
    const at = this.find(k0, k1, k2, k3);
    this.table[at + 1] = k0;
    this.table[at + 2] = k1;
    this.table[at + 3] = k2;
    this.table[at + 4] = k3;
    return this.occupy(at, value);
  }

  /** Removes the key. Returns its value, -1 where it was not there. */
  delete(k0: number, k1: number, k2: number, k3: number): number {
    return this.vacate(this.find(k0, k1, k2, k3));
  }

  protected override homeOf(table: Int32Array, at: number): number {
    return mix(mix(mix(mix(0, table[at + 1]), table[at + 2]), table[at + 3]), table[at + 4]) & (this.slots - 1);
  }

  /** Where in the table the key is, or the empty slot where it belongs. */
  private find(k0: number, k1: number, k2: number, k3: number): number {
    const { table, last } = this;
    if (this.lastAt !== NOWHERE && last[0] === k0 && last[1] === k1 && last[2] === k2 && last[3] === k3)
      return this.lastAt;
    last[0] = k0;
    last[1] = k1;
    last[2] = k2;
    last[3] = k3;
    const mask = this.slots - 1;
    let slot = mix(mix(mix(mix(0, k0), k1), k2), k3) & mask;
    for (;;) {
      const at = slot * 5;
      if (
        table[at] === EMPTY ||
        (table[at + 1] === k0 && table[at + 2] === k1 && table[at + 3] === k2 && table[at + 4] === k3)
      )
        return (this.lastAt = at);
      slot = (slot + 1) & mask;
    }
  }
}
