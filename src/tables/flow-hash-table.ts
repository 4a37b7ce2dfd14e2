/**
 * Open-addressing hash tables from a fixed-size integer key to an index, in typed arrays: the model's bihash_8_8 and
 * bihash_16_8. Linear probing, at most 3/4 full, deletion by shifting back, so lookups never meet tombstones.
 *
 * Keys are two or four 32-bit words, values are indices of at least 0. Memory is (words + 1) * 4 bytes per slot.
 */

const NONE = -1;
const INITIAL_SLOTS = 64;

/** Two-word and four-word tables differ only in the width of the key, which is fixed per class to keep the loops tight. */
abstract class FlowHashTable {
  protected slots = INITIAL_SLOTS;
  protected keys: Int32Array;
  /** Value by slot; -1 for an empty slot. */
  protected values = new Int32Array(INITIAL_SLOTS).fill(NONE);
  private used = 0;

  constructor(private readonly words: number) {
    this.keys = new Int32Array(INITIAL_SLOTS * words);
  }

  /** Entries in the table. */
  get size(): number {
    return this.used;
  }

  clear(): void {
    this.slots = INITIAL_SLOTS;
    this.keys = new Int32Array(INITIAL_SLOTS * this.words);
    this.values = new Int32Array(INITIAL_SLOTS).fill(NONE);
    this.used = 0;
  }

  /** Slot where the key at keys[at..] belongs when nothing is in the way. */
  protected abstract homeOf(keys: Int32Array, at: number): number;

  protected occupy(slot: number, value: number): void {
    if (this.values[slot] === NONE) this.used++;
    this.values[slot] = value;
  }

  /** Makes room before an insertion; slots found before are void after it. */
  protected reserve(): void {
    if (this.used * 4 < this.slots * 3) return;
    const { keys, values, slots, words } = this;
    this.slots = slots * 2;
    this.keys = new Int32Array(this.slots * words);
    this.values = new Int32Array(this.slots).fill(NONE);
    for (let slot = 0; slot < slots; slot++) {
      if (values[slot] === NONE) continue;
      let to = this.homeOf(keys, slot * words);
      while (this.values[to] !== NONE) to = (to + 1) & (this.slots - 1);
      this.moveKey(keys, slot, to);
      this.values[to] = values[slot];
    }
  }

  protected vacate(slot: number): void {
    const { keys, values, words } = this;
    const mask = this.slots - 1;
    this.used--;
    let hole = slot;
    for (let at = (slot + 1) & mask; values[at] !== NONE; at = (at + 1) & mask) {
      const home = this.homeOf(keys, at * words);
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.moveKey(keys, at, hole);
      values[hole] = values[at];
      hole = at;
    }
    values[hole] = NONE;
  }

  private moveKey(from: Int32Array, fromSlot: number, toSlot: number): void {
    for (let word = 0; word < this.words; word++)
      this.keys[toSlot * this.words + word] = from[fromSlot * this.words + word];
  }
}

/** Mixes a word into a hash (multiplication by an odd constant, the finalizer's shift of MurmurHash3). */
const mix = (hash: number, word: number): number => {
  hash = Math.imul(hash ^ word, 0x9e3779b1);
  return hash ^ (hash >>> 15);
};

/** Keys of two words: NAT44 in2out and out2in, users. */
export class FlowHashTable2 extends FlowHashTable {
  constructor() {
    super(2);
  }

  /** The value, or -1. */
  get(k0: number, k1: number): number {
    return this.values[this.find(k0, k1)];
  }

  set(k0: number, k1: number, value: number): void {
    this.reserve();
    const slot = this.find(k0, k1);
    this.keys[slot * 2] = k0;
    this.keys[slot * 2 + 1] = k1;
    this.occupy(slot, value);
  }

  /** Removes the key; false where it was not there. */
  delete(k0: number, k1: number): boolean {
    const slot = this.find(k0, k1);
    if (this.values[slot] === NONE) return false;
    this.vacate(slot);
    return true;
  }

  protected override homeOf(keys: Int32Array, at: number): number {
    return mix(mix(0, keys[at]), keys[at + 1]) & (this.slots - 1);
  }

  private find(k0: number, k1: number): number {
    const { keys, values } = this;
    const mask = this.slots - 1;
    let slot = mix(mix(0, k0), k1) & mask;
    while (values[slot] !== NONE && (keys[slot * 2] !== k0 || keys[slot * 2 + 1] !== k1)) slot = (slot + 1) & mask;
    return slot;
  }
}

/** Keys of four words: ACL five-tuples, NAT44 endpoint-dependent six-tuples. */
export class FlowHashTable4 extends FlowHashTable {
  constructor() {
    super(4);
  }

  /** The value, or -1. */
  get(k0: number, k1: number, k2: number, k3: number): number {
    return this.values[this.find(k0, k1, k2, k3)];
  }

  set(k0: number, k1: number, k2: number, k3: number, value: number): void {
    this.reserve();
    const slot = this.find(k0, k1, k2, k3);
    this.keys[slot * 4] = k0;
    this.keys[slot * 4 + 1] = k1;
    this.keys[slot * 4 + 2] = k2;
    this.keys[slot * 4 + 3] = k3;
    this.occupy(slot, value);
  }

  /** Removes the key; false where it was not there. */
  delete(k0: number, k1: number, k2: number, k3: number): boolean {
    const slot = this.find(k0, k1, k2, k3);
    if (this.values[slot] === NONE) return false;
    this.vacate(slot);
    return true;
  }

  protected override homeOf(keys: Int32Array, at: number): number {
    return mix(mix(mix(mix(0, keys[at]), keys[at + 1]), keys[at + 2]), keys[at + 3]) & (this.slots - 1);
  }

  private find(k0: number, k1: number, k2: number, k3: number): number {
    const { keys, values } = this;
    const mask = this.slots - 1;
    let slot = mix(mix(mix(mix(0, k0), k1), k2), k3) & mask;
    while (values[slot] !== NONE) {
      const at = slot * 4;
      if (keys[at] === k0 && keys[at + 1] === k1 && keys[at + 2] === k2 && keys[at + 3] === k3) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
