/**
 * Finds the headers of a frame: which there are, and where each begins and ends. It never throws and stops where the frame does. A
 * header that is not known is payload.
 */

import * as arp from './arp.js';
import * as ethernet from './ethernet.js';
import * as icmp4 from './icmp4.js';
import * as ip4 from './ip4.js';
import * as ip6 from './ip6.js';
import * as tcp from './tcp.js';
import * as udp from './udp.js';
import * as vlan from './vlan.js';
import * as vxlan from './vxlan.js';

export enum Layer {
  Ethernet,
  Vlan,
  Arp,
  Ip4,
  Tcp,
  Udp,
  Icmp,
  Vxlan,
  /** Link headers other than Ethernet, which capture/link-layer.ts knows: BSD loopback's address family, Linux cooked of both versions. */
  Null,
  Sll,
  Sll2,
  Ip6,
  Ip6Extension,
}

/** Where a header is: in the frame itself, in the packet that an ICMP error quotes, in the frame that VXLAN carries, or both. */
export const CONTEXT_QUOTED = 1;
export const CONTEXT_INNER = 2;

/** Ethernet, two tags, IP, UDP, VXLAN, the same again, ICMP and what it quotes. */
export const MAXIMUM_LAYERS = 14;
/** Bytes of a quoted transport header that are always there (RFC 792): ports, or the identifier. */
const QUOTED_TRANSPORT_BYTES = 8;

/**
 * Where the IPv4 header of an Ethernet frame is, behind its tags, of which `length` bytes were captured; -1 where there is none whole.
 * For those who need no other header.
 */
export function ip4At(view: DataView, at: number, length: number): number {
  if (length < ethernet.HEADER_BYTES + ip4.HEADER_BYTES) return -1;
  if (ethernet.type(view, at) === ethernet.TYPE_IP4) return at + ethernet.HEADER_BYTES;
  const headerBytes = ethernet.taggedHeaderLength(view, at);
  const isIp4 = view.getUint16(at + headerBytes - 2) === ethernet.TYPE_IP4;
  return isIp4 && length >= headerBytes + ip4.HEADER_BYTES ? at + headerBytes : -1;
}

/** The headers of one frame after the other, in columns that each frame overwrites. All places are from the frame's start. */
export class Layers {
  count = 0;
  readonly kind = new Uint8Array(MAXIMUM_LAYERS);
  /** Where the header begins and ends, options included. */
  readonly at = new Int32Array(MAXIMUM_LAYERS);
  readonly headerEnd = new Int32Array(MAXIMUM_LAYERS);
  readonly context = new Uint8Array(MAXIMUM_LAYERS);
  /** Where the bytes without a name begin. */
  payloadAt = 0;
  /** EtherType and place of what the frame's own link header and tags carry; -1 where they are not known. */
  outerType = -1;
  outerAt = 0;
  /** The frame ends before a header that it announces. */
  isCut = false;
  protected view: DataView = new DataView(new ArrayBuffer(0));
  protected base = 0;
  protected end = 0;

  /** Finds the headers of the Ethernet frame in bytes [at, end). */
  decode(view: DataView, at: number, end: number): this {
    this.begin(view, at, end);
    this.ethernet(at, 0);
    return this;
  }

  /** The same for a packet in bytes [at, end), which a link header in front of it has announced by this EtherType. */
  decodePacket(view: DataView, at: number, end: number, etherType: number): this {
    this.begin(view, at, end);
    this.network(etherType, at, 0);
    return this;
  }

  /** Index of the first header of a kind in a context; -1 where there is none. */
  indexOf(kind: Layer, context = 0): number {
    for (let i = 0; i < this.count; i++) if (this.kind[i] === (kind as number) && this.context[i] === context) return i;
    return -1;
  }

  protected begin(view: DataView, at: number, end: number): void {
    this.view = view;
    this.base = at;
    this.end = end;
    this.count = 0;
    this.payloadAt = 0;
    this.outerType = -1;
    this.isCut = false;
  }

  /** Whether the frame goes up to a place. */
  protected has(to: number): boolean {
    const isThere = to <= this.end;
    if (!isThere) this.isCut = true;
    return isThere;
  }

  protected add(kind: Layer, at: number, headerBytes: number, context: number): boolean {
    if (this.count === MAXIMUM_LAYERS) return false;
    const i = this.count++;
    this.kind[i] = kind;
    this.at[i] = at - this.base;
    this.context[i] = context;
    this.payloadAt = at - this.base + headerBytes;
    this.headerEnd[i] = this.payloadAt;
    return true;
  }

  protected ethernet(at: number, context: number): void {
    if (!this.has(at + ethernet.HEADER_BYTES)) return;
    if (!this.add(Layer.Ethernet, at, ethernet.HEADER_BYTES, context)) return;
    this.network(ethernet.type(this.view, at), at + ethernet.HEADER_BYTES, context);
  }

  /** What a link header says that it carries, behind up to two tags. */
  protected network(etherType: number, at: number, context: number): void {
    let type = etherType;
    let next = at;
    for (let tags = 0; tags < 2 && ethernet.isTagType(type) && this.has(next + vlan.TAG_BYTES); tags++) {
      if (!this.add(Layer.Vlan, next, vlan.TAG_BYTES, context)) return;
      type = vlan.type(this.view, next);
      next += vlan.TAG_BYTES;
    }
    if (context === 0) {
      this.outerType = type;
      this.outerAt = next - this.base;
    }
    if (type === ethernet.TYPE_IP4) this.ip4(next, context);
    else if (type === ethernet.TYPE_IP6) this.ip6(next, context);
    else if (type === ethernet.TYPE_ARP && this.has(next + arp.MESSAGE_BYTES))
      this.add(Layer.Arp, next, arp.MESSAGE_BYTES, context);
  }

  protected ip4(at: number, context: number): void {
    const { view } = this;
    if (!this.has(at + ip4.HEADER_BYTES)) return;
    const headerBytes = ip4.headerLength(view, at);
    const isSound = headerBytes >= ip4.HEADER_BYTES && this.has(at + headerBytes);
    if (!this.add(Layer.Ip4, at, isSound ? headerBytes : ip4.HEADER_BYTES, context)) return;
    if (isSound && ip4.fragmentOffset(view, at) === 0)
      this.transport(ip4.protocol(view, at), at + headerBytes, context);
  }

  /** With its extension headers, up to a later fragment's. */
  protected ip6(at: number, context: number): void {
    const { view } = this;
    if (!this.has(at + ip6.HEADER_BYTES) || !this.add(Layer.Ip6, at, ip6.HEADER_BYTES, context)) return;
    let protocol = ip6.nextHeader(view, at);
    let next = at + ip6.HEADER_BYTES;
    while (ip6.isExtension(protocol)) {
      if (!this.has(next + ip6.EXTENSION_BYTES)) return;
      const bytes = ip6.extensionBytes(view, next, protocol);
      if (!this.has(next + bytes) || !this.add(Layer.Ip6Extension, next, bytes, context)) return;
      if (protocol === ip6.FRAGMENT && ip6.fragmentOffset(view, next) !== 0) return;
      protocol = ip6.extensionNextHeader(view, next);
      next += bytes;
    }
    if (protocol !== ip4.PROTOCOL_ICMP) this.transport(protocol, next, context);
  }

  private transport(protocol: number, at: number, context: number): void {
    if (protocol === ip4.PROTOCOL_TCP) this.tcp(at, context);
    else if (protocol === ip4.PROTOCOL_UDP) this.udp(at, context);
    else if (protocol === ip4.PROTOCOL_ICMP) this.icmp(at, context);
  }

  private tcp(at: number, context: number): void {
    if (!this.has(at + tcp.HEADER_BYTES)) {
      // An ICMP error quotes eight bytes of it: the ports and the sequence number.
      const isQuoted = (context & CONTEXT_QUOTED) !== 0;
      if (isQuoted && this.has(at + QUOTED_TRANSPORT_BYTES)) this.add(Layer.Tcp, at, QUOTED_TRANSPORT_BYTES, context);
      return;
    }
    const headerBytes = tcp.headerLength(this.view, at);
    const isSound = headerBytes >= tcp.HEADER_BYTES && this.has(at + headerBytes);
    this.add(Layer.Tcp, at, isSound ? headerBytes : tcp.HEADER_BYTES, context);
  }

  private udp(at: number, context: number): void {
    const next = at + udp.HEADER_BYTES;
    if (!this.has(next) || !this.add(Layer.Udp, at, udp.HEADER_BYTES, context)) return;
    if (context !== 0 || udp.destinationPort(this.view, at) !== vxlan.UDP_PORT || !this.has(next + vxlan.HEADER_BYTES))
      return;
    this.add(Layer.Vxlan, next, vxlan.HEADER_BYTES, context);
    this.ethernet(next + vxlan.HEADER_BYTES, CONTEXT_INNER);
  }

  private icmp(at: number, context: number): void {
    if (!this.has(at + icmp4.HEADER_BYTES) || !this.add(Layer.Icmp, at, icmp4.HEADER_BYTES, context)) return;
    const isQuoting = (context & CONTEXT_QUOTED) === 0 && icmp4.isError(icmp4.type(this.view, at));
    if (isQuoting) this.ip4(at + icmp4.HEADER_BYTES, context | CONTEXT_QUOTED);
  }
}
