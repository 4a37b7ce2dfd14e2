/**
 * Finds sessions by key: the model's bihash_16_8 and bihash_40_8 of the ACL plugin. Like VPP's table, it maps a key to whatever was stored last, and
 * deletes by key whatever is stored there.
 *
 * A slot is the session with the direction, and the key's hash; the key itself is only in the session's record. Keys in the slots make
 * them 20 bytes instead of 8, and a replay in which every frame is a new flow 10 % slower.
 */

import { FlowHashTable, mix } from '../../engine/state/flow-hash-table.js';
import type { FlowStamps } from '../../engine/state/flow-stamps.js';
import type { SavedState } from '../../engine/state/saved-states.js';
import type { SessionPool } from './session-pool.js';

const SLOT_WORDS = 2;

const hashOf = (k0: number, k1: number, k2: number, k3: number): number => mix(mix(mix(mix(0, k0), k1), k2), k3);

export class SessionHash extends FlowHashTable {
  /** Keys by the sw_if_index in their fourth word. */
  private readonly keysOn = new Int32Array(1 << 16);

  /** @param flowStamps told when a key changes hands between live sessions: only then can a session with a key not be the one it finds */
  constructor(
    protected readonly pool: SessionPool,
    private readonly flowStamps: FlowStamps,
    private readonly savedName = 'acl session key',
  ) {
    super(SLOT_WORDS);
  }

  /** What leads to sessions: their keys are in their records. */
  get saved(): SavedState {
    return {
      name: this.savedName,
      columns: 'twice the session, and 1 for the key of its answers',
      save: () => Array.from(this.entries(), (row) => [row[row.length - 1]]),
      restore: (rows) => {
        this.clear();
        this.keysOn.fill(0);
        for (const [value] of rows) {
          const session = value >> 1;
          const isReverse = value & 1;
          this.aimAt(session, isReverse === 1);
          this.set(...this.pool.keyOf(session, isReverse), session, isReverse as 0 | 1);
        }
      },
    };
  }

  /** False where no session has a key on the interface, so that a look-up can be spared. */
  hasAny(swIfIndex: number): boolean {
    return this.keysOn[swIfIndex & 0xffff] !== 0;
  }

  /** The session, or -1. */
  get(k0: number, k1: number, k2: number, k3: number): number {
    return (this.table[this.find(hashOf(k0, k1, k2, k3), k0, k1, k2, k3)] - 1) >> 1;
  }

  /** Stores one of a session's keys. The session's record must have the key already. */
  set(k0: number, k1: number, k2: number, k3: number, session: number, isReverse: 0 | 1): void {
    const value = session * 2 + isReverse;
    this.reserve(value);
    const hash = hashOf(k0, k1, k2, k3);
    const at = this.find(hash, k0, k1, k2, k3);
    this.table[at + 1] = hash;
    const before = this.occupy(at, value);
    if (before === -1) this.keysOn[k3 >>> 16]++;
    else if (before >> 1 !== session) this.flowStamps.generation++;
  }

  /** Removes a key of a session, if it is there, even where it leads to another session. */
  delete(k0: number, k1: number, k2: number, k3: number, session: number): void {
    const before = this.vacate(this.find(hashOf(k0, k1, k2, k3), k0, k1, k2, k3));
    if (before === -1) return;
    this.keysOn[k3 >>> 16]--;
    if (before >> 1 !== session) this.flowStamps.generation++;
  }

  /** The key that is stored next is one of this session's: of IPv4, the key has its addresses. */
  protected aimAt(session: number, isReverse: boolean): void;
  protected aimAt(): void {
    return;
  }

  /** True where the addresses of a session's key are those that are looked for, and not just their hashes. */
  protected hasAddresses(value: number): boolean;
  protected hasAddresses(): boolean {
    return true;
  }

  protected override homeOf(table: Int32Array, at: number): number {
    return table[at + 1] & (this.slots - 1);
  }

  /** Where in the table the key is, or the empty slot where it belongs. */
  private find(hash: number, k0: number, k1: number, k2: number, k3: number): number {
    const { table, pool } = this;
    const mask = this.slots - 1;
    let slot = hash & mask;
    for (;;) {
      const at = slot * SLOT_WORDS;
      if (
        table[at] === 0 ||
        (table[at + 1] === hash &&
          pool.hasKey((table[at] - 1) >> 1, (table[at] - 1) & 1, k0, k1, k2, k3) &&
          this.hasAddresses(table[at] - 1))
      )
        return at;
      slot = (slot + 1) & mask;
    }
  }
}

/** Sessions of IPv6. Before a key is looked for, stored or deleted, `aim` says of which addresses it is. */
export class Ip6SessionHash extends SessionHash {
  private words: Int32Array = new Int32Array(0);
  private at = 0;
  private isSwapped = false;

  constructor(pool: SessionPool, flowStamps: FlowStamps) {
    super(pool, flowStamps, 'acl session key of IPv6');
  }

  /** The addresses that stand in `words` from `at` on, source first. @param isSwapped the other way round */
  aim(words: Int32Array, at: number, isSwapped: boolean): void {
    this.words = words;
    this.at = at;
    this.isSwapped = isSwapped;
  }

  protected override aimAt(session: number, isReverse: boolean): void {
    this.aim(this.pool.addressesOf(session), 0, isReverse);
  }

  protected override hasAddresses(value: number): boolean {
    return this.pool.hasAddresses(value >> 1, ((value & 1) === 1) !== this.isSwapped, this.words, this.at);
  }
}
