/** What the nodes of neighbour discovery have in common. */

import * as icmp6 from '../../../wire/icmp6.js';
import * as ip6 from '../../../wire/ip6.js';
import { ip6NumberAt } from '../../../wire/ip6-address.js';
import { ICMP_HEADER, isCutBefore } from '../../engine/cut-off.js';
import type { PacketBuffer } from '../../engine/packet-buffer.js';
import type { Tables } from '../../engine/tables.js';
import { DPO_ADJACENCY } from '../../fib/dpo.js';

const LOCAL0 = 0;

/** True where the capture cut the message off; it is as long as its IPv6 header says. */
export const isMessageCut = (b: PacketBuffer): boolean =>
  isCutBefore(b, b.at + ip6.HEADER_BYTES + ip6.payloadLength(b.view, b.at), ICMP_HEADER);

/** ip6_src_lookup_for_packet: the adjacency that the source is reached by, -1 for none. It stays in the buffer. */
export function sourceAdjacency(b: PacketBuffer, { ip4, ip6: routes }: Tables): number {
  if (b.adjIndexRx !== -1) return b.adjIndexRx;
  const { loadBalances } = ip4;
  const loadBalance = routes.prefixes.lookup(routes.fibIndexOf[b.swIfIndexRx], b.view, b.at + ip6.SOURCE);
  const bucket = loadBalances.first[loadBalance];
  if (loadBalances.dpoType[bucket] === DPO_ADJACENCY) b.adjIndexRx = loadBalances.dpoIndex[bucket];
  return b.adjIndexRx;
}

/** True for a source that the receiving interface leads to. */
export function isOnLink(b: PacketBuffer, tables: Tables): boolean {
  const adjacency = sourceAdjacency(b, tables);
  return adjacency >= 0 && tables.ip4.adjacencies.swIfIndex[adjacency] === b.swIfIndexRx;
}

/**
 * Where the one link-layer option is that VPP looks at, or -1: behind `options` there is nothing else than it.
 * @param header bytes of the message before its options
 */
export function linkLayerOption({ view, at }: PacketBuffer, header: number, type: number): number {
  const option = at + ip6.HEADER_BYTES + header;
  if (ip6.payloadLength(view, at) - header !== icmp6.OPTION_BYTES) return -1;
  return view.getUint8(option) === type && view.getUint8(option + 1) === 1 ? option : -1;
}

/** Learns a neighbour: the address at one place of the packet has the MAC in the option at another. */
export function learn(
  { view, swIfIndexRx: swIfIndex }: PacketBuffer,
  address: number,
  option: number,
  { ip6: routes }: Tables,
): void {
  routes.setNeighbour({
    address: ip6NumberAt(view, address),
    swIfIndex,
    mac: { high: view.getUint16(option + 2), low: view.getUint32(option + 4) },
    isStatic: false,
    hasFibEntry: true,
    origin: 'learned by neighbour discovery',
  });
}

const SOURCE_MAC = 6;

/** Sends the packet, which has become an answer, back by its Ethernet header: to the station that sent it. */
export function sendBack(b: PacketBuffer, { interfaces }: Tables): void {
  const { view, swIfIndexRx } = b;
  const { mac } = interfaces.all[swIfIndexRx];
  b.advance(b.l2 - b.at);
  const { at } = b;
  view.setUint16(at, view.getUint16(at + SOURCE_MAC));
  view.setInt32(at + 2, view.getInt32(at + SOURCE_MAC + 2));
  view.setUint16(at + SOURCE_MAC, mac.high);
  view.setUint32(at + SOURCE_MAC + 2, mac.low);
  b.swIfIndexTx = swIfIndexRx;
  b.swIfIndexRx = LOCAL0;
}

/** Writes a link-layer option with a MAC. */
export function writeLinkLayer(
  view: DataView,
  at: number,
  type: number,
  mac: { readonly high: number; readonly low: number },
): void {
  view.setUint8(at, type);
  view.setUint8(at + 1, 1);
  view.setUint16(at + 2, mac.high);
  view.setUint32(at + 4, mac.low);
}

/** ff02::1 */
export function writeAllNodes(view: DataView, at: number): void {
  view.setInt32(at, 0xff020000 | 0);
  view.setInt32(at + 4, 0);
  view.setInt32(at + 8, 0);
  view.setInt32(at + 12, 1);
}
