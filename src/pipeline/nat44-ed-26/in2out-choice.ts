/** Which packets without session are left alone (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_in2out.c nat44_ed_not_translate and its like). */

import * as ip4 from '../../wire/ip4.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { Tables } from '../engine/tables.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import { SESSION_FWD_BYPASS } from '../nat-common/state/sessions.js';
import type { EdWork } from './ed-work.js';
import type { VrfRoutes } from './state/vrf-routes.js';
import { portsWord, protocolWord, turned } from './state/ed-flows.js';
import { NO_MAPPING } from './state/external-mappings.js';

/** A packet's ends, with ports as in a flow's match. */
interface Ends {
  readonly source: number;
  readonly destination: number;
  readonly ports: number;
  readonly protocol: number;
}

/** And where it comes from and goes to. */
interface OutputEnds extends Ends {
  readonly fibIndex: number;
  readonly swIfIndexRx: number;
  readonly swIfIndexTx: number;
}

/** A packet from the inside is one of the outside's to a session. */
export const hasAnsweredInput = (
  { nat44, nat44Ed26 }: Pick<Tables, 'nat44' | 'nat44Ed26'>,
  { source, destination, ports, protocol }: Ends,
): boolean => {
  const word = protocolWord(protocol, nat44.outsideFibIndex);
  return nat44Ed26.sessions.flows.find(destination, source, turned(ports), word) >= 0;
};

/**
 * nat44_ed_not_translate. Packets to an outside end with a session or a mapping are translated; with forwarding enabled nothing else
 * is. Asking for a load-balanced mapping draws a number. Where VPP crashes on it, its cause is in the packet.
 */
export function isUntranslatedInput(work: EdWork, b: PacketBuffer, l3: number, fib: number): boolean {
  const { nat } = work;
  const { view } = b;
  const source = ip4.source(view, l3);
  const destination = ip4.destination(view, l3);
  const protocol = ip4.protocol(view, l3);
  const ports = portsWord(b.l4SourcePort, b.l4DestinationPort);
  if (hasAnsweredInput(work.tables, { source, destination, ports, protocol })) return false;
  if (work.matchExternal(b, destination, b.l4DestinationPort, protocol, null) !== NO_MAPPING) return false;
  return (
    nat.forwardingEnabled ||
    work.isAddressOf(b.swIfIndexRx, destination) ||
    !isResolvable(nat, work.vrfRoutes, fib, destination)
  );
}

/**
 * is_destination_resolvable: routed by an interface from one of the VRFs that this one goes to, where it is said; else out of an `out`
 * interface, from one of the outside FIBs.
 */
function isResolvable(
  { fib, interfaces }: Nat44,
  vrfRoutes: VrfRoutes,
  fibIndex: number,
  destination: number,
): boolean {
  const managed = vrfRoutes.fibsOf(fibIndex);
  if (managed !== null) return managed.some((one) => fib.resolvingInterface(one, destination) >= 0);
  return interfaces.outsideFibs.some(({ fibIndex }) => {
    const resolved = fib.resolvingInterface(fibIndex, destination);
    return resolved >= 0 && interfaces.isOutside(resolved);
  });
}

/**
 * nat44_ed_not_translate_output_feature is true for others: a packet that was translated on its way in, or that goes to the inside end
 * of a flow. The ports of an ICMP error are those of the packet that it quotes.
 */
export function isTranslatedOutput(
  { nat44, nat44Ed26, interfaces }: Pick<Tables, 'nat44' | 'nat44Ed26' | 'interfaces'>,
  { source, destination, ports, protocol, fibIndex, swIfIndexRx, swIfIndexTx }: OutputEnds,
): boolean {
  const { flows, sessions } = nat44Ed26.sessions;
  if (flows.find(source, destination, ports, protocolWord(protocol, interfaces.fibIndexOf[swIfIndexTx])) >= 0)
    return false;
  const answered = flows.find(destination, source, turned(ports), protocolWord(protocol, fibIndex));
  if (answered < 0 || (sessions.flags(answered) & SESSION_FWD_BYPASS) !== 0) return true;
  return nat44.interfaces.isInsideOutputFeature(swIfIndexRx);
}

/** Of a packet whose key was read. */
export const isUntranslatedOutput = (work: EdWork, b: PacketBuffer, l3: number, fibIndex: number): boolean => {
  const { swIfIndexRx, swIfIndexTx, view } = b;
  const source = ip4.source(view, l3);
  const destination = ip4.destination(view, l3);
  const protocol = ip4.protocol(view, l3);
  const { ports } = work;
  return !isTranslatedOutput(work.tables, {
    source,
    destination,
    ports,
    protocol,
    fibIndex,
    swIfIndexRx,
    swIfIndexTx,
  });
};

/** get_tx_fib_index: the first VRF that this one goes to, else the first outside FIB, that reaches the destination by an interface. */
export function outsideFibFor({ nat, vrfRoutes }: EdWork, fibIndex: number, destination: number): number {
  const { fib, interfaces, outsideFibIndex } = nat;
  const managed = vrfRoutes.fibsOf(fibIndex);
  if (managed !== null) return managed.find((one) => fib.resolvingInterface(one, destination) >= 0) ?? fibIndex;
  const { outsideFibs } = interfaces;
  if (outsideFibs.length === 1 && outsideFibs[0].fibIndex === outsideFibIndex) return outsideFibIndex;
  const of = outsideFibs.find(({ fibIndex }) => fib.resolvingInterface(fibIndex, destination) >= 0);
  return of?.fibIndex ?? outsideFibIndex;
}
