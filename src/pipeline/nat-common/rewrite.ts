/**
 * The rewriting of an address and a port with their checksums (RFC 1624), as NAT44 does it in either direction: the
 * two directions differ only in which of the two addresses and ports changes.
 */

import * as checksum from '../../wire/checksum.js';
import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';

/** Which side of the header changes: byte offsets of its address in the IP header and of its port in the L4 header. */
export interface Side {
  readonly address: number;
  readonly port: number;
}

/** Where a packet's headers are; NatPacket is one. */
export interface Headers {
  readonly view: DataView;
  readonly l3: number;
  readonly l4: number;
}

export const SOURCE: Side = { address: 12, port: 0 };
export const DESTINATION: Side = { address: 16, port: 2 };

const OPTION_END = 0;
const OPTION_NOOP = 1;
const OPTION_MSS = 2; // RFC 793 §3.1

/** Changes an address and the IP header checksum. Returns the address before as a little-endian word. */
export function rewriteAddress(view: DataView, l3: number, side: Side, address: number): number {
  const at = l3 + side.address;
  const before = view.getInt32(at, true);
  view.setInt32(at, address);
  ip4.setChecksum(view, l3, checksum.update(ip4.checksum(view, l3), before, view.getInt32(at, true)));
  return before;
}

/** Changes an address and port, and the checksum of the TCP header, whose MSS option may be lowered as well. */
export function rewriteTcp(
  { view, l3, l4 }: Headers,
  side: Side,
  address: number,
  port: number,
  mssClamping: number,
): void {
  const before = rewriteAddress(view, l3, side, address);
  const after = view.getInt32(l3 + side.address, true);
  const portBefore = view.getUint16(l4 + side.port, true);
  view.setUint16(l4 + side.port, port);
  const sum = tcp.checksum(view, l4);
  const mssAt = mssClamping !== 0 && (tcp.flags(view, l4) & tcp.SYN) !== 0 ? findMss(view, l3, l4) : 0;
  if (mssAt === 0 || view.getUint16(mssAt) <= mssClamping) {
    tcp.setChecksum(view, l4, checksum.update2(sum, before, after, portBefore, checksum.swap16(port)));
    return;
  }
  const mssBefore = view.getUint16(mssAt, true);
  view.setUint16(mssAt, mssClamping);
  // VPP folds once, after all three changes: 0 only where they cancel out exactly.
  const mssAfter = checksum.swap16(mssClamping);
  const portAfter = checksum.swap16(port);
  const folded = checksum.update(checksum.update2(sum, before, after, portBefore, portAfter), mssBefore, mssAfter);
  const exact = sum + (before >>> 0) - (after >>> 0) + portBefore - portAfter + mssBefore - mssAfter;
  const isZero = folded === 0 || folded === 0xffff;
  tcp.setChecksum(view, l4, isZero ? (exact === 0 ? 0 : 0xffff) : folded);
}

/** Changes an address alone, and the TCP checksum with it. */
export function rewriteTcpAddress({ view, l3, l4 }: Headers, side: Side, address: number): void {
  const before = rewriteAddress(view, l3, side, address);
  tcp.setChecksum(view, l4, checksum.update(tcp.checksum(view, l4), before, view.getInt32(l3 + side.address, true)));
}

/** Changes an address and port, and the UDP checksum unless it is absent (0, RFC 768). */
export function rewriteUdp({ view, l3, l4 }: Headers, side: Side, address: number, port: number): void {
  const before = rewriteAddress(view, l3, side, address);
  const portBefore = view.getUint16(l4 + side.port, true);
  view.setUint16(l4 + side.port, port);
  const sum = udp.checksum(view, l4);
  if (sum === 0) return;
  const after = view.getInt32(l3 + side.address, true);
  udp.setChecksum(view, l4, checksum.update2(sum, before, after, portBefore, checksum.swap16(port)));
}

/** Bytes of options that a TCP header tells of. VPP keeps the length in 8 bits: a header length below 20 wraps around. */
const optionsBytes = (view: DataView, l4: number): number => (tcp.headerLength(view, l4) - tcp.HEADER_BYTES) & 0xff;

/** Where `findMss` stops looking. */
export const mssOptionsEnd = (view: DataView, l3: number, l4: number): number =>
  Math.min(l4 + tcp.HEADER_BYTES + optionsBytes(view, l4), l3 + ip4.totalLength(view, l3));

/**
 * Position of the MSS option's value, or 0 (VPP 19.08 src/plugins/nat/nat_inlines.h mss_clamping). VPP follows a header
 * length that is too large beyond the datagram's end; there, nothing is taken for an option.
 */
export function findMss(view: DataView, l3: number, l4: number): number {
  const end = l3 + ip4.totalLength(view, l3);
  let at = l4 + tcp.HEADER_BYTES;
  let left = optionsBytes(view, l4);
  while (left > 0 && at < end) {
    const kind = view.getUint8(at);
    if (kind === OPTION_END) return 0;
    if (kind === OPTION_NOOP) {
      at++;
      left--;
      continue;
    }
    if (left < 2) return 0;
    const length = view.getUint8(at + 1);
    if (length < 2 || length > left) return 0;
    if (kind === OPTION_MSS) return at + 4 <= end ? at + 2 : 0;
    at += length;
    left -= length;
  }
  return 0;
}
