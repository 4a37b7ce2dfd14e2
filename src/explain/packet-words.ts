/** A frame in a few words: 'TCP 10.1.1.3:41084 > 31.134.97.51:80 (SYN), 74 bytes'. */

import { LINKTYPE_ETHERNET } from '../capture/frame-batch.js';
import { etherTypeOf, LINK_UNKNOWN_TYPE, linkHeaderBytes } from '../capture/link-layer.js';
import { linkTypeName } from '../capture/link-types.js';
import { formatAddress } from '../wire/address.js';
import * as arp from '../wire/arp.js';
import * as ethernet from '../wire/ethernet.js';
import * as ip4 from '../wire/ip4.js';
import * as tcp from '../wire/tcp.js';
import * as vlan from '../wire/vlan.js';
import {
  ETHERNET_TYPE_NAMES,
  ICMP4_CODE_NAMES,
  ICMP4_TYPE_NAMES,
  ICMP6_CODES,
  ICMP6_TYPES,
  IP_PROTOCOL_NAMES,
} from '../pipeline/trace/names.js';
import { Layer } from '../wire/decode.js';
import { ip6PacketAt, type Ip6Packet } from '../outcome/ip6-packet.js';

/** Two ports, or an ICMP type, code and checksum. */
const PORTS_BYTES = 4;

const VLAN_ID = 0xfff;

const TCP_FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [tcp.SYN, 'SYN'],
  [tcp.FIN, 'FIN'],
  [tcp.RST, 'RST'],
  [tcp.ACK, 'ACK'],
];

/** Describes the IPv4 packet at [at, at + length), of which `wireBytes` were on the wire. */
export const ip4PacketWords = (view: DataView, at: number, length: number, wireBytes: number): string =>
  `${ip4Words(view, at, at + length)}, ${wireBytes} bytes of IP`;

/**
 * Describes the frame at [at, at + length), of any link type (tcpdump.org/linktypes.html).
 * @param wireLength the bytes that it had before the capture cut it
 */
// prettier-ignore
export function packetWords(view: DataView, at: number, length: number, wireLength = length, linkType = LINKTYPE_ETHERNET): string {
  const bytes = wireLength > length ? `${wireLength} bytes, ${length} of them captured` : `${length} bytes`;
  const tags = linkType === LINKTYPE_ETHERNET ? vlanTags(view, at, length) : NO_TAGS;
  const size = `${tags.words}${bytes}`;
  const type = tags.bytes > 0 ? tags.type : etherTypeOf(view, at, length, wireLength, linkType);
  if (type === -LINK_UNKNOWN_TYPE) return `a frame of ${linkTypeName(linkType)}, ${size}`;
  if (type < 0) return `a frame of ${size}`;
  const l3 = at + linkHeaderBytes(linkType) + tags.bytes;
  const end = at + length;
  if (type === ethernet.TYPE_ARP && l3 + arp.MESSAGE_BYTES <= end)
    return arp.operation(view, l3) === arp.OPERATION_REQUEST
      ? `ARP: ${formatAddress(arp.senderAddress(view, l3))} asks for ${formatAddress(arp.targetAddress(view, l3))}${tags.atEnd}`
      : `ARP: ${formatAddress(arp.senderAddress(view, l3))} answers ${formatAddress(arp.targetAddress(view, l3))}${tags.atEnd}`;
  const packet = type === ethernet.TYPE_IP6 ? ip6PacketAt(view, l3, end) : null;
  if (packet !== null) return `${ip6Words(view, packet)}, ${size}`;
  if (type !== ethernet.TYPE_IP4 || l3 + ip4.HEADER_BYTES > end)
    return `${ETHERNET_TYPE_NAMES.get(type) ?? `a frame of type 0x${type.toString(16).padStart(4, '0')}`}, ${size}`;
  return `${ip4Words(view, l3, end)}, ${size}`;
}

const NO_TAGS = { bytes: 0, type: 0, words: '', atEnd: '' };

/** Tags of VLANs, one or two, and the EtherType behind them. */
function vlanTags(view: DataView, at: number, length: number): typeof NO_TAGS {
  const first = at + ethernet.HEADER_BYTES;
  if (length < ethernet.HEADER_BYTES + vlan.TAG_BYTES || !ethernet.isTagType(ethernet.type(view, at))) return NO_TAGS;
  const bytes = ethernet.taggedHeaderLength(view, at) - ethernet.HEADER_BYTES;
  if (ethernet.HEADER_BYTES + bytes > length) return NO_TAGS;
  const inner = first + bytes - vlan.TAG_BYTES;
  const [outerId, innerId] = [first, inner].map((tag) => vlan.control(view, tag) & VLAN_ID);
  const words = bytes > vlan.TAG_BYTES ? `VLAN ${innerId} in VLAN ${outerId}` : `VLAN ${outerId}`;
  return { bytes, type: vlan.type(view, inner), words: `${words}, `, atEnd: `, ${words}` };
}

function ip4Words(view: DataView, l3: number, end: number): string {
  const protocol = ip4.protocol(view, l3);
  const [source, destination] = [formatAddress(ip4.source(view, l3)), formatAddress(ip4.destination(view, l3))];
  const name = IP_PROTOCOL_NAMES.get(protocol) ?? `IP protocol ${protocol}`;
  const l4 = l3 + ip4.headerLength(view, l3);
  if (ip4.fragmentOffset(view, l3) !== 0) return `a later fragment of ${name} ${source} > ${destination}`;
  if (l4 + PORTS_BYTES > end) return `${name} ${source} > ${destination}`;
  if (protocol === ip4.PROTOCOL_ICMP) {
    const [type, code] = [view.getUint8(l4), view.getUint8(l4 + 1)];
    const words = [ICMP4_TYPE_NAMES.get(type) ?? `type ${type}`, ICMP4_CODE_NAMES.get((type << 8) | code)];
    return `ICMP ${words.filter((word) => word !== undefined).join(' ')} ${source} > ${destination}`;
  }
  if (protocol !== ip4.PROTOCOL_TCP && protocol !== ip4.PROTOCOL_UDP) return `${name} ${source} > ${destination}`;
  const ends = `${source}:${view.getUint16(l4)} > ${destination}:${view.getUint16(l4 + 2)}`;
  if (protocol === ip4.PROTOCOL_UDP || l4 + 14 > end) return `${name} ${ends}`;
  return `TCP ${ends}${flagWords(view, l4)}`;
}

function flagWords(view: DataView, l4: number): string {
  const flags = TCP_FLAGS.filter(([bit]) => (tcp.flags(view, l4) & bit) !== 0).map(([, flag]) => flag);
  return flags.length > 0 ? ` (${flags.join(' ')})` : '';
}

function ip6Words(
  view: DataView,
  { protocol, source, destination, transport, l4, isLaterFragment }: Ip6Packet,
): string {
  if (isLaterFragment) return `a later fragment of ${protocol} ${source} > ${destination}`;
  if (transport === Layer.Tcp || transport === Layer.Udp) {
    const ends = `[${source}]:${view.getUint16(l4)} > [${destination}]:${view.getUint16(l4 + 2)}`;
    return `${protocol} ${ends}${transport === Layer.Tcp ? flagWords(view, l4) : ''}`;
  }
  if (transport !== Layer.Icmp6) return `${protocol} ${source} > ${destination}`;
  const [type, code] = [view.getUint8(l4), view.getUint8(l4 + 1)];
  const words = [ICMP6_TYPES.get(type) ?? `type ${type}`, ICMP6_CODES.get((type << 8) | code)];
  return `ICMPv6 ${words.filter((word) => word !== undefined).join(' ')} ${source} > ${destination}`;
}
