/** Which packets without session are left alone (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_in2out.c nat44_ed_not_translate and its like). */

import * as ip4 from '../../wire/ip4.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import { SESSION_FWD_BYPASS } from '../nat-common/state/sessions.js';
import type { EdWork } from './ed-work.js';
import type { VrfRoutes } from './state/vrf-routes.js';
import { portsWord, protocolWord } from './state/ed-flows.js';
import { NO_MAPPING } from './state/external-mappings.js';

/** The ends' ports exchanged. */
const turned = (ports: number): number => portsWord(ports >>> 16, ports & 0xffff);

/**
 * nat44_ed_not_translate. Packets to an outside end with a session or a mapping are translated; with forwarding enabled nothing else
 * is. Asking for a load-balanced mapping draws a number. Where VPP crashes on it, its cause is in the packet.
 */
export function isUntranslatedInput(work: EdWork, b: PacketBuffer, l3: number, fib: number): boolean {
  const { nat, ed } = work;
  const { outsideFibIndex } = nat;
  const { view } = b;
  const destination = ip4.destination(view, l3);
  const ipProtocol = ip4.protocol(view, l3);
  const ports = portsWord(b.l4DestinationPort, b.l4SourcePort);
  const answered = ed.flows.find(destination, ip4.source(view, l3), ports, protocolWord(ipProtocol, outsideFibIndex));
  if (answered >= 0) return false;
  if (work.matchExternal(b, destination, b.l4DestinationPort, ipProtocol, null) !== NO_MAPPING) return false;
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
 * nat44_ed_not_translate_output_feature: the packet was translated on its way in, or goes to the inside end of a flow. @param ports
 * of the key, which for an ICMP error are those of the packet that it quotes
 */
export function isUntranslatedOutput(
  { ed, nat, fibOf }: EdWork,
  b: PacketBuffer,
  l3: number,
  ports: number,
  fib: number,
): boolean {
  const { view } = b;
  const source = ip4.source(view, l3);
  const destination = ip4.destination(view, l3);
  const protocol = ip4.protocol(view, l3);
  if (ed.flows.find(source, destination, ports, protocolWord(protocol, fibOf[b.swIfIndexTx])) >= 0) return true;
  const answered = ed.flows.find(destination, source, turned(ports), protocolWord(protocol, fib));
  if (answered < 0 || (ed.sessions.flags(answered) & SESSION_FWD_BYPASS) !== 0) return false;
  return !nat.interfaces.isInsideOutputFeature(b.swIfIndexRx);
}

/** get_tx_fib_index: the first VRF that this one goes to, else the first outside FIB, that reaches the destination by an interface. */
export function outsideFibFor({ nat, vrfRoutes }: EdWork, fibIndex: number, destination: number): number {
  const { fib, interfaces, outsideFibIndex } = nat;
  const managed = vrfRoutes.fibsOf(fibIndex);
  if (managed !== null) return managed.find((one) => fib.resolvingInterface(one, destination) >= 0) ?? fibIndex;
  const of = interfaces.outsideFibs.find(({ fibIndex }) => fib.resolvingInterface(fibIndex, destination) >= 0);
  return of?.fibIndex ?? outsideFibIndex;
}
