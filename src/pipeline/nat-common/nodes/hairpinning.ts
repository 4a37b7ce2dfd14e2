/**
 * Hairpinning: packets of inside hosts to an outside address behind which another inside host stands (VPP 19.08
 * src/plugins/nat/nat44_hairpinning.c). What the packet was before its source was translated does not count: all is read anew.
 */

import * as icmp4 from '../../../wire/icmp4.js';
import * as ip4 from '../../../wire/ip4.js';
import * as udp from '../../../wire/udp.js';
import { isIcmpError, quotedHeader } from '../icmp-error.js';
import { IDENTIFIER_OFFSET, rewriteField, rewriteQuotedAddress } from '../icmp-rewrite.js';
import type { NatPacket } from '../nat-packet.js';
import { DROPPED, type NatStrategy } from './nat-strategy.js';
import { DESTINATION, rewriteAddress, rewriteTcp, rewriteTcpAddress, SOURCE } from '../rewrite.js';
import { keyFib, keyPort, NAT_ICMP, NAT_TCP, NAT_UDP, NAT_UNKNOWN, natProtocolOf } from '../state/session-key.js';

/** What hairpinning needs of a kind of NAT44. */
export interface HairpinStrategy extends Pick<NatStrategy, 'nat' | 'crashesOnAffinity' | 'isReassembled'> {
  /** Whether ICMP queries find sessions; else they are hairpinned to address-only mappings alone. */
  readonly hairpinsQueries: boolean;
  /** The session with the packet's destination for outside end, in the outside FIB, or -1. */
  findOutside(p: NatPacket, ipProtocol: number, protocol: number, port: number, remotePort: number): number;
}

/** Answers besides DROPPED. */
export const NOT_HAIRPINNED = 0;
export const HAIRPINNED = 1;
/** VPP 26.06 only: the destination is what it was. */
export const UNCHANGED = 2;

/**
 * snat_hairpinning: translates the destination of a TCP or UDP packet, where it is somebody's outside.
 *
 * nat44_reass_hairpinning gives the port of the session, since a fragment may lack it (`hasPorts` false). VPP takes that port for the
 * one the packet had, also where it was another, in the TCP checksum; and on later TCP fragments it adjusts the bytes where a first
 * fragment has its checksum.
 */
export function hairpin(s: HairpinStrategy, p: NatPacket, port: number, hasPorts: boolean): number {
  const { nat } = s;
  const { b, view, l3, l4 } = p;
  const ipProtocol = ip4.protocol(view, l3);
  const protocol = natProtocolOf(ipProtocol);
  const destination = ip4.destination(view, l3);
  if (s.crashesOnAffinity(p, destination, port, protocol)) return DROPPED;
  const fibBefore = b.swIfIndexTx;
  let address: number;
  let toPort: number;
  nat.hairpin.set(0, 0xffff, -1);
  if (nat.mappings.matchExternal(destination, port, protocol, 0)) {
    address = nat.mappings.matchedAddress;
    toPort = nat.mappings.matchedPort;
    b.swIfIndexTx = nat.mappings.matchedFibIndex;
    nat.hairpin.set(address, toPort, -1);
  } else {
    const session = s.findOutside(p, ipProtocol, protocol, port, p.portAt(SOURCE));
    if (session < 0) return NOT_HAIRPINNED;
    const word = nat.sessions.in2outWord(session);
    address = nat.sessions.in2outAddress(session);
    toPort = keyPort(word);
    b.swIfIndexTx = keyFib(word);
    nat.hairpin.set(address, toPort, session);
  }
  if (s.isReassembled && address === destination && toPort === port && b.swIfIndexTx === fibBefore) return UNCHANGED;
  if (address === 0) return NOT_HAIRPINNED;
  const changesPort = toPort !== port && hasPorts;
  if (changesPort) view.setUint16(l4 + DESTINATION.port, port);
  if (protocol === NAT_TCP) {
    if (changesPort) rewriteTcp(p, DESTINATION, address, toPort, 0);
    else rewriteTcpAddress(p, DESTINATION, address);
    return HAIRPINNED;
  }
  rewriteAddress(view, l3, DESTINATION, address);
  // Without a change of port VPP leaves the UDP checksum as it was, though the address changed.
  if (changesPort) {
    view.setUint16(l4 + DESTINATION.port, toPort);
    udp.setChecksum(view, l4, 0);
  }
  return HAIRPINNED;
}

/** snat_icmp_hairpinning: true where the destination was translated (VPP returns 0 then). */
export function hairpinIcmp(s: HairpinStrategy, p: NatPacket): boolean {
  return isIcmpError(p.icmpType) ? hairpinIcmpError(s, p) : hairpinIcmpQuery(s, p);
}

function hairpinIcmpError(s: HairpinStrategy, p: NatPacket): boolean {
  const { b, view, l3, l4 } = p;
  const { sessions } = s.nat;
  const inner = quotedHeader(l4);
  const innerL4 = inner + ip4.headerLength(view, inner);
  const ipProtocol = ip4.protocol(view, inner);
  const protocol = natProtocolOf(ipProtocol);
  if (protocol !== NAT_TCP && protocol !== NAT_UDP) return false;
  const port = view.getUint16(innerL4 + SOURCE.port);
  const session = s.findOutside(p, ipProtocol, protocol, port, view.getUint16(innerL4 + DESTINATION.port));
  if (session < 0) return false;
  const address = sessions.in2outAddress(session);
  const word = sessions.in2outWord(session);
  b.swIfIndexTx = keyFib(word);
  rewriteQuotedAddress(p, SOURCE, address, true);
  rewriteField(view, l4, innerL4 + SOURCE.port, keyPort(word));
  if (address !== 0) rewriteAddress(view, l3, DESTINATION, address);
  return true;
}

function hairpinIcmpQuery(s: HairpinStrategy, p: NatPacket): boolean {
  const { nat } = s;
  const { b, view, l3, l4 } = p;
  const mapping = nat.mappings.wholeByExternal(ip4.destination(view, l3), nat.outsideFibIndex);
  let address: number;
  if (mapping >= 0) {
    const { localAddress, fibIndex } = nat.mappings.use(mapping);
    address = localAddress;
    if (b.swIfIndexTx < 0) b.swIfIndexTx = fibIndex;
  } else {
    if (!s.hairpinsQueries) return false;
    const session = s.findOutside(p, ip4.PROTOCOL_ICMP, NAT_ICMP, icmp4.identifier(view, l4), 0);
    if (session < 0) return false;
    const word = nat.sessions.in2outWord(session);
    address = nat.sessions.in2outAddress(session);
    b.swIfIndexTx = keyFib(word);
    rewriteField(view, l4, l4 + IDENTIFIER_OFFSET, keyPort(word));
  }
  if (address !== 0) rewriteAddress(view, l3, DESTINATION, address);
  return true;
}

/**
 * nat_hairpinning_sm_unknown_proto, nat44_ed_hairpinning_unknown_proto: by session, which only endpoint-dependent mode has of such
 * protocols, or address-only mapping.
 */
export function hairpinUnknownProtocol(s: HairpinStrategy, p: NatPacket): boolean {
  const { nat } = s;
  const { b, view, l3 } = p;
  const session = s.findOutside(p, ip4.protocol(view, l3), NAT_UNKNOWN, 0, 0);
  let address: number;
  let fib: number;
  if (session >= 0) {
    address = nat.sessions.in2outAddress(session);
    fib = keyFib(nat.sessions.in2outWord(session));
  } else {
    const index = nat.mappings.wholeByExternal(ip4.destination(view, l3));
    if (index < 0) return false;
    const mapping = nat.mappings.use(index);
    address = mapping.localAddress;
    fib = mapping.fibIndex;
  }
  if (b.swIfIndexTx < 0) b.swIfIndexTx = fib;
  rewriteAddress(view, l3, DESTINATION, address);
  return true;
}
