/**
 * The headers of a frame: which there are and where each begins. What is compared does not depend on it, except that NAT ports,
 * ignored fields and padding have to be found; a header that is not known is payload, compared byte by byte.
 */

import { LINKTYPE_ETHERNET, LINKTYPE_IPV4, LINKTYPE_RAW } from '../capture/frame-batch.js';
import * as arp from '../wire/arp.js';
import * as ethernet from '../wire/ethernet.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import * as tcp from '../wire/tcp.js';
import * as udp from '../wire/udp.js';
import * as vxlan from '../wire/vxlan.js';

export enum Layer {
  Ethernet,
  Vlan,
  Arp,
  Ip4,
  Tcp,
  Udp,
  Icmp,
  Vxlan,
}

/** Where a header is: in the frame itself, in the packet that an ICMP error quotes, in the frame that VXLAN carries, or both. */
export const CONTEXT_QUOTED = 1;
export const CONTEXT_INNER = 2;

/** What the names of fields begin with, by context. */
export const CONTEXT_PREFIX = ['', 'quoted.', 'inner.', 'inner.quoted.'] as const;

/** Ethernet, two tags, IP, UDP, VXLAN, the same again, ICMP and what it quotes. */
const MAXIMUM_LAYERS = 14;
const VLAN_TAG_BYTES = 4;
/** IANA: the UDP port of VXLAN. */
export const VXLAN_PORT = 4789;
/** The shortest Ethernet frame, without the frame check sequence (IEEE 802.3 clause 3.2.8); tags come on top. */
const MINIMUM_FRAME_BYTES = 60;
/** Bytes of a quoted transport header that are always there (RFC 792): ports, or the identifier. */
const QUOTED_TRANSPORT_BYTES = 8;

export class Layers {
  count = 0;
  readonly kind = new Uint8Array(MAXIMUM_LAYERS);
  readonly at = new Int32Array(MAXIMUM_LAYERS);
  readonly context = new Uint8Array(MAXIMUM_LAYERS);
  /** Where the header ends; options included. */
  readonly headerEnd = new Int32Array(MAXIMUM_LAYERS);
  /** Where the bytes without a name begin. */
  payloadAt = 0;
  /** Length of the frame on the wire without the bytes that only fill it up to the shortest frame. */
  contentLength = 0;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private end = 0;

  /** Finds the headers of bytes [at, end) of a frame that had `originalLength` bytes. Never throws: it stops where the frame does. */
  find(view: DataView, at: number, end: number, originalLength: number, linkType: number): void {
    this.view = view;
    this.end = end;
    this.count = 0;
    this.payloadAt = at;
    this.contentLength = originalLength;
    if (linkType === LINKTYPE_ETHERNET) this.ethernet(at, 0, originalLength);
    else if (linkType === LINKTYPE_RAW || linkType === LINKTYPE_IPV4) this.ip4(at, 0);
  }

  private add(kind: Layer, at: number, headerBytes: number, context: number): boolean {
    if (this.count === MAXIMUM_LAYERS) return false;
    const i = this.count++;
    this.kind[i] = kind;
    this.at[i] = at;
    this.context[i] = context;
    this.headerEnd[i] = at + headerBytes;
    this.payloadAt = at + headerBytes;
    return true;
  }

  private ethernet(at: number, context: number, originalLength: number): void {
    if (at + ethernet.HEADER_BYTES > this.end) return;
    if (!this.add(Layer.Ethernet, at, ethernet.HEADER_BYTES, context)) return;
    let type = ethernet.type(this.view, at);
    let next = at + ethernet.HEADER_BYTES;
    for (let tags = 0; tags < 2 && ethernet.isTagType(type) && next + VLAN_TAG_BYTES <= this.end; tags++) {
      if (!this.add(Layer.Vlan, next, VLAN_TAG_BYTES, context)) return;
      type = this.view.getUint16(next + 2);
      next += VLAN_TAG_BYTES;
    }
    if (type === ethernet.TYPE_IP4) this.ip4(next, context);
    else if (type === ethernet.TYPE_ARP) this.arp(next, context);
    const minimum = MINIMUM_FRAME_BYTES + next - at - ethernet.HEADER_BYTES;
    if (context === 0 && originalLength <= minimum)
      this.contentLength = this.withoutPadding(type, at, next, originalLength);
  }

  private withoutPadding(type: number, at: number, l3: number, originalLength: number): number {
    let length = originalLength;
    if (type === ethernet.TYPE_ARP && l3 + arp.MESSAGE_BYTES <= this.end) length = l3 - at + arp.MESSAGE_BYTES;
    if (type === ethernet.TYPE_IP4 && l3 + ip4.HEADER_BYTES <= this.end) {
      const total = ip4.totalLength(this.view, l3);
      if (total >= ip4.HEADER_BYTES) length = l3 - at + total;
    }
    return Math.min(length, originalLength);
  }

  private arp(at: number, context: number): void {
    if (at + arp.MESSAGE_BYTES <= this.end) this.add(Layer.Arp, at, arp.MESSAGE_BYTES, context);
  }

  private ip4(at: number, context: number): void {
    const { view, end } = this;
    if (at + ip4.HEADER_BYTES > end) return;
    const headerBytes = ip4.headerLength(view, at);
    const isSound = headerBytes >= ip4.HEADER_BYTES && at + headerBytes <= end;
    if (!this.add(Layer.Ip4, at, isSound ? headerBytes : ip4.HEADER_BYTES, context)) return;
    if (!isSound || ip4.fragmentOffset(view, at) !== 0) return;
    const l4 = at + headerBytes;
    const protocol = ip4.protocol(view, at);
    if (protocol === ip4.PROTOCOL_TCP) this.tcp(l4, context);
    else if (protocol === ip4.PROTOCOL_UDP) this.udp(l4, context);
    else if (protocol === ip4.PROTOCOL_ICMP) this.icmp(l4, context);
  }

  private tcp(at: number, context: number): void {
    const quoted = (context & CONTEXT_QUOTED) !== 0;
    if (at + tcp.HEADER_BYTES > this.end) {
      // An ICMP error quotes eight bytes of it: the ports and the sequence number.
      if (quoted && at + QUOTED_TRANSPORT_BYTES <= this.end) this.add(Layer.Tcp, at, QUOTED_TRANSPORT_BYTES, context);
      return;
    }
    const headerBytes = tcp.headerLength(this.view, at);
    const isSound = headerBytes >= tcp.HEADER_BYTES && at + headerBytes <= this.end;
    this.add(Layer.Tcp, at, isSound ? headerBytes : tcp.HEADER_BYTES, context);
  }

  private udp(at: number, context: number): void {
    const next = at + udp.HEADER_BYTES;
    if (next > this.end || !this.add(Layer.Udp, at, udp.HEADER_BYTES, context)) return;
    if (context !== 0 || udp.destinationPort(this.view, at) !== VXLAN_PORT) return;
    if (next + vxlan.HEADER_BYTES > this.end) return;
    this.add(Layer.Vxlan, next, vxlan.HEADER_BYTES, context);
    this.ethernet(next + vxlan.HEADER_BYTES, CONTEXT_INNER, 0);
  }

  private icmp(at: number, context: number): void {
    if (at + icmp4.HEADER_BYTES > this.end) return;
    if (!this.add(Layer.Icmp, at, icmp4.HEADER_BYTES, context)) return;
    const isQuoting = (context & CONTEXT_QUOTED) === 0 && isIcmpError(icmp4.type(this.view, at));
    if (isQuoting) this.ip4(at + icmp4.HEADER_BYTES, context | CONTEXT_QUOTED);
  }
}

/** ICMP messages that quote the packet they are about (RFC 1122 section 3.2.2). */
export const isIcmpError = (type: number): boolean =>
  type === icmp4.DESTINATION_UNREACHABLE ||
  type === icmp4.SOURCE_QUENCH ||
  type === icmp4.REDIRECT ||
  type === icmp4.TIME_EXCEEDED ||
  type === icmp4.PARAMETER_PROBLEM;

/** ICMP queries and their answers, which carry an identifier that NAT translates. */
export const hasIdentifier = (type: number): boolean =>
  type === icmp4.ECHO_REQUEST ||
  type === icmp4.ECHO_REPLY ||
  (type >= icmp4.TIMESTAMP_REQUEST && type <= icmp4.ADDRESS_MASK_REPLY);
