/** The rewriting of ICMP messages, quoted packets included (VPP 19.08 src/plugins/nat/in2out.c icmp_in2out, out2in.c icmp_out2in). */

import * as checksum from '../../wire/checksum.js';
import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { NAT_ICMP } from './state/session-key.js';
import { isDatagramCut } from '../engine/cut-off.js';
import { FLAG_CHECKSUM_ASSUMED, FLAG_CHECKSUM_UNKNOWN } from '../engine/packet-buffer.js';
import { isIcmpError, quotedHeader } from './icmp-error.js';
import type { NatPacket } from './nat-packet.js';
import { DESTINATION, rewriteAddress, SOURCE, type Side } from './rewrite.js';

/** Of the identifier in an ICMP query. */
export const IDENTIFIER_OFFSET = 4;

/** True where the message's checksum is right, or cannot be told: of fragments, and of frames that the capture cut off. */
export function isIcmpChecksumGood({ b, view, l3, l4 }: NatPacket): boolean {
  if (ip4.isFragment(view, l3)) return true;
  if (isDatagramCut(b, l3)) {
    if ((b.flags & FLAG_CHECKSUM_UNKNOWN) === 0) b.flags |= FLAG_CHECKSUM_ASSUMED;
    return true;
  }
  const sum = checksum.compute(view, l4, ip4.totalLength(view, l3) - ip4.headerLength(view, l3));
  return sum === 0 || sum === 0xffff;
}

/** Leaves in a packet whose ICMP checksum is wrong why it ends, and whether the checksum is 0. */
export function noteIcmpChecksum({ b, view, l4 }: NatPacket, cause: number): void {
  b.cause = cause;
  b.causeArg0 = icmp4.checksum(view, l4) === 0 ? 0 : 1;
  b.causeArg1 = -1;
}

/** ip4_header_checksum_is_valid: 0xffff stands for 0 as well. */
export function isHeaderChecksumGood(view: DataView, l3: number): boolean {
  const carried = ip4.checksum(view, l3);
  const sum = checksum.sumWords(view, l3, ip4.headerLength(view, l3)) - carried;
  const computed = ~checksum.fold(sum) & 0xffff;
  return computed === carried || (computed === 0 && carried === 0xffff);
}

/** Changes one 16- or 32-bit value's share in the ICMP checksum. */
export const updateIcmpChecksum = (view: DataView, l4: number, before: number, after: number): void =>
  icmp4.setChecksum(view, l4, checksum.update(icmp4.checksum(view, l4), before, after));

/** Replaces a 16-bit field inside the message. */
export function rewriteField(view: DataView, l4: number, at: number, value: number): void {
  const before = view.getUint16(at, true);
  view.setUint16(at, value);
  updateIcmpChecksum(view, l4, before, checksum.swap16(value));
}

/**
 * Replaces an address of the quoted packet. In2out also keeps the quoted header's own checksum right; out2in leaves it as it was
 * (VPP 19.08).
 */
export function rewriteQuotedAddress(
  { view, l4 }: NatPacket,
  side: Side,
  address: number,
  isHeaderKept: boolean,
): void {
  const inner = quotedHeader(l4);
  const headerBefore = ip4.checksum(view, inner);
  const before = rewriteAddress(view, inner, side, address);
  updateIcmpChecksum(view, l4, before, view.getInt32(inner + side.address, true));
  if (isHeaderKept) updateIcmpChecksum(view, l4, headerBefore, ip4.checksum(view, inner));
  else ip4.setChecksum(view, inner, headerBefore);
}

/**
 * Translates an ICMP message, whose key has been read: the source outwards, the destination inwards, and the identifier; for an error
 * the other side's address and port in the packet it quotes. False where the quoted header is damaged: the packet is to be dropped.
 */
export function rewriteIcmp(p: NatPacket, isIn2out: boolean, address: number, port: number): boolean {
  const { b, view, l3, l4 } = p;
  rewriteAddress(view, l3, isIn2out ? SOURCE : DESTINATION, address);
  if (icmp4.checksum(view, l4) === 0) icmp4.setChecksum(view, l4, 0xffff);
  if (!isIcmpError(icmp4.type(view, l4))) {
    if (icmp4.identifier(view, l4) !== port) rewriteField(view, l4, l4 + IDENTIFIER_OFFSET, port);
    return true;
  }
  const inner = quotedHeader(l4);
  if (!isHeaderChecksumGood(view, inner)) return false;
  const quotedSide = isIn2out ? DESTINATION : SOURCE;
  rewriteQuotedAddress(p, quotedSide, address, isIn2out);
  const innerL4 = inner + ip4.headerLength(view, inner);
  rewriteField(view, l4, innerL4 + (p.protocol === NAT_ICMP ? IDENTIFIER_OFFSET : quotedSide.port), port);
  if ((b.flags & FLAG_CHECKSUM_UNKNOWN) !== 0) icmp4.setChecksum(view, l4, 0);
  return true;
}
