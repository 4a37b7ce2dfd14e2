/**
 * What packets have in common although they differ: hashes of what NAT and routing leave alone. A collision costs clarity, never a
 * verdict.
 */

import * as ip4 from '../../wire/ip4.js';
import * as ip6 from '../../wire/ip6.js';
import { CONTEXT_QUOTED, Layer, type Layers } from '../../wire/decode.js';
import type { Recognition } from '../report/report.js';
import { Dissection } from './dissection.js';
import { Hash64 } from './hash64.js';
import type { Packet } from './packet.js';

const ADDRESSES = 12;
const ADDRESSES_END = 20;
const IDENTIFICATION = 4;
const FRAGMENT = 6;
const TCP_SEQUENCE = 4;
const TCP_CHECKSUM = 16;
const UDP_LENGTH = 4;
const UDP_PAYLOAD = 8;
const ICMP_SEQUENCE = 6;
const ICMP6_REST = 4;

const isIp = (kind: number): boolean => kind === (Layer.Ip4 as number) || kind === (Layer.Ip6 as number);
const isExtension = (kind: number): boolean =>
  kind === (Layer.Ip6Extension as number) || kind === (Layer.Ip6Fragment as number);

/** In the place of an IPv4 address. */
function addressHash(view: DataView, at: number): number {
  let hash = 0;
  for (let word = 0; word < ip6.ADDRESS_BYTES; word += 4) hash = Math.imul(hash ^ view.getInt32(at + word), 0x9e3779b1);
  return hash;
}

/** Hashes the flow of a packet that starts at `base`: addresses, protocol and ports, those of what it carries or quotes included. */
export function hashFlow(flow: Hash64, { count, kind, at }: Layers, view: DataView, base: number): void {
  flow.begin(0);
  for (let k = 0; k < count; k++) {
    const start = base + at[k];
    if (kind[k] === (Layer.Ip4 as number)) {
      flow.mix(ip4.source(view, start));
      flow.mix(ip4.destination(view, start));
      flow.mix(ip4.protocol(view, start));
      // Fragments of a datagram are a flow of their own: only the first one has ports.
      if (ip4.isFragment(view, start)) {
        flow.mix(ip4.identification(view, start));
        break;
      }
    }
    if (kind[k] === (Layer.Ip6 as number)) {
      flow.mixBytes(view, start + ip6.SOURCE, start + ip6.HEADER_BYTES);
      flow.mix(ip6.nextHeader(view, start));
    }
    if (kind[k] === (Layer.Ip6Fragment as number) && isFragment6(view, start)) {
      flow.mix(ip6.fragmentId(view, start));
      break;
    }
    if (kind[k] === (Layer.Tcp as number) || kind[k] === (Layer.Udp as number)) flow.mix(view.getInt32(start));
  }
}

/** False for a fragment that is the whole datagram (RFC 6946). */
const isFragment6 = (view: DataView, at: number): boolean =>
  ip6.fragmentOffset(view, at) !== 0 || ip6.moreFragments(view, at);

/** What of a packet its headers are found by. */
type Headers = Pick<Packet, 'view' | 'at' | 'end' | 'original' | 'linkType'>;

export class Fingerprint {
  /** Addresses, protocol and ports of the packet itself. */
  readonly flow = new Hash64();
  /** Protocol, IP id, length, sequence numbers and payload: all but addresses, ports, TTL and checksums. */
  readonly content = new Hash64();
  /** The flow and the place in it: the TCP sequence number, or the IP id. */
  readonly place = new Hash64();
  /** Its two ends, address and port, each by itself: NAT seldom changes both. */
  source = 0;
  destination = 0;
  private readonly layers = new Dissection();

  /** Makes the one of a packet. Of encapsulated packets it is the inner one that counts. */
  make({ view, at: start, end, original, linkType }: Headers): void {
    const { layers, flow, content, place } = this;
    layers.find(view, start, end, original, linkType);
    const contentEnd = Math.min(end, start + layers.contentLength);
    this.source = 0;
    this.destination = 0;
    let l3 = -1;
    for (let k = 0; k < layers.count; k++)
      if (isIp(layers.kind[k]) && (layers.context[k] & CONTEXT_QUOTED) === 0) l3 = k;
    if (l3 < 0) {
      flow.begin(0);
      begin(content, 0);
      content.mixBytes(view, start + (layers.count > 0 ? layers.headerEnd[0] : 0), contentEnd);
      place.begin(layers.count);
      return;
    }
    const at = start + layers.at[l3];
    const isIp6 = layers.kind[l3] === (Layer.Ip6 as number);
    const protocol = isIp6 ? ip6.nextHeader(view, at) : ip4.protocol(view, at);
    let headersEnd = layers.headerEnd[l3];
    let l4 = l3 + 1;
    while (l4 < layers.count && isExtension(layers.kind[l4])) headersEnd = layers.headerEnd[l4++];
    const kind = l4 < layers.count ? layers.kind[l4] : -1;
    const transport = start + (kind >= 0 ? layers.at[l4] : headersEnd);
    const hasPorts = kind === (Layer.Tcp as number) || kind === (Layer.Udp as number);
    const [sourceEnd, destinationEnd] = isIp6
      ? [addressHash(view, at + ip6.SOURCE), addressHash(view, at + ip6.DESTINATION)]
      : [view.getInt32(at + ADDRESSES), view.getInt32(at + ADDRESSES + 4)];
    this.source = endOf(sourceEnd, hasPorts ? view.getUint16(transport) : 0);
    this.destination = endOf(destinationEnd, hasPorts ? view.getUint16(transport + 2) : 0);

    begin(flow, protocol);
    if (isIp6) flow.mixBytes(view, at + ip6.SOURCE, at + ip6.HEADER_BYTES);
    else flow.mixBytes(view, at + ADDRESSES, at + ADDRESSES_END);
    if (hasPorts) flow.mix(view.getInt32(transport));
    begin(content, protocol ^ ((isIp6 ? ip6.payloadLength(view, at) : ip4.totalLength(view, at)) << 8));
    if (isIp6) content.mixBytes(view, at + ip6.HEADER_BYTES, start + headersEnd);
    else content.mix((view.getUint16(at + IDENTIFICATION) << 16) | view.getUint16(at + FRAGMENT));
    if (kind === (Layer.Tcp as number)) {
      content.mixBytes(view, transport + TCP_SEQUENCE, Math.min(contentEnd, transport + TCP_CHECKSUM));
      content.mixBytes(view, transport + TCP_CHECKSUM + 2, contentEnd);
    } else if (kind === (Layer.Udp as number)) {
      content.mix(view.getUint16(transport + UDP_LENGTH));
      content.mixBytes(view, transport + UDP_PAYLOAD, contentEnd);
    } else if (kind === (Layer.Icmp as number)) {
      content.mix(view.getUint16(transport));
      // What is quoted was translated, too: only its IP id is as it was.
      if (l4 + 1 < layers.count) content.mix(view.getUint16(start + layers.at[l4 + 1] + IDENTIFICATION));
      else content.mixBytes(view, transport + ICMP_SEQUENCE, contentEnd);
    } else if (kind === (Layer.Icmp6 as number)) {
      content.mix(view.getUint16(transport));
      content.mixBytes(view, transport + ICMP6_REST, contentEnd);
    } else content.mixBytes(view, transport, contentEnd);

    place.begin(flow.high, flow.low);
    if (kind === (Layer.Tcp as number)) place.mix(view.getInt32(transport + TCP_SEQUENCE));
    // Without a number of its own, an IPv6 packet is found by what it carries.
    else if (isIp6) place.mix(content.high);
    else place.mix(view.getUint16(at + IDENTIFICATION));
  }
}

const begin = (hash: Hash64, seed: number): void => {
  hash.begin(seed ^ 0x9e3779b9, seed ^ 0x27d4eb2f);
};

const endOf = (address: number, port: number): number => (address >>> 0) * 0x10000 + port;

const shared = new Fingerprint();

/** What a report says of a packet by which it is found before and after it was translated and routed. */
export function recognitionOf(packet: Headers): Recognition {
  shared.make(packet);
  const { content, source, destination } = shared;
  return { content: content.value, source, destination };
}
