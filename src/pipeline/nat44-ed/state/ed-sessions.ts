/**
 * Sessions of endpoint-dependent NAT44: one per flow, found by both ends (VPP 19.08 src/plugins/nat/nat.c
 * nat_ed_session_alloc, nat_free_session_data). The sessions' fields are in the pool that classic mode uses as well.
 *
 * VPP also frees an expired session whose hash bucket is full when a new one needs its place
 * (clib_bihash_add_or_overwrite_stale); this table has no buckets, so here expired sessions go only when they are met.
 */

import { FlowHashTable4 } from '../../engine/flow-hash-table.js';
import type { AddressPool } from '../../nat-common/state/address-pool.js';
import { ipProtocolOf, keyFib, keyPort, keyProtocol } from '../../nat-common/state/session-key.js';
import {
  SESSION_AFFINITY,
  SESSION_ENDPOINT_DEPENDENT,
  SESSION_FWD_BYPASS,
  SESSION_STATIC_MAPPING,
  SESSION_TWICE_NAT,
  SESSION_UNKNOWN_PROTO,
  type Sessions,
} from '../../nat-common/state/sessions.js';
import type { Users } from '../../nat-common/state/users.js';
import type { AffinityTable } from './affinity-table.js';
import { edPortsWord, edProtocolWord } from './ed-key.js';

export class EdSessions {
  /** Session by inside address and port, and the remote ones as the inside host sees them. */
  private readonly in2out = new FlowHashTable4();
  /** Session by outside address and port, and the external host's. */
  private readonly out2in = new FlowHashTable4();

  constructor(
    private readonly sessions: Sessions,
    private readonly users: Users,
    private readonly pool: AddressPool,
    private readonly twicePool: AddressPool,
    private readonly affinity: AffinityTable,
    /** Whether the session's timeout is over (nat44_session_get_timeout). */
    private readonly isExpired: (session: number, now: number) => boolean,
  ) {}

  /** The session of an inside host's flow, or -1. Ports in host order, 0 for protocols without. */
  findIn2out(
    local: number,
    remote: number,
    ipProtocol: number,
    fibIndex: number,
    localPort: number,
    remotePort: number,
  ): number {
    return this.in2out.get(local, remote, edProtocolWord(ipProtocol, fibIndex), edPortsWord(localPort, remotePort));
  }

  /** The session of an external host's flow to an outside address, or -1. */
  findOut2in(
    local: number,
    remote: number,
    ipProtocol: number,
    fibIndex: number,
    localPort: number,
    remotePort: number,
  ): number {
    return this.out2in.get(local, remote, edProtocolWord(ipProtocol, fibIndex), edPortsWord(localPort, remotePort));
  }

  setIn2out(
    local: number,
    remote: number,
    ipProtocol: number,
    fibIndex: number,
    localPort: number,
    remotePort: number,
    session: number,
  ): void {
    this.in2out.set(local, remote, edProtocolWord(ipProtocol, fibIndex), edPortsWord(localPort, remotePort), session);
  }

  setOut2in(
    local: number,
    remote: number,
    ipProtocol: number,
    fibIndex: number,
    localPort: number,
    remotePort: number,
    session: number,
  ): void {
    this.out2in.set(local, remote, edProtocolWord(ipProtocol, fibIndex), edPortsWord(localPort, remotePort), session);
  }

  removeOut2in(
    local: number,
    remote: number,
    ipProtocol: number,
    fibIndex: number,
    localPort: number,
    remotePort: number,
  ): void {
    this.out2in.delete(local, remote, edProtocolWord(ipProtocol, fibIndex), edPortsWord(localPort, remotePort));
  }

  /**
   * nat_ed_session_alloc: a session for the user. Its least recently used one is reused once expired; without that a
   * user at the quota gets none (-1).
   */
  allocate(user: number, quota: number, now: number): number {
    const { sessions, users } = this;
    const oldest = users.totalOf(user) === 0 ? -1 : users.oldest[user];
    if (oldest >= 0 && this.isExpired(oldest, now)) {
      users.touch(oldest);
      this.forget(oldest);
      users.uncountSession(user, oldest);
      sessions.clearForReuse(oldest);
      return oldest;
    }
    if (oldest >= 0 && users.totalOf(user) >= quota) return -1;
    const session = sessions.allocate();
    users.append(user, session);
    return session;
  }

  /** nat_free_session_data and nat44_delete_session */
  remove(session: number): void {
    this.forget(session);
    this.users.deleteSession(session);
  }

  /** nat_free_session_data: takes the session out of the tables and gives back its ports and its affinity. */
  private forget(session: number): void {
    const { sessions } = this;
    const flags = sessions.flags(session);
    const insideWord = sessions.in2outWord(session);
    const outsideWord = sessions.out2inWord(session);
    const inside = sessions.in2outAddress(session);
    const outside = sessions.out2inAddress(session);
    const host = sessions.extHostAddress(session);
    const natProtocol = keyProtocol(insideWord);
    const isUnknown = (flags & SESSION_UNKNOWN_PROTO) !== 0;
    const protocol = isUnknown ? keyPort(insideWord) & 0xff : ipProtocolOf(natProtocol);
    const insidePort = isUnknown ? 0 : keyPort(insideWord);
    const hostPort = isUnknown ? 0 : sessions.extHostPort(session);
    if (flags & SESSION_FWD_BYPASS) {
      this.in2out.delete(inside, host, edProtocolWord(protocol, 0), edPortsWord(insidePort, hostPort));
      return;
    }
    if (flags & SESSION_ENDPOINT_DEPENDENT) {
      const outsidePort = keyPort(outsideWord);
      if (flags & SESSION_AFFINITY) this.affinity.unlock(host, outside, natProtocol, outsidePort);
      const outsideProtocol = edProtocolWord(protocol, keyFib(outsideWord));
      this.out2in.delete(outside, host, outsideProtocol, edPortsWord(isUnknown ? 0 : outsidePort, hostPort));
      const isTwice = (flags & SESSION_TWICE_NAT) !== 0;
      const remote = isTwice ? sessions.extHostNatAddress(session) : host;
      const remotePort = isTwice ? sessions.extHostNatPort(session) : hostPort;
      this.in2out.delete(
        inside,
        remote,
        edProtocolWord(protocol, keyFib(insideWord)),
        edPortsWord(insidePort, remotePort),
      );
    }
    if (isUnknown) return;
    if (flags & SESSION_TWICE_NAT)
      this.twicePool.release(sessions.extHostNatAddress(session), natProtocol, sessions.extHostNatPort(session));
    if (flags & SESSION_STATIC_MAPPING) return;
    this.pool.release(outside, keyProtocol(outsideWord), keyPort(outsideWord));
  }
}
