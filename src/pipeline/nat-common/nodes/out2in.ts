/**
 * Out2in as both kinds of NAT44 have it: sessions for packets to static mappings (VPP 19.08 src/plugins/nat/out2in.c
 * create_session_for_static_mapping and icmp_match_out2in_slow, out2in_ed.c with their twins).
 */

import * as icmp4 from '../../../wire/icmp4.js';
import { FLAG_NAT44_MISSED } from '../../engine/packet-buffer.js';
import { hasSession } from '../icmp-error.js';
import { opensConnection, type NatPacket } from '../nat-packet.js';
import { DROPPED, NatStrategy, NEXT_FEATURE, PASSED, PASSED_ALONE, TO_IN2OUT } from './nat-strategy.js';
import { NAT_TCP, NAT_UDP, packKey } from '../state/session-key.js';
import { SESSION_STATIC_MAPPING } from '../state/sessions.js';

const DHCP_TO_CLIENT = 68; // RFC 2131 §4.1

export abstract class Out2in extends NatStrategy {
  readonly isIn2out = false;
  /** Only a SYN may make a session of TCP. */
  protected abstract readonly needsSyn: boolean;

  /** The external address that an ICMP message without session is matched by. */
  protected abstract externalOf(p: NatPacket): number;

  /** Files a new session by its ends; the packet is its first. Returns the session, or DROPPED. */
  protected abstract file(p: NatPacket, session: number): number;

  create(p: NatPacket): number {
    return this.work.isReassembly ? this.createForFragment(p) : this.match(p, p.source);
  }

  protected matchIcmp(p: NatPacket): number {
    const { nat } = this;
    const { error, cause } = this.work;
    const { b, destination, protocol: own } = p;
    if (!p.readIcmpKey(false)) return this.dropQuoted(p);
    const type = p.icmpType;
    const session = this.find(p);
    if (session >= 0) {
      if (hasSession(type)) return session;
      return this.drop(p, error.BAD_ICMP_TYPE, cause.BAD_ICMP_TYPE, destination, type);
    }
    const external = this.externalOf(p);
    if (this.crashesOnAffinity(p, external, p.localPort, p.protocol)) return DROPPED;
    if (!nat.mappings.matchExternal(external, p.localPort, p.protocol, 0)) {
      const isPassed = nat.forwardingEnabled || this.isOwnAddress(b.swIfIndexRx, destination);
      return isPassed ? this.passMissed(p, own) : this.dropUntranslated(p);
    }
    const isQueryToAddress = type === icmp4.ECHO_REQUEST && nat.mappings.matchedIsAddressOnly;
    if (type !== icmp4.ECHO_REPLY && !isQueryToAddress)
      return this.drop(p, error.BAD_ICMP_TYPE, cause.BAD_ICMP_TYPE, destination, type);
    return nat.mappings.matchedIsIdentity ? PASSED_ALONE : this.open(p);
  }

  protected steerIcmp({ b }: NatPacket, fib: number): void {
    b.swIfIndexTx = fib;
  }

  /**
   * Where a kind of NAT44 does more about a packet that nothing translates, with forwarding enabled; false where it is an inside host's
   * after all. `own` is NAT's number of its own protocol.
   */
  protected forward?(p: NatPacket, own: number): boolean;

  /** Nothing translates the packet, and it goes on. */
  protected passMissed(p: NatPacket, own: number): number {
    const { b } = p;
    if (this.nat.forwardingEnabled && this.forward?.(p, own) === false) return TO_IN2OUT;
    p.isMissed = (b.flags & FLAG_NAT44_MISSED) === 0;
    b.flags |= FLAG_NAT44_MISSED;
    return PASSED;
  }

  /** The reassembly node does not name the client, and whatever kept a session from being made, it calls it "no translation". */
  private createForFragment(p: NatPacket): number {
    const { error } = this.work;
    const { destination, localPort, protocol } = p;
    if (this.crashesOnAffinity(p, destination, localPort, protocol)) return DROPPED;
    const answer = this.match(p, 0);
    if (answer === DROPPED && p.b.error !== error.NON_SYN) p.b.error = error.NO_TRANSLATION;
    return answer;
  }

  private match(p: NatPacket, client: number): number {
    const { nat } = this;
    const { localPort, protocol } = p;
    if (nat.mappings.matchExternal(p.destination, localPort, protocol, client)) return this.openMatched(p);
    // So that a DHCP client on an outside interface gets its answers.
    if (localPort === DHCP_TO_CLIENT && protocol === NAT_UDP) return NEXT_FEATURE;
    return nat.forwardingEnabled ? this.passMissed(p, protocol) : this.dropUntranslated(p);
  }

  /** A session for the mapping that was matched last, if it needs one and the packet may make one. */
  private openMatched(p: NatPacket): number {
    const { error, cause } = this.work;
    if (this.nat.mappings.matchedIsIdentity) return PASSED_ALONE;
    if (this.needsSyn && p.protocol === NAT_TCP && !opensConnection(p.view, p.l4))
      return this.drop(p, error.NON_SYN, cause.NON_SYN, p.destination, p.localPort);
    return this.open(p);
  }

  /** A session for the static mapping that was matched last. */
  private open(p: NatPacket): number {
    const { nat, sessions, work } = this;
    const { matchedAddress: inside, matchedPort: insidePort, matchedFibIndex: insideFib } = nat.mappings;
    if (nat.isFull) return this.drop(p, work.error.MAX_SESSIONS_EXCEEDED, work.cause.MAX_SESSIONS, inside);
    const session = this.allocateFor(p, inside, insideFib);
    if (session < 0) return session;
    sessions.addFlags(session, SESSION_STATIC_MAPPING);
    this.countSession(session, true);
    sessions.setIn2out(session, inside, packKey(insidePort, p.protocol, insideFib));
    sessions.setOut2in(session, p.destination, packKey(p.localPort, p.protocol, p.fib));
    return this.file(p, session);
  }
}
