/**
 * Records of the ACL plugin's sessions (fa_session_t, VPP 19.08 src/plugins/acl/fa_node.h) in one buffer, and the
 * pool that numbers them as VPP's does: the index freed last is given out first, else the next one never used.
 *
 * A record is 16 words, 64 bytes, of which 12 are used: it never straddles two cache lines.
 *
 *      word  0  source address                 6  next in list, -1 at its tail
 *            1  destination address            7  state: TCP flags seen, list, DELETED, HAS_REVERSE
 *            2  ports                          8  last active time, seconds (double)
 *            3  protocol, flags, sw_if_index  10  link enqueue time, seconds (double)
 *            4  ports of the reverse key
 *            5  previous in list, -1 at its head
 *
 * Words 0 to 3 are the session's key; source and destination swapped, word 4 and word 3 with the direction inverted
 * are the key of its answers.
 */

import { grown } from '../../engine/state/grown.js';
import { savedFreeList, type SavedRow, type SavedState } from '../../engine/state/saved-states.js';
import { L4_FLAG_IS_INPUT } from '../five-tuple.js';

export const SESSION_WORDS = 16;
const USED_WORDS = 12;
export const SESSION_DOUBLES = SESSION_WORDS / 2;

export const SOURCE = 0;
export const DESTINATION = 1;
export const PORTS = 2;
export const L4 = 3;
export const REVERSE_PORTS = 4;
export const PREVIOUS = 5;
export const NEXT = 6;
export const STATE = 7;
/** Offsets in doubles. */
export const LAST_ACTIVE = 4;
export const ENQUEUED = 5;

/** STATE: TCP flags seen from output in bits 0-7, from input in bits 8-15, as VPP's tcp_flags_seen; then the number of the list the session is in. */
export const LIST_SHIFT = 16;
export const LIST_MASK = 7 << LIST_SHIFT;
/** STATE: out of the hash, waiting to be freed. */
export const DELETED = 1 << 20;
/** STATE: the answers have an entry in the hash as well. */
export const HAS_REVERSE = 1 << 21;
/** STATE: of IPv6: words 0 and 1 are hashes of the addresses, which are kept apart. */
export const IS_IP6 = 1 << 22;

/** Words of both addresses of an IPv6 session, source first. */
export const ADDRESS_WORDS = 8;
const SIDE_WORDS = ADDRESS_WORDS / 2;

/** The direction in L4. */
export const DIRECTION = L4_FLAG_IS_INPUT << 8;

const INITIAL_CAPACITY = 64;

export class SessionPool {
  words = new Int32Array(INITIAL_CAPACITY * SESSION_WORDS);
  /** The same bytes as `words`. */
  doubles = new Float64Array(this.words.buffer);
  /** Addresses of IPv6 sessions, by session; empty as long as there are none. */
  addresses = new Int32Array(0);
  /** Stack of freed indices. */
  private free = new Int32Array(INITIAL_CAPACITY);
  private freeCount = 0;
  /** Indices below this were in use at some time. */
  private everUsed = 0;

  /** Makes these the indices in use; of those between, the lowest is given out first. */
  restore(indices: ReadonlySet<number>): void {
    let end = 0;
    for (const index of indices) end = Math.max(end, index + 1);
    while (this.everUsed < end) this.get();
    for (let index = end - 1; index >= 0; index--) if (!indices.has(index)) this.put(index);
  }

  readonly saved: readonly SavedState[] = [
    savedFreeList(
      'acl session',
      () => ({ length: this.everUsed, free: this.free.subarray(0, this.freeCount) }),
      (length, free) => {
        this.words.fill(0);
        while (length * SESSION_WORDS > this.words.length) this.grow();
        while (free.length > this.free.length) this.free = grown(this.free);
        this.everUsed = length;
        this.free.set(free);
        this.freeCount = free.length;
      },
    ),
    {
      name: 'acl session',
      columns: 'index, the 12 words of its record (src/pipeline/acl/sessions/session-pool.ts)',
      save: () => this.rows(),
      restore: (rows) => {
        for (const [session, ...words] of rows) this.words.set(words, session * SESSION_WORDS);
      },
    },
    {
      name: 'acl session addresses',
      columns: 'index of a session of IPv6, the words of its source and of its destination',
      save: () => this.addressRows(),
      restore: (rows) => {
        for (const [session, ...words] of rows) this.setAddresses(session, words);
      },
    },
  ];

  /** Indices of sessions, those that wait to be freed included. */
  *used(): Generator<number> {
    const free = new Set(this.free.subarray(0, this.freeCount));
    for (let session = 0; session < this.everUsed; session++) if (!free.has(session)) yield session;
  }

  /** What there is to show of a session. */
  recordOf(session: number) {
    const { words, doubles } = this;
    const at = session * SESSION_WORDS;
    const state = words[at + STATE];
    return {
      source: words[at + SOURCE],
      destination: words[at + DESTINATION],
      ports: words[at + PORTS],
      l4: words[at + L4],
      previous: words[at + PREVIOUS],
      next: words[at + NEXT],
      tcpFlagsSeen: state & 0xffff,
      list: (state & LIST_MASK) >> LIST_SHIFT,
      lastActive: doubles[session * SESSION_DOUBLES + LAST_ACTIVE],
      enqueued: doubles[session * SESSION_DOUBLES + ENQUEUED],
    };
  }

  private *rows(): Generator<SavedRow> {
    for (const session of this.used())
      yield [session, ...this.words.subarray(session * SESSION_WORDS, session * SESSION_WORDS + USED_WORDS)];
  }

  private *addressRows(): Generator<SavedRow> {
    for (const session of this.used()) if (this.isIp6(session)) yield [session, ...this.addressesOf(session)];
  }

  isIp6(session: number): boolean {
    return (this.words[session * SESSION_WORDS + STATE] & IS_IP6) !== 0;
  }

  /** Source and destination of an IPv6 session. */
  addressesOf(session: number): Int32Array {
    return this.addresses.subarray(session * ADDRESS_WORDS, (session + 1) * ADDRESS_WORDS);
  }

  /** Sessions allocated, those waiting to be freed included. */
  get size(): number {
    return this.everUsed - this.freeCount;
  }

  /** An index for a new session (pool_get); its record has the content of its last use. */
  get(): number {
    if (this.freeCount > 0) return this.free[--this.freeCount];
    if (this.everUsed * SESSION_WORDS === this.words.length) this.grow();
    return this.everUsed++;
  }

  /** Frees an index (pool_put). */
  put(session: number): void {
    if (this.freeCount === this.free.length) this.free = grown(this.free);
    this.words.fill(0, session * SESSION_WORDS, (session + 1) * SESSION_WORDS);
    this.free[this.freeCount++] = session;
  }

  /** A session's key, or that of its answers. */
  keyOf(session: number, isReverse: number): [k0: number, k1: number, k2: number, k3: number] {
    const at = session * SESSION_WORDS;
    const { words } = this;
    return isReverse === 0
      ? [words[at + SOURCE], words[at + DESTINATION], words[at + PORTS], words[at + L4]]
      : [words[at + DESTINATION], words[at + SOURCE], words[at + REVERSE_PORTS], words[at + L4] ^ DIRECTION];
  }

  /** True for a session that has the key: its own, or that of its answers. */
  hasKey(session: number, isReverse: number, k0: number, k1: number, k2: number, k3: number): boolean {
    const { words } = this;
    const at = session * SESSION_WORDS;
    if (isReverse === 0)
      return (
        words[at + SOURCE] === k0 && words[at + DESTINATION] === k1 && words[at + PORTS] === k2 && words[at + L4] === k3
      );
    return (
      words[at + DESTINATION] === k0 &&
      words[at + SOURCE] === k1 &&
      words[at + REVERSE_PORTS] === k2 &&
      (words[at + L4] ^ DIRECTION) === k3
    );
  }

  /** Keeps the addresses of an IPv6 session. */
  setAddresses(session: number, addresses: ArrayLike<number>): void {
    const { words } = this;
    const needed = (words.length / SESSION_WORDS) * ADDRESS_WORDS;
    if (this.addresses.length < needed) {
      const before = this.addresses;
      this.addresses = new Int32Array(needed);
      this.addresses.set(before);
    }
    this.addresses.set(addresses, session * ADDRESS_WORDS);
  }

  /**
   * True where a key of a session has addresses that stand in `words` from `at` on, source first.
   * @param isSwapped source and destination are compared crosswise
   */
  hasAddresses(session: number, isSwapped: boolean, words: Int32Array, at: number): boolean {
    const { addresses } = this;
    const source = session * ADDRESS_WORDS + (isSwapped ? SIDE_WORDS : 0);
    const destination = session * ADDRESS_WORDS + (isSwapped ? 0 : SIDE_WORDS);
    for (let word = 0; word < SIDE_WORDS; word++)
      if (
        addresses[source + word] !== words[at + word] ||
        addresses[destination + word] !== words[at + SIDE_WORDS + word]
      )
        return false;
    return true;
  }

  private grow(): void {
    this.words = grown(this.words);
    this.doubles = new Float64Array(this.words.buffer);
  }
}
