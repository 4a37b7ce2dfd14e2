/**
 * What the ACL plugin looks at in a packet: the key of its sessions and the input of its rules
 * (VPP 19.08 src/plugins/acl/fa_node.h fa_5tuple_t, public_inlines.h).
 *
 * One object is filled again for every packet; all fields are small integers.
 */

import { parseAddress } from '../../wire/address.js';
import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import * as icmp6 from '../../wire/icmp6.js';
import * as ip6 from '../../wire/ip6.js';
import { parseIp6 } from '../../wire/ip6-address.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { mix } from '../engine/state/flow-hash-table.js';

/** Direction of the packet that made the session (FA_SK_L4_FLAG_IS_INPUT). */
export const L4_FLAG_IS_INPUT = 1;
/** The reverse of the tuple is not a mere swap of ports (FA_SK_L4_FLAG_IS_SLOWPATH). */
export const L4_FLAG_IS_SLOWPATH = 2;

/** The plugin takes an L4 header for present when this many bytes of it are in the packet. */
const L4_BYTES = 8;
const TCP_FLAGS_BYTES = 14;

/** Words of an IPv6 address. */
const ADDRESS_WORDS = 4;

export class FiveTuple {
  /** Signed 32-bit addresses; of IPv6, hashes of them. */
  source = 0;
  destination = 0;
  isIp6 = false;
  /** Of IPv6: the words of source and destination, big-endian. */
  readonly addresses = new Int32Array(2 * ADDRESS_WORDS);
  /** Ports, or ICMP type and code, or 0 for other protocols and where the L4 header is not in the packet. */
  sourcePort = 0;
  destinationPort = 0;
  protocol = 0;
  l4Flags = 0;
  swIfIndex = 0;
  tcpFlags = 0;
  /** 1 for TCP with its header in the packet. */
  tcpFlagsValid = 0;
  /** 1 for TCP whose flags are in the packet, too: VPP reads them also from behind it. */
  tcpFlagsPresent = 0;
  /** 1 where the L4 header is in the packet: neither a later fragment nor cut short. */
  l4Valid = 0;
  /** 1 for every fragment but the first. */
  isNonFirstFragment = 0;

  /** Third word of the session key. */
  get ports(): number {
    return this.sourcePort | (this.destinationPort << 16);
  }

  /** Fourth word of the session key. As in VPP it has the low 16 bits of the sw_if_index. */
  get l4(): number {
    return this.protocol | (this.l4Flags << 8) | (this.swIfIndex << 16);
  }

  /** Makes it equal to another. */
  copy(from: FiveTuple): this {
    const { addresses } = this;
    Object.assign(this, from, { addresses });
    addresses.set(from.addresses);
    return this;
  }

  /** True for packets of one session in one direction. */
  hasKeyOf({ source, destination, ports, l4, isIp6, addresses }: FiveTuple): boolean {
    if (source !== this.source || destination !== this.destination) return false;
    if (ports !== this.ports || l4 !== this.l4 || isIp6 !== this.isIp6) return false;
    return !isIp6 || addresses.every((word, at) => word === this.addresses[at]);
  }

  /** Makes source and destination change places. */
  swapAddresses(): void {
    const { source, destination, addresses } = this;
    [this.source, this.destination] = [destination, source];
    addresses.set([...addresses.subarray(ADDRESS_WORDS), ...addresses.subarray(0, ADDRESS_WORDS)]);
  }

  /**
   * Fills the tuple from the IPv4 packet at `l3`. False where a field that VPP would read is among the bytes that the capture's
   * snaplen cut, so that nothing can be said.
   */
  fill(b: PacketBuffer, l3: number, swIfIndex: number, isInput: boolean): boolean {
    const { view: frame } = b;
    const capturedEnd = b.at + b.length;
    const end = capturedEnd + b.cutBytes;
    this.isIp6 = false;
    this.source = ip4.source(frame, l3);
    this.destination = ip4.destination(frame, l3);
    this.sourcePort = 0;
    this.destinationPort = 0;
    const protocol = ip4.protocol(frame, l3);
    this.protocol = protocol;
    this.l4Flags = isInput ? L4_FLAG_IS_INPUT : 0;
    this.swIfIndex = swIfIndex;
    this.tcpFlags = 0;
    this.tcpFlagsValid = 0;
    this.isNonFirstFragment = ip4.fragmentOffset(frame, l3) === 0 ? 0 : 1;
    const l4 = l3 + ip4.headerLength(frame, l3);
    this.l4Valid = this.isNonFirstFragment === 0 && l4 + L4_BYTES <= end ? 1 : 0;
    return this.l4Valid === 0 || this.fillL4(frame, l4, end, capturedEnd, ip4.PROTOCOL_ICMP);
  }

  /**
   * The same from an IPv6 packet.
   * @param isSkipped 1 by number of an extension header that is passed over
   */
  fillIp6(b: PacketBuffer, l3: number, swIfIndex: number, isInput: boolean, isSkipped: Uint8Array): boolean {
    const { view: frame } = b;
    const capturedEnd = b.at + b.length;
    const end = capturedEnd + b.cutBytes;
    this.isIp6 = true;
    this.readAddresses(frame, l3 + ip6.SOURCE);
    this.sourcePort = 0;
    this.destinationPort = 0;
    this.l4Flags = isInput ? L4_FLAG_IS_INPUT : 0;
    this.swIfIndex = swIfIndex;
    this.tcpFlags = 0;
    this.tcpFlagsValid = 0;
    this.isNonFirstFragment = 0;
    let protocol = ip6.nextHeader(frame, l3);
    let l4 = l3 + ip6.HEADER_BYTES;
    while (isSkipped[protocol] === 1 && l4 + L4_BYTES <= end) {
      if (l4 + ip6.EXTENSION_BYTES / 2 > capturedEnd) return false;
      if (protocol === ip6.FRAGMENT && ip6.fragmentOffset(frame, l4) !== 0) this.isNonFirstFragment = 1;
      const next = ip6.extensionNextHeader(frame, l4);
      // Nothing is looked for behind the header of a later fragment.
      l4 = this.isNonFirstFragment === 1 ? end : l4 + skippedBytes(frame, l4, protocol);
      protocol = next;
    }
    this.protocol = protocol;
    this.l4Valid = l4 + L4_BYTES <= end ? 1 : 0;
    return this.l4Valid === 0 || this.fillL4(frame, l4, end, capturedEnd, ip6.PROTOCOL_ICMP6);
  }

  private readAddresses(frame: DataView, at: number): void {
    const { addresses } = this;
    for (let word = 0; word < addresses.length; word++) addresses[word] = frame.getInt32(at + word * 4);
    this.source = ip6AddressHash(addresses, 0);
    this.destination = ip6AddressHash(addresses, ADDRESS_WORDS);
  }

  /** Takes over IPv6 addresses by their words. */
  setIp6(words: readonly number[]): void {
    const { addresses } = this;
    addresses.set(words);
    this.isIp6 = true;
    this.source = ip6AddressHash(addresses, 0);
    this.destination = ip6AddressHash(addresses, ADDRESS_WORDS);
  }

  /** Takes over addresses that VPP printed. */
  readText(source: string, destination: string): void {
    const [from, to] = [parseIp6(source), parseIp6(destination)];
    if (from !== null && to !== null) {
      this.setIp6([...from, ...to]);
      return;
    }
    this.isIp6 = false;
    this.source = parseAddress(source) ?? 0;
    this.destination = parseAddress(destination) ?? 0;
  }

  private fillL4(frame: DataView, l4: number, end: number, capturedEnd: number, icmp: number): boolean {
    switch (this.protocol) {
      case ip4.PROTOCOL_TCP:
        this.sourcePort = tcp.sourcePort(frame, l4);
        this.destinationPort = tcp.destinationPort(frame, l4);
        // Flags of a header that ends before them are read from behind the packet by VPP: no flag is as good as any.
        this.tcpFlagsPresent = l4 + TCP_FLAGS_BYTES <= end ? 1 : 0;
        this.tcpFlags = this.tcpFlagsPresent === 1 ? tcp.flags(frame, l4) : 0;
        this.tcpFlagsValid = 1;
        return l4 + TCP_FLAGS_BYTES <= capturedEnd || end === capturedEnd;
      case ip4.PROTOCOL_UDP:
        this.sourcePort = udp.sourcePort(frame, l4);
        this.destinationPort = udp.destinationPort(frame, l4);
        return l4 + 4 <= capturedEnd;
      case icmp: // type and code have the same places in both
        this.sourcePort = icmp4.type(frame, l4);
        this.destinationPort = icmp4.code(frame, l4);
        this.l4Flags |= L4_FLAG_IS_SLOWPATH;
        return l4 + 2 <= capturedEnd;
      default:
        this.l4Flags |= L4_FLAG_IS_SLOWPATH;
        return true;
    }
  }
}

/** What stands for an IPv6 address in a session's key. */
export const ip6AddressHash = (words: Int32Array, at: number): number =>
  mix(mix(mix(mix(0, words[at]), words[at + 1]), words[at + 2]), words[at + 3]);

/** The length of an extension header: in units of 8 bytes, whatever its kind. */
const skippedBytes = (frame: DataView, at: number, protocol: number): number =>
  ip6.extensionBytes(frame, at, protocol === ip6.FRAGMENT ? ip6.FRAGMENT : ip6.ROUTING);

/** Reply types by request type; the only ICMP messages whose sessions have a reverse (session_inlines.h icmp4_invmap). */
const ICMP_REPLY = new Map<number, number>([
  [icmp4.ECHO_REQUEST, icmp4.ECHO_REPLY],
  [icmp4.TIMESTAMP_REQUEST, icmp4.TIMESTAMP_REPLY],
  [icmp4.INFORMATION_REQUEST, icmp4.INFORMATION_REPLY],
  [icmp4.ADDRESS_MASK_REQUEST, icmp4.ADDRESS_MASK_REPLY],
]);

/** icmp6_invmap */
const NODE_INFORMATION_REQUEST = 139; // RFC 4620
const NODE_INFORMATION_RESPONSE = 140;
const ICMP6_REPLY = new Map<number, number>([
  [icmp6.ECHO_REQUEST, icmp6.ECHO_REPLY],
  [NODE_INFORMATION_REQUEST, NODE_INFORMATION_RESPONSE],
]);

/** Reply type by ICMP type, -1 for none. */
const byType = (replies: ReadonlyMap<number, number>): Int32Array =>
  Int32Array.from({ length: 256 }, (_, type) => replies.get(type) ?? -1);
const REPLY_OF = byType(ICMP_REPLY);
const REPLY_OF_ICMP6 = byType(ICMP6_REPLY);

/** Third key word of the answers to a packet, by the third and fourth of its own; -1 where its session gets no reverse entry. */
export function reversePorts(ports: number, l4: number, isIp6 = false): number {
  const isIcmp = isIcmpKey(l4, isIp6) && (l4 & (L4_FLAG_IS_SLOWPATH << 8)) !== 0;
  if (!isIcmp) return (ports >>> 16) | (ports << 16);
  const reply = (isIp6 ? REPLY_OF_ICMP6 : REPLY_OF)[ports & 0xff];
  return reply < 0 ? -1 : reply | (ports & 0xffff0000);
}

/** Third key word of the packet that a packet answers; null for an ICMP message that answers none. */
export function requestPorts({ ports, l4, isIp6 }: FiveTuple): number | null {
  if (!isIcmpKey(l4, isIp6)) return (ports >>> 16) | (ports << 16);
  const request = (isIp6 ? REPLY_OF_ICMP6 : REPLY_OF).indexOf(ports & 0xff);
  return request < 0 ? null : request | (ports & 0xffff0000);
}

const isIcmpKey = (l4: number, isIp6: boolean): boolean =>
  (l4 & 0xff) === (isIp6 ? ip6.PROTOCOL_ICMP6 : ip4.PROTOCOL_ICMP);
