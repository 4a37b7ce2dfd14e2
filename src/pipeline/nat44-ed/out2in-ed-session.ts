/** How flows of external hosts get a session (VPP 19.08 src/plugins/nat/out2in_ed.c). */

import * as ip4 from '../../wire/ip4.js';
import { keyFib, NAT_ICMP, NAT_UNKNOWN, natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import {
  SESSION_AFFINITY,
  SESSION_ENDPOINT_DEPENDENT,
  SESSION_FWD_BYPASS,
  SESSION_LOAD_BALANCING,
  SESSION_STATIC_MAPPING,
  SESSION_TWICE_NAT,
  SESSION_UNKNOWN_PROTO,
} from '../nat-common/state/sessions.js';
import { AFFINITY_LB, NO_LB, TWICE_NAT, TWICE_NAT_SELF } from '../nat-common/state/static-mappings.js';
import { followOutside } from './state/tcp-state.js';
import { DESTINATION, rewriteAddress, SOURCE } from '../nat-common/rewrite.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { NO_SESSION, type EdWork } from './ed-work.js';
import { fillUnknownSession } from './in2out-ed-session.js';

/** FIB that twice-nat addresses are asked for: VPP says 0, and pool addresses without tenant VRF serve any. */
const TWICE_NAT_FIB = 0;

/**
 * create_session_for_static_mapping_ed: a session for the static mapping that nat.mappings has just matched for `port`
 * of the packet's destination. Returns the session, or DROPPED.
 *
 * @param twiceNat twice_nat_type_t of the mapping
 * @param lb lb_nat_type_t of the mapping
 */
export function createOut2inSession(
  w: EdWork,
  b: PacketBuffer,
  l4: number,
  port: number,
  protocol: number,
  rxFib: number,
  twiceNat: number,
  lb: number,
): number {
  const { nat, error, cause } = w;
  const { sessions, users, mappings, ed } = nat;
  const { view, at: l3 } = b;
  const { matchedAddress: inside, matchedPort: insidePort, matchedFibIndex: insideFib } = mappings;
  if (nat.isFull) return w.reject(b, error.MAX_SESSIONS_EXCEEDED, cause.MAX_SESSIONS, inside, -1);
  const user = users.getOrCreate(inside, insideFib);
  const session = ed.allocate(user, nat.maxTranslationsPerUser, nat.clock.now);
  if (session < 0) {
    users.deleteIfIdle(user);
    return w.rejectSilently(b, cause.USER_QUOTA, inside, -1);
  }
  const host = ip4.source(view, l3);
  const hostPort = protocol === NAT_ICMP ? 0 : view.getUint16(l4 + SOURCE.port);
  const outside = ip4.destination(view, l3);
  const ipProtocol = ip4.protocol(view, l3);
  sessions.setExtHostAddress(session, host);
  sessions.setExtHostPort(session, hostPort);
  sessions.addFlags(
    session,
    SESSION_STATIC_MAPPING |
      SESSION_ENDPOINT_DEPENDENT |
      (lb === NO_LB ? 0 : SESSION_LOAD_BALANCING) |
      (lb === AFFINITY_LB ? SESSION_AFFINITY : 0),
  );
  sessions.setOut2in(session, outside, packKey(port, protocol, rxFib));
  sessions.setIn2out(session, inside, packKey(insidePort, protocol, insideFib));
  users.countSession(user, true, nat.maxTranslationsPerUser);
  ed.setOut2in(outside, host, ipProtocol, rxFib, port, hostPort, session);
  if (twiceNat === TWICE_NAT || (twiceNat === TWICE_NAT_SELF && host === inside)) {
    const { twicePool } = nat;
    if (!twicePool.allocate(protocol, TWICE_NAT_FIB)) {
      users.deleteSession(session);
      ed.removeOut2in(outside, host, ipProtocol, rxFib, port, hostPort);
      return w.reject(b, error.OUT_OF_PORTS, cause.NO_TWICE_NAT_PORT, outside, port);
    }
    sessions.setExtHostNatAddress(session, twicePool.allocatedAddress);
    sessions.setExtHostNatPort(session, twicePool.allocatedPort);
    sessions.addFlags(session, SESSION_TWICE_NAT);
    ed.setIn2out(
      inside,
      twicePool.allocatedAddress,
      ipProtocol,
      insideFib,
      insidePort,
      twicePool.allocatedPort,
      session,
    );
  } else ed.setIn2out(inside, host, ipProtocol, insideFib, insidePort, hostPort, session);
  return session;
}

/**
 * create_bypass_for_fwd: with forwarding enabled, a flow that comes in untranslated gets a session that lets its
 * answers out untranslated. The packet itself counts with 0 bytes.
 */
export function bypassForwarded(w: EdWork, b: PacketBuffer, l4: number): void {
  const { nat, icmpKey: key } = w;
  const { view, at: l3 } = b;
  const ipProtocol = ip4.protocol(view, l3);
  if (ipProtocol === ip4.PROTOCOL_ICMP) {
    if (!key.read(view, l3, l4, false)) return;
  } else {
    const hasPorts = ipProtocol === ip4.PROTOCOL_UDP || ipProtocol === ip4.PROTOCOL_TCP;
    key.remote = ip4.source(view, l3);
    key.local = ip4.destination(view, l3);
    key.protocol = ipProtocol;
    key.localPort = hasPorts ? view.getUint16(l4 + DESTINATION.port) : 0;
    key.remotePort = hasPorts ? view.getUint16(l4 + SOURCE.port) : 0;
  }
  let session = nat.ed.findIn2out(key.local, key.remote, key.protocol, 0, key.localPort, key.remotePort);
  if (session < 0) session = createBypass(w, ip4.destination(view, l3), ipProtocol);
  if (session < 0) return;
  if (ipProtocol === ip4.PROTOCOL_TCP && followOutside(nat.sessions, session, view, l4)) nat.ed.remove(session);
  else w.account(session, 0);
}

/** The bypass session for w.icmpKey, or NO_SESSION. */
function createBypass({ nat, icmpKey: key }: EdWork, destination: number, ipProtocol: number): number {
  const { sessions, users } = nat;
  if (nat.isFull) return NO_SESSION;
  const user = users.getOrCreate(destination, nat.insideFibIndex);
  const session = nat.ed.allocate(user, nat.maxTranslationsPerUser, nat.clock.now);
  if (session < 0) {
    users.deleteIfIdle(user);
    return NO_SESSION;
  }
  const protocol = natProtocolOf(key.protocol);
  const isUnknown = protocol === NAT_UNKNOWN;
  const word = packKey(isUnknown ? ipProtocol : key.localPort, protocol, 0);
  sessions.setExtHostAddress(session, key.remote);
  sessions.setExtHostPort(session, key.remotePort);
  sessions.addFlags(session, SESSION_FWD_BYPASS | (isUnknown ? SESSION_UNKNOWN_PROTO : 0));
  sessions.setOut2in(session, key.local, word);
  sessions.setIn2out(session, key.local, word);
  users.countSession(user, false, nat.maxTranslationsPerUser);
  nat.ed.setIn2out(key.local, key.remote, key.protocol, 0, key.localPort, key.remotePort, session);
  return session;
}

/**
 * nat44_ed_out2in_unknown_proto: translates the destination of a packet of another protocol than TCP, UDP and ICMP, by
 * session or address-only static mapping. Returns the session, or DROPPED with the reason left in the packet.
 */
export function translateUnknownOut2in(w: EdWork, b: PacketBuffer, rxFib: number): number {
  const { nat, error, cause } = w;
  const { sessions, users, mappings } = nat;
  const { view, at: l3 } = b;
  const ipProtocol = ip4.protocol(view, l3);
  const host = ip4.source(view, l3);
  const outside = ip4.destination(view, l3);
  let session = nat.ed.findOut2in(outside, host, ipProtocol, rxFib, 0, 0);
  if (session < 0) {
    if (nat.isFull) return w.reject(b, error.MAX_SESSIONS_EXCEEDED, cause.MAX_SESSIONS, outside, -1);
    const index = mappings.byExternal.get(outside, packKey(0, 0, 0));
    if (index < 0) return w.reject(b, error.NO_TRANSLATION, cause.UNKNOWN_WITHOUT_MAPPING, outside, ipProtocol);
    const { localAddress: inside, fibIndex: insideFib } = mappings.use(index);
    const user = users.getOrCreate(inside, insideFib);
    session = nat.ed.allocate(user, nat.maxTranslationsPerUser, nat.clock.now);
    if (session < 0) {
      users.deleteIfIdle(user);
      // VPP has changed the address by now, and with forwarding enabled sends the packet on with its old checksum.
      view.setInt32(l3 + DESTINATION.address, inside);
      return w.rejectSilently(b, cause.USER_QUOTA, inside, -1);
    }
    fillUnknownSession(w, session, inside, insideFib, outside, rxFib, host, ipProtocol);
    sessions.addFlags(session, SESSION_STATIC_MAPPING);
    users.countSession(user, true, nat.maxTranslationsPerUser);
    nat.ed.setOut2in(outside, host, ipProtocol, rxFib, 0, 0, session);
    nat.ed.setIn2out(inside, host, ipProtocol, insideFib, 0, 0, session);
  }
  rewriteAddress(view, l3, DESTINATION, sessions.in2outAddress(session));
  b.swIfIndexTx = keyFib(sessions.in2outWord(session));
  w.account(session, b.length + b.cutBytes);
  return session;
}
