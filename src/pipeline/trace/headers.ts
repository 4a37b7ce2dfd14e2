/**
 * Headers in the words of VPP's format functions. Each takes the bytes of a record from some place on and how many of them
 * there are, decodes all it is given as VPP does, and returns lines; those below the first are indented relative to it.
 */

import { compute, swap16 } from '../../wire/checksum.js';
import { ARP_NUMBERED, ARP_TEXT, arpMessage } from './arp-message.js';
import { DSCP_NAMES, ECN_NAMES, names } from './names.js';
import { truncated, TRUNCATED, u32, type Header } from './header.js';
import { ICMP6, ICMP6_TARGET, icmp6Header, IP6_FRAGMENT, ip6FragmentHeader } from './icmp6-header.js';
import { line, vagueLine } from './template.js';
import { tcpOptionLines } from './tcp-options.js';
import { hex, u16 } from './text.js';
import type { TraceWording } from './trace-context.js';

const TAG = '[ 802.1{standard:q|ad=} vlan {vlan:vlan=}[ priority {priority:priority=}][ {cfi:|cfi=}]]';
export const ETHERNET = line(
  'ethernet',
  `{type:ethertype=}: {source:mac@6=} -> {destination:mac@0=}${TAG}${TAG.replace(/(\w+):/g, 'inner_$1:').replaceAll('=', '')}`,
  'Ethernet',
);
const IP4_ADDRESSES = line(
  'ip4-addresses',
  '{protocol:protocol@9=}: {source:ip4@12~} -> {destination:ip4@16~}',
  'IPv4',
);
const IP4_VERSION = line('ip4-version', '  version {version:dec=}, header length {headerBytes:dec= "header length"}');
const IP4_FIELDS = line(
  'ip4-fields',
  '  tos 0x{tos:hex2@1=}, ttl {ttl:u8@8=}, length {length:u16@2=}, checksum 0x{checksum:hex4@10~}' +
    '[ (should be 0x{computed:hex4= "checksum that it should be"})][ dscp {dscp:word} ecn {ecn:word}]',
  'IPv4',
);
const IP4_FRAGMENT = line(
  'ip4-fragment',
  '  fragment id 0x{id:hex4@4=}[ offset {offset:u16=}][, flags[ {flags:fragmentFlags=}]]',
  'IPv4 fragment',
);
export const TCP_PORTS = line('tcp-ports', 'TCP: {source:u16@0~} -> {destination:u16@2~}', 'TCP port of the');
export const TCP_SEQUENCE = line('tcp-sequence', '  seq. 0x{sequence:hex8@4=} ack 0x{acknowledgment:hex8@8=}', 'TCP');
export const TCP_FLAGS = line(
  'tcp-flags',
  '  flags 0x{flags:hex2@13=}[ {names:tcpFlags}], tcp header: {headerBytes:dataOffset@12= "header length"} bytes',
  'TCP',
);
export const TCP_WINDOW = line('tcp-window', '  window {window:u16@14=}, checksum 0x{checksum:hex4@16~}', 'TCP');
/** 20.01 and later. */
const TCP_OPTIONS = [
  line('tcp-options', 'options:[ {rest:rest}]'),
  vagueLine('tcp-option-list', '{options:tcpOptions}'),
];
export const UDP_PORTS = line('udp-ports', 'UDP: {source:u16@0~} -> {destination:u16@2~}', 'UDP port of the');
export const UDP_FIELDS = line('udp-fields', '  length {length:u16@4=}, checksum 0x{checksum:hex4@6~}', 'UDP');
export const ICMP4 = line('icmp4', 'ICMP {type:icmp4@0=} checksum 0x{checksum:short@2~}[ id {id:u16~}]', 'ICMP');
const IP6_ADDRESSES = line('ip6-addresses', '{protocol:protocol@6}: {source:ip6@8} -> {destination:ip6@24}');
const IP6_VERSION = line('ip6-version', '  version {version:dec}');
const IP6_FIELDS = line(
  'ip6-fields',
  '  tos 0x{tos:hex2}, flow label 0x{flow:hex}, hop limit {hopLimit:u8@7}, payload length {length:u16@4}',
);
const GRE = vagueLine('gre', 'GRE {protocol:word}');
const MPLS = line('mpls', 'label {label:dec} exp {exp:dec}, s {s:dec}, ttl {ttl:dec}');

/** The lines that a header's record may have, as it is shown with what follows it. */
const L4_LINES = [
  ...[TCP_PORTS, TCP_SEQUENCE, TCP_FLAGS, TCP_WINDOW, ...TCP_OPTIONS],
  ...[UDP_PORTS, UDP_FIELDS, ICMP4, GRE, TRUNCATED],
];
export const IP4_LINES = [IP4_ADDRESSES, IP4_VERSION, IP4_FIELDS, IP4_FRAGMENT, ...L4_LINES];
export const IP6_LINES = [IP6_ADDRESSES, IP6_VERSION, IP6_FIELDS, IP6_FRAGMENT, ICMP6, ICMP6_TARGET, ...L4_LINES];
export const FRAME_LINES = [
  ...[ETHERNET, ...IP4_LINES, ...ARP_TEXT, IP6_ADDRESSES, IP6_FIELDS, IP6_FRAGMENT, ICMP6_TARGET, MPLS],
  ARP_NUMBERED,
];

const TCP_FLAG_NAMES = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR'];

/** format_tcp_header */
const tcpHeader: Header = (bytes, at, length, { headers }) => {
  if (length < 20) return truncated('TCP');
  const flags = bytes[at + 13];
  const names = TCP_FLAG_NAMES.filter((_, bit) => (flags & (1 << bit)) !== 0).join(' ');
  return [
    TCP_PORTS.printHeader(bytes, at),
    TCP_SEQUENCE.printHeader(bytes, at),
    TCP_FLAGS.printHeader(bytes, at, { names }),
    TCP_WINDOW.printHeader(bytes, at),
    ...(headers === 'detailed' ? tcpOptionLines(bytes, at, length) : []),
  ];
};

/** format_udp_header */
const udpHeader: Header = (bytes, at, length) =>
  length < 8 ? truncated('UDP') : [UDP_PORTS.printHeader(bytes, at), UDP_FIELDS.printHeader(bytes, at)];

/** format_ip4_icmp_header */
const icmp4Header: Header = (bytes, at, length, { headers }) => {
  if (length < 4) return truncated('ICMP');
  const hasId = headers === 'detailed' && (bytes[at] === ECHO_REQUEST || bytes[at] === ECHO_REPLY) && length > 6;
  return [ICMP4.printHeader(bytes, at, { id: hasId ? u16(bytes, at + 4) : undefined })];
};
const ECHO_REQUEST = 8;
const ECHO_REPLY = 0;

const L4_HEADERS: ReadonlyMap<number, Header> = new Map([
  [1, icmp4Header],
  [6, tcpHeader],
  [17, udpHeader],
  [44, ip6FragmentHeader],
  [47, greHeader],
  [58, icmp6Header],
]);

const PROTOCOL_FRAGMENT = 44;
const PROTOCOL_GRE = 47;
/** What is shown behind an IP header; in later releases GRE is a plugin, and IPv6 fragments have a header. */
const l4Header = (protocol: number, { hasGre }: TraceWording): Header | undefined =>
  protocol === (hasGre ? PROTOCOL_FRAGMENT : PROTOCOL_GRE) ? undefined : L4_HEADERS.get(protocol);

/** Bits of the word of flags and fragment offset, in the order in which VPP names them. */
export const FRAGMENT_FLAGS = [
  ['MORE_FRAGMENTS', 0x2000],
  ['DONT_FRAGMENT', 0x4000],
  ['CONGESTION', 0x8000],
] as const;

/** format_ip4_header, with the header behind it where it is known and not of a later fragment. */
export const ip4Header: Header = (bytes, at, length, wording) => {
  if (length < 20) return truncated('IP');
  const versionAndLength = bytes[at];
  const [version, headerBytes] = [versionAndLength >>> 4, (versionAndLength & 15) * 4];
  const lines = [IP4_ADDRESSES.printHeader(bytes, at)];
  if (version !== 4 || headerBytes !== 20) lines.push(IP4_VERSION.print({ version, headerBytes }));
  const checksum = u16(bytes, at + 10);
  const isDetailed = wording.headers === 'detailed';
  // 19.08 sums up what the header says it has, 26.06 at least a whole one.
  const right = rightChecksum(bytes, at, isDetailed ? Math.max(headerBytes, 20) : headerBytes, checksum);
  const flagsAndOffset = u16(bytes, at + 6);
  const offset = (flagsAndOffset & 0x1fff) * 8;
  // 19.08 removes the octets of the offset by XOR, so that an offset leaves its lower bits among the flags.
  const flags = isDetailed ? flagsAndOffset & 0xe000 : flagsAndOffset ^ offset;
  const tos = bytes[at + 1];
  const names = flagNames(flags);
  lines.push(
    IP4_FIELDS.printHeader(bytes, at, {
      computed: right === checksum ? undefined : right,
      dscp: isDetailed ? (DSCP_NAMES.get(tos >>> 2) ?? 'unknown') : undefined,
      ecn: isDetailed ? ECN_NAMES[tos & 3] : undefined,
    }),
    IP4_FRAGMENT.printHeader(bytes, at, { offset: offset === 0 ? undefined : offset, flags: names }) +
      (flags !== 0 && names === '' ? ', flags ' : ''),
  );
  if (offset !== 0) return lines;
  const inner = headerBytes < length ? l4Header(bytes[at + 9], wording) : undefined;
  return inner ? [...lines, ...inner(bytes, at + headerBytes, length - headerBytes, wording)] : lines;
};

function flagNames(flags: number): string {
  let names = '';
  for (const [name, bit] of FRAGMENT_FLAGS) if ((flags & bit) !== 0) names += name;
  return names;
}

/** ip4_header_checksum, over as many bytes as the header says it has; a header that is longer than the record ends in zeros. */
const HEADER = new Uint8Array(60);
const HEADER_VIEW = new DataView(HEADER.buffer);
function rightChecksum(bytes: Uint8Array, at: number, headerBytes: number, given: number): number {
  HEADER.fill(0);
  HEADER.set(bytes.subarray(at, at + headerBytes));
  HEADER.fill(0, 10, 12);
  const sum = compute(HEADER_VIEW, 0, headerBytes);
  // Both zeros of one's complement are right.
  if (sum === 0 && given === 0xffff) return given;
  return swap16(sum);
}

/** format_ip6_header */
export const ip6Header: Header = (bytes, at, length, wording) => {
  if (length < 40) return truncated('IP');
  const first = u32(bytes, at);
  const lines = [IP6_ADDRESSES.printHeader(bytes, at)];
  if (first >>> 28 !== 6) lines.push(IP6_VERSION.print({ version: first >>> 28 }));
  lines.push(IP6_FIELDS.printHeader(bytes, at, { tos: (first >>> 20) & 0xff, flow: first & 0xfffff }));
  const inner = length > 40 ? l4Header(bytes[at + 6], wording) : undefined;
  return inner ? [...lines, ...inner(bytes, at + 40, length - 40, wording)] : lines;
};

const ARP_BYTES = 28;

/** format_ethernet_arp_header; `length` 0 means that there is enough. */
export const arpHeader: Header = (bytes, at, length) =>
  length !== 0 && length < ARP_BYTES ? truncated('ARP') : arpMessage(bytes, at);

/** format_mpls_unicast_header_net_byte_order */
const mplsHeader: Header = (bytes, at) => {
  const word = u32(bytes, at);
  return [MPLS.print({ label: word >>> 12, exp: (word >>> 9) & 7, s: (word >>> 8) & 1, ttl: word & 0xff })];
};

/** GRE protocols that VPP names. */
const GRE_PROTOCOLS = names('800:ip4 86dd:ip6 6558:teb 806:arp 8847:mpls_unicast 88be:erspan 894f:nsh', 16);

const GRE_BYTES = 4;

/** format_gre_header_with_length */
function greHeader(bytes: Uint8Array, at: number, length: number, wording: TraceWording): string[] {
  if (length < GRE_BYTES) return truncated('gre');
  const type = u16(bytes, at + 2);
  const lines = [GRE.print({ protocol: GRE_PROTOCOLS.get(type) ?? `0x${hex(type, 4)}` })];
  const inner = GRE_PAYLOADS.get(type);
  return inner && length > GRE_BYTES ? [...lines, ...inner(bytes, at + GRE_BYTES, length - GRE_BYTES, wording)] : lines;
}

const L3_HEADERS: ReadonlyMap<number, Header> = new Map([
  [0x800, ip4Header],
  [0x806, arpHeader],
  [0x86dd, ip6Header],
  [0x8847, mplsHeader],
]);

const TAG_TYPES = [0x8100, 0x88a8, 0x88e7];
/** What the fields of the first tag and of the second are called by; VPP looks no further. */
const TAG_PREFIXES = ['', 'inner_'];

/** format_ethernet_header_with_length; `length` 0 shows the Ethernet header only. */
export const ethernetHeader: Header = (bytes, at, length, wording) => {
  const outer = u16(bytes, at + 12);
  let [type, headerBytes] = [outer, 14];
  const values: Record<string, number> = { type };
  for (const tag of TAG_PREFIXES) {
    if (!TAG_TYPES.includes(type)) break;
    const tci = u16(bytes, at + headerBytes);
    values[`${tag}standard`] = outer === 0x8100 ? 0 : 1;
    values[`${tag}vlan`] = tci & 0xfff;
    if (tci >>> 13 !== 0) values[`${tag}priority`] = tci >>> 13;
    values[`${tag}cfi`] = (tci >>> 12) & 1;
    values['type'] = type = u16(bytes, at + headerBytes + 2);
    headerBytes += 4;
  }
  if (length !== 0 && headerBytes > length) return truncated('ethernet');
  const lines = [ETHERNET.printHeader(bytes, at, values)];
  const inner = length > headerBytes ? L3_HEADERS.get(type) : undefined;
  return inner ? [...lines, ...inner(bytes, at + headerBytes, length - headerBytes, wording)] : lines;
};

/** What VPP's GRE hands on to its nodes, in their words. */
const GRE_PAYLOADS: ReadonlyMap<number, Header> = new Map([
  [0x800, ip4Header],
  [0x86dd, ip6Header],
  [0x6558, ethernetHeader],
  [0x8847, mplsHeader],
]);
