/** Out2in of endpoint-dependent NAT44 (VPP 19.08 src/plugins/nat/out2in_ed.c). */

import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { NatPacket } from '../nat-common/nat-packet.js';
import { AS_UDP } from '../nat-common/nodes/nat-strategy.js';
import { Out2in } from '../nat-common/nodes/out2in.js';
import { DESTINATION, rewriteAddress } from '../nat-common/rewrite.js';
import { NAT_ICMP, NAT_TCP, NAT_UNKNOWN, packKey } from '../nat-common/state/session-key.js';
import {
  SESSION_AFFINITY,
  SESSION_ENDPOINT_DEPENDENT,
  SESSION_FWD_BYPASS,
  SESSION_LOAD_BALANCING,
  SESSION_STATIC_MAPPING,
  SESSION_TWICE_NAT,
  SESSION_UNKNOWN_PROTO,
} from '../nat-common/state/sessions.js';
import { AFFINITY_LB, NO_LB, TWICE_NAT, TWICE_NAT_SELF } from '../nat-common/state/static-mappings.js';
import { edPortsWord, edProtocolWord, unknownWord } from './state/ed-key.js';
import { trackSegment } from './state/tcp-state.js';

/** FIB that twice-nat addresses are asked for: VPP says 0, and pool addresses without tenant VRF serve any. */
const TWICE_NAT_FIB = 0;

export class EdOut2in extends Out2in {
  readonly marksIdentity = true;
  readonly readsTcpFlags = true;
  protected readonly needsSyn = true;
  private readonly ed = this.work.tables.nat44Ed;

  find(p: NatPacket): number {
    const ports = edPortsWord(p.localPort, p.remotePort);
    return this.ed.out2in.get(p.local, p.remote, edProtocolWord(p.ipProtocol, p.fib), ports);
  }

  override closes(p: NatPacket, session: number): boolean {
    const isClosed = trackSegment(this.ed, session, p, false);
    if (isClosed) this.ed.remove(session);
    return isClosed;
  }

  /**
   * On an interface with nat44-ed-classify VPP takes the next slot of that node for one of this node's, and slot 3 is
   * nat44-ed-in2out here.
   */
  override nextFeature(b: PacketBuffer): number {
    const { tables, arcs, next } = this.work;
    return tables.features.isEnabled('ip4-unicast', 'nat44-ed-classify', b.swIfIndexRx) ? next.IN2OUT : arcs.next(b);
  }

  /** nat44_ed_out2in_unknown_proto: by session or address-only static mapping. */
  unknownProtocol(p: NatPacket): number {
    const { nat } = this;
    const session = this.translateUnknown(p);
    if (!nat.forwardingEnabled) return session;
    // VPP goes on with such a packet as if it were UDP; an error set before stays in the buffer.
    p.b.cause = 0;
    const { isNew } = p;
    p.begin(p.b, p.l3, p.fib, false, false);
    p.session = session < 0 ? -1 : session;
    p.isNew = isNew;
    return AS_UDP;
  }

  protected externalOf(p: NatPacket): number {
    return p.destination;
  }

  protected allocate(user: number): number {
    return this.ed.allocate(user, this.nat.maxTranslationsPerUser, this.nat.clock.now);
  }

  /** A mapping with twice-nat translates the client, too. */
  protected file(p: NatPacket, session: number): number {
    const { nat, sessions, work } = this;
    const { protocol, remote, localPort, destination } = p;
    const { ports, twicePool, mappings } = nat;
    const isQuery = protocol === NAT_ICMP;
    const lb = isQuery ? NO_LB : mappings.matchedLb;
    const isSelf = mappings.matchedTwiceNat === TWICE_NAT_SELF && remote === sessions.in2outAddress(session);
    sessions.setExtHost(session, remote, p.remotePort);
    sessions.addFlags(session, SESSION_ENDPOINT_DEPENDENT);
    if (lb !== NO_LB) sessions.addFlags(session, SESSION_LOAD_BALANCING | (lb === AFFINITY_LB ? SESSION_AFFINITY : 0));
    if (!isQuery && (mappings.matchedTwiceNat === TWICE_NAT || isSelf)) {
      const drawn = ports.draws;
      if (!twicePool.allocate(protocol, TWICE_NAT_FIB)) {
        nat.users.deleteSession(session);
        p.isNew = false;
        return this.drop(p, work.error.OUT_OF_PORTS, work.cause.NO_TWICE_NAT_PORT, destination, localPort);
      }
      sessions.setExtHostNat(session, twicePool.allocatedAddress, twicePool.allocatedPort);
      sessions.addFlags(session, SESSION_TWICE_NAT);
      this.notePort(p, session, twicePool, drawn);
    }
    this.ed.index(session);
    return session;
  }

  /** An inside host's packet goes to nat44-ed-in2out (next_src_nat); any other gets a bypass session. */
  protected override forward(p: NatPacket, own: number): boolean {
    const { source, destination, ipProtocol, fib, localPort, remotePort } = p;
    // An ICMP message's identifier counts as the source's.
    const ports = own === NAT_ICMP ? edPortsWord(localPort, remotePort) : edPortsWord(remotePort, localPort);
    if (this.ed.in2out.get(source, destination, edProtocolWord(ipProtocol, fib), ports) >= 0) return false;
    this.bypass(p, own);
    return true;
  }

  /**
   * create_bypass_for_fwd: with forwarding enabled, a flow that comes in untranslated gets a session that lets its answers out
   * untranslated. The packet itself counts with 0 bytes.
   */
  private bypass(p: NatPacket, own: number): void {
    const { ed, nat } = this;
    const ports = p.protocol === NAT_UNKNOWN ? 0 : edPortsWord(p.localPort, p.remotePort);
    const known = ed.in2out.get(p.local, p.remote, edProtocolWord(p.ipProtocol, 0), ports);
    const session = known >= 0 ? known : this.openBypass(p);
    if (session < 0) return;
    if (own === NAT_TCP && this.closes(p, session)) return;
    nat.sessions.countPacket(session, nat.clock.now, 0);
    nat.users.touch(session);
  }

  /** The bypass session for the packet's key, or -1. */
  private openBypass({ local, remote, localPort, remotePort, destination, ipProtocol, protocol }: NatPacket): number {
    const { nat, sessions, ed } = this;
    if (nat.isFull) return -1;
    const user = nat.users.getOrCreate(destination, nat.insideFibIndex);
    const session = this.allocate(user);
    if (session < 0) {
      nat.users.deleteIfIdle(user);
      return -1;
    }
    const isUnknown = protocol === NAT_UNKNOWN;
    const word = packKey(isUnknown ? ipProtocol : localPort, protocol, 0);
    sessions.setExtHost(session, remote, isUnknown ? 0 : remotePort);
    sessions.addFlags(session, SESSION_FWD_BYPASS | (isUnknown ? SESSION_UNKNOWN_PROTO : 0));
    sessions.setOut2in(session, local, word);
    sessions.setIn2out(session, local, word);
    this.countSession(session, false);
    ed.index(session);
    return session;
  }

  /** The session that translated the packet, or DROPPED with the reason left in it. */
  private translateUnknown(p: NatPacket): number {
    const { ed, sessions } = this;
    const { b, view, l3, local, remote, ipProtocol, fib } = p;
    const known = ed.out2in.get(local, remote, edProtocolWord(ipProtocol, fib), 0);
    const session = known >= 0 ? known : this.openUnknown(p);
    if (session < 0) return session;
    rewriteAddress(view, l3, DESTINATION, sessions.in2outAddress(session));
    b.swIfIndexTx = this.fibOfSession(session);
    this.account(p, session);
    return session;
  }

  private openUnknown(p: NatPacket): number {
    const { nat, sessions, work } = this;
    const { error, cause } = work;
    const { view, l3, source, destination, ipProtocol, fib } = p;
    if (nat.isFull) return this.drop(p, error.MAX_SESSIONS_EXCEEDED, cause.MAX_SESSIONS, destination);
    const index = nat.mappings.wholeByExternal(destination);
    if (index < 0) return this.drop(p, error.NO_TRANSLATION, cause.UNKNOWN_WITHOUT_MAPPING, destination, ipProtocol);
    const { localAddress: inside, fibIndex: insideFib } = nat.mappings.use(index);
    const session = this.allocateFor(p, inside, insideFib);
    if (session < 0) {
      // VPP has changed the address by now, and with forwarding enabled sends the packet on with its old checksum.
      view.setInt32(l3 + DESTINATION.address, inside);
      return session;
    }
    sessions.addFlags(session, SESSION_STATIC_MAPPING | SESSION_UNKNOWN_PROTO | SESSION_ENDPOINT_DEPENDENT);
    this.countSession(session, true);
    sessions.setExtHost(session, source, 0);
    sessions.setIn2out(session, inside, unknownWord(ipProtocol, sessions.in2outWord(session), insideFib));
    sessions.setOut2in(session, destination, unknownWord(ipProtocol, sessions.out2inWord(session), fib));
    this.ed.index(session);
    return session;
  }
}
