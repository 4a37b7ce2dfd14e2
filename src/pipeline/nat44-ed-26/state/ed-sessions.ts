/**
 * Sessions of endpoint-dependent NAT44, one for each flow: how they come and go, their timeouts, and their TCP state (VPP 26.06
 * src/plugins/nat/nat44-ed/nat44_ed_inlines.h). Addresses, flags, times and counts are in the pool that all kinds of NAT44 use.
 */

import { ACK, FIN, RST, SYN } from '../../../wire/tcp.js';
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../../../wire/ip4.js';
import type { FlowStamps } from '../../engine/state/flow-stamps.js';
import type { SavedState } from '../../engine/state/saved-states.js';
import type { AffinityTable } from '../../nat-common/state/affinity-table.js';
import type { Nat44 } from '../../nat-common/state/nat44.js';
import { keyFib, keyPort, keyProtocol, NAT_ICMP, NAT_TCP } from '../../nat-common/state/session-key.js';
import { SESSION_AFFINITY, SESSION_FWD_BYPASS, type Sessions } from '../../nat-common/state/sessions.js';
import { EdFlows, i2oOf, o2iOf } from './ed-flows.js';
import {
  LRU_ICMP,
  LRU_LISTS,
  LRU_TCP_ESTABLISHED,
  LRU_TCP_TRANSITORY,
  LRU_UDP,
  LRU_UNKNOWN,
  LruLists,
} from './lru-lists.js';
import { PerVrfSessions } from './per-vrf.js';

/** nat44_ed_tcp_state_e */
export const TCP_CLOSED = 0;
export const TCP_ESTABLISHED = 1;
export const TCP_CLOSING = 2;

const TRACKED = FIN | SYN | RST | ACK;
const HANDSHAKE = SYN | ACK;
const O2I_SHIFT = 8;

/** `nat44 plugin enable` without `sessions N`. */
export const DEFAULT_SESSIONS = 63 * 1024;

export class EdSessions {
  readonly flows: EdFlows;
  readonly perVrf = new PerVrfSessions();
  readonly sessions: Sessions;
  private readonly lru: LruLists;
  /** By FIB index; the first one's is also that of FIBs without. */
  private limits: number[] = [DEFAULT_SESSIONS];
  private limit = DEFAULT_SESSIONS;

  constructor(
    readonly nat: Nat44,
    private readonly affinity: AffinityTable,
    private readonly stamps: FlowStamps,
  ) {
    this.flows = new EdFlows(stamps);
    this.sessions = nat.sessions;
    this.lru = new LruLists(nat.sessions);
  }

  get saved(): SavedState[] {
    const { flows, sessions, lru, perVrf } = this;
    return [
      {
        name: 'nat44 ed flows',
        columns: 'session, the 24 words of its record (src/pipeline/nat44-ed-26/state/ed-flows.ts)',
        save: () =>
          Array.from({ length: sessions.length }, (_, session) => session)
            .filter((session) => sessions.isUsed(session))
            .map((session) => [session, ...flows.recordOf(session)]),
        restore: (rows) => {
          for (const [session, ...words] of rows) flows.restore(session, words);
        },
      },
      flows.saved,
      lru.saved,
      perVrf.saved,
    ];
  }

  /** nat44_plugin_enable: sessions that there may be at once. */
  enable(sessions: number): void {
    this.limit = sessions;
    this.limits = [sessions];
  }

  /** nat44_plugin_disable: besides, affinity is forgotten. */
  disable(): void {
    this.clear();
    this.affinity.clear();
  }

  /** nat44_update_session_limit, which forgets all sessions. */
  setLimit(sessions: number, fibIndex: number): void {
    while (this.limits.length <= fibIndex) this.limits.push(this.limit);
    this.limits[fibIndex] = sessions;
    this.limit = Math.max(...this.limits);
    this.clear();
  }

  /** nat44_ed_maximum_sessions_exceeded */
  isFull(fibIndex: number): boolean {
    return this.sessions.count >= this.limits[fibIndex < this.limits.length ? fibIndex : 0];
  }

  /** nat44_session_get_timeout, in seconds. */
  timeoutOf(session: number): number {
    const { timeouts } = this.nat;
    switch (keyProtocol(this.sessions.in2outWord(session))) {
      case NAT_ICMP:
        return timeouts.icmp;
      case NAT_TCP:
        return this.sessions.state(session) === TCP_ESTABLISHED ? timeouts.tcpEstablished : timeouts.tcpTransitory;
      default:
        return timeouts.udp;
    }
  }

  /** As nodes see it: they keep the end in an integer, the fraction cut off. */
  isExpired(session: number, now: number): boolean {
    return now >= Math.floor(this.sessions.lastHeard(session) + this.timeoutOf(session));
  }

  /** per_vrf_sessions_is_expired */
  isVrfExpired(session: number): boolean {
    return this.perVrf.hasExpired && this.perVrf.isExpired(this.flows.perVrf(session));
  }

  /** nat_lru_free_one: removes the first session found at a list's head that timed out; false for none. */
  freeOne(now: number): boolean {
    const { lru, sessions } = this;
    for (let list = 0; list < LRU_LISTS; list++) {
      const oldest = lru.oldest(list);
      if (oldest < 0 || now < sessions.lastHeard(oldest) + this.timeoutOf(oldest)) continue;
      this.free(oldest);
      this.delete(oldest);
      return true;
    }
    return false;
  }

  /** nat_ed_session_alloc */
  allocate(now: number, ipProtocol: number): number {
    this.freeOne(now);
    const session = this.sessions.allocate();
    this.flows.clear(session);
    this.lru.append(listOf(ipProtocol), session);
    this.flows.setLastMove(session, now);
    return session;
  }

  /** Puts a session that a state tells of at the end of its list. */
  restore(session: number, ipProtocol: number): void {
    const isEstablished = ipProtocol === PROTOCOL_TCP && this.sessions.state(session) === TCP_ESTABLISHED;
    this.lru.append(isEstablished ? LRU_TCP_ESTABLISHED : listOf(ipProtocol), session);
    this.flows.setLastMove(session, this.sessions.lastHeard(session));
    this.register(session);
  }

  /** per_vrf_sessions_register_session: the session is complete. */
  register(session: number): void {
    const { sessions } = this;
    const pair = this.perVrf.register(keyFib(sessions.in2outWord(session)), keyFib(sessions.out2inWord(session)));
    this.flows.setPerVrf(session, pair);
    this.stamps.added++;
  }

  /** nat44_ed_free_session_data and nat_ed_session_delete */
  remove(session: number): void {
    this.free(session);
    this.delete(session);
  }

  /** nat_ed_session_delete alone, of a session that was not complete. */
  delete(session: number): void {
    this.lru.remove(session);
    this.removeFlows(session);
    this.sessions.release(session);
    this.stamps.removed++;
  }

  /** Removes those that pass, in order of their indices, at most so many. */
  removeWhere(test: (session: number) => boolean, most = Infinity): void {
    const { sessions } = this;
    let left = most;
    for (let session = 0; session < sessions.length && left > 0; session++) {
      if (!sessions.isUsed(session) || !test(session)) continue;
      this.remove(session);
      left--;
    }
  }

  /** nat44_session_update_counters and nat44_session_update_lru */
  account(session: number, now: number, bytes: number): void {
    this.sessions.countPackets(session, now, 1, bytes);
    this.renew(session, now);
  }

  /** nat44_session_update_lru */
  renew(session: number, now: number): void {
    if (now <= this.flows.lastMove(session) + 1) return;
    this.moveTo(session, this.sessions.userIndex(session), now);
  }

  /** nat44_set_tcp_session_state */
  trackTcp(session: number, tcpFlags: number, isIn2out: boolean, now: number): void {
    const { flows, sessions } = this;
    const before = flows.tcpFlags(session);
    const flags = before | ((tcpFlags & TRACKED) << (isIn2out ? 0 : O2I_SHIFT));
    if (flags === before) return;
    flows.setTcpFlags(session, flags);
    const own = isIn2out ? flags & 0xff : flags >>> O2I_SHIFT;
    const both = flags & (flags >>> O2I_SHIFT);
    if (sessions.state(session) === TCP_ESTABLISHED) {
      if ((own & (FIN | RST)) === 0) return;
      sessions.setState(session, TCP_CLOSING);
      flows.setTcpFlags(session, 0);
      this.stamps.removed++;
      sessions.setLastHeard(session, now);
      this.moveTo(session, LRU_TCP_TRANSITORY, now);
    } else if (both === HANDSHAKE) {
      // A session that was closing begins anew (nat44_ed_session_reopen).
      if (sessions.state(session) === TCP_CLOSING) sessions.clearCounts(session);
      sessions.setState(session, TCP_ESTABLISHED);
      this.moveTo(session, LRU_TCP_ESTABLISHED, now);
    }
  }

  /** nat44_ed_sessions_clear: with the table of flows go the keys of mappings, which then are found no more. */
  clear(): void {
    const { sessions, nat } = this;
    for (let session = 0; session < sessions.length; session++) if (sessions.isUsed(session)) this.removeFlows(session);
    sessions.clear();
    this.lru.clear();
    this.perVrf.clear();
    nat.mappings.forgetKeys();
    this.stamps.generation++;
  }

  /** nat44_ed_free_session_data */
  private free(session: number): void {
    const { sessions } = this;
    this.perVrf.unregister(this.flows.perVrf(session));
    this.removeFlows(session);
    const flags = sessions.flags(session);
    if ((flags & SESSION_FWD_BYPASS) !== 0 || (flags & SESSION_AFFINITY) === 0) return;
    const word = sessions.out2inWord(session);
    this.affinity.unlock(
      sessions.extHostAddress(session),
      sessions.out2inAddress(session),
      keyProtocol(word),
      keyPort(word),
    );
  }

  private moveTo(session: number, list: number, now: number): void {
    this.flows.setLastMove(session, now);
    this.lru.move(session, list);
  }

  private removeFlows(session: number): void {
    this.flows.remove(i2oOf(session));
    this.flows.remove(o2iOf(session));
  }
}

function listOf(ipProtocol: number): number {
  switch (ipProtocol) {
    case PROTOCOL_UDP:
      return LRU_UDP;
    case PROTOCOL_TCP:
      return LRU_TCP_TRANSITORY;
    case PROTOCOL_ICMP:
      return LRU_ICMP;
    default:
      return LRU_UNKNOWN;
  }
}
