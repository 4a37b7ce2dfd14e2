/**
 * What packets are recognised by although they differ: hashes of what NAT and routing leave alone. A collision costs clarity, never a
 * verdict.
 */

import * as ip4 from '../wire/ip4.js';
import { CONTEXT_QUOTED, Layer, Layers } from './layers.js';
import type { PacketColumns } from './packet-columns.js';
import type { Recognition } from './report.js';

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
  flow = 0;
  /** Protocol, IP id, length, sequence numbers and payload: all but addresses, ports, TTL and checksums. */
  content = 0;
  /** Its two ends, address and port, each by itself: NAT seldom changes both. */
  source = 0;
  destination = 0;
  /** The flow and the place in it: the TCP sequence number, or the IP id. */
  place = 0;
  private readonly layers = new Layers();
  private high = 0;
  private low = 0;

  /** Takes them from packet i. */
  take({ view, offset, capturedLength, originalLength, linkType }: PacketColumns, i: number): void {
    this.takeFrom(view, offset[i], capturedLength[i], originalLength[i], linkType[i]);
  }

  /** Takes them from the packet at `start`. Of encapsulated packets it is the inner one that counts. */
  takeFrom(view: DataView, start: number, capturedLength: number, originalLength: number, linkType: number): void {
    const { layers } = this;
    const end = start + capturedLength;
    layers.find(view, start, end, originalLength, linkType);
    const contentEnd = Math.min(end, start + layers.contentLength);
    let l3 = -1;
    for (let k = 0; k < layers.count; k++)
      if (layers.kind[k] === (Layer.Ip4 as number) && (layers.context[k] & CONTEXT_QUOTED) === 0) l3 = k;
    if (l3 < 0) {
      const header = layers.count > 0 ? layers.headerEnd[0] : start;
      this.flow = 0;
      this.source = 0;
      this.destination = 0;
      this.content = this.hash(view, header, contentEnd, linkType);
      this.place = layers.count;
      return;
    }
    const at = layers.at[l3];
    const protocol = ip4.protocol(view, at);
    const l4 = l3 + 1 < layers.count ? l3 + 1 : -1;
    const transport = l4 >= 0 ? layers.at[l4] : layers.headerEnd[l3];
    const kind = l4 >= 0 ? layers.kind[l4] : -1;
    const hasPorts = kind === (Layer.Tcp as number) || kind === (Layer.Udp as number);
    this.begin(protocol);
    for (let k = ADDRESSES; k < ADDRESSES_END; k += 4) this.mix(view.getInt32(at + k));
    if (hasPorts) this.mix(view.getInt32(transport));
    this.flow = this.result();
    this.source = this.endOf(view.getInt32(at + ADDRESSES), hasPorts ? view.getUint16(transport) : 0);
    this.destination = this.endOf(view.getInt32(at + ADDRESSES + 4), hasPorts ? view.getUint16(transport + 2) : 0);

    this.begin(protocol ^ (ip4.totalLength(view, at) << 8));
    this.mix((view.getUint16(at + IDENTIFICATION) << 16) | view.getUint16(at + FRAGMENT));
    if (kind === (Layer.Tcp as number)) {
      this.mixBytes(view, transport + TCP_SEQUENCE, Math.min(contentEnd, transport + TCP_CHECKSUM));
      this.mixBytes(view, transport + TCP_CHECKSUM + 2, contentEnd);
    } else if (kind === (Layer.Udp as number)) {
      this.mix(view.getUint16(transport + UDP_LENGTH));
      this.mixBytes(view, transport + UDP_PAYLOAD, contentEnd);
    } else if (kind === (Layer.Icmp as number)) {
      this.mix(view.getUint16(transport));
      // What is quoted was translated, too: only its IP id is as it was.
      if (l4 + 1 < layers.count) this.mix(view.getUint16(layers.at[l4 + 1] + IDENTIFICATION));
      else this.mixBytes(view, transport + ICMP_SEQUENCE, contentEnd);
    } else this.mixBytes(view, transport, contentEnd);
    this.content = this.result();

    this.begin(protocol);
    this.mix((this.flow % 0x100000000) | 0);
    if (kind === (Layer.Tcp as number)) this.mix(view.getInt32(transport + TCP_SEQUENCE));
    else this.mix(view.getUint16(at + IDENTIFICATION));
    this.place = this.result();
  }

  private hash(view: DataView, from: number, to: number, seed: number): number {
    this.begin(seed);
    this.mixBytes(view, from, to);
    return this.result();
  }

  private endOf(address: number, port: number): number {
    return (address >>> 0) * 0x10000 + port;
  }

  private begin(seed: number): void {
    this.high = seed ^ 0x9e3779b9;
    this.low = seed ^ 0x27d4eb2f;
  }

  private mix(word: number): void {
    this.high = Math.imul(this.high ^ word, 0x9e3779b1);
    this.high ^= this.high >>> 15;
    this.low = Math.imul(this.low ^ word, 0x85ebca77) + 0x165667b1;
    this.low ^= this.low >>> 13;
  }

  private mixBytes(view: DataView, from: number, to: number): void {
    let at = from;
    for (; at + 4 <= to; at += 4) this.mix(view.getInt32(at));
    for (; at < to; at++) this.mix(view.getUint8(at) | 0x100);
  }

  /** Below 2^53. */
  private result(): number {
    return (this.high >>> 0) * 0x200000 + (this.low >>> 11);
  }
}

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
  return { content, source, destination };
}
