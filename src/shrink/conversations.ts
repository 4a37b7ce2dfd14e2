/**
 * Which frames belong together: those of a conversation, both directions of it, on either side of NAT, with the ICMP errors about it;
 * and the fragments of a datagram.
 */

import * as arp from '../wire/arp.js';
import * as ethernet from '../wire/ethernet.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import * as ip6 from '../wire/ip6.js';
import * as vlan from '../wire/vlan.js';
import { etherTypeOf, linkHeaderBytes } from '../capture/link-layer.js';
import { isIcmpError, quotedHeader } from '../pipeline/nat-common/icmp-error.js';

/** Keys that are one, since some frame has them both. */
export class Conversations {
  private readonly parents = new Map<string, string>();

  /** All of the keys belong together. */
  join([first, ...others]: readonly string[]): void {
    const root = this.rootOf(first);
    for (const other of others) this.parents.set(this.rootOf(other), root);
  }

  rootOf(key: string): string {
    let root = key;
    for (let next = this.parents.get(root); next !== undefined && next !== root; next = this.parents.get(root))
      root = next;
    if (root !== key) this.parents.set(key, root);
    return root;
  }
}

/** Of what a frame is, the conversation first. @param wireLength bytes before the capture cut it */
export function keysOf(view: DataView, at: number, length: number, wireLength: number, linkType: number): string[] {
  const end = at + length;
  let type = etherTypeOf(view, at, length, wireLength, linkType);
  let l3 = at + linkHeaderBytes(linkType);
  for (; ethernet.isTagType(type) && l3 + vlan.TAG_BYTES <= end; l3 += vlan.TAG_BYTES) type = vlan.type(view, l3);
  if (type === ethernet.TYPE_IP4 && l3 + ip4.HEADER_BYTES <= end) return ip4Keys(view, l3, end);
  if (type === ethernet.TYPE_IP6 && l3 + ip6.HEADER_BYTES <= end) return [ip6Key(view, l3, end)];
  if (type === ethernet.TYPE_ARP && l3 + arp.MESSAGE_BYTES <= end)
    return [`arp ${ends(arp.senderAddress(view, l3), arp.targetAddress(view, l3))}`];
  return [`type ${type}`];
}

/** The datagram that a fragment is of; null for a whole one. */
export const datagramOf = (keys: readonly string[]): string | null =>
  keys.find((key) => key.startsWith('datagram')) ?? null;

const ends = (one: number | string, other: number | string): string =>
  one < other ? `${one} ${other}` : `${other} ${one}`;

function ip4Keys(view: DataView, l3: number, end: number): string[] {
  const [source, destination] = [ip4.source(view, l3), ip4.destination(view, l3)];
  const protocol = ip4.protocol(view, l3);
  const datagram = ip4.isFragment(view, l3)
    ? [`datagram ${source} ${destination} ${protocol} ${ip4.identification(view, l3)}`]
    : [];
  if (ip4.fragmentOffset(view, l3) !== 0) return datagram;
  const l4 = l3 + ip4.headerLength(view, l3);
  if (l4 + L4_BYTES > end) return [`${protocol} ${ends(source, destination)}`, ...datagram];
  if (protocol === ip4.PROTOCOL_ICMP && isIcmpError(icmp4.type(view, l4))) {
    const quoted = quotedHeader(l4);
    return quoted + ip4.HEADER_BYTES + L4_BYTES > end
      ? [`icmp ${source}`]
      : [...ip4Keys(view, quoted, end), ...datagram];
  }
  const [from, to] = portsOf(view, l4, protocol);
  return [`${protocol} ${ends(`${source}:${from}`, `${destination}:${to}`)}`, ...datagram];
}

/** Two ports, or what an ICMP error quotes at least. */
const L4_BYTES = 8;

function portsOf(view: DataView, l4: number, protocol: number): readonly [number, number] {
  if (protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP)
    return [view.getUint16(l4), view.getUint16(l4 + 2)];
  if (protocol !== ip4.PROTOCOL_ICMP) return [0, 0];
  return [icmp4.identifier(view, l4), icmp4.identifier(view, l4)];
}

function ip6Key(view: DataView, l3: number, end: number): string {
  const address = (at: number): string => Buffer.from(view.buffer, view.byteOffset + at, 16).toString('hex');
  const protocol = view.getUint8(l3 + ip6.NEXT_HEADER);
  const l4 = l3 + ip6.HEADER_BYTES;
  const [from, to] = l4 + L4_BYTES > end ? [0, 0] : portsOf(view, l4, protocol);
  return `${protocol} ${ends(`${address(l3 + ip6.SOURCE)}:${from}`, `${address(l3 + ip6.DESTINATION)}:${to}`)}`;
}
