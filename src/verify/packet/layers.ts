/** The headers of a frame of any link type, as wire/decode.ts finds them, and by what the next frame of the same shape is recognised. */

import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
} from '../../capture/frame-batch.js';
import { etherTypeOf, isRawIp, linkHeaderBytes } from '../../capture/link-layer.js';
import * as arp from '../../wire/arp.js';
import { Layer, Layers as DecodedLayers, MAXIMUM_LAYERS } from '../../wire/decode.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';
import * as udp from '../../wire/udp.js';
import { UDP_PORT as VXLAN_PORT } from '../../wire/vxlan.js';
import type { PacketColumns } from './packet-columns.js';
import { ANOTHER, Shapes } from './shapes.js';

export { CONTEXT_INNER, CONTEXT_QUOTED, Layer } from '../../wire/decode.js';
export { UDP_PORT as VXLAN_PORT } from '../../wire/vxlan.js';

/** What the names of fields begin with, by context. */
export const CONTEXT_PREFIX = ['', 'quoted.', 'inner.', 'inner.quoted.'] as const;

/** In place of a link type, with an EtherType added: a packet without link header and tags. The link types of captures have 16 bits. */
export const CARRIED = 0x10000;

/** Headers of frames that are not of Ethernet, by link type: which header, and the word of it and the bits by which it says what it carries. */
const LINK_HEADERS: Readonly<Record<number, readonly [kind: Layer, wordAt: number, bits: number] | undefined>> = {
  [LINKTYPE_NULL]: [Layer.Null, 0, ~0],
  [LINKTYPE_LOOP]: [Layer.Null, 0, ~0],
  [LINKTYPE_LINUX_SLL]: [Layer.Sll, 12, 0xffff],
  [LINKTYPE_LINUX_SLL2]: [Layer.Sll2, 0, ~0xffff],
};
/** The version of a raw IP packet. */
const IP_VERSION = 0xf0000000 | 0;

/**
 * The shortest payload of an Ethernet frame without tags (IEEE 802.3 clause 3.2.8). Captures of cooked devices have the padding of frames
 * received, too.
 */
const MINIMUM_PAYLOAD_BYTES = 46;
/** Words that the headers found depend on: at most three for each. */
const MAXIMUM_WORDS = 3 * MAXIMUM_LAYERS;
const NEVER = 0x7fffffff;

/** For all that find headers: what is known by a number is known of whoever found them. */
const SHAPES = new Shapes();

export class Layers extends DecodedLayers {
  /** Length of the frame on the wire without the bytes that only fill it up to the shortest frame. */
  contentLength = 0;
  /**
   * What the headers found depend on, so that the next frame of the same shape is recognised by it: its link type, this many captured bytes,
   * and the bits of some words. Most frames are like the one before, and are done in a quarter of the time.
   */
  private linkType = -1;
  private reach = NEVER;
  private words = 0;
  readonly wordAt = new Int32Array(MAXIMUM_WORDS);
  readonly wordMask = new Int32Array(MAXIMUM_WORDS);
  readonly wordValue = new Int32Array(MAXIMUM_WORDS);
  /** Where a UDP header is whose destination port is not VXLAN's; -1 for none. */
  private otherUdpAt = -1;
  private shapeNumber = NEVER;

  /** Number of what the headers depend on: where it is the same, the same headers are in the same places. */
  get shape(): number {
    if (this.shapeNumber !== NEVER) return this.shapeNumber;
    const { words, linkType, reach, otherUdpAt } = this;
    return (this.shapeNumber = SHAPES.numberOf(this, words, linkType, reach === NEVER ? ANOTHER : reach, otherUdpAt));
  }

  /**
   * Finds the headers of bytes [at, end) of a frame that had `originalLength` bytes. Never throws: it stops where the frame does.
   * @param linkType tcpdump.org/linktypes.html, or CARRIED and an EtherType
   */
  find(view: DataView, at: number, end: number, originalLength: number, linkType: number): void {
    this.base = at;
    if (linkType !== this.linkType || end - at < this.reach || !this.areThoseOf(view, at))
      this.parse(view, end, linkType);
    this.contentLength = this.withoutPadding(view, end, originalLength);
  }

  /** The same for packet i of some. */
  findOf({ view, offset, capturedLength, originalLength, linkType }: PacketColumns, i: number): void {
    this.find(view, offset[i], offset[i] + capturedLength[i], originalLength[i], linkType[i]);
  }

  /** Whether another frame of the same link type, with as many captured bytes, has the headers found. */
  areThoseOf(view: DataView, at: number): boolean {
    const { words, wordAt, wordMask, wordValue, otherUdpAt } = this;
    for (let k = 0; k < words; k++) if ((view.getInt32(at + wordAt[k]) & wordMask[k]) !== wordValue[k]) return false;
    return otherUdpAt < 0 || udp.destinationPort(view, at + otherUdpAt) !== VXLAN_PORT;
  }

  /** Whether the headers found depend on some bits of the byte at a place. */
  dependsOn(at: number, bits: number): boolean {
    for (let k = 0; k < this.words; k++) {
      const byte = at - this.wordAt[k];
      if (byte >= 0 && byte < 4 && ((this.wordMask[k] >>> (24 - 8 * byte)) & bits) !== 0) return true;
    }
    return this.otherUdpAt >= 0 && (at === this.otherUdpAt + 2 || at === this.otherUdpAt + 3);
  }

  private parse(view: DataView, end: number, linkType: number): void {
    this.shapeNumber = NEVER;
    this.begin(view, this.base, end);
    this.linkType = linkType;
    this.reach = 0;
    this.words = 0;
    this.otherUdpAt = -1;
    if (linkType === LINKTYPE_ETHERNET) this.ethernet(this.base, 0);
    else if (linkType >= CARRIED) this.network(linkType - CARRIED, this.base, 0);
    else this.link(this.base, linkType);
  }

  /** Where the frame does not go up to a place, the next one may. */
  protected override has(to: number): boolean {
    const isThere = to <= this.end;
    this.reach = isThere ? Math.max(this.reach, to - this.base) : NEVER;
    return isThere;
  }

  protected override dependOn(at: number, mask: number): void {
    const word = this.words++;
    this.wordAt[word] = at - this.base;
    this.wordMask[word] = mask;
    this.wordValue[word] = this.view.getInt32(at) & mask;
  }

  protected override isVxlan(at: number): boolean {
    const isVxlan = super.isVxlan(at);
    if (isVxlan) this.dependOn(at, 0xffff);
    else this.otherUdpAt = at - this.base;
    return isVxlan;
  }

  /** IPv6 is compared byte by byte. */
  protected override ip6(): void {
    // Its headers are payload.
  }

  /** A frame of another kind of link. */
  private link(at: number, linkType: number): void {
    const headerBytes = linkHeaderBytes(linkType);
    // A word is looked at in any case: no packet is as short as that.
    if (headerBytes < 0 || !this.has(at + Math.max(headerBytes, 4))) return;
    const header = LINK_HEADERS[linkType];
    if (header !== undefined) {
      const [kind, wordAt, bits] = header;
      this.add(kind, at, headerBytes, 0);
      this.dependOn(at + wordAt, bits);
    } else if (isRawIp(linkType)) this.dependOn(at, IP_VERSION);
    const captured = this.end - at;
    this.network(etherTypeOf(this.view, at, captured, captured, linkType), at + headerBytes, 0);
  }

  /** The length of the frame without what fills it up. */
  private withoutPadding(view: DataView, end: number, originalLength: number): number {
    const { base, outerType, outerAt } = this;
    if (outerType < 0 || originalLength > MINIMUM_PAYLOAD_BYTES + outerAt) return originalLength;
    const l3 = base + outerAt;
    let length = originalLength;
    if (outerType === ethernet.TYPE_ARP && l3 + arp.MESSAGE_BYTES <= end) length = outerAt + arp.MESSAGE_BYTES;
    if (outerType === ethernet.TYPE_IP4 && l3 + ip4.HEADER_BYTES <= end) {
      const total = ip4.totalLength(view, l3);
      if (total >= ip4.HEADER_BYTES) length = outerAt + total;
    }
    return Math.min(length, originalLength);
  }
}
