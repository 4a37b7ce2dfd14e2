/**
 * The normal form of a packet, which is what is compared: its bytes without padding, without what is ignored, and without the ports that a NAT has
 * drawn, which are listed apart (PortSlots). What goes out of the bytes also goes out of the checksums that cover it, incrementally
 * (RFC 1624), so that a checksum differs only where something else is wrong, and stays wrong by the same amount.
 */

import { copyFrame, COPY_SLACK_BYTES } from '../../capture/copy-frame.js';
import * as ip4 from '../../wire/ip4.js';
import * as ip6 from '../../wire/ip6.js';
import * as udp from '../../wire/udp.js';
import type { ByteRule } from './field-rules.js';
import { CONTEXT_INNER, CONTEXT_QUOTED, Layer, type Layers } from '../../wire/decode.js';
import { Dissection } from './dissection.js';
import type { Hash64 } from './hash64.js';
import type { NatEndpoints } from '../ports/nat-pool.js';
import { adjusted } from '../../wire/checksum.js';
import type { Packet } from './packet.js';
import { PortSlots } from '../ports/port-slots.js';

/** Where the checksum of each kind of header stands, or -1. */
const CHECKSUM_AT = Int8Array.of(-1, -1, -1, 10, 16, 6, 2, -1, -1, -1, -1, -1, -1, -1, 2);
/** Offsets in the IP header. */
const IP_ADDRESSES = 12;
const IP_ADDRESSES_END = 20;
const FIRST_BYTES = 2048;
/** A limit of bytes that is none. */
export const WHOLE = 0x7fffffff;

/** What shapes the form. */
export interface FormOptions {
  readonly endpoints: NatEndpoints;
  readonly comparesPadding: boolean;
}

export class NormalForm {
  bytes = new Uint8Array(FIRST_BYTES);
  view = new DataView(this.bytes.buffer);
  /** Bytes there are to compare. */
  length = 0;
  /** Bytes there would be, had the capture not cut the packet. */
  contentLength = 0;
  linkType = 0;
  /** Where it has an ICMP checksum that nobody knows, or -1. */
  unknownChecksumAt = -1;
  readonly layers = new Dissection();
  readonly slots = new PortSlots();

  constructor(private readonly options: FormOptions) {}

  /** Makes the form of a packet, of which at most `limit` bytes are looked at; with its ports in it unless `takesPorts`. */
  make(packet: Packet, rules: readonly ByteRule[], limit: number, takesPorts = true): void {
    const { original, linkType } = packet;
    const { endpoints, comparesPadding } = this.options;
    const captured = Math.min(packet.captured, limit);
    if (captured + COPY_SLACK_BYTES > this.bytes.length) this.grow(captured + COPY_SLACK_BYTES);
    copyFrame(packet.bytes, packet.view, packet.at, this.bytes, this.view, 0, captured);
    this.view.setInt32(captured, 0); // an odd last byte has a zero behind it
    this.linkType = linkType;
    const { layers, slots, view } = this;
    layers.find(view, 0, captured, original, linkType);
    this.contentLength = comparesPadding ? original : layers.contentLength;
    this.length = Math.min(captured, this.contentLength);
    this.unknownChecksumAt = packet.captured < this.contentLength ? unknownChecksumAt(layers, view) : -1;
    slots.clear();
    if (takesPorts && !endpoints.isEmpty) {
      slots.find(layers, view, 0, endpoints);
      if (slots.count > 0) this.takePortsOut();
    }
    for (const rule of rules) this.takeOut(rule);
    this.forget(this.unknownChecksumAt);
  }

  /** Puts 0 in the place of a checksum, which other changes may have changed; -1 is none. */
  forget(checksumAt: number): void {
    if (checksumAt >= 0) this.view.setUint16(checksumAt, 0);
  }

  /** Hashes all that is compared but for which ports they are that were taken out. */
  hashInto(hash: Hash64): void {
    hash.begin(this.contentLength, this.linkType);
    hash.mix(this.slots.count);
    hash.mixBytes(this.view, 0, this.length);
  }

  /** Replaces the 16 bits at an even offset, and in every checksum that covers them. */
  change(at: number, value: number): void {
    const { view, layers } = this;
    const before = view.getUint16(at);
    view.setUint16(at, value);
    for (let i = 0; i < layers.count; i++) {
      const checksumAt = this.checksumAt(i);
      if (checksumAt < 0 || checksumAt === at || !this.covers(i, at)) continue;
      const checksum = view.getUint16(checksumAt);
      if (checksum === 0 && layers.kind[i] === (Layer.Udp as number)) continue; // none (RFC 768)
      const after = adjusted(checksum, before, value);
      // One in what is quoted or tunnelled is itself under another.
      if (layers.context[i] === 0) view.setUint16(checksumAt, after);
      else this.change(checksumAt, after);
    }
  }

  /** Where header i has its checksum, or -1. */
  checksumAt(i: number): number {
    const { kind, at, headerEnd } = this.layers;
    const offset = CHECKSUM_AT[kind[i]];
    return offset >= 0 && at[i] + offset + 2 <= headerEnd[i] ? at[i] + offset : -1;
  }

  /** Whether header i's checksum covers what stands at an offset. */
  covers(i: number, at: number): boolean {
    const { kind, at: starts, headerEnd } = this.layers;
    const start = starts[i];
    if (kind[i] === (Layer.Ip4 as number)) return at >= start && at < headerEnd[i];
    const ip = this.layers.ipOf(i);
    const l3 = starts[ip];
    if (kind[ip] === (Layer.Ip6 as number)) {
      if (at >= start) return at < l3 + ip6.HEADER_BYTES + ip6.payloadLength(this.view, l3);
      return at >= l3 + ip6.SOURCE && at < l3 + ip6.HEADER_BYTES;
    }
    if (at >= start) return at < l3 + ip4.totalLength(this.view, l3);
    // The pseudo header (RFC 9293 section 3.1), which ICMP does not have.
    return kind[i] !== (Layer.Icmp as number) && at >= l3 + IP_ADDRESSES && at < l3 + IP_ADDRESSES_END;
  }

  /** Whether two packets are the same but for their ports. Bytes that one of them lacks because it was cut are not compared. */
  equals(other: NormalForm): boolean {
    if (this.contentLength !== other.contentLength || this.linkType !== other.linkType) return false;
    const length = Math.min(this.length, other.length);
    const { view } = this;
    const { view: otherView } = other;
    let at = 0;
    for (; at + 4 <= length; at += 4) if (view.getInt32(at) !== otherView.getInt32(at)) return false;
    for (; at < length; at++) if (view.getUint8(at) !== otherView.getUint8(at)) return false;
    return this.slots.fits(other.slots);
  }

  private takePortsOut(): void {
    const { slots, layers, view } = this;
    for (let slot = 0; slot < slots.count; slot++) this.change(slots.at[slot], 0);
    const isInner = slots.isIn(CONTEXT_INNER);
    if (!isInner && slots.quotedChecksum < 0) return;
    for (let i = 0; i < layers.count; i++) {
      if (layers.kind[i] === (Layer.Vxlan as number) && isInner) {
        const outer = layers.at[i - 1];
        slots.vxlanPort = udp.sourcePort(view, outer);
        slots.vxlanPortAt = outer;
        this.change(outer, 0);
      }
      const isTransport = layers.kind[i] === (Layer.Tcp as number) || layers.kind[i] === (Layer.Udp as number);
      const isQuoted = (layers.context[i] & CONTEXT_QUOTED) !== 0;
      if (isTransport && isQuoted && slots.quotedChecksum >= 0) this.change(this.checksumAt(i), 0);
    }
  }

  private takeOut({ layer, isInPayload, context, at, kept }: ByteRule): void {
    const { layers } = this;
    if (layer === null) {
      this.mask((isInPayload ? layers.payloadAt : 0) + at, kept, this.length);
      return;
    }
    for (let i = 0; i < layers.count; i++)
      if (layers.kind[i] === (layer as number) && layers.context[i] === context)
        this.mask(layers.at[i] + at, kept, layers.headerEnd[i]);
  }

  private mask(from: number, kept: readonly number[], end: number): void {
    for (let k = 0; k < kept.length && from + k < end; k++) {
      const word = (from + k) & ~1;
      const bits = (from + k) & 1 ? 0xff00 | kept[k] : (kept[k] << 8) | 0xff;
      this.change(word, this.view.getUint16(word) & bits);
    }
  }

  private grow(needed: number): void {
    this.bytes = new Uint8Array(2 * needed);
    this.view = new DataView(this.bytes.buffer);
  }
}

/**
 * Where a cut packet has an ICMP checksum of 0, or -1. It says that nobody knows the checksum: vppcap writes it where it makes an ICMP error
 * about a packet that its capture cut off.
 */
function unknownChecksumAt({ count, kind, context, at, headerEnd }: Layers, view: DataView): number {
  for (let i = 0; i < count; i++) {
    const isIcmp = kind[i] === (Layer.Icmp as number) || kind[i] === (Layer.Icmp6 as number);
    if (!isIcmp || (context[i] & CONTEXT_QUOTED) !== 0) continue;
    const checksumAt = at[i] + CHECKSUM_AT[Layer.Icmp];
    if (checksumAt + 2 <= headerEnd[i] && view.getUint16(checksumAt) === 0) return checksumAt;
  }
  return -1;
}
