/** Which packets of an inside interface NAT44 leaves alone (VPP 19.08 src/plugins/nat/nat_inlines.h, in2out.c). */

import type { Nat44 } from './nat44.js';
import { packKey } from './session-key.js';

/**
 * snat_not_translate_fast: true for a packet to the receiving interface's own first address, or to a destination
 * that is not routed out of an `out` interface.
 */
export function notTranslateFast(nat: Nat44, swIfIndex: number, destination: number, rxFibIndex: number): boolean {
  if (nat.fib.firstAddressOf(swIfIndex) === destination) return true;
  let resolved = nat.fib.resolvingInterface(rxFibIndex, destination);
  const { outsideFibs } = nat.interfaces;
  for (let i = 0; resolved < 0 && i < outsideFibs.length; i++) {
    resolved = nat.fib.resolvingInterface(outsideFibs[i].fibIndex, destination);
  }
  return resolved < 0 || !nat.interfaces.isOutside(resolved);
}

/**
 * snat_not_translate, for a packet without session from an `in` interface. Packets to an external address with a
 * session or a static mapping are translated; with forwarding enabled nothing else is.
 */
export function notTranslateInput(
  nat: Nat44,
  swIfIndex: number,
  destination: number,
  destinationPort: number,
  protocol: number,
  rxFibIndex: number,
): boolean {
  if (nat.classic.out2in.get(destination, packKey(destinationPort, protocol, nat.outsideFibIndex)) >= 0) return false;
  if (nat.mappings.matchExternal(destination, destinationPort, protocol, 0)) return false;
  return nat.forwardingEnabled || notTranslateFast(nat, swIfIndex, destination, rxFibIndex);
}

/**
 * nat_not_translate_output_feature, for a packet without session on its way out: true where its source already is a
 * session's outside, or its destination a session's inside. The FIB is that of the receiving interface.
 */
export function notTranslateOutput(
  nat: Nat44,
  swIfIndexRx: number,
  rxFibIndex: number,
  source: number,
  sourcePort: number,
  destination: number,
  destinationPort: number,
  protocol: number,
): boolean {
  if (nat.classic.out2in.get(source, packKey(sourcePort, protocol, rxFibIndex)) >= 0) return true;
  if (nat.classic.in2out.get(destination, packKey(destinationPort, protocol, rxFibIndex)) < 0) return false;
  return !nat.interfaces.isInsideOutputFeature(swIfIndexRx);
}
