/** The ends of an IPv6 packet, and what it carries behind its extension headers. */

import * as ethernet from '../wire/ethernet.js';
import * as ip6 from '../wire/ip6.js';
import { Layer, Layers } from '../wire/decode.js';
import { formatIp6Bytes } from '../wire/ip6-address.js';
import { IP_PROTOCOL_NAMES } from '../pipeline/trace/names.js';

export interface Ip6Packet {
  readonly protocol: string;
  readonly source: string;
  readonly destination: string;
  /** The header of what it carries: TCP, UDP or ICMPv6, and where that is; null for others, later fragments and cut ones. */
  readonly transport: Layer.Tcp | Layer.Udp | Layer.Icmp6 | null;
  readonly l4: number;
  readonly isLaterFragment: boolean;
}

const TRANSPORTS = [Layer.Tcp, Layer.Udp, Layer.Icmp6] as const;
const layers = new Layers();
const isKind = (i: number, kind: Layer): boolean => i < layers.count && layers.kind[i] === (kind as number);

/** The packet in bytes [l3, end); null where its header is not whole. */
export function ip6PacketAt(view: DataView, l3: number, end: number): Ip6Packet | null {
  layers.decodePacket(view, l3, end, ethernet.TYPE_IP6);
  if (layers.count === 0) return null;
  const { at } = layers;
  let last = 0;
  let protocol = ip6.nextHeader(view, l3);
  let isLaterFragment = false;
  while (isKind(last + 1, Layer.Ip6Extension) || isKind(last + 1, Layer.Ip6Fragment)) {
    const header = l3 + at[++last];
    protocol = ip6.extensionNextHeader(view, header);
    isLaterFragment = isKind(last, Layer.Ip6Fragment) && ip6.fragmentOffset(view, header) !== 0;
  }
  const transport = TRANSPORTS.find((kind) => isKind(last + 1, kind)) ?? null;
  const bytes = new Uint8Array(view.buffer, view.byteOffset + l3, ip6.HEADER_BYTES);
  return {
    protocol:
      protocol === ip6.PROTOCOL_ICMP6 ? 'ICMPv6' : (IP_PROTOCOL_NAMES.get(protocol) ?? `IP protocol ${protocol}`),
    source: formatIp6Bytes(bytes, ip6.SOURCE),
    destination: formatIp6Bytes(bytes, ip6.DESTINATION),
    transport,
    l4: transport === null ? -1 : l3 + at[last + 1],
    isLaterFragment,
  };
}
