/**
 * Sessions of endpoint-dependent NAT44: one per flow, found by both ends (VPP 19.08 src/plugins/nat/nat.c
 * nat_ed_session_alloc, nat_free_session_data). The sessions' fields are in the pool that classic mode uses as well.
 *
 * VPP also frees an expired session whose hash bucket is full when a new one needs its place
 * (clib_bihash_add_or_overwrite_stale); this table has no buckets, so here expired sessions go only when they are met.
 */

import { PROTOCOL_ICMP } from '../../../wire/ip4.js';
import type { FlowStamps } from '../../engine/state/flow-stamps.js';
import { savedKeys4, type SavedState } from '../../engine/state/saved-states.js';
import type { AddressPool } from '../../nat-common/pool/address-pool.js';
import type { PoolAddress } from '../../nat-common/pool/pool-address.js';
import { BothEndsTable } from '../../nat-common/state/both-ends-table.js';
import { ipProtocolOf, keyFib, keyPort, keyProtocol, packKey } from '../../nat-common/state/session-key.js';
import {
  SESSION_AFFINITY,
  SESSION_FWD_BYPASS,
  SESSION_STATIC_MAPPING,
  SESSION_TWICE_NAT,
  SESSION_UNKNOWN_PROTO,
  type Sessions,
} from '../../nat-common/state/sessions.js';
import type { PacketEnds } from '../../nat-common/state/nat-mode.js';
import type { Users } from '../../nat-common/state/users.js';
import type { AffinityTable } from '../../nat-common/state/affinity-table.js';
import { edPortsWord, edProtocolWord } from './ed-key.js';

/** What sessions are made of: Nat44 has it all. */
export interface SessionParts {
  readonly sessions: Sessions;
  readonly users: Users;
  readonly pool: AddressPool;
  readonly twicePool: AddressPool;
  /** Whether the session's timeout is over (nat44_session_get_timeout). */
  isExpired(session: number, now: number): boolean;
}

export class EdSessions {
  /** Session by inside address and port, and the remote ones as the inside host sees them. */
  readonly in2out = new BothEndsTable();
  /** Session by outside address and port, and the external host's. */
  readonly out2in = new BothEndsTable();
  /** Sequence numbers of FINs, inside and outside. */
  i2oFinSequence = new Uint32Array(0);
  o2iFinSequence = new Uint32Array(0);

  readonly saved: readonly SavedState[] = [
    savedKeys4('nat44 ed in2out', () => this.in2out),
    savedKeys4('nat44 ed out2in', () => this.out2in),
    {
      name: 'nat44 ed FIN',
      columns: 'session, sequence numbers of FINs from inside and from outside',
      save: () =>
        Array.from(this.i2oFinSequence, (sequence, session) => [session, sequence, this.o2iFinSequence[session]]),
      restore: (rows) => {
        for (const [session, i2o, o2i] of rows) {
          if (session >= this.i2oFinSequence.length) this.growFinSequences(session);
          this.i2oFinSequence[session] = i2o;
          this.o2iFinSequence[session] = o2i;
        }
      },
    },
  ];

  constructor(
    readonly parts: SessionParts,
    private readonly affinity: AffinityTable,
    readonly flowStamps: FlowStamps,
  ) {}

  /**
   * nat_ed_session_alloc: a session for the user. Its least recently used one is reused once expired; without that a user at the quota
   * gets none (-1).
   */
  allocate(user: number, quota: number, now: number): number {
    const { sessions, users } = this.parts;
    const oldest = users.totalOf(user) === 0 ? -1 : users.oldest[user];
    if (oldest >= 0 && this.parts.isExpired(oldest, now)) {
      users.touch(oldest);
      this.forget(oldest);
      users.uncountSession(user, oldest);
      sessions.clearForReuse(oldest);
      return oldest;
    }
    if (oldest >= 0 && users.totalOf(user) >= quota) return -1;
    const session = sessions.allocate();
    if (session >= this.i2oFinSequence.length) this.growFinSequences(session);
    this.i2oFinSequence[session] = 0;
    this.o2iFinSequence[session] = 0;
    users.append(user, session);
    return session;
  }

  /** The session that translates a packet of inside, or of outside; -1 for none. */
  sessionOf(ends: PacketEnds, isIn2out: boolean, fibIndex: number): number {
    const { ipProtocol, source, sourcePort, destination, destinationPort } = ends;
    const word = edProtocolWord(ipProtocol, fibIndex);
    const isIcmp = ipProtocol === PROTOCOL_ICMP;
    return isIn2out
      ? this.in2out.get(source, destination, word, edPortsWord(sourcePort, isIcmp ? 0 : destinationPort))
      : this.out2in.get(destination, source, word, edPortsWord(destinationPort, isIcmp ? 0 : sourcePort));
  }

  /** Files the session under the keys that follow from its ends and flags. */
  index(session: number): void {
    if (session >= this.i2oFinSequence.length) this.growFinSequences(session);
    this.flowStamps.added++;
    this.change(session, true);
  }

  /** Gives a dynamic session another outside end. */
  rekey(session: number, of: PoolAddress, port: number): void {
    const { sessions } = this.parts;
    const word = sessions.out2inWord(session);
    this.forget(session);
    of.markBusy(keyProtocol(word), port);
    sessions.setOut2in(session, of.address, packKey(port, keyProtocol(word), keyFib(word)));
    this.flowStamps.added++;
    this.change(session, true);
  }

  /** nat_free_session_data and nat44_delete_session */
  remove(session: number): void {
    this.forget(session);
    this.parts.users.deleteSession(session);
  }

  /** nat_free_session_data: takes the session out of the tables and gives back its ports and its affinity. */
  private forget(session: number): void {
    const { sessions, pool, twicePool } = this.parts;
    this.flowStamps.removed++;
    this.change(session, false);
    const flags = sessions.flags(session);
    if (flags & SESSION_FWD_BYPASS) return;
    const word = sessions.out2inWord(session);
    const outside = sessions.out2inAddress(session);
    const protocol = keyProtocol(word);
    if (flags & SESSION_AFFINITY)
      this.affinity.unlock(sessions.extHostAddress(session), outside, protocol, keyPort(word));
    if (flags & SESSION_UNKNOWN_PROTO) return;
    if (flags & SESSION_TWICE_NAT)
      twicePool.release(sessions.extHostNatAddress(session), protocol, sessions.extHostNatPort(session));
    if (flags & SESSION_STATIC_MAPPING) return;
    pool.release(outside, protocol, keyPort(word));
  }

  /** Adds the session's keys to the tables or takes them out. A bypass session has an inside key alone. */
  private change(session: number, isAdd: boolean): void {
    const { sessions } = this.parts;
    const flags = sessions.flags(session);
    const insideWord = sessions.in2outWord(session);
    const outsideWord = sessions.out2inWord(session);
    const host = sessions.extHostAddress(session);
    const isUnknown = (flags & SESSION_UNKNOWN_PROTO) !== 0;
    const isTwice = (flags & SESSION_TWICE_NAT) !== 0;
    const protocol = isUnknown ? keyPort(insideWord) & 0xff : ipProtocolOf(keyProtocol(insideWord));
    const remote = isTwice ? sessions.extHostNatAddress(session) : host;
    const remotePort = isTwice ? sessions.extHostNatPort(session) : sessions.extHostPort(session);
    const insideProtocol = edProtocolWord(protocol, keyFib(insideWord));
    const insidePorts = isUnknown ? 0 : edPortsWord(keyPort(insideWord), remotePort);
    const inside = sessions.in2outAddress(session);
    // Keys that lead elsewhere from now on, also from nat44-ed-classify.
    if (isAdd && this.isAnother(inside, remote, insideProtocol, insidePorts)) this.flowStamps.generation++;
    if (isAdd) this.in2out.set(inside, remote, insideProtocol, insidePorts, session);
    else this.in2out.delete(inside, remote, insideProtocol, insidePorts);
    if (flags & SESSION_FWD_BYPASS) return;
    const outsideProtocol = edProtocolWord(protocol, keyFib(outsideWord));
    const outsidePorts = isUnknown ? 0 : edPortsWord(keyPort(outsideWord), sessions.extHostPort(session));
    const outside = sessions.out2inAddress(session);
    if (isAdd && this.out2in.get(outside, host, outsideProtocol, outsidePorts) >= 0) this.flowStamps.generation++;
    if (isAdd) this.out2in.set(outside, host, outsideProtocol, outsidePorts, session);
    else this.out2in.delete(outside, host, outsideProtocol, outsidePorts);
  }

  /** True where a packet with the key of an inside flow has a session, in either direction. */
  private isAnother(inside: number, remote: number, protocol: number, ports: number): boolean {
    const turned = edPortsWord(ports >>> 16, ports & 0xffff);
    return (
      this.in2out.get(inside, remote, protocol, ports) >= 0 || this.out2in.get(remote, inside, protocol, turned) >= 0
    );
  }

  private growFinSequences(least: number): void {
    const capacity = Math.max(256, least + 1, this.i2oFinSequence.length * 2);
    this.i2oFinSequence = grownTo(capacity, this.i2oFinSequence);
    this.o2iFinSequence = grownTo(capacity, this.o2iFinSequence);
  }
}

function grownTo(length: number, from: Uint32Array): Uint32Array<ArrayBuffer> {
  const to = new Uint32Array(length);
  to.set(from);
  return to;
}
