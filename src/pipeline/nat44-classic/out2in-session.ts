/**
 * What packets from the outside find or make (VPP 19.08 src/plugins/nat/out2in.c create_session_for_static_mapping,
 * icmp_match_out2in_slow), shared by nat44-out2in and its reassembly node.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import { SESSION_STATIC_MAPPING } from '../nat-common/state/sessions.js';
import { keyFib, keyPort, NAT_TCP, NAT_UNKNOWN, packKey } from '../nat-common/state/session-key.js';
import { FLAG_NAT44_MISSED, type PacketBuffer } from '../engine/packet-buffer.js';
import { icmpKeyAddress, icmpKeyPort, icmpKeyProtocol, isIcmpError } from '../nat-common/icmp-key.js';
import { isIcmpChecksumGood, noteIcmpChecksum, rewriteIcmp } from '../nat-common/icmp-rewrite.js';
import { noteMissed } from '../nat-common/missed.js';
import { DESTINATION, rewriteAddress, rewriteTcp, rewriteUdp, SOURCE } from '../nat-common/rewrite.js';
import { DROPPED, NO_SESSION, SessionWork } from './session-work.js';

/** Translates the destination of a packet of a session, with the accounting that goes with it. */
export function translateDestination(
  nat: Nat44,
  b: PacketBuffer,
  l3: number,
  l4: number,
  session: number,
  protocol: number,
): void {
  const { sessions } = nat;
  const address = sessions.in2outAddress(session);
  const port = keyPort(sessions.in2outWord(session));
  if (protocol === NAT_TCP) rewriteTcp(b.view, l3, l4, DESTINATION, address, port, 0);
  else rewriteUdp(b.view, l3, l4, DESTINATION, address, port);
  sessions.countPacket(session, nat.clock.now, b.length + b.cutBytes);
  nat.users.touch(session);
}

export class Out2InSessions extends SessionWork {
  /** A session for the static mapping that nat.mappings matched last; DROPPED where there are too many sessions. */
  create(b: PacketBuffer, l4: number, address: number, port: number, protocol: number, fib: number): number {
    const { nat } = this;
    if (nat.isFull) return this.refuse(b, this.error.MAX_SESSIONS_EXCEEDED, this.cause.MAX_SESSIONS, address, port);
    const { sessions, users, classic } = nat;
    const { matchedAddress, matchedPort, matchedFibIndex } = nat.mappings;
    const user = users.getOrCreate(matchedAddress, matchedFibIndex);
    const session = classic.allocateOrRecycle(user, nat.maxTranslationsPerUser);
    sessions.addFlags(session, SESSION_STATIC_MAPPING);
    sessions.setExtHostPort(session, b.view.getUint16(l4 + SOURCE.port));
    users.countSession(user, true, nat.maxTranslationsPerUser);
    sessions.setIn2out(session, matchedAddress, packKey(matchedPort, protocol, matchedFibIndex));
    sessions.setOut2in(session, address, packKey(port, protocol, fib));
    classic.index(session);
    return session;
  }

  /** Translates the destination of a TCP or UDP packet to the session's inside, and counts it. */
  translate(b: PacketBuffer, l3: number, l4: number, session: number, protocol: number): void {
    b.swIfIndexTx = keyFib(this.nat.sessions.in2outWord(session));
    translateDestination(this.nat, b, l3, l4, session, protocol);
  }

  /** As translate, for a fragment without L4 header. */
  translateFragment(b: PacketBuffer, l3: number, session: number): void {
    const { sessions } = this.nat;
    b.swIfIndexTx = keyFib(sessions.in2outWord(session));
    rewriteAddress(b.view, l3, DESTINATION, sessions.in2outAddress(session));
    this.account(b, session);
  }

  /** icmp_out2in_slow_path: a session, NO_SESSION for a packet that passes untranslated, DROPPED. */
  icmp(b: PacketBuffer, l3: number, l4: number): number {
    const { nat } = this;
    const session = this.matchIcmp(b, l3, l4);
    if (session < 0) return session;
    nat.lastSession = session;
    if (!isIcmpChecksumGood(b, l3, l4)) {
      noteIcmpChecksum(b, l4, this.cause.BAD_ICMP_CHECKSUM);
      return DROPPED;
    }
    const address = nat.sessions.in2outAddress(session);
    const word = nat.sessions.in2outWord(session);
    b.swIfIndexTx = keyFib(word);
    const protocol = icmpKeyProtocol(b.view, l4);
    if (!rewriteIcmp(b, l3, l4, DESTINATION, SOURCE, protocol, address, keyPort(word), false)) {
      b.cause = this.cause.BAD_INNER_CHECKSUM;
      return DROPPED;
    }
    this.account(b, session);
    return session;
  }

  /** Notes that nothing translates the packet's destination, which with forwarding disabled ends its way. */
  refuseUntranslated(b: PacketBuffer, l3: number): number {
    b.error = this.error.NO_TRANSLATION;
    b.cause = this.cause.NO_TRANSLATION;
    noteMissed(b, l3);
    return DROPPED;
  }

  /** icmp_match_out2in_slow */
  private matchIcmp(b: PacketBuffer, l3: number, l4: number): number {
    const { nat } = this;
    const { view } = b;
    const fib = this.fibOf[b.swIfIndexRx];
    const protocol = icmpKeyProtocol(view, l4);
    if (protocol === NAT_UNKNOWN) return this.refuseQuotedProtocol(b, l4);
    const address = icmpKeyAddress(view, l3, l4, DESTINATION, SOURCE);
    const port = icmpKeyPort(view, l4, SOURCE);
    const type = icmp4.type(view, l4);
    const isEcho = type === icmp4.ECHO_REPLY || type === icmp4.ECHO_REQUEST;
    const destination = ip4.destination(view, l3);
    const session = nat.classic.out2in.get(address, packKey(port, protocol, fib));
    if (session >= 0) {
      if (isEcho || isIcmpError(type)) return session;
      return this.refuse(b, this.error.BAD_ICMP_TYPE, this.cause.BAD_ICMP_TYPE, destination, type);
    }
    if (!nat.mappings.matchExternal(address, port, protocol, 0)) {
      if (!nat.forwardingEnabled && nat.fib.firstAddressOf(b.swIfIndexRx) !== destination)
        return this.refuseUntranslated(b, l3);
      b.flags |= FLAG_NAT44_MISSED;
      return NO_SESSION;
    }
    const isAllowed = type === icmp4.ECHO_REPLY || (type === icmp4.ECHO_REQUEST && nat.mappings.matchedIsAddressOnly);
    if (!isAllowed) return this.refuse(b, this.error.BAD_ICMP_TYPE, this.cause.BAD_ICMP_TYPE, destination, type);
    if (nat.mappings.matchedIsIdentity) return NO_SESSION;
    return this.create(b, l4, address, port, protocol, fib);
  }
}
