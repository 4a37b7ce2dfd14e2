/** Headers behind IPv6 only: ICMPv6 and fragments. */

import { swap16 } from '../../wire/checksum.js';
import { truncated, type Header } from './header.js';
import { line } from './template.js';
import { u16 } from './text.js';

export const ICMP6 = line('icmp6', 'ICMP {type:icmp6@0=} checksum 0x{checksum:short@2~}', 'ICMP');
const TARGET = '  target address ';
export const ICMP6_TARGET = line('icmp6-target', `${TARGET}{target:ip6@8}`);
/** 19.10 and later; of the offset's octets, each other's place is taken. */
export const IP6_FRAGMENT = line(
  'ip6-fragment',
  'IPV6_FRAG_HDR: next_hdr: {next:u8@0=}, rsv: {reserved:u8@1}, frag_offset_and_more: {offset:dec}, id: {id:u32@4}',
  'IPv6 fragment',
);
const NEIGHBOR_BYTES = 24;

/** format_icmp6_header */
export const icmp6Header: Header = (bytes, at, length) => {
  if (length < 4) return truncated('ICMP');
  const lines = [ICMP6.printHeader(bytes, at)];
  if (length < NEIGHBOR_BYTES || (bytes[at] !== 135 && bytes[at] !== 136)) return lines;
  return [...lines, ICMP6_TARGET.printHeader(bytes, at)];
};

/** A header's lines in a record that indents them further, but for the one that VPP starts at a fixed column. */
export const indentedHeader = (lines: readonly string[], columns: number): string[] =>
  lines.map((text) => (text.startsWith(TARGET) ? text : ' '.repeat(columns) + text));

/** format_ip6_frag_hdr */
export const ip6FragmentHeader: Header = (bytes, at, length) =>
  length < 8
    ? ['ipv6 frag header truncated']
    : [IP6_FRAGMENT.printHeader(bytes, at, { offset: swap16(u16(bytes, at + 2)) })];
