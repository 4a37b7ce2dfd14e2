/**
 * Hairpinning in endpoint-dependent mode: packets of inside hosts to an outside address behind which another inside
 * host stands (VPP 19.08 src/plugins/nat/nat44_hairpinning.c with is_ed).
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { keyFib, keyPort, NAT_TCP, NAT_UDP, natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import { translateHairpinned } from '../nat44-classic/hairpinning.js';
import { isIcmpError, quotedHeader } from '../nat-common/icmp-key.js';
import { rewriteField, rewriteQuotedAddress } from '../nat-common/icmp-rewrite.js';
import { DESTINATION, rewriteAddress, SOURCE } from '../nat-common/rewrite.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { DROPPED, type EdWork } from './ed-work.js';

/** Answers besides DROPPED. */
export const NOT_HAIRPINNED = 0;
export const HAIRPINNED = 1;

/**
 * snat_hairpinning and nat44_reass_hairpinning: translates the destination of a packet to an outside address. `port` is
 * the one to look for, which a fragment may not carry (`hasPorts` false); the session is looked for by what is in the
 * place of the ports anyhow.
 */
export function hairpinning(
  w: EdWork,
  b: PacketBuffer,
  l3: number,
  l4: number,
  protocol: number,
  port: number,
  hasPorts: boolean,
): number {
  const { nat } = w;
  const { view } = b;
  const destination = ip4.destination(view, l3);
  if (w.crashesOnAffinity(b, destination, port, protocol)) return DROPPED;
  let address: number;
  let toPort: number;
  if (nat.mappings.matchExternal(destination, port, protocol, 0)) {
    address = nat.mappings.matchedAddress;
    toPort = nat.mappings.matchedPort;
    b.swIfIndexTx = nat.mappings.matchedFibIndex;
  } else {
    const sourcePort = view.getUint16(l4 + SOURCE.port);
    const destinationPort = view.getUint16(l4 + DESTINATION.port);
    const session = nat.ed.findOut2in(
      destination,
      ip4.source(view, l3),
      ip4.protocol(view, l3),
      nat.outsideFibIndex,
      destinationPort,
      sourcePort,
    );
    if (session < 0) return NOT_HAIRPINNED;
    const word = nat.sessions.in2outWord(session);
    address = nat.sessions.in2outAddress(session);
    toPort = keyPort(word);
    b.swIfIndexTx = keyFib(word);
  }
  if (address === 0) return NOT_HAIRPINNED;
  translateHairpinned(view, l3, l4, protocol, address, toPort, toPort !== port && hasPorts);
  return HAIRPINNED;
}

/** snat_icmp_hairpinning: true where the destination was translated (VPP returns 0 then). */
export function hairpinIcmp(w: EdWork, b: PacketBuffer, l3: number, l4: number): boolean {
  return isIcmpError(icmp4.type(b.view, l4)) ? hairpinIcmpError(w, b, l3, l4) : hairpinIcmpQuery(w, b, l3);
}

function hairpinIcmpError({ nat }: EdWork, b: PacketBuffer, l3: number, l4: number): boolean {
  const { view } = b;
  const inner = quotedHeader(l4);
  const innerL4 = inner + ip4.headerLength(view, inner);
  const innerProtocol = ip4.protocol(view, inner);
  const protocol = natProtocolOf(innerProtocol);
  if (protocol !== NAT_TCP && protocol !== NAT_UDP) return false;
  const localPort = view.getUint16(innerL4 + SOURCE.port);
  const remotePort = view.getUint16(innerL4 + DESTINATION.port);
  const { outsideFibIndex } = nat;
  const destination = ip4.destination(view, l3);
  const session = nat.ed.findOut2in(
    destination,
    ip4.source(view, l3),
    innerProtocol,
    outsideFibIndex,
    localPort,
    remotePort,
  );
  if (session < 0) return false;
  const word = nat.sessions.in2outWord(session);
  const address = nat.sessions.in2outAddress(session);
  b.swIfIndexTx = keyFib(word);
  rewriteQuotedAddress(view, l4, SOURCE, address, true);
  rewriteField(view, l4, innerL4 + SOURCE.port, keyPort(word));
  if (address !== 0) rewriteAddress(view, l3, DESTINATION, address);
  return true;
}

/** Queries are hairpinned to address-only mappings alone. */
function hairpinIcmpQuery({ nat }: EdWork, b: PacketBuffer, l3: number): boolean {
  const index = nat.mappings.byExternal.get(ip4.destination(b.view, l3), packKey(0, 0, nat.outsideFibIndex));
  if (index < 0) return false;
  const { localAddress, fibIndex } = nat.mappings.use(index);
  if (b.swIfIndexTx < 0) b.swIfIndexTx = fibIndex;
  if (localAddress !== 0) rewriteAddress(b.view, l3, DESTINATION, localAddress);
  return true;
}

/** nat44_ed_hairpinning_unknown_proto */
export function hairpinUnknownProtocol({ nat }: EdWork, b: PacketBuffer, l3: number): void {
  const { view } = b;
  const destination = ip4.destination(view, l3);
  const protocol = ip4.protocol(view, l3);
  const session = nat.ed.findOut2in(destination, ip4.source(view, l3), protocol, nat.outsideFibIndex, 0, 0);
  let address: number;
  let fibIndex: number;
  if (session >= 0) {
    address = nat.sessions.in2outAddress(session);
    fibIndex = keyFib(nat.sessions.in2outWord(session));
  } else {
    const index = nat.mappings.byExternal.get(destination, packKey(0, 0, 0));
    if (index < 0) return;
    const mapping = nat.mappings.use(index);
    address = mapping.localAddress;
    fibIndex = mapping.fibIndex;
  }
  if (b.swIfIndexTx < 0) b.swIfIndexTx = fibIndex;
  rewriteAddress(view, l3, DESTINATION, address);
}
