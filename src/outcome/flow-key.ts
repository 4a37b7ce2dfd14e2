/** To which flow a packet belongs: addresses, protocol and ports of its outermost IP header, or who speaks to whom on the link. */

import { formatAddress, formatMac } from '../wire/address.js';
import * as arp from '../wire/arp.js';
import * as ethernet from '../wire/ethernet.js';
import * as icmp6 from '../wire/icmp6.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import * as tcp from '../wire/tcp.js';
import * as vlan from '../wire/vlan.js';
import { ip4At, Layer } from '../wire/decode.js';
import * as ip6 from '../wire/ip6.js';
import { ETHERNET_TYPE_NAMES, IP_PROTOCOL_NAMES } from '../pipeline/trace/names.js';
import { ip6PacketAt } from './ip6-packet.js';

export interface FlowKey {
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  /** TCP's flags, 0 for others. */
  readonly flags: number;
}

const PORTS_BYTES = 4;
const FLAGS_BYTES = 14;
/** Of an ICMPv6 echo (RFC 4443 section 4.1). */
const ECHO_ID = 4;

/** The Ethernet frame in bytes [at, at + length). */
export function flowKeyOf(view: DataView, at: number, length: number): FlowKey {
  const l3 = ip4At(view, at, length);
  if (l3 >= 0) return ip4FlowKey(view, l3, at + length);
  return (length < ethernet.HEADER_BYTES ? null : ip6Key(view, at, at + length)) ?? linkKey(view, at, length);
}

/** Null for what is no IPv6. */
function ip6Key(view: DataView, at: number, end: number): FlowKey | null {
  const l3 = at + ethernet.taggedHeaderLength(view, at);
  if (l3 + ip6.HEADER_BYTES > end || view.getUint16(l3 - 2) !== ethernet.TYPE_IP6) return null;
  const packet = ip6PacketAt(view, l3, end);
  if (packet === null) return null;
  const { protocol, source, destination, transport, l4, isLaterFragment } = packet;
  const ends = (name: string, from: number, to: number, flags = 0): FlowKey => ({
    ...{ protocol: name, source: `[${source}]:${from}`, destination: `[${destination}]:${to}`, flags },
  });
  if (transport === Layer.Tcp || transport === Layer.Udp)
    return ends(
      protocol,
      view.getUint16(l4),
      view.getUint16(l4 + 2),
      transport === Layer.Tcp ? tcp.flags(view, l4) : 0,
    );
  if (transport === Layer.Icmp6 && icmp6.isEcho(icmp6.type(view, l4))) {
    const id = view.getUint16(l4 + ECHO_ID);
    return ends('ICMPv6 echo', id, id);
  }
  return { protocol: isLaterFragment ? `${protocol} fragments` : protocol, source, destination, flags: 0 };
}

/** The IPv4 packet in bytes [l3, end). */
export function ip4FlowKey(view: DataView, l3: number, end: number): FlowKey {
  const protocol = ip4.protocol(view, l3);
  const l4 = l3 + ip4.headerLength(view, l3);
  const name = IP_PROTOCOL_NAMES.get(protocol) ?? `IP protocol ${protocol}`;
  const [source, destination] = [formatAddress(ip4.source(view, l3)), formatAddress(ip4.destination(view, l3))];
  const hasPorts = protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP;
  if (ip4.fragmentOffset(view, l3) !== 0) return { protocol: `${name} fragments`, source, destination, flags: 0 };
  if (hasPorts && l4 + PORTS_BYTES <= end) {
    const flags = protocol === ip4.PROTOCOL_TCP && l4 + FLAGS_BYTES <= end ? tcp.flags(view, l4) : 0;
    const ports = [view.getUint16(l4), view.getUint16(l4 + 2)];
    return { protocol: name, source: `${source}:${ports[0]}`, destination: `${destination}:${ports[1]}`, flags };
  }
  if (protocol === ip4.PROTOCOL_ICMP && l4 + icmp4.HEADER_BYTES <= end) {
    const type = icmp4.type(view, l4);
    const isEcho = type === icmp4.ECHO_REQUEST || type === icmp4.ECHO_REPLY;
    const id = isEcho ? `:${icmp4.identifier(view, l4)}` : '';
    return {
      protocol: isEcho ? 'ICMP echo' : 'ICMP',
      source: `${source}${id}`,
      destination: `${destination}${id}`,
      flags: 0,
    };
  }
  return { protocol: name, source, destination, flags: 0 };
}

/** Of ARP who asks for whom; else who speaks to whom. Tags of VLANs are passed over. */
function linkKey(view: DataView, at: number, length: number): FlowKey {
  if (length < ethernet.HEADER_BYTES) return { protocol: 'short frames', source: '', destination: '', flags: 0 };
  const mayBeTagged = length >= ethernet.HEADER_BYTES + vlan.TAG_BYTES;
  const headerBytes = mayBeTagged ? ethernet.taggedHeaderLength(view, at) : ethernet.HEADER_BYTES;
  const isWhole = headerBytes <= length;
  const type = isWhole ? view.getUint16(at + headerBytes - 2) : ethernet.type(view, at);
  const protocol = ETHERNET_TYPE_NAMES.get(type) ?? `0x${type.toString(16).padStart(4, '0')}`;
  const message = at + headerBytes;
  if (type === ethernet.TYPE_ARP && isWhole && message + arp.MESSAGE_BYTES <= at + length) {
    const [source, destination] = [arp.senderAddress(view, message), arp.targetAddress(view, message)].map(
      formatAddress,
    );
    return { protocol, source, destination, flags: 0 };
  }
  const source = formatMac({ high: ethernet.sourceHigh(view, at), low: ethernet.sourceLow(view, at) });
  const destination = formatMac({ high: ethernet.destinationHigh(view, at), low: ethernet.destinationLow(view, at) });
  return { protocol, source, destination, flags: 0 };
}
