/** To which flow a packet belongs: addresses, protocol and ports of its outermost IP header, or who speaks to whom on the link. */

import { formatAddress } from '../wire/address.js';
import * as ethernet from '../wire/ethernet.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import * as tcp from '../wire/tcp.js';
import { ip4At } from '../wire/decode.js';
import { ETHERNET_TYPE_NAMES, IP_PROTOCOL_NAMES } from '../pipeline/trace/names.js';

export interface FlowKey {
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  /** TCP's flags, 0 for others. */
  readonly flags: number;
}

const PORTS_BYTES = 4;
const FLAGS_BYTES = 14;

/** The Ethernet frame in bytes [at, at + length). */
export function flowKeyOf(view: DataView, at: number, length: number): FlowKey {
  const l3 = ip4At(view, at, length);
  return l3 < 0 ? linkKey(view, at, length) : ip4Key(view, l3, at + length);
}

function ip4Key(view: DataView, l3: number, end: number): FlowKey {
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

function linkKey(view: DataView, at: number, length: number): FlowKey {
  if (length < ethernet.HEADER_BYTES) return { protocol: 'short frames', source: '', destination: '', flags: 0 };
  const type = ethernet.type(view, at);
  const protocol = ETHERNET_TYPE_NAMES.get(type) ?? `0x${type.toString(16).padStart(4, '0')}`;
  return { protocol, source: mac(view, at + 6), destination: mac(view, at), flags: 0 };
}

const mac = (view: DataView, at: number): string =>
  Array.from({ length: 6 }, (_, i) =>
    view
      .getUint8(at + i)
      .toString(16)
      .padStart(2, '0'),
  ).join(':');
