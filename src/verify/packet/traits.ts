/**
 * What packets are recognised by although they differ: hashes of what NAT and routing leave alone. A collision costs clarity, never a
 * verdict.
 */

import * as ip4 from '../../wire/ip4.js';
import { CONTEXT_QUOTED, Layer, Layers } from './layers.js';
import type { PacketColumns } from './packet-columns.js';
import type { Recognition } from '../report/report.js';
import { WordHash } from '../match/word-hash.js';

const ADDRESSES = 12;
const ADDRESSES_END = 20;
const IDENTIFICATION = 4;
const FRAGMENT = 6;
const TCP_SEQUENCE = 4;
const TCP_CHECKSUM = 16;
const UDP_LENGTH = 4;
const UDP_PAYLOAD = 8;
const ICMP_SEQUENCE = 6;

export class Traits {
  /** Addresses, protocol and ports. */
  readonly flow = new WordHash();
  /** Protocol, IP id, length, sequence numbers and payload: all but addresses, ports, TTL and checksums. */
  readonly content = new WordHash();
  /** The flow and the place in it: the TCP sequence number, or the IP id. */
  readonly place = new WordHash();
  /** Its two ends, address and port, each by itself: NAT seldom changes both. */
  source = 0;
  destination = 0;
  private readonly layers = new Layers();

  /** Takes them from packet i. */
  take({ view, offset, capturedLength, originalLength, linkType }: PacketColumns, i: number): void {
    this.takeFrom(view, offset[i], capturedLength[i], originalLength[i], linkType[i]);
  }

  /** Takes them from the packet at `start`. Of encapsulated packets it is the inner one that counts. */
  takeFrom(view: DataView, start: number, capturedLength: number, originalLength: number, linkType: number): void {
    const { layers, flow, content, place } = this;
    const end = start + capturedLength;
    layers.find(view, start, end, originalLength, linkType);
    const contentEnd = Math.min(end, start + layers.contentLength);
    let l3 = -1;
    for (let k = 0; k < layers.count; k++)
      if (layers.kind[k] === (Layer.Ip4 as number) && (layers.context[k] & CONTEXT_QUOTED) === 0) l3 = k;
    if (l3 < 0) {
      const header = start + (layers.count > 0 ? layers.headerEnd[0] : 0);
      flow.begin(0);
      this.source = 0;
      this.destination = 0;
      begin(content, 0);
      content.mixBytes(view, header, contentEnd);
      place.begin(layers.count);
      return;
    }
    const at = start + layers.at[l3];
    const protocol = ip4.protocol(view, at);
    const l4 = l3 + 1 < layers.count ? l3 + 1 : -1;
    const transport = start + (l4 >= 0 ? layers.at[l4] : layers.headerEnd[l3]);
    const kind = l4 >= 0 ? layers.kind[l4] : -1;
    const hasPorts = kind === (Layer.Tcp as number) || kind === (Layer.Udp as number);
    begin(flow, protocol);
    flow.mixBytes(view, at + ADDRESSES, at + ADDRESSES_END);
    if (hasPorts) flow.mix(view.getInt32(transport));
    this.source = endOf(view.getInt32(at + ADDRESSES), hasPorts ? view.getUint16(transport) : 0);
    this.destination = endOf(view.getInt32(at + ADDRESSES + 4), hasPorts ? view.getUint16(transport + 2) : 0);

    begin(content, protocol ^ (ip4.totalLength(view, at) << 8));
    content.mix((view.getUint16(at + IDENTIFICATION) << 16) | view.getUint16(at + FRAGMENT));
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
    } else content.mixBytes(view, transport, contentEnd);

    place.begin(flow.high, flow.low);
    if (kind === (Layer.Tcp as number)) place.mix(view.getInt32(transport + TCP_SEQUENCE));
    else place.mix(view.getUint16(at + IDENTIFICATION));
  }
}

const begin = (hash: WordHash, seed: number): void => {
  hash.begin(seed ^ 0x9e3779b9, seed ^ 0x27d4eb2f);
};

const endOf = (address: number, port: number): number => (address >>> 0) * 0x10000 + port;

const shared = new Traits();

/** What a packet is recognised by before and after it was translated and routed. */
export function recognise(
  view: DataView,
  start: number,
  capturedLength: number,
  originalLength: number,
  linkType: number,
): Recognition {
  shared.takeFrom(view, start, capturedLength, originalLength, linkType);
  const { content, source, destination } = shared;
  return { content: content.value, source, destination };
}
