/**
 * Sessions of endpoint-independent NAT44, which VPP 19.08 calls simple: the in2out and out2in tables, and the making of a session within
 * its user's quota (VPP 19.08 src/plugins/nat/nat.c nat_session_alloc_or_recycle, nat_free_session_data; VPP 26.06
 * src/plugins/nat/nat44-ei/nat44_ei.c).
 */

import { savedKeys2, type SavedState } from '../../engine/state/saved-states.js';
import type { NatMode, PacketEnds } from '../state/nat-mode.js';
import type { FlowStamps } from '../../engine/state/flow-stamps.js';
import type { AddressPool } from '../pool/address-pool.js';
import type { PoolAddress } from '../pool/pool-address.js';
import { SESSION_STATIC_MAPPING, SESSION_UNKNOWN_PROTO, type Sessions } from '../state/sessions.js';
import { EndTable } from './end-table.js';
import { keyFib, keyPort, keyProtocol, natProtocolOf, packKey } from '../state/session-key.js';
import type { Users } from '../state/users.js';

declare module '../../engine/tables.js' {
  interface Tables {
    readonly nat44Independent: IndependentSessions;
  }
}

export class IndependentSessions {
  /** Session by inside and by outside address, port, protocol and FIB. */
  readonly in2out = new EndTable();
  readonly out2in = new EndTable();

  constructor(
    private readonly sessions: Sessions,
    private readonly users: Users,
    private readonly pool: AddressPool,
    private readonly flowStamps: FlowStamps,
  ) {}

  readonly saved: readonly SavedState[] = [
    savedKeys2('nat44 in2out', () => this.in2out),
    savedKeys2('nat44 out2in', () => this.out2in),
  ];

  /** The session that translates a packet of inside, or of outside; -1 for none. */
  sessionOf(ends: PacketEnds, isIn2out: boolean, fibIndex: number): number {
    const protocol = natProtocolOf(ends.ipProtocol);
    return isIn2out
      ? this.in2out.get(ends.source, packKey(ends.sourcePort, protocol, fibIndex))
      : this.out2in.get(ends.destination, packKey(ends.destinationPort, protocol, fibIndex));
  }

  /** A session for the user; at the quota, its least recently used one, stripped of what it was. */
  allocateOrRecycle(user: number, quota: number): number {
    const { sessions, users } = this;
    if (users.totalOf(user) < quota) {
      const session = sessions.allocate();
      sessions.setRenewed(session, -Infinity);
      users.append(user, session);
      return session;
    }
    const session = users.oldest[user];
    const renewed = sessions.renewed(session);
    users.renew(session);
    this.forget(session);
    users.uncountSession(user, session);
    sessions.clearForReuse(session);
    sessions.setRenewed(session, renewed);
    return session;
  }

  /** nat_free_session_data: takes the session out of the tables and gives its port back. */
  forget(session: number): void {
    const { sessions } = this;
    const outside = sessions.out2inAddress(session);
    const word = sessions.out2inWord(session);
    if (!this.isIndexed(session)) this.flowStamps.generation++;
    this.flowStamps.removed++;
    this.in2out.delete(sessions.in2outAddress(session), sessions.in2outWord(session));
    this.out2in.delete(outside, word);
    if (sessions.flags(session) & (SESSION_UNKNOWN_PROTO | SESSION_STATIC_MAPPING)) return;
    this.pool.release(outside, keyProtocol(word), keyPort(word));
  }

  /**
   * Files the session under both its keys; a key that another session had is that session's no more. VPP would also
   * throw out an expired session where a bucket of its hash table is full; ours never is.
   */
  index(session: number): void {
    const { sessions, flowStamps } = this;
    const inside = this.in2out.set(sessions.in2outAddress(session), sessions.in2outWord(session), session);
    const outside = this.out2in.set(sessions.out2inAddress(session), sessions.out2inWord(session), session);
    if (inside >= 0 || outside >= 0) flowStamps.generation++;
    flowStamps.added++;
  }

  /** Gives a session another outside end. */
  rekey(session: number, of: PoolAddress, port: number): void {
    const { sessions } = this;
    const word = sessions.out2inWord(session);
    this.forget(session);
    of.markBusy(keyProtocol(word), port);
    sessions.setOut2in(session, of.address, packKey(port, keyProtocol(word), keyFib(word)));
    this.index(session);
  }

  /** Takes the session out of the world. */
  delete(session: number): void {
    this.forget(session);
    this.users.deleteSession(session);
  }

  /** nat44_ei_sessions_clear: all are gone, but their ports stay taken. */
  clear(): void {
    this.flowStamps.generation++;
    this.in2out.clear();
    this.out2in.clear();
    this.sessions.clear();
    this.users.clear();
  }

  /** True where both keys of a session lead to it. */
  private isIndexed(session: number): boolean {
    const { sessions, in2out, out2in } = this;
    return (
      in2out.get(sessions.in2outAddress(session), sessions.in2outWord(session)) === session &&
      out2in.get(sessions.out2inAddress(session), sessions.out2inWord(session)) === session
    );
  }
}

/** What kinds of NAT44 that are not endpoint-dependent have in common. */
export const INDEPENDENT_MODE: Pick<NatMode, 'isEndpointDependent' | 'index' | 'rekey' | 'remove' | 'sessionOf'> = {
  isEndpointDependent: false,
  index: (tables, session) => {
    tables.nat44Independent.index(session);
  },
  rekey: ({ nat44Independent }, session, of, port) => {
    nat44Independent.rekey(session, of, port);
  },
  remove: ({ nat44Independent }, session) => {
    nat44Independent.delete(session);
  },
  sessionOf: ({ nat44Independent }, ends, isIn2out, fibIndex) => nat44Independent.sessionOf(ends, isIn2out, fibIndex),
};
