/**
 * Reflexive sessions: made by the first packet that a permit+reflect rule permits, they let further packets of the
 * flow and its answers pass on that interface without looking at rules (VPP 19.08 src/plugins/acl/session_inlines.h).
 */

import type { SavedState } from '../../engine/state/saved-states.js';
import { FlowStamps } from '../../engine/state/flow-stamps.js';
import { L4_FLAG_IS_INPUT, reversePorts, type FiveTuple } from '../five-tuple.js';
import { ANSWERS_KEY, OWN_KEY, SessionHash } from './session-hash.js';
import { PURGATORY, SessionLists, TCP_TRANSIENT } from './session-lists.js';
import {
  DELETED,
  DESTINATION,
  DIRECTION,
  ENQUEUED,
  HAS_REVERSE,
  IS_IP6,
  L4,
  LAST_ACTIVE,
  PORTS,
  REVERSE_PORTS,
  SESSION_DOUBLES,
  SESSION_WORDS,
  SOURCE,
  STATE,
  SessionPool,
} from './session-pool.js';

/** ACL_FA_CONN_TABLE_DEFAULT_MAX_ENTRIES */
const MAX_ENTRIES = 500_000;
/** ACL_FA_DEFAULT_MAX_DELETED_SESSIONS_PER_INTERVAL */
const MAX_RECYCLED = 100;

/** The four words of a session's key, as in SessionPool; of IPv6 also the addresses, as in FiveTuple. */
export type SessionKey = Pick<FiveTuple, 'source' | 'destination' | 'ports' | 'l4' | 'isIp6' | 'addresses'>;

/** A session as a state tells it; times in seconds of the node's clock. */
export interface RestoredSession extends SessionKey {
  readonly index: number;
  readonly tcpFlagsSeen: number;
  readonly lastActive: number;
  readonly enqueued: number;
}

export class AclSessions {
  readonly pool = new SessionPool();
  readonly hash: SessionHash;
  private readonly ip6Hash: SessionHash;
  readonly lists = new SessionLists(this.pool);
  /** Allocated sessions stay below this. */
  maxEntries = MAX_ENTRIES;

  constructor(private readonly flowStamps = new FlowStamps()) {
    this.hash = new SessionHash(this.pool, flowStamps, false);
    this.ip6Hash = new SessionHash(this.pool, flowStamps, true);
  }

  get saved(): SavedState[] {
    return [...this.pool.saved, ...this.lists.saved, this.hash.saved, this.ip6Hash.saved];
  }

  /** The session a packet belongs to, or -1. */
  find(tuple: FiveTuple): number {
    const { source, destination, ports, l4, isIp6, addresses } = tuple;
    return this.hashOf(isIp6, addresses, false).get(source, destination, ports, l4);
  }

  /** The hash of an IP version, ready for a key with these addresses of IPv6, or with the destination first. */
  hashOf(isIp6: boolean, addresses: Int32Array, isSwapped: boolean): SessionHash {
    return isIp6 ? this.ip6Hash.aim(addresses, 0, isSwapped) : this.hash;
  }

  /** The session that the answers to a packet belong to, or -1; also -1 where it makes none for them. */
  findReverse(tuple: FiveTuple): number {
    const reverse = reversePorts(tuple.ports, tuple.l4, tuple.isIp6);
    if (reverse === -1 && tuple.ports !== -1) return -1;
    const hash = this.hashOf(tuple.isIp6, tuple.addresses, true);
    return hash.get(tuple.destination, tuple.source, reverse, tuple.l4 ^ DIRECTION);
  }

  /** True while the table has room (acl_fa_can_add_session; VPP keeps one entry per thread in reserve). */
  canAdd(): boolean {
    return this.pool.size + 1 < this.maxEntries;
  }

  /** Makes these the sessions there are, in the order in which they stand in their lists; the lowest free index is given out first. */
  restore(restored: readonly RestoredSession[]): void {
    const { pool, lists } = this;
    pool.restore(new Set(restored.map(({ index }) => index)));
    for (const { index, tcpFlagsSeen, lastActive, enqueued, ...key } of restored) {
      this.file(index, key);
      pool.words[index * SESSION_WORDS + STATE] |= tcpFlagsSeen;
      pool.doubles[index * SESSION_DOUBLES + LAST_ACTIVE] = lastActive;
      lists.add(index, enqueued);
    }
  }

  /** Makes a packet's session and returns its index. The packet itself is still to be tracked. */
  add(tuple: FiveTuple, now: number): number {
    const { pool } = this;
    const session = pool.get();
    this.file(session, tuple);
    pool.doubles[session * SESSION_DOUBLES + LAST_ACTIVE] = now;
    this.lists.add(session, now);
    return session;
  }

  /** Gives a session its keys. */
  private file(session: number, { source, destination, ports, l4, isIp6, addresses }: SessionKey): void {
    const { pool } = this;
    this.flowStamps.added++;
    const { words } = pool;
    const at = session * SESSION_WORDS;
    const reverse = reversePorts(ports, l4, isIp6);
    // An ordinary reverse word can be -1 too (ports 65535 both ways): only ICMP can be without a reverse.
    const hasReverse = reverse !== -1 || ports === -1;
    words[at + SOURCE] = source;
    words[at + DESTINATION] = destination;
    words[at + PORTS] = ports;
    words[at + L4] = l4;
    words[at + REVERSE_PORTS] = reverse;
    words[at + STATE] = (hasReverse ? HAS_REVERSE : 0) | (isIp6 ? IS_IP6 : 0);
    if (isIp6) pool.setAddresses(session, addresses);
    (isIp6 ? this.ip6Hash : this.hash).set(session, hasReverse ? OWN_KEY | ANSWERS_KEY : OWN_KEY);
  }

  /**
   * Notes a packet of a session: its time and TCP flags. Where the flags change the kind of timeout, the session
   * changes lists and the kinds before and after are returned as (before << 8) + after, else 0.
   */
  track(session: number, tuple: FiveTuple, now: number): number {
    const { words, doubles } = this.pool;
    doubles[session * SESSION_DOUBLES + LAST_ACTIVE] = now;
    if (tuple.tcpFlagsValid === 0) return 0;
    const at = session * SESSION_WORDS + STATE;
    const before = words[at];
    const after = before | (tuple.tcpFlags << ((tuple.l4Flags & L4_FLAG_IS_INPUT) !== 0 ? 8 : 0));
    if (after === before) return 0;
    const oldType = this.lists.timeoutType(session);
    words[at] = after;
    const newType = this.lists.timeoutType(session);
    if (oldType === newType) return 0;
    this.lists.remove(session, now);
    this.lists.add(session, now);
    return (oldType << 8) + newType;
  }

  /**
   * True for a session that once was found by this key, of IPv6 with these addresses, and has it still. `find` would find it, as long as the hash's
   * generation has not changed.
   */
  hasKey(session: number, k0: number, k1: number, k2: number, k3: number, ip6: Int32Array | null): boolean {
    const { pool } = this;
    const state = pool.words[session * SESSION_WORDS + STATE];
    if ((state & DELETED) !== 0 || ((state & IS_IP6) !== 0) !== (ip6 !== null)) return false;
    const isKey = (isReverse: 0 | 1): boolean =>
      pool.hasKey(session, isReverse, k0, k1, k2, k3) &&
      (ip6 === null || pool.hasAddresses(session, isReverse === 1, ip6, 0));
    return isKey(0) || ((state & HAS_REVERSE) !== 0 && isKey(1));
  }

  /** TCP flags that packets of a session had so far, seen from input or output. */
  tcpFlagsSeen(session: number, isInput: boolean): number {
    const state = this.pool.words[session * SESSION_WORDS + STATE];
    return (isInput ? state >>> 8 : state) & 0xff;
  }

  /** Notes the time of a packet of a session that is settled. */
  keepAlive(session: number, now: number): void {
    this.pool.doubles[session * SESSION_DOUBLES + LAST_ACTIVE] = now;
  }

  /**
   * Tries to make room in a full table (acl_fa_try_recycle_session): frees what waits in purgatory and deletes the
   * oldest transient TCP session, which only the next try can free.
   */
  recycle(now: number): void {
    const { lists, pool } = this;
    for (let recycled = 0; recycled < MAX_RECYCLED; recycled++) {
      const session = lists.head[PURGATORY];
      if (session === -1) break;
      if (pool.doubles[session * SESSION_DOUBLES + ENQUEUED] + lists.timeoutOf(session) >= now) break;
      lists.remove(session, now);
      pool.put(session);
    }
    const oldest = lists.head[TCP_TRANSIENT];
    if (oldest === -1) return;
    lists.remove(oldest, now);
    this.deactivate(oldest);
    lists.add(oldest, now);
  }

  /** Takes a session's keys out of the hash; nothing finds it any more (acl_fa_deactivate_session). */
  deactivate(session: number): void {
    this.flowStamps.removed++;
    const { words } = this.pool;
    const at = session * SESSION_WORDS;
    const state = words[at + STATE];
    const hash = (state & IS_IP6) !== 0 ? this.ip6Hash : this.hash;
    hash.delete(session, (state & HAS_REVERSE) !== 0 ? OWN_KEY | ANSWERS_KEY : OWN_KEY);
    words[at + STATE] = state | DELETED;
  }
}
