/**
 * What the primitives of a pcap-filter expression ask of an Ethernet frame (pcap-filter(7)), as functions over its bytes.
 * As in libpcap, `vlan` moves what stands behind it in the expression by a tag, and a look behind the captured end of the
 * frame fails the whole expression, under `not` too.
 */

import * as ethernet from '../wire/ethernet.js';
import * as ip4 from '../wire/ip4.js';
import * as ip6 from '../wire/ip6.js';
import { maskWord, type Ip6Words } from '../wire/ip6-address.js';

/** A frame: bytes [at, at + length) of a view, `wireLength` bytes before a capture cut it. */
export interface FilteredFrame {
  readonly view: DataView;
  readonly at: number;
  readonly length: number;
  readonly wireLength: number;
}

export type FrameTest = (frame: FilteredFrame) => boolean;

/** Thrown by a look behind the end and a division by zero; caught where the expression is asked. */
export const FAILED = new RangeError('a filter failed');

const u8 = ({ view, at, length }: FilteredFrame, place: number): number => {
  if (place + 1 > length) throw FAILED;
  return view.getUint8(at + place);
};
const u16 = ({ view, at, length }: FilteredFrame, place: number): number => {
  if (place + 2 > length) throw FAILED;
  return view.getUint16(at + place);
};
const i32 = ({ view, at, length }: FilteredFrame, place: number): number => {
  if (place + 4 > length) throw FAILED;
  return view.getInt32(at + place);
};

export const TYPE_RARP = 0x8035;
const TAG_TYPES = [0x8100, 0x88a8, 0x9100];

export const PROTOCOL_SCTP = 132;
const PROTOCOL_IGMP = 2;
const PROTOCOL_FRAGMENT = 44;

const TYPE = 12;
const SOURCE6 = 8;
const DESTINATION6 = 24;

/** A header whose bytes an expression asks for. */
export interface Layer {
  /** Which packets have it. */
  readonly has: FrameTest;
  /** Where it begins in those that have it. */
  readonly start: (frame: FilteredFrame) => number;
}

const IP4_LAYERS: Readonly<Record<string, number>> = {
  tcp: ip4.PROTOCOL_TCP,
  udp: ip4.PROTOCOL_UDP,
  sctp: PROTOCOL_SCTP,
  icmp: ip4.PROTOCOL_ICMP,
  igmp: PROTOCOL_IGMP,
};
const L3_LAYERS: Readonly<Record<string, number>> = {
  ip: ethernet.TYPE_IP4,
  ip6: ethernet.TYPE_IP6,
  arp: ethernet.TYPE_ARP,
  rarp: TYPE_RARP,
};

export type Direction = 'src' | 'dst' | 'src or dst' | 'src and dst';

const inDirection = (direction: Direction, source: FrameTest, destination: FrameTest): FrameTest =>
  ({
    src: source,
    dst: destination,
    'src and dst': (frame: FilteredFrame) => source(frame) && destination(frame),
    'src or dst': (frame: FilteredFrame) => source(frame) || destination(frame),
  })[direction];

/** The primitives behind `shift` bytes of VLAN tags. */
export class Primitives {
  private readonly isIp4: FrameTest;
  private readonly isIp6: FrameTest;

  constructor(private readonly shift: number) {
    this.isIp4 = this.etherType(ethernet.TYPE_IP4);
    this.isIp6 = this.etherType(ethernet.TYPE_IP6);
  }

  etherType(type: number): FrameTest {
    const place = TYPE + this.shift;
    return (frame) => u16(frame, place) === type;
  }

  /** `vlan`, with its id or null for any. */
  vlan(id: number | null): FrameTest {
    const place = TYPE + this.shift;
    return (frame) => TAG_TYPES.includes(u16(frame, place)) && (id === null || (u16(frame, place + 2) & 0xfff) === id);
  }

  etherHost(high: number, low: number, direction: Direction): FrameTest {
    const test =
      (place: number): FrameTest =>
      (frame) =>
        i32(frame, place + 2) === (low | 0) && u16(frame, place) === high;
    return inDirection(direction, test(6), test(0));
  }

  readonly etherMulticast: FrameTest = (frame) => (u8(frame, 0) & 1) !== 0;

  /** `ip proto` and, for IPv6, next header; a fragment header may stand between. */
  protocol(protocol: number, isIp: boolean, isIp6: boolean): FrameTest {
    const l3 = ethernet.HEADER_BYTES + this.shift;
    return (frame) => {
      if (isIp6 && this.isIp6(frame)) {
        const next = u8(frame, l3 + 6);
        return next === protocol || (next === PROTOCOL_FRAGMENT && u8(frame, l3 + 40) === protocol);
      }
      return isIp && this.isIp4(frame) && u8(frame, l3 + 9) === protocol;
    };
  }

  /** An IPv4 network in IP, ARP and RARP, or in those that `types` names. */
  net(address: number, mask: number, direction: Direction, types: readonly number[]): FrameTest {
    const l3 = ethernet.HEADER_BYTES + this.shift;
    const at =
      (place: number): FrameTest =>
      (frame) =>
        (i32(frame, l3 + place) & mask) === address;
    const inIp = inDirection(direction, at(12), at(16));
    const inArp = inDirection(direction, at(14), at(24));
    const place = TYPE + this.shift;
    return (frame) => {
      const type = u16(frame, place);
      return types.includes(type) && (type === ethernet.TYPE_IP4 ? inIp(frame) : inArp(frame));
    };
  }

  /** An IPv6 network. As libpcap's optimizer has it, words that the prefix leaves open are not looked at. */
  net6(address: Ip6Words, prefixLength: number, direction: Direction): FrameTest {
    const l3 = ethernet.HEADER_BYTES + this.shift;
    const words = address.map((word, i) => ({ word, mask: maskWord(prefixLength, i), place: l3 + i * 4 }));
    const asked = words.filter(({ mask }) => mask !== 0);
    const at =
      (offset: number): FrameTest =>
      (frame) =>
        asked.every(({ word, mask, place }) => (i32(frame, place + offset) & mask) === word);
    const inIp = inDirection(direction, at(SOURCE6), at(DESTINATION6));
    return (frame) => this.isIp6(frame) && inIp(frame);
  }

  /** `ip multicast` and `ip6 multicast`. */
  multicast(isIp6: boolean): FrameTest {
    const l3 = ethernet.HEADER_BYTES + this.shift;
    return isIp6
      ? (frame) => this.isIp6(frame) && u8(frame, l3 + DESTINATION6) === 0xff
      : (frame) => this.isIp4(frame) && u8(frame, l3 + 16) >= 224;
  }

  /** Ports [first, last] of the protocols, of which a later fragment has none. */
  ports(first: number, last: number, direction: Direction, protocols: readonly number[]): FrameTest {
    const l3 = ethernet.HEADER_BYTES + this.shift;
    const at =
      (l4: number, place: number): FrameTest =>
      (frame) => {
        const port = u16(frame, l4 + place);
        return port >= first && port <= last;
      };
    return (frame) => {
      if (this.isIp6(frame)) {
        if (!protocols.includes(u8(frame, l3 + 6))) return false;
        return inDirection(direction, at(l3 + 40, 0), at(l3 + 40, 2))(frame);
      }
      if (!this.isIp4(frame) || !protocols.includes(u8(frame, l3 + 9))) return false;
      if ((u16(frame, l3 + 6) & 0x1fff) !== 0) return false;
      const l4 = l3 + (u8(frame, l3) & 15) * 4;
      return inDirection(direction, at(l4, 0), at(l4, 2))(frame);
    };
  }

  /** `less` (at most) and `greater` (at least): bytes on the wire. */
  length(least: number, most: number): FrameTest {
    return ({ wireLength }) => wireLength >= least && wireLength <= most;
  }

  /** The header of a protocol; null where it has none to ask for. Headers over IP are asked of IPv4 alone, as in libpcap, and ICMPv6's of IPv6. */
  layer(protocol: string): Layer | null {
    const l3 = ethernet.HEADER_BYTES + this.shift;
    if (protocol === 'ether') return { has: () => true, start: () => 0 };
    if (Object.hasOwn(L3_LAYERS, protocol)) return { has: this.etherType(L3_LAYERS[protocol]), start: () => l3 };
    if (protocol === 'icmp6')
      return { has: this.protocol(ip6.PROTOCOL_ICMP6, false, true), start: () => l3 + ip6.HEADER_BYTES };
    if (!Object.hasOwn(IP4_LAYERS, protocol)) return null;
    const has = this.protocol(IP4_LAYERS[protocol], true, false);
    return {
      has: (frame) => has(frame) && (u16(frame, l3 + 6) & 0x1fff) === 0,
      start: (frame) => l3 + (u8(frame, l3) & 15) * 4,
    };
  }
}

/** The number in `size` bytes, big-endian. */
export function load(frame: FilteredFrame, place: number, size: number): number {
  if (size === 1) return u8(frame, place);
  return size === 2 ? u16(frame, place) : i32(frame, place) >>> 0;
}
