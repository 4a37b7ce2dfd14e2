/**
 * Whether two packets are one that NAT or routing has changed: they have the same headers, and are the same in all that these leave alone.
 * What traits.ts sums up in hashes of each packet by itself, is compared here word by word, by a mask for packets with the same headers.
 */

import { FIXED_BYTES } from './field-table.js';
import { CONTEXT_QUOTED, Layer, Layers } from './layers.js';
import type { PacketColumns } from './packet-columns.js';
import { MAXIMUM_SHAPES } from './shapes.js';

/** By word of the headers, what has to be the same; and what nothing is ever taken out of but by rules: packets that differ there are others. */
interface Mask {
  readonly kept: Int32Array;
  readonly fixed: Int32Array;
}

const ALL_BITS = 0xff;
/** Of headers; those of a packet with options in a tunnel may have more. */
const MAXIMUM_WORDS = 64;

export class ChangedForms {
  /** Headers of the two packets asked about last, if one is the changed form of the other. */
  readonly layers = new Layers();
  /** Places of their words that differ, up to where the headers end. */
  readonly apartAt = new Int32Array(MAXIMUM_WORDS);
  apart = 0;
  /** True where they are different packets, whatever NAT has drawn, unless rules say otherwise. */
  areDifferent = false;
  private shape = -1;
  /** null for headers that this cannot be told of. */
  private mask: Mask | null = null;
  private readonly masks = new Map<number, Mask | null>();

  /** Whether two packets are the same in all that NAT and routing leave alone. */
  isChanged(expected: PacketColumns, i: number, actual: PacketColumns, j: number): boolean {
    const captured = actual.capturedLength[j];
    if (expected.capturedLength[i] !== captured || expected.originalLength[i] !== actual.originalLength[j])
      return false;
    if (expected.linkType[i] !== actual.linkType[j]) return false;
    const { layers } = this;
    layers.findOf(actual, j);
    if (layers.shape !== this.shape) this.choose();
    const { mask } = this;
    const { payloadAt, contentLength } = layers;
    const { view: left } = expected;
    const from = expected.offset[i];
    if (mask === null || contentLength < payloadAt || !layers.areThoseOf(left, from)) return false;
    const { kept, fixed } = mask;
    const { apartAt } = this;
    const headerBytes = 4 * kept.length;
    const { view: right } = actual;
    const to = actual.offset[j];
    let isFixedApart = 0;
    let count = 0;
    for (let at = 0; at < headerBytes; at += 4) {
      const apart = left.getInt32(from + at) ^ right.getInt32(to + at);
      if (apart === 0) continue;
      if ((apart & kept[at >> 2]) !== 0) return false;
      isFixedApart |= apart & fixed[at >> 2];
      apartAt[count++] = at;
    }
    this.apart = count;
    this.areDifferent = isFixedApart !== 0;
    const end = Math.min(contentLength, captured);
    let at = payloadAt;
    for (; at + 4 <= end; at += 4) if (left.getInt32(from + at) !== right.getInt32(to + at)) return false;
    for (; at < end; at++) if (left.getUint8(from + at) !== right.getUint8(to + at)) return false;
    return true;
  }

  private choose(): void {
    const { shape } = this.layers;
    let mask = this.masks.get(shape);
    if (mask === undefined) {
      if (this.masks.size === MAXIMUM_SHAPES) this.masks.clear();
      mask = maskOf(this.layers);
      this.masks.set(shape, mask);
    }
    this.shape = shape;
    this.mask = mask;
  }
}

/** Bytes of a header, from its start. */
type Range = readonly [from: number, to: number];

const TO_THE_END = Infinity;
/** What has to be the same, by kind of header. Not TTL, TOS, checksums; of link headers and tags only the type, on which the headers depend. */
const KEPT: Readonly<Record<number, readonly Range[]>> = {
  [Layer.Ethernet]: [],
  [Layer.Null]: [],
  [Layer.Sll]: [],
  [Layer.Sll2]: [],
  [Layer.Vlan]: [],
  [Layer.Arp]: [[0, TO_THE_END]],
  // prettier-ignore
  [Layer.Ip4]: [[2, 8], [9, 10], [12, 20]],
  // prettier-ignore
  [Layer.Tcp]: [[0, 16], [18, TO_THE_END]],
  [Layer.Udp]: [[0, 6]],
  // prettier-ignore
  [Layer.Icmp]: [[0, 2], [4, 8]],
  [Layer.Vxlan]: [[0, TO_THE_END]],
};
/** Of the headers of a packet that carries another one: the ends of the tunnel. */
const KEPT_OF_CARRIER: Readonly<Record<number, readonly Range[] | undefined>> = { [Layer.Ip4]: [[12, 20]] };
/** Headers that hold no port, nor a checksum of any. */
const FIXED: readonly number[] = [Layer.Ethernet, Layer.Null, Layer.Sll, Layer.Sll2, Layer.Vlan, Layer.Ip4];

function maskOf(layers: Layers): Mask | null {
  const { count, kind, at, headerEnd, context, payloadAt } = layers;
  const kinds = [...kind.subarray(0, count)];
  // What an error quotes was translated, too.
  if (kinds.some((_, k) => (context[k] & CONTEXT_QUOTED) !== 0)) return null;
  const words = (payloadAt + 3) >> 2;
  if (words > MAXIMUM_WORDS) return null;
  const [kept, fixed] = [new Uint8Array(4 * words), new Uint8Array(4 * words)];
  const tunnel = kinds.indexOf(Layer.Vxlan);
  kinds.forEach((own, k) => {
    const ranges = k < tunnel ? (KEPT_OF_CARRIER[own] ?? []) : KEPT[own];
    // IP options are the routers' business.
    const end = own === (Layer.Ip4 as number) ? at[k] + FIXED_BYTES[own] : headerEnd[k];
    for (const [from, to] of ranges) kept.fill(ALL_BITS, at[k] + from, Math.min(at[k] + to, end));
    if (tunnel < 0 && FIXED.includes(own)) fixed.fill(ALL_BITS, at[k], headerEnd[k]);
  });
  return { kept: wordsOf(kept), fixed: wordsOf(fixed) };
}

const wordsOf = (bytes: Uint8Array): Int32Array => {
  const view = new DataView(bytes.buffer);
  return Int32Array.from({ length: bytes.length / 4 }, (_, word) => view.getInt32(4 * word));
};
