/**
 * The making of sessions by packets from the inside (VPP 19.08 src/plugins/nat/in2out.c slow_path and
 * icmp_match_in2out_slow), shared by the slow paths of both arcs and by the reassembly node.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { notTranslateInput, notTranslateOutput } from '../nat-common/state/not-translate.js';
import { SESSION_STATIC_MAPPING } from '../nat-common/state/sessions.js';
import { keyFib, keyPort, NAT_ICMP, NAT_UNKNOWN, packKey } from '../nat-common/state/session-key.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { icmpHairpinning, hairpinUnknownProtocol } from './hairpinning.js';
import { icmpKeyAddress, icmpKeyPort, icmpKeyProtocol, isIcmpError } from '../nat-common/icmp-key.js';
import { isIcmpChecksumGood, noteIcmpChecksum, rewriteIcmp } from '../nat-common/icmp-rewrite.js';
import { DESTINATION, rewriteAddress, SOURCE } from '../nat-common/rewrite.js';
import { DROPPED, NO_SESSION, SessionWork } from './session-work.js';

export class In2OutSlowpath extends SessionWork {
  /** A session for a packet without one: its index, NO_SESSION for an identity mapping, or DROPPED. */
  create(
    b: PacketBuffer,
    l3: number,
    l4: number,
    address: number,
    port: number,
    protocol: number,
    fib: number,
  ): number {
    const { nat } = this;
    const { view } = b;
    if (nat.isFull) return this.refuse(b, this.error.MAX_SESSIONS_EXCEEDED, this.cause.MAX_SESSIONS, address, port);
    const isStatic = nat.mappings.matchLocal(address, port, protocol, fib, nat.outsideFibIndex);
    if (isStatic && nat.mappings.matchedIsIdentity) return NO_SESSION;
    if (!isStatic && !nat.pool.allocate(protocol, fib))
      return this.refuse(b, this.error.OUT_OF_PORTS, this.cause.OUT_OF_PORTS, address, port);
    const outAddress = isStatic ? nat.mappings.matchedAddress : nat.pool.allocatedAddress;
    const outPort = isStatic ? nat.mappings.matchedPort : nat.pool.allocatedPort;

    const { sessions, users, classic } = nat;
    const user = users.getOrCreate(ip4.source(view, l3), fib);
    const session = classic.allocateOrRecycle(user, nat.maxTranslationsPerUser);
    if (isStatic) sessions.addFlags(session, SESSION_STATIC_MAPPING);
    users.countSession(user, isStatic, nat.maxTranslationsPerUser);
    sessions.setIn2out(session, address, packKey(port, protocol, fib));
    sessions.setOut2in(session, outAddress, packKey(outPort, protocol, nat.outsideFibFor(ip4.destination(view, l3))));
    sessions.setExtHostPort(session, view.getUint16(l4 + DESTINATION.port));
    classic.index(session);
    return session;
  }

  /**
   * icmp_in2out_slow_path: looks up or makes the session, translates, counts. Result: a session, NO_SESSION for a
   * packet that passes untranslated, DROPPED.
   */
  icmp(b: PacketBuffer, l3: number, l4: number): number {
    const { nat } = this;
    const { view } = b;
    const session = this.matchIcmp(b, l3, l4);
    if (session < 0) return session;
    nat.lastSession = session;
    if (!isIcmpChecksumGood(b, l3, l4)) {
      noteIcmpChecksum(b, l4, this.cause.BAD_ICMP_CHECKSUM);
      return DROPPED;
    }
    const { sessions } = nat;
    const address = sessions.out2inAddress(session);
    const word = sessions.out2inWord(session);
    const protocol = icmpKeyProtocol(view, l4);
    if (!rewriteIcmp(b, l3, l4, SOURCE, DESTINATION, protocol, address, keyPort(word), true)) {
      b.cause = this.cause.BAD_INNER_CHECKSUM;
      return DROPPED;
    }
    if (b.swIfIndexTx < 0 && !icmpHairpinning(nat, b, l3, l4)) b.swIfIndexTx = keyFib(word);
    this.account(b, session);
    return session;
  }

  /** nat_in2out_sm_unknown_proto: by an address-only static mapping or not at all; false for not at all. */
  unknownProtocol(b: PacketBuffer, l3: number, fib: number): boolean {
    const { nat } = this;
    const index = nat.mappings.byLocal.get(ip4.source(b.view, l3), packKey(0, 0, fib));
    if (index < 0) {
      b.error = this.error.UNSUPPORTED_PROTOCOL;
      b.cause = this.cause.UNSUPPORTED_PROTOCOL;
      b.causeArg0 = ip4.source(b.view, l3);
      b.causeArg1 = ip4.protocol(b.view, l3);
      return false;
    }
    const mapping = nat.mappings.use(index);
    rewriteAddress(b.view, l3, SOURCE, mapping.externalAddress);
    if (b.swIfIndexTx < 0) {
      b.swIfIndexTx = mapping.fibIndex;
      hairpinUnknownProtocol(nat, b, l3);
    }
    return true;
  }

  /** icmp_match_in2out_slow */
  private matchIcmp(b: PacketBuffer, l3: number, l4: number): number {
    const { nat } = this;
    const { view } = b;
    const fib = this.fibOf[b.swIfIndexRx];
    const protocol = icmpKeyProtocol(view, l4);
    if (protocol === NAT_UNKNOWN) return this.refuseQuotedProtocol(b, l4);
    const address = icmpKeyAddress(view, l3, l4, SOURCE, DESTINATION);
    const port = icmpKeyPort(view, l4, DESTINATION);
    const type = icmp4.type(view, l4);
    const session = nat.classic.in2out.get(address, packKey(port, protocol, fib));
    const source = ip4.source(view, l3);
    if (session >= 0) {
      if (type === icmp4.ECHO_REQUEST || type === icmp4.ECHO_REPLY || isIcmpError(type)) return session;
      return this.refuse(b, this.error.BAD_ICMP_TYPE, this.cause.BAD_ICMP_TYPE, source, type);
    }
    const rx = b.swIfIndexRx;
    const destination = ip4.destination(view, l3);
    // VPP takes the two bytes at the destination port's place here, which in an ICMP header are the checksum.
    const isLeftAlone =
      b.swIfIndexTx >= 0
        ? notTranslateOutput(nat, rx, fib, source, port, destination, port, protocol)
        : notTranslateInput(nat, rx, destination, view.getUint16(l4 + DESTINATION.port), NAT_ICMP, fib);
    if (isLeftAlone) return NO_SESSION;
    if (isIcmpError(type)) return this.refuse(b, this.error.BAD_ICMP_TYPE, this.cause.BAD_ICMP_TYPE, source, type);
    return this.create(b, l3, l4, address, port, protocol, fib);
  }
}
