/**
 * The headers of a frame: which there are and where each begins. What is compared does not depend on it, except that NAT ports,
 * ignored fields and padding have to be found; a header that is not known is payload, compared byte by byte.
 */

import {
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  LINKTYPE_LOOP,
  LINKTYPE_NULL,
} from '../../capture/frame-batch.js';
import { etherTypeOf, isRawIp, linkHeaderBytes } from '../../capture/link-layer.js';
import * as arp from '../../wire/arp.js';
import * as ethernet from '../../wire/ethernet.js';
import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';
import * as vxlan from '../../wire/vxlan.js';
import type { PacketColumns } from './packet-columns.js';
import { ANOTHER, Shapes } from './shapes.js';

export enum Layer {
  Ethernet,
  Vlan,
  Arp,
  Ip4,
  Tcp,
  Udp,
  Icmp,
  Vxlan,
  /** Address family of BSD loopback; Linux cooked headers of both versions. */
  Null,
  Sll,
  Sll2,
}

/** Where a header is: in the frame itself, in the packet that an ICMP error quotes, in the frame that VXLAN carries, or both. */
export const CONTEXT_QUOTED = 1;
export const CONTEXT_INNER = 2;

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

/** Ethernet, two tags, IP, UDP, VXLAN, the same again, ICMP and what it quotes. */
const MAXIMUM_LAYERS = 14;
const VLAN_TAG_BYTES = 4;
/** IANA: the UDP port of VXLAN. */
export const VXLAN_PORT = 4789;
/**
 * The shortest payload of an Ethernet frame without tags (IEEE 802.3 clause 3.2.8). Captures of cooked devices have the padding of frames
 * received, too.
 */
const MINIMUM_PAYLOAD_BYTES = 46;
/** Bytes of a quoted transport header that are always there (RFC 792): ports, or the identifier. */
const QUOTED_TRANSPORT_BYTES = 8;

/** Words that the headers found depend on: at most three for each. */
const MAXIMUM_WORDS = 3 * MAXIMUM_LAYERS;
const NEVER = 0x7fffffff;

/** For all that find headers: what is known by a number is known of whoever found them. */
const SHAPES = new Shapes();

export class Layers {
  count = 0;
  readonly kind = new Uint8Array(MAXIMUM_LAYERS);
  /** Where the header begins and ends, options included, from the start of the frame; so are all places here. */
  readonly at = new Int32Array(MAXIMUM_LAYERS);
  readonly headerEnd = new Int32Array(MAXIMUM_LAYERS);
  readonly context = new Uint8Array(MAXIMUM_LAYERS);
  /** Where the bytes without a name begin. */
  payloadAt = 0;
  /** Length of the frame on the wire without the bytes that only fill it up to the shortest frame. */
  contentLength = 0;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private base = 0;
  private end = 0;
  /** EtherType and place of what the frame's own link header and tags carry; -1 where they are not known. */
  outerType = -1;
  outerAt = 0;
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
    this.view = view;
    this.end = end;
    this.count = 0;
    this.payloadAt = 0;
    this.outerType = -1;
    this.linkType = linkType;
    this.reach = 0;
    this.words = 0;
    this.otherUdpAt = -1;
    if (linkType === LINKTYPE_ETHERNET) this.ethernet(this.base, 0);
    else if (linkType >= CARRIED) this.network(linkType - CARRIED, this.base, 0);
    else this.link(this.base, linkType);
  }

  /** Whether the frame goes up to a place. Where it does not, the next one may. */
  private has(to: number): boolean {
    const isThere = to <= this.end;
    this.reach = isThere ? Math.max(this.reach, to - this.base) : NEVER;
    return isThere;
  }

  /** Notes that the headers found depend on bits of the word at a place. */
  private dependOn(at: number, mask: number): void {
    const word = this.words++;
    this.wordAt[word] = at - this.base;
    this.wordMask[word] = mask;
    this.wordValue[word] = this.view.getInt32(at) & mask;
  }

  private add(kind: Layer, at: number, headerBytes: number, context: number): boolean {
    if (this.count === MAXIMUM_LAYERS) return false;
    const i = this.count++;
    this.kind[i] = kind;
    this.at[i] = at - this.base;
    this.context[i] = context;
    this.payloadAt = at - this.base + headerBytes;
    this.headerEnd[i] = this.payloadAt;
    return true;
  }

  private ethernet(at: number, context: number): void {
    if (!this.has(at + ethernet.HEADER_BYTES)) return;
    if (!this.add(Layer.Ethernet, at, ethernet.HEADER_BYTES, context)) return;
    this.dependOn(at + ethernet.HEADER_BYTES - 4, 0xffff);
    this.network(ethernet.type(this.view, at), at + ethernet.HEADER_BYTES, context);
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

  /** What a link header says that it carries, behind up to two tags. */
  private network(etherType: number, at: number, context: number): void {
    let type = etherType;
    let next = at;
    for (let tags = 0; tags < 2 && ethernet.isTagType(type) && this.has(next + VLAN_TAG_BYTES); tags++) {
      if (!this.add(Layer.Vlan, next, VLAN_TAG_BYTES, context)) return;
      this.dependOn(next, 0xffff);
      type = this.view.getUint16(next + 2);
      next += VLAN_TAG_BYTES;
    }
    if (context === 0) {
      this.outerType = type;
      this.outerAt = next - this.base;
    }
    if (type === ethernet.TYPE_IP4) this.ip4(next, context);
    else if (type === ethernet.TYPE_ARP) this.arp(next, context);
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

  private arp(at: number, context: number): void {
    if (this.has(at + arp.MESSAGE_BYTES)) this.add(Layer.Arp, at, arp.MESSAGE_BYTES, context);
  }

  private ip4(at: number, context: number): void {
    const { view } = this;
    if (!this.has(at + ip4.HEADER_BYTES)) return;
    const headerBytes = ip4.headerLength(view, at);
    const isSound = headerBytes >= ip4.HEADER_BYTES && this.has(at + headerBytes);
    if (!this.add(Layer.Ip4, at, isSound ? headerBytes : ip4.HEADER_BYTES, context)) return;
    this.dependOn(at, 0x0f000000); // header length
    this.dependOn(at + 4, ip4.FRAGMENT_OFFSET);
    this.dependOn(at + 8, 0x00ff0000); // protocol
    if (!isSound || ip4.fragmentOffset(view, at) !== 0) return;
    const l4 = at + headerBytes;
    const protocol = ip4.protocol(view, at);
    if (protocol === ip4.PROTOCOL_TCP) this.tcp(l4, context);
    else if (protocol === ip4.PROTOCOL_UDP) this.udp(l4, context);
    else if (protocol === ip4.PROTOCOL_ICMP) this.icmp(l4, context);
  }

  private tcp(at: number, context: number): void {
    const quoted = (context & CONTEXT_QUOTED) !== 0;
    if (!this.has(at + tcp.HEADER_BYTES)) {
      // An ICMP error quotes eight bytes of it: the ports and the sequence number.
      if (quoted && this.has(at + QUOTED_TRANSPORT_BYTES)) this.add(Layer.Tcp, at, QUOTED_TRANSPORT_BYTES, context);
      this.reach = NEVER;
      return;
    }
    const headerBytes = tcp.headerLength(this.view, at);
    const isSound = headerBytes >= tcp.HEADER_BYTES && this.has(at + headerBytes);
    if (this.add(Layer.Tcp, at, isSound ? headerBytes : tcp.HEADER_BYTES, context))
      this.dependOn(at + 12, 0xf0000000 | 0); // data offset
  }

  private udp(at: number, context: number): void {
    const next = at + udp.HEADER_BYTES;
    if (!this.has(next) || !this.add(Layer.Udp, at, udp.HEADER_BYTES, context) || context !== 0) return;
    if (udp.destinationPort(this.view, at) !== VXLAN_PORT) {
      this.otherUdpAt = at - this.base;
      return;
    }
    this.dependOn(at, 0xffff);
    if (!this.has(next + vxlan.HEADER_BYTES)) return;
    this.add(Layer.Vxlan, next, vxlan.HEADER_BYTES, context);
    this.ethernet(next + vxlan.HEADER_BYTES, CONTEXT_INNER);
  }

  private icmp(at: number, context: number): void {
    if (!this.has(at + icmp4.HEADER_BYTES) || !this.add(Layer.Icmp, at, icmp4.HEADER_BYTES, context)) return;
    this.dependOn(at, 0xff000000 | 0); // type
    const isQuoting = (context & CONTEXT_QUOTED) === 0 && icmp4.isError(icmp4.type(this.view, at));
    if (isQuoting) this.ip4(at + icmp4.HEADER_BYTES, context | CONTEXT_QUOTED);
  }
}
