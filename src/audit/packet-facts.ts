/**
 * What of a packet NAT, routing and the TTL leave alone, as one number, so that a packet that left finds the one that came; and its
 * ends, as NAT44 sees them. Of VXLAN it is the packet inside.
 */

import type { PacketEnds } from '../pipeline/nat-common/state/nat-mode.js';
import { isIcmpError, quotedHeader } from '../pipeline/nat-common/icmp-error.js';
import { ip4At } from '../wire/decode.js';
import * as icmp4 from '../wire/icmp4.js';
import * as ip4 from '../wire/ip4.js';
import * as tcp from '../wire/tcp.js';
import * as udp from '../wire/udp.js';
import * as vxlan from '../wire/vxlan.js';
import { PAYLOAD_BYTES, type Place } from './alike.js';
import { type KeyDepth, WHOLE } from './cut-packets.js';

interface Frame {
  readonly view: DataView;
  readonly at: number;
  readonly length: number;
}

const PORT_BYTES = 4;
/** Bytes of a TCP header up to its flags. */
const TO_FLAGS = 14;

export class PacketFacts implements PacketEnds {
  /** 0 for what is no whole IPv4 packet. */
  key = 0;
  /** Where its IPv4 header is. */
  l3 = -1;
  ipProtocol = 0;
  source = 0;
  sourcePort = 0;
  destination = 0;
  destinationPort = 0;
  /** A TCP SYN, or no TCP. */
  mayOpen = false;
  /** A later fragment, or a protocol without ports. */
  isPortless = false;
  isLaterFragment = false;
  isError = false;
  /** Of an echo request: the key of its reply, should the node itself give one; else 0. */
  replyKey = 0;

  /** It is inside of VXLAN. */
  isCarried = false;
  private hash = 0;
  private end = 0;
  private frame: Frame = { view: new DataView(new ArrayBuffer(0)), at: 0, length: 0 };

  /** @param depth what the key is made of */
  constructor(private readonly depth: KeyDepth = WHOLE) {}

  /** Reads the Ethernet frame at [at, at + length). */
  read(view: DataView, at: number, length: number): this {
    this.key = 0;
    this.isCarried = false;
    this.l3 = ip4At(view, at, length);
    const end = at + length;
    if (this.l3 < 0) return this;
    const inner = carriedAt(view, this.l3, end);
    this.isCarried = inner >= 0;
    if (this.isCarried) {
      this.l3 = inner;
      this.frame = { view, at, length };
    }
    this.readIp(view, end);
    return this;
  }

  /** Where the packet that was read is in its frame. */
  placeIn({ view }: Pick<Frame, 'view'>): Place {
    return { view, l3: this.l3, end: this.end };
  }

  /** Reads the VXLAN packet around it. */
  readOuter(): this {
    const { view, at, length } = this.frame;
    this.l3 = ip4At(view, at, length);
    this.readIp(view, at + length);
    return this;
  }

  private readIp(view: DataView, end: number): void {
    const { l3 } = this;
    this.end = end;
    const l4 = l3 + ip4.headerLength(view, l3);
    this.ipProtocol = ip4.protocol(view, l3);
    this.source = ip4.source(view, l3);
    this.destination = ip4.destination(view, l3);
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.mayOpen = true;
    this.isError = false;
    this.replyKey = 0;
    this.hash = (this.ipProtocol << 16) | ip4.totalLength(view, l3);
    this.mix(ip4.flagsAndFragment(view, l3));
    const { hash } = this;
    this.isLaterFragment = ip4.fragmentOffset(view, l3) !== 0;
    this.isPortless = this.isLaterFragment || !this.readL4(view, l4, end);
    if (this.isPortless) {
      this.mix(ip4.identification(view, l3));
      this.payload(view, l4, end);
      this.isPortless = this.isLaterFragment || !this.readPorts(view, l4, end);
    }
    if (this.depth.isHeaders) this.readHeaders(hash, view, l4, end);
    this.key = this.hash === 0 ? 1 : this.hash;
  }

  /** Of a header that ends early. */
  private readPorts(view: DataView, l4: number, end: number): boolean {
    const hasPorts = this.ipProtocol === ip4.PROTOCOL_TCP || this.ipProtocol === ip4.PROTOCOL_UDP;
    if (!hasPorts || l4 + PORT_BYTES > end) return false;
    this.sourcePort = udp.sourcePort(view, l4);
    this.destinationPort = udp.destinationPort(view, l4);
    if (this.ipProtocol === ip4.PROTOCOL_TCP && l4 + TO_FLAGS <= end) this.mayOpen = isOpening(view, l4);
    return true;
  }

  /** The key of what every capture has. */
  private readHeaders(hash: number, view: DataView, l4: number, end: number): void {
    const { l3 } = this;
    const protocol = ip4.protocol(view, l3);
    const type = protocol === ip4.PROTOCOL_ICMP && !this.isLaterFragment && l4 < end ? icmp4.type(view, l4) : -1;
    if (type === icmp4.ECHO_REQUEST) this.replyKey = mixed(hash, icmp4.ECHO_REPLY);
    this.hash = mixed(hash, type < 0 ? ip4.identification(view, l3) : type);
  }

  private readL4(view: DataView, l4: number, end: number): boolean {
    if (l4 + 8 > end) return false;
    switch (this.ipProtocol) {
      case ip4.PROTOCOL_TCP:
        return this.readTcp(view, l4, end);
      case ip4.PROTOCOL_UDP:
        this.mix(ip4.identification(view, this.l3));
        this.mix(udp.length(view, l4));
        this.sourcePort = udp.sourcePort(view, l4);
        this.destinationPort = udp.destinationPort(view, l4);
        this.payload(view, l4 + udp.HEADER_BYTES, end);
        return true;
      case ip4.PROTOCOL_ICMP:
        return this.readIcmp(view, l4, end);
      default:
        return false;
    }
  }

  private readTcp(view: DataView, l4: number, end: number): boolean {
    if (l4 + tcp.HEADER_BYTES > end) return false;
    this.mix(ip4.identification(view, this.l3));
    this.mix(tcp.sequence(view, l4));
    this.mix(tcp.acknowledgment(view, l4));
    this.mix((tcp.flags(view, l4) << 16) | tcp.window(view, l4));
    this.sourcePort = tcp.sourcePort(view, l4);
    this.destinationPort = tcp.destinationPort(view, l4);
    this.mayOpen = isOpening(view, l4);
    // Options are left out: NAT clamps the MSS.
    this.payload(view, l4 + tcp.headerLength(view, l4), end);
    return true;
  }

  /** The IP id of a query is left out: VPP gives the replies that it makes any. Of an error it is what it quotes that counts. */
  private readIcmp(view: DataView, l4: number, end: number): boolean {
    const type = icmp4.type(view, l4);
    this.isError = isIcmpError(type);
    if (!this.isError) {
      this.sourcePort = this.destinationPort = icmp4.identifier(view, l4);
      const { hash } = this;
      if (type === icmp4.ECHO_REQUEST) {
        this.readQuery(icmp4.ECHO_REPLY << 8, view, l4, end);
        this.replyKey = this.hash;
        this.hash = hash;
      }
      this.readQuery((type << 8) | icmp4.code(view, l4), view, l4, end);
      return true;
    }
    this.mix((type << 8) | icmp4.code(view, l4));
    const quoted = quotedHeader(l4);
    if (quoted + ip4.HEADER_BYTES + 8 > end) return false;
    this.mix((ip4.identification(view, quoted) << 16) | ip4.totalLength(view, quoted));
    const quotedL4 = quoted + ip4.headerLength(view, quoted);
    this.ipProtocol = ip4.protocol(view, quoted);
    this.mayOpen = false;
    this.source = ip4.destination(view, quoted);
    this.destination = ip4.source(view, quoted);
    if (this.ipProtocol === ip4.PROTOCOL_ICMP)
      this.sourcePort = this.destinationPort = icmp4.identifier(view, quotedL4);
    else {
      this.sourcePort = udp.destinationPort(view, quotedL4);
      this.destinationPort = udp.sourcePort(view, quotedL4);
    }
    return true;
  }

  private readQuery(typeAndCode: number, view: DataView, l4: number, end: number): void {
    this.mix(typeAndCode);
    this.mix(icmp4.sequence(view, l4));
    this.payload(view, l4 + icmp4.HEADER_BYTES, end);
  }

  private payload(view: DataView, from: number, end: number): void {
    const to = Math.min(end, from + PAYLOAD_BYTES);
    for (; from + 4 <= to; from += 4) this.mix(view.getInt32(from));
    for (; from < to; from++) this.mix(view.getUint8(from));
  }

  private mix(word: number): void {
    this.hash = mixed(this.hash, word);
  }
}

const isOpening = (view: DataView, l4: number): boolean => (tcp.flags(view, l4) & (tcp.SYN | tcp.ACK)) === tcp.SYN;

function mixed(hash: number, word: number): number {
  const product = Math.imul(hash ^ word, 0x9e3779b1);
  return product ^ (product >>> 15);
}

/** Where the IPv4 packet is that a VXLAN packet carries; -1 for any other. */
function carriedAt(view: DataView, l3: number, end: number): number {
  if (ip4.protocol(view, l3) !== ip4.PROTOCOL_UDP || ip4.fragmentOffset(view, l3) !== 0) return -1;
  const l4 = l3 + ip4.headerLength(view, l3);
  if (l4 + udp.HEADER_BYTES > end || udp.destinationPort(view, l4) !== vxlan.UDP_PORT) return -1;
  const at = l4 + udp.HEADER_BYTES + vxlan.HEADER_BYTES;
  return ip4At(view, at, end - at);
}
