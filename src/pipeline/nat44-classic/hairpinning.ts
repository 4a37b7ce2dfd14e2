/**
 * Hairpinning: packets of inside hosts to an outside address behind which another inside host stands (VPP 19.08
 * src/plugins/nat/nat44_hairpinning.c, classic mode).
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import * as udp from '../../wire/udp.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import {
  keyFib,
  keyPort,
  NAT_ICMP,
  NAT_TCP,
  NAT_UDP,
  natProtocolOf,
  packKey,
} from '../nat-common/state/session-key.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { isIcmpError, quotedHeader } from '../nat-common/icmp-key.js';
import { rewriteField, rewriteQuotedAddress } from '../nat-common/icmp-rewrite.js';
import { DESTINATION, rewriteAddress, rewriteTcp, rewriteTcpAddress, SOURCE } from '../nat-common/rewrite.js';

const IDENTIFIER_OFFSET = 4;

/** Where `findInside` found the destination: an inside address and port. */
let insideAddress = 0;
let insidePort = 0;

/** Finds the inside of an outside address and port, by static mapping or session, and notes its FIB in the buffer. */
function findInside(nat: Nat44, b: PacketBuffer, destination: number, port: number, protocol: number): boolean {
  if (nat.mappings.matchExternal(destination, port, protocol, 0)) {
    insideAddress = nat.mappings.matchedAddress;
    insidePort = nat.mappings.matchedPort;
    b.swIfIndexTx = nat.mappings.matchedFibIndex;
  } else {
    const session = nat.classic.out2in.get(destination, packKey(port, protocol, nat.outsideFibIndex));
    if (session < 0) return false;
    const word = nat.sessions.in2outWord(session);
    insideAddress = nat.sessions.in2outAddress(session);
    insidePort = keyPort(word);
    b.swIfIndexTx = keyFib(word);
  }
  return insideAddress !== 0;
}

/** snat_hairpinning: translates the destination; false where it is nobody's outside. */
export function hairpinning(nat: Nat44, b: PacketBuffer, l3: number, l4: number, protocol: number): boolean {
  const { view } = b;
  const port = view.getUint16(l4 + DESTINATION.port);
  if (!findInside(nat, b, ip4.destination(view, l3), port, protocol)) return false;
  translateHairpinned(view, l3, l4, protocol, insideAddress, insidePort, insidePort !== port);
  return true;
}

/**
 * nat44_reass_hairpinning: as hairpinning, with the port from the session since a fragment may lack it. VPP takes that
 * port for the one the packet had, also where it was another, in the TCP checksum; and on later TCP fragments it adjusts
 * the bytes where a first fragment has its checksum.
 */
export function hairpinFragment(nat: Nat44, b: PacketBuffer, l3: number, port: number, protocol: number): void {
  const { view } = b;
  if (!findInside(nat, b, ip4.destination(view, l3), port, protocol)) return;
  const isFirst = (ip4.flagsAndFragment(view, l3) & (ip4.MORE_FRAGMENTS | ip4.FRAGMENT_OFFSET)) === ip4.MORE_FRAGMENTS;
  const l4 = l3 + ip4.headerLength(view, l3);
  const changesPort = insidePort !== port && isFirst;
  if (changesPort) view.setUint16(l4 + DESTINATION.port, port);
  translateHairpinned(view, l3, l4, protocol, insideAddress, insidePort, changesPort);
}

/** Translates the destination to an inside host, with the port where the packet has one and it changes. */
export function translateHairpinned(
  view: DataView,
  l3: number,
  l4: number,
  protocol: number,
  address: number,
  port: number,
  changesPort: boolean,
): void {
  if (protocol === NAT_TCP) {
    if (changesPort) rewriteTcp(view, l3, l4, DESTINATION, address, port, 0);
    else rewriteTcpAddress(view, l3, l4, DESTINATION, address);
    return;
  }
  rewriteAddress(view, l3, DESTINATION, address);
  if (!changesPort) return; // VPP leaves the UDP checksum as it was, though the address changed
  view.setUint16(l4 + DESTINATION.port, port);
  udp.setChecksum(view, l4, 0);
}

/** snat_icmp_hairpinning: true where the destination was translated (VPP returns 0 then). */
export function icmpHairpinning(nat: Nat44, b: PacketBuffer, l3: number, l4: number): boolean {
  return isIcmpError(icmp4.type(b.view, l4)) ? hairpinIcmpError(nat, b, l3, l4) : hairpinIcmpQuery(nat, b, l3, l4);
}

function hairpinIcmpError(nat: Nat44, b: PacketBuffer, l3: number, l4: number): boolean {
  const { view } = b;
  const inner = quotedHeader(l4);
  const innerL4 = inner + ip4.headerLength(view, inner);
  const protocol = natProtocolOf(ip4.protocol(view, inner));
  if (protocol !== NAT_TCP && protocol !== NAT_UDP) return false;
  const key = packKey(view.getUint16(innerL4 + SOURCE.port), protocol, nat.outsideFibIndex);
  const session = nat.classic.out2in.get(ip4.destination(view, l3), key);
  if (session < 0) return false;
  const address = nat.sessions.in2outAddress(session);
  const word = nat.sessions.in2outWord(session);
  b.swIfIndexTx = keyFib(word);
  rewriteQuotedAddress(view, l4, SOURCE, address, true);
  rewriteField(view, l4, innerL4 + SOURCE.port, keyPort(word));
  if (address !== 0) rewriteAddress(view, l3, DESTINATION, address);
  return true;
}

function hairpinIcmpQuery(nat: Nat44, b: PacketBuffer, l3: number, l4: number): boolean {
  const { view } = b;
  const destination = ip4.destination(view, l3);
  const mapping = nat.mappings.byExternal.get(destination, packKey(0, 0, nat.outsideFibIndex));
  let address: number;
  if (mapping >= 0) {
    const { localAddress, fibIndex } = nat.mappings.use(mapping);
    address = localAddress;
    if (b.swIfIndexTx < 0) b.swIfIndexTx = fibIndex;
  } else {
    const key = packKey(icmp4.identifier(view, l4), NAT_ICMP, nat.outsideFibIndex);
    const session = nat.classic.out2in.get(destination, key);
    if (session < 0) return false;
    const word = nat.sessions.in2outWord(session);
    address = nat.sessions.in2outAddress(session);
    b.swIfIndexTx = keyFib(word);
    rewriteField(view, l4, l4 + IDENTIFIER_OFFSET, keyPort(word));
  }
  if (address !== 0) rewriteAddress(view, l3, DESTINATION, address);
  return true;
}

/** nat_hairpinning_sm_unknown_proto */
export function hairpinUnknownProtocol(nat: Nat44, b: PacketBuffer, l3: number): void {
  const index = nat.mappings.byExternal.get(ip4.destination(b.view, l3), packKey(0, 0, 0));
  if (index < 0) return;
  const { localAddress, fibIndex } = nat.mappings.use(index);
  rewriteAddress(b.view, l3, DESTINATION, localAddress);
  if (b.swIfIndexTx < 0) b.swIfIndexTx = fibIndex;
}
