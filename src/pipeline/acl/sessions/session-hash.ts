/**
 * Finds sessions by key: the model's bihash_16_8 of the ACL plugin. A slot is two words, the key's hash and the
 * session with the direction; the key itself is only in the session's record, which keeps an entry at 8 bytes.
 *
 * Like VPP's table, it maps a key to whatever was stored last, and deletes by key whatever is stored there.
 * Open addressing, linear probing, at most 3/4 full, deletion by shifting back.
 */

import type { FlowStamps } from '../../engine/state/flow-stamps.js';
import { L4_FLAG_IS_INPUT } from '../five-tuple.js';
import { DESTINATION, L4, PORTS, REVERSE_PORTS, SESSION_WORDS, SOURCE, type SessionPool } from './session-pool.js';

const SLOT_WORDS = 2;
const INITIAL_SLOTS = 128;
/** Twice the session + 2 has to fit into a signed word. */
export const LARGEST_SESSION = 0x3ffffffe;
/** The direction bit of a session's fourth key word. */
const DIRECTION = L4_FLAG_IS_INPUT << 8;

/** Mixes a word into a hash (multiplication by an odd constant, then the high bits into the low ones). */
const mix = (hash: number, word: number): number => {
  hash = Math.imul(hash ^ word, 0x9e3779b1);
  return hash ^ (hash >>> 15);
};

const hashOf = (k0: number, k1: number, k2: number, k3: number): number => mix(mix(mix(mix(0, k0), k1), k2), k3);

export class SessionHash {
  /** [hash, entry] by slot; an entry is session * 2 + isReverse + 1, and 0 where the slot is empty. */
  private table = new Int32Array(INITIAL_SLOTS * SLOT_WORDS);
  private slots = INITIAL_SLOTS;
  private used = 0;
  /** Keys by the sw_if_index in their fourth word. */
  private readonly keysOn = new Int32Array(1 << 16);

  /** @param flowStamps told when a key changes hands between live sessions: only then can a session with a key not be the one it finds */
  constructor(
    private readonly pool: SessionPool,
    private readonly flowStamps: FlowStamps,
  ) {}

  /** Entries, forward and reverse ones ("active elements" of VPP's table). */
  get size(): number {
    return this.used;
  }

  /** False where no session has a key on the interface, so that a look-up can be spared. */
  hasAny(swIfIndex: number): boolean {
    return this.keysOn[swIfIndex & 0xffff] !== 0;
  }

  /** The session, or -1. */
  get(k0: number, k1: number, k2: number, k3: number): number {
    const entry = this.table[this.find(hashOf(k0, k1, k2, k3), k0, k1, k2, k3) * SLOT_WORDS + 1];
    return entry === 0 ? -1 : (entry - 1) >> 1;
  }

  /** Stores one of a session's keys. The session's record must have the key already. Throws RangeError for no such number. */
  set(k0: number, k1: number, k2: number, k3: number, session: number, isReverse: 0 | 1): void {
    if (!(session >= 0 && session <= LARGEST_SESSION)) throw new RangeError(`${session} is no session's number`);
    if (this.used * 4 >= this.slots * 3) this.grow();
    const hash = hashOf(k0, k1, k2, k3);
    const at = this.find(hash, k0, k1, k2, k3) * SLOT_WORDS;
    if (this.table[at + 1] === 0) {
      this.used++;
      this.keysOn[k3 >>> 16]++;
    } else if ((this.table[at + 1] - 1) >> 1 !== session) this.flowStamps.generation++;
    this.table[at] = hash;
    this.table[at + 1] = session * 2 + isReverse + 1;
  }

  /** Removes a key of a session, if it is there, even where it leads to another session. */
  delete(k0: number, k1: number, k2: number, k3: number, session: number): void {
    const { table } = this;
    const mask = this.slots - 1;
    let hole = this.find(hashOf(k0, k1, k2, k3), k0, k1, k2, k3);
    if (table[hole * SLOT_WORDS + 1] === 0) return;
    if ((table[hole * SLOT_WORDS + 1] - 1) >> 1 !== session) this.flowStamps.generation++;
    this.used--;
    this.keysOn[k3 >>> 16]--;
    for (let slot = (hole + 1) & mask; table[slot * SLOT_WORDS + 1] !== 0; slot = (slot + 1) & mask) {
      const home = table[slot * SLOT_WORDS] & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      table[hole * SLOT_WORDS] = table[slot * SLOT_WORDS];
      table[hole * SLOT_WORDS + 1] = table[slot * SLOT_WORDS + 1];
      hole = slot;
    }
    table[hole * SLOT_WORDS + 1] = 0;
  }

  /** The slot that has the key, or the empty one where it belongs. */
  private find(hash: number, k0: number, k1: number, k2: number, k3: number): number {
    const { table } = this;
    const { words } = this.pool;
    const mask = this.slots - 1;
    let slot = hash & mask;
    for (;;) {
      const entry = table[slot * SLOT_WORDS + 1];
      if (entry === 0) return slot;
      if (table[slot * SLOT_WORDS] === hash) {
        const at = ((entry - 1) >> 1) * SESSION_WORDS;
        if ((entry & 1) !== 0) {
          if (
            words[at + SOURCE] === k0 &&
            words[at + DESTINATION] === k1 &&
            words[at + PORTS] === k2 &&
            words[at + L4] === k3
          )
            return slot;
        } else if (
          words[at + DESTINATION] === k0 &&
          words[at + SOURCE] === k1 &&
          words[at + REVERSE_PORTS] === k2 &&
          (words[at + L4] ^ DIRECTION) === k3
        )
          return slot;
      }
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const { table, slots } = this;
    this.slots = slots * 2;
    this.table = new Int32Array(this.slots * SLOT_WORDS);
    const mask = this.slots - 1;
    for (let slot = 0; slot < slots; slot++) {
      const entry = table[slot * SLOT_WORDS + 1];
      if (entry === 0) continue;
      const hash = table[slot * SLOT_WORDS];
      let to = hash & mask;
      while (this.table[to * SLOT_WORDS + 1] !== 0) to = (to + 1) & mask;
      this.table[to * SLOT_WORDS] = hash;
      this.table[to * SLOT_WORDS + 1] = entry;
    }
  }
}
