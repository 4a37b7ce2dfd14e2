/**
 * The rewriting of packets by their session: the end that NAT44 translates, and for a twice-nat session the other one as well, with
 * the checksum folded once after all changes (VPP 19.08 src/plugins/nat/in2out_ed.c).
 */

import { swap16 } from '../../wire/checksum.js';
import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';
import { DESTINATION, findMss, rewriteAddress, rewriteTcp, rewriteUdp, SOURCE, type Headers } from './rewrite.js';
import { keyPort, NAT_TCP } from './state/session-key.js';
import { SESSION_TWICE_NAT, type Sessions } from './state/sessions.js';

const isTwice = (sessions: Sessions, session: number): boolean => (sessions.flags(session) & SESSION_TWICE_NAT) !== 0;

/** Translates a TCP or UDP packet of a session: outwards (`isIn2out`) or inwards. A TCP SYN's MSS is clamped, 0 for not. */
export function rewriteBySession(
  packet: Headers & { readonly protocol: number },
  sessions: Sessions,
  session: number,
  isIn2out: boolean,
  mssClamping: number,
): void {
  const side = isIn2out ? SOURCE : DESTINATION;
  const address = isIn2out ? sessions.out2inAddress(session) : sessions.in2outAddress(session);
  const port = keyPort(isIn2out ? sessions.out2inWord(session) : sessions.in2outWord(session));
  if (isTwice(sessions, session)) rewriteTwice(packet, sessions, session, isIn2out, mssClamping);
  else if (packet.protocol === NAT_TCP) rewriteTcp(packet, side, address, port, mssClamping);
  else rewriteUdp(packet, side, address, port);
}

/**
 * Translates a later fragment, which has no ports. Of a twice-nat session VPP changes one address only, but the header checksum as
 * if it had changed both, so the packet leaves with a wrong one.
 */
export function rewriteLaterFragment(
  { view, l3 }: Headers,
  sessions: Sessions,
  session: number,
  isIn2out: boolean,
): void {
  const side = isIn2out ? SOURCE : DESTINATION;
  const address = isIn2out ? sessions.out2inAddress(session) : sessions.in2outAddress(session);
  if (!isTwice(sessions, session)) {
    rewriteAddress(view, l3, side, address);
    return;
  }
  const farAt = l3 + (isIn2out ? DESTINATION : SOURCE).address;
  const near = replaceAddress(view, l3 + side.address, address);
  const farBefore = view.getInt32(farAt);
  const far = replaceAddress(view, farAt, farAddress(sessions, session, isIn2out));
  view.setInt32(farAt, farBefore);
  ip4.setChecksum(view, l3, foldExact(ip4.checksum(view, l3) + near + far));
}

/** Both ends' addresses and ports. */
function rewriteTwice(
  { view, l3, l4, protocol }: Headers & { readonly protocol: number },
  sessions: Sessions,
  session: number,
  isIn2out: boolean,
  mssClamping: number,
): void {
  const source = isIn2out ? sessions.out2inAddress(session) : farAddress(sessions, session, false);
  const destination = isIn2out ? farAddress(sessions, session, true) : sessions.in2outAddress(session);
  const sourcePort = isIn2out ? keyPort(sessions.out2inWord(session)) : sessions.extHostNatPort(session);
  const destinationPort = isIn2out ? sessions.extHostPort(session) : keyPort(sessions.in2outWord(session));
  const addresses =
    replaceAddress(view, l3 + SOURCE.address, source) + replaceAddress(view, l3 + DESTINATION.address, destination);
  ip4.setChecksum(view, l3, foldExact(ip4.checksum(view, l3) + addresses));
  const change =
    addresses +
    replacePort(view, l4 + SOURCE.port, sourcePort) +
    replacePort(view, l4 + DESTINATION.port, destinationPort);
  if (protocol === NAT_TCP) {
    const isClamped = mssClamping !== 0 && (tcp.flags(view, l4) & tcp.SYN) !== 0;
    const mssAt = isClamped ? findMss(view, l3, l4) : 0;
    const mss = mssAt !== 0 && view.getUint16(mssAt) > mssClamping ? replacePort(view, mssAt, mssClamping) : 0;
    tcp.setChecksum(view, l4, foldExact(tcp.checksum(view, l4) + change + mss));
  } else if (udp.checksum(view, l4) !== 0) udp.setChecksum(view, l4, foldExact(udp.checksum(view, l4) + change));
}

/** The external host's address as a twice-nat packet has it afterwards: its own outwards, its translated one inwards. */
const farAddress = (sessions: Sessions, session: number, isIn2out: boolean): number =>
  isIn2out ? sessions.extHostAddress(session) : sessions.extHostNatAddress(session);

/**
 * ip_csum_fold of a checksum after any number of changes, as an exact sum c + before - after + ...: 0 stays 0, any other multiple of
 * 0xffff becomes 0xffff.
 */
export function foldExact(sum: number): number {
  if (sum === 0) return 0;
  const rest = sum % 0xffff;
  if (rest === 0) return 0xffff;
  return rest > 0 ? rest : rest + 0xffff;
}

/** Puts an address in; returns before minus after, as little-endian words. */
function replaceAddress(view: DataView, at: number, address: number): number {
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
