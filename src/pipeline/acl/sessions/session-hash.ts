/**
 * Finds sessions by key: the model's bihash_16_8 and bihash_40_8 of the ACL plugin. Like VPP's table, it maps a key to whatever was stored last, and
 * deletes by key whatever is stored there.
 *
 * A slot is the session, which of its keys lead to it, and the keys' hash; the keys themselves are only in the session's record. A packet and
 * its answers have one hash: both keys of a session are one slot, and a new flow touches one cache line instead of two.
 *
 *      word  0  session << 2 | keys: OWN_KEY, ANSWERS_KEY; 0 for an empty slot
 *            1  hash
 *
 * Open addressing, linear probing, at most half full, deletion by shifting back.
 */

import { FAR_WORDS, mix, slotsAfter } from '../../engine/state/flow-hash-table.js';
import type { Places } from '../../engine/state/places.js';
import type { FlowStamps } from '../../engine/state/flow-stamps.js';
import type { SavedRow, SavedState } from '../../engine/state/saved-states.js';
import { L4_FLAG_IS_SLOWPATH } from '../five-tuple.js';
import {
  ADDRESS_WORDS,
  DESTINATION,
  DIRECTION,
  L4,
  PORTS,
  SESSION_WORDS,
  SOURCE,
  type SessionPool,
} from './session-pool.js';

const SLOT_WORDS = 2;
const INITIAL_SLOTS = 64;
const EMPTY = 0;
const SESSION_SHIFT = 2;

/** Keys of a session. */
export const OWN_KEY = 1;
export const ANSWERS_KEY = 2;
const KEYS = [OWN_KEY, ANSWERS_KEY];

const IS_SLOWPATH = L4_FLAG_IS_SLOWPATH << 8;

/** The same for a packet and its answers: of ICMP, whose types differ, without what stands in the ports' place. */
function hashOf(k0: number, k1: number, k2: number, k3: number): number {
  const ports = (k3 & IS_SLOWPATH) === 0 ? k2 : 0;
  const ends = mix(mix(0, k0), ports & 0xffff) + mix(mix(0, k1), ports >>> 16);
  return mix(ends | 0, k3 & ~DIRECTION);
}

export class SessionHash {
  /** Keys that lead to a session ("active elements" of VPP's table). */
  size = 0;
  /** Sessions that there may be some time, as far as anybody knows. */
  expected = 0;
  private slots = INITIAL_SLOTS;
  private table = new Int32Array(INITIAL_SLOTS * SLOT_WORDS);
  private used = 0;
  /** Keys by the sw_if_index in their fourth word. */
  private readonly keysOn = new Int32Array(1 << 16);
  /** Of IPv6: where the addresses of the key that is looked for stand, source first or the other way round. */
  private addresses: Int32Array = new Int32Array(0);
  private addressesAt = 0;
  private isSwapped = false;

  /** @param flowStamps told when a key changes hands between live sessions: only then can a session with a key not be the one it finds */
  constructor(
    private readonly pool: SessionPool,
    private readonly flowStamps: FlowStamps,
    private readonly isIp6: boolean,
  ) {}

  /** What leads to sessions: their keys are in their records. */
  get saved(): SavedState {
    return {
      name: `acl session key${this.isIp6 ? ' of IPv6' : ''}`,
      columns: 'twice the session, and 1 for the key of its answers',
      save: () => this.rows(),
      restore: (rows) => {
        this.slots = INITIAL_SLOTS;
        this.table = new Int32Array(INITIAL_SLOTS * SLOT_WORDS);
        this.used = 0;
        this.size = 0;
        this.keysOn.fill(0);
        for (const [value] of rows) this.set(value >> 1, KEYS[value & 1]);
      },
    };
  }

  /** The key that is looked for next has these addresses of IPv6, which stand in `words` from `at` on. @param isSwapped destination first */
  aim(words: Int32Array, at: number, isSwapped: boolean): this {
    this.addresses = words;
    this.addressesAt = at;
    this.isSwapped = isSwapped;
    return this;
  }

  /** The session, or -1. */
  get(k0: number, k1: number, k2: number, k3: number): number {
    // Interfaces without reflexive rules have no sessions, and packets of theirs need not wait for the table.
    if (this.keysOn[k3 >>> 16] === 0) return -1;
    const at = this.find(hashOf(k0, k1, k2, k3), k0, k1, k2, k3);
    return at < 0 ? -1 : this.table[at] >> SESSION_SHIFT;
  }

  /** True where look-ups mostly wait for memory. */
  get isFar(): boolean {
    return this.table.length > FAR_WORDS;
  }

  /** Where a key would be, for `read`. */
  placeOf(k0: number, k1: number, k2: number, k3: number): number {
    return (hashOf(k0, k1, k2, k3) & (this.slots - 1)) * SLOT_WORDS;
  }

  /** Reads ahead what is looked for soon. */
  read(places: Places): void {
    places.read(this.table);
  }

  /** Makes keys of a session, which stand in its record, lead to it and to no other session. */
  set(session: number, keys: number): void {
    if (this.used * 2 >= this.slots) this.grow();
    const { table } = this;
    const { words } = this.pool;
    const record = session * SESSION_WORDS;
    const l4 = words[record + L4];
    const hash = hashOf(words[record + SOURCE], words[record + DESTINATION], words[record + PORTS], l4);
    const mask = this.slots - 1;
    let slot = hash & mask;
    for (; table[slot * SLOT_WORDS] !== EMPTY; slot = (slot + 1) & mask)
      if (table[slot * SLOT_WORDS + 1] === hash && this.takeKeys(session, keys)) slot = (hash - 1) & mask;
    table[slot * SLOT_WORDS] = (session << SESSION_SHIFT) | keys;
    table[slot * SLOT_WORDS + 1] = hash;
    this.used++;
    this.count(l4, keys === (OWN_KEY | ANSWERS_KEY) ? 2 : 1);
  }

  /** Makes keys of a session lead nowhere, also those that lead to another session. */
  delete(session: number, keys: number): void {
    this.takeKeys(session, keys);
  }

  /** True where one of the keys led to a session. */
  private takeKeys(session: number, keys: number): boolean {
    let isTaken = false;
    for (const key of KEYS) {
      if ((keys & key) === 0) continue;
      const [k0, k1, k2, k3] = this.keyOf(session, key);
      const at = this.find(hashOf(k0, k1, k2, k3), k0, k1, k2, k3);
      if (at < 0) continue;
      isTaken = true;
      const entry = this.table[at];
      if (entry >> SESSION_SHIFT !== session) this.flowStamps.generation++;
      this.count(k3, -1);
      // Which of its keys it is that leads there, its record tells.
      const left = entry & ~this.keyIn(entry, k0, k1, k2, k3);
      if ((left & (OWN_KEY | ANSWERS_KEY)) === 0) this.vacate(at);
      else this.table[at] = left;
    }
    return isTaken;
  }

  private count(k3: number, keys: number): void {
    this.size += keys;
    this.keysOn[k3 >>> 16] += keys;
  }

  /** A key of a session; of IPv6, what is looked for has its addresses then. */
  private keyOf(session: number, key: number): readonly [k0: number, k1: number, k2: number, k3: number] {
    if (this.isIp6) this.aim(this.pool.addresses, session * ADDRESS_WORDS, key === ANSWERS_KEY);
    return this.pool.keyOf(session, key - 1);
  }

  /** Which key of a slot's session it is: 0 for none that leads there. */
  private keyIn(entry: number, k0: number, k1: number, k2: number, k3: number): number {
    const { pool } = this;
    const session = entry >> SESSION_SHIFT;
    for (let key = OWN_KEY; key <= ANSWERS_KEY; key++)
      if ((entry & key) !== 0 && pool.hasKey(session, key - 1, k0, k1, k2, k3) && this.hasAddresses(session, key))
        return key;
    return 0;
  }

  private hasAddresses(session: number, key: number): boolean {
    if (!this.isIp6) return true;
    const isSwapped = (key === ANSWERS_KEY) !== this.isSwapped;
    return this.pool.hasAddresses(session, isSwapped, this.addresses, this.addressesAt);
  }

  /** Where in the table the slot is that a key leads to, or -1. */
  private find(hash: number, k0: number, k1: number, k2: number, k3: number): number {
    const { table } = this;
    const mask = this.slots - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const at = slot * SLOT_WORDS;
      const entry = table[at];
      if (entry === EMPTY) return -1;
      if (table[at + 1] === hash && this.keyIn(entry, k0, k1, k2, k3) !== 0) return at;
    }
  }

  private vacate(at: number): void {
    const { table } = this;
    const mask = this.slots - 1;
    let hole = at / SLOT_WORDS;
    this.used--;
    for (let slot = (hole + 1) & mask; table[slot * SLOT_WORDS] !== EMPTY; slot = (slot + 1) & mask) {
      const hash = table[slot * SLOT_WORDS + 1];
      if (((slot - hash) & mask) < ((slot - hole) & mask)) continue;
      table[hole * SLOT_WORDS] = table[slot * SLOT_WORDS];
      table[hole * SLOT_WORDS + 1] = hash;
      hole = slot;
    }
    table[hole * SLOT_WORDS] = EMPTY;
  }

  private grow(): void {
    const before = this.table;
    this.slots = slotsAfter(this.slots, SLOT_WORDS, this.expected);
    const table = (this.table = new Int32Array(this.slots * SLOT_WORDS));
    const mask = this.slots - 1;
    for (let at = 0; at < before.length; at += SLOT_WORDS) {
      if (before[at] === EMPTY) continue;
      const hash = before[at + 1];
      let slot = hash & mask;
      while (table[slot * SLOT_WORDS] !== EMPTY) slot = (slot + 1) & mask;
      table[slot * SLOT_WORDS] = before[at];
      table[slot * SLOT_WORDS + 1] = hash;
    }
  }

  private *rows(): Generator<SavedRow> {
    for (let at = 0; at < this.table.length; at += SLOT_WORDS)
      for (const key of KEYS) if ((this.table[at] & key) !== 0) yield [(this.table[at] >> SESSION_SHIFT) * 2 + key - 1];
  }
}
