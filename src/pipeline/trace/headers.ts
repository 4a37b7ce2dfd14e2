/**
 * Headers in the words of VPP's format functions. Each takes the bytes of a record from some place on and how many of them
 * there are, decodes all it is given as VPP does, and returns lines; those below the first are indented relative to it.
 */

import { compute, swap16 } from '../../wire/checksum.js';
import { ETHERNET_TYPE_NAMES, ICMP4_CODE_NAMES, ICMP4_TYPE_NAMES, IP_PROTOCOL_NAMES } from './names.js';
import { ARP_HARDWARE_TYPES, ARP_OPERATIONS, ICMP6_CODES, ICMP6_TYPES } from './other-names.js';
import { hex, hexBytes, ip4Address, ip6Address, mac } from './text.js';

type Header = (bytes: Uint8Array, at: number, length: number) => string[];

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What format_ip_protocol prints. */
const protocolName = (protocol: number): string => IP_PROTOCOL_NAMES.get(protocol) ?? `unknown ${protocol}`;

/** format_ethernet_type */
export const etherTypeName = (type: number): string => ETHERNET_TYPE_NAMES.get(type) ?? `0x${hex(type, 4)}`;

const TCP_FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** format_tcp_header */
const tcpHeader: Header = (bytes, at, length) => {
  if (length < 20) return ['TCP header truncated'];
  const view = viewOf(bytes);
  const flags = view.getUint8(at + 13);
  const names = TCP_FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0).map((name) => ` ${name}`);
  return [
    `TCP: ${view.getUint16(at)} -> ${view.getUint16(at + 2)}`,
    `  seq. 0x${hex(view.getUint32(at + 4), 8)} ack 0x${hex(view.getUint32(at + 8), 8)}`,
    `  flags 0x${hex(flags, 2)}${names.join('')}, tcp header: ${(view.getUint8(at + 12) >>> 4) * 4} bytes`,
    `  window ${view.getUint16(at + 14)}, checksum 0x${hex(view.getUint16(at + 16), 4)}`,
  ];
};

/** format_udp_header */
const udpHeader: Header = (bytes, at, length) => {
  if (length < 8) return ['UDP header truncated'];
  const view = viewOf(bytes);
  return [
    `UDP: ${view.getUint16(at)} -> ${view.getUint16(at + 2)}`,
    `  length ${view.getUint16(at + 4)}, checksum 0x${hex(view.getUint16(at + 6), 4)}`,
  ];
};

/** format_ip4_icmp_header and format_icmp6_header */
const icmpHeader =
  (types: ReadonlyMap<number, string>, codes: ReadonlyMap<number, string>): Header =>
  (bytes, at, length) => {
    if (length < 4) return ['ICMP header truncated'];
    const view = viewOf(bytes);
    const [type, code] = [view.getUint8(at), view.getUint8(at + 1)];
    const name = types.get(type);
    const detail = codes.get((type << 8) | code);
    const what =
      name === undefined ? `unknown 0x${type.toString(16)}` : name + (detail === undefined ? '' : ` ${detail}`);
    return [`ICMP ${what} checksum 0x${view.getUint16(at + 2).toString(16)}`];
  };

const NEIGHBOR_BYTES = 24;
const icmp6Plain = icmpHeader(ICMP6_TYPES, ICMP6_CODES);
const icmp6Header: Header = (bytes, at, length) => {
  const lines = icmp6Plain(bytes, at, length);
  if (length < NEIGHBOR_BYTES || (bytes[at] !== 135 && bytes[at] !== 136)) return lines;
  return [...lines, `    target address ${ip6Address(bytes, at + 8)}`];
};

const L4_HEADERS: ReadonlyMap<number, Header> = new Map([
  [1, icmpHeader(ICMP4_TYPE_NAMES, ICMP4_CODE_NAMES)],
  [6, tcpHeader],
  [17, udpHeader],
  [47, greHeader],
  [58, icmp6Header],
]);

const MORE_FRAGMENTS = 0x2000;
const DONT_FRAGMENT = 0x4000;
const CONGESTION = 0x8000;

/** format_ip4_header, with the header behind it where it is known and not of a later fragment. */
export const ip4Header: Header = (bytes, at, length) => {
  if (length < 20) return ['IP header truncated'];
  const view = viewOf(bytes);
  const versionAndLength = view.getUint8(at);
  const [version, headerBytes] = [versionAndLength >>> 4, (versionAndLength & 15) * 4];
  const protocol = view.getUint8(at + 9);
  const lines = [`${protocolName(protocol)}: ${ip4Address(bytes, at + 12)} -> ${ip4Address(bytes, at + 16)}`];
  if (version !== 4 || headerBytes !== 20) lines.push(`  version ${version}, header length ${headerBytes}`);
  const checksum = view.getUint16(at + 10);
  const right = rightChecksum(bytes, at, headerBytes, checksum);
  const shouldBe = right === checksum ? '' : ` (should be 0x${hex(right, 4)})`;
  const [tos, ttl, total] = [view.getUint8(at + 1), view.getUint8(at + 8), view.getUint16(at + 2)];
  lines.push(`  tos 0x${hex(tos, 2)}, ttl ${ttl}, length ${total}, checksum 0x${hex(checksum, 4)}${shouldBe}`);
  const flagsAndOffset = view.getUint16(at + 6);
  const offset = (flagsAndOffset & 0x1fff) * 8;
  lines.push(`  fragment id 0x${hex(view.getUint16(at + 4), 4)}${fragmentText(flagsAndOffset, offset)}`);
  if (offset !== 0) return lines;
  const inner = headerBytes < length ? L4_HEADERS.get(protocol) : undefined;
  return inner ? [...lines, ...inner(bytes, at + headerBytes, length - headerBytes)] : lines;
};

/** VPP takes the octets of the offset out of the flags by XOR, so that an offset leaves its lower bits among them. */
function fragmentText(flagsAndOffset: number, offset: number): string {
  const flags = flagsAndOffset ^ offset;
  const names =
    ((flags & MORE_FRAGMENTS) !== 0 ? 'MORE_FRAGMENTS' : '') +
    ((flags & DONT_FRAGMENT) !== 0 ? 'DONT_FRAGMENT' : '') +
    ((flags & CONGESTION) !== 0 ? 'CONGESTION' : '');
  return (offset !== 0 ? ` offset ${offset}` : '') + (flags !== 0 ? `, flags ${names}` : '');
}

/** ip4_header_checksum, over as many bytes as the header says it has; a header that is longer than the record ends in zeros. */
function rightChecksum(bytes: Uint8Array, at: number, headerBytes: number, given: number): number {
  const header = new Uint8Array(60);
  header.set(bytes.subarray(at, at + 60));
  header.fill(0, 10, 12);
  const sum = compute(viewOf(header), 0, headerBytes);
  // Both zeros of one's complement are right.
  if (sum === 0 && given === 0xffff) return given;
  return swap16(sum);
}

/** format_ip6_header */
export const ip6Header: Header = (bytes, at, length) => {
  if (length < 40) return ['IP header truncated'];
  const view = viewOf(bytes);
  const first = view.getUint32(at);
  const protocol = view.getUint8(at + 6);
  const lines = [`${protocolName(protocol)}: ${ip6Address(bytes, at + 8)} -> ${ip6Address(bytes, at + 24)}`];
  if (first >>> 28 !== 6) lines.push(`  version ${first >>> 28}`);
  lines.push(
    `  tos 0x${hex((first >>> 20) & 0xff, 2)}, flow label 0x${(first & 0xfffff).toString(16)}, ` +
      `hop limit ${view.getUint8(at + 7)}, payload length ${view.getUint16(at + 4)}`,
  );
  const inner = length > 40 ? L4_HEADERS.get(protocol) : undefined;
  return inner ? [...lines, ...inner(bytes, at + 40, length - 40)] : lines;
};

const ARP_BYTES = 28;

/** format_ethernet_arp_header; `length` 0 means that there is enough. */
export const arpHeader: Header = (bytes, at, length) => {
  if (length !== 0 && length < ARP_BYTES) return ['ARP header truncated'];
  const view = viewOf(bytes);
  const [hardware, protocol, operation] = [view.getUint16(at), view.getUint16(at + 2), view.getUint16(at + 6)];
  const [macBytes, addressBytes] = [view.getUint8(at + 4), view.getUint8(at + 5)];
  const what = ARP_OPERATIONS.get(operation) ?? `unknown 0x${operation.toString(16)}`;
  const on = ARP_HARDWARE_TYPES.get(hardware) ?? `unknown 0x${hardware.toString(16)}`;
  const lines = [`${what}, type ${on}/${etherTypeName(protocol)}, address size ${macBytes}/${addressBytes}`];
  const data = at + 8;
  if (hardware === 1 && protocol === 0x800)
    lines.push(
      `${mac(bytes, data)}/${ip4Address(bytes, data + 6)} -> ${mac(bytes, data + 10)}/${ip4Address(bytes, data + 16)}`,
    );
  else {
    const part = (from: number, count: number): string => hexBytes(bytes.subarray(data + from, data + from + count));
    const [n2, n3] = [macBytes, addressBytes];
    lines.push(`${part(0, n2)}/${part(n2, n3)} -> ${part(n2 + n3, n2)}/${part(2 * n2 + n3, n3)}`);
  }
  return lines;
};

/** format_mpls_unicast_header_net_byte_order */
const mplsHeader: Header = (bytes, at) => {
  const word = viewOf(bytes).getUint32(at);
  return [`label ${word >>> 12} exp ${(word >>> 9) & 7}, s ${(word >>> 8) & 1}, ttl ${word & 0xff}`];
};

/** GRE protocols that VPP names. */
const GRE_PROTOCOLS: ReadonlyMap<number, string> = new Map([
  [0x800, 'ip4'],
  [0x86dd, 'ip6'],
  [0x6558, 'teb'],
  [0x806, 'arp'],
  [0x8847, 'mpls_unicast'],
  [0x88be, 'erspan'],
  [0x894f, 'nsh'],
]);

const GRE_BYTES = 4;

/** format_gre_header_with_length */
function greHeader(bytes: Uint8Array, at: number, length: number): string[] {
  if (length < GRE_BYTES) return ['gre header truncated'];
  const protocol = viewOf(bytes).getUint16(at + 2);
  const lines = [`GRE ${GRE_PROTOCOLS.get(protocol) ?? `0x${hex(protocol, 4)}`}`];
  const inner = GRE_PAYLOADS.get(protocol);
  return inner && length > GRE_BYTES ? [...lines, ...inner(bytes, at + GRE_BYTES, length - GRE_BYTES)] : lines;
}

const L3_HEADERS: ReadonlyMap<number, Header> = new Map([
  [0x800, ip4Header],
  [0x806, arpHeader],
  [0x86dd, ip6Header],
  [0x8847, mplsHeader],
]);

const TAG_TYPES = [0x8100, 0x88a8, 0x88e7];
const MAX_TAGS = 2;

/** format_ethernet_header_with_length; `length` 0 shows the Ethernet header only. */
export const ethernetHeader: Header = (bytes, at, length) => {
  const view = viewOf(bytes);
  let type = view.getUint16(at + 12);
  const tags: string[] = [];
  const outer = type;
  let headerBytes = 14;
  while (TAG_TYPES.includes(type) && tags.length < MAX_TAGS) {
    const tci = view.getUint16(at + headerBytes);
    const [id, dei, priority] = [tci & 0xfff, (tci >>> 12) & 1, tci >>> 13];
    const standard = outer === 0x8100 ? '802.1q' : '802.1ad';
    tags.push(` ${standard} vlan ${id}${priority === 0 ? '' : ` priority ${priority}`}${dei === 0 ? '' : ' cfi'}`);
    type = view.getUint16(at + headerBytes + 2);
    headerBytes += 4;
  }
  if (length !== 0 && headerBytes > length) return ['ethernet header truncated'];
  const lines = [`${etherTypeName(type)}: ${mac(bytes, at + 6)} -> ${mac(bytes, at)}${tags.join('')}`];
  const inner = length > headerBytes ? L3_HEADERS.get(type) : undefined;
  return inner ? [...lines, ...inner(bytes, at + headerBytes, length - headerBytes)] : lines;
};

/** What VPP's GRE hands on to its nodes, in their words. */
const GRE_PAYLOADS: ReadonlyMap<number, Header> = new Map([
  [0x800, ip4Header],
  [0x86dd, ip6Header],
  [0x6558, ethernetHeader],
  [0x8847, mplsHeader],
]);
