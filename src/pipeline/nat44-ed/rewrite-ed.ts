/**
 * The rewriting of packets by an endpoint-dependent session: its own side as classic NAT44 does, and for a twice-nat
 * session the other side as well, with the checksum folded once after all changes (VPP 19.08
 * src/plugins/nat/in2out_ed.c).
 */

import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';
import { NAT_TCP } from '../nat-common/state/session-key.js';
import { findMss, rewriteTcp, rewriteUdp, swap16, type Side } from '../nat-common/rewrite.js';

/**
 * ip_csum_fold of a checksum after any number of changes, as an exact sum c + before - after + ...: 0 stays 0, any
 * other multiple of 0xffff becomes 0xffff.
 */
export function foldExact(sum: number): number {
  if (sum === 0) return 0;
  const rest = sum % 0xffff;
  if (rest === 0) return 0xffff;
  return rest > 0 ? rest : rest + 0xffff;
}

/** One side's address and port. */
export function rewriteOnce(
  view: DataView,
  l3: number,
  l4: number,
  protocol: number,
  side: Side,
  address: number,
  port: number,
  mssClamping: number,
): void {
  if (protocol === NAT_TCP) rewriteTcp(view, l3, l4, side, address, port, mssClamping);
  else rewriteUdp(view, l3, l4, side, address, port);
}

/** Both sides' addresses and ports. */
export function rewriteTwice(
  view: DataView,
  l3: number,
  l4: number,
  protocol: number,
  side: Side,
  address: number,
  port: number,
  farSide: Side,
  farAddress: number,
  farPort: number,
  mssClamping: number,
): void {
  const addresses = replaceAddress(view, l3, side, address) + replaceAddress(view, l3, farSide, farAddress);
  ip4.setChecksum(view, l3, foldExact(ip4.checksum(view, l3) + addresses));
  const change = addresses + replacePort(view, l4 + side.port, port) + replacePort(view, l4 + farSide.port, farPort);
  if (protocol === NAT_TCP) {
    const isClamped = mssClamping !== 0 && (tcp.flags(view, l4) & tcp.SYN) !== 0;
    const mssAt = isClamped ? findMss(view, l3, l4) : 0;
    const mss = mssAt !== 0 && view.getUint16(mssAt) > mssClamping ? replacePort(view, mssAt, mssClamping) : 0;
    tcp.setChecksum(view, l4, foldExact(tcp.checksum(view, l4) + change + mss));
  } else if (udp.checksum(view, l4) !== 0) udp.setChecksum(view, l4, foldExact(udp.checksum(view, l4) + change));
}

/**
 * A later fragment of a twice-nat session: VPP changes one address only, but the header checksum as if it had changed
 * both, so the packet leaves with a wrong one.
 */
export function rewriteTwiceFragment(
  view: DataView,
  l3: number,
  side: Side,
  address: number,
  farSide: Side,
  farAddress: number,
): void {
  const near = replaceAddress(view, l3, side, address);
  const farBefore = view.getInt32(l3 + farSide.address);
  const far = replaceAddress(view, l3, farSide, farAddress);
  view.setInt32(l3 + farSide.address, farBefore);
  ip4.setChecksum(view, l3, foldExact(ip4.checksum(view, l3) + near + far));
}

/** Puts an address in; returns before minus after, as little-endian words. */
function replaceAddress(view: DataView, l3: number, side: Side, address: number): number {
  const at = l3 + side.address;
  const before = view.getUint32(at, true);
  view.setInt32(at, address);
  return before - view.getUint32(at, true);
}

/** Likewise a 16-bit field. */
function replacePort(view: DataView, at: number, value: number): number {
  const before = view.getUint16(at, true);
  view.setUint16(at, value);
  return before - swap16(value);
}
