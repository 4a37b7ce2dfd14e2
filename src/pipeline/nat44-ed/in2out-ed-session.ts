/** How flows of inside hosts get a session (VPP 19.08 src/plugins/nat/in2out_ed.c slow_path_ed). */

import * as ip4 from '../../wire/ip4.js';
import { keyProtocol, NAT_TCP, natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import {
  SESSION_ENDPOINT_DEPENDENT,
  SESSION_STATIC_MAPPING,
  SESSION_UNKNOWN_PROTO,
} from '../nat-common/state/sessions.js';
import { opensConnection } from './state/tcp-state.js';
import { rewriteAddress, SOURCE } from '../nat-common/rewrite.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { IDENTITY, type EdWork } from './ed-work.js';
import { hairpinUnknownProtocol } from './ed-hairpinning.js';

/**
 * A session for the flow of an inside host: outside address and port by static mapping, else from the pool. IDENTITY
 * for an identity mapping, DROPPED with the reason left in the packet. `l4` is where a TCP header would be.
 */
export function createIn2outSession(
  w: EdWork,
  b: PacketBuffer,
  l4: number,
  local: number,
  remote: number,
  ipProtocol: number,
  localPort: number,
  remotePort: number,
  rxFib: number,
): number {
  const { nat, error, cause } = w;
  const { sessions, users, mappings, pool } = nat;
  const protocol = natProtocolOf(ipProtocol);
  if (nat.isFull) return w.reject(b, error.MAX_SESSIONS_EXCEEDED, cause.MAX_SESSIONS, local, -1);
  const isStatic = mappings.matchLocal(local, localPort, protocol, rxFib, nat.outsideFibIndex);
  if (isStatic && mappings.matchedIsIdentity) return IDENTITY;
  if (!isStatic && !pool.allocate(protocol, rxFib))
    return w.reject(b, error.OUT_OF_PORTS, cause.OUT_OF_PORTS, local, -1);
  // VPP checks for a SYN only now, and keeps the port it has just taken.
  if (protocol === NAT_TCP && !opensConnection(b.view, l4))
    return w.reject(b, error.NON_SYN, cause.NON_SYN, local, localPort);
  const outside = isStatic ? mappings.matchedAddress : pool.allocatedAddress;
  const outsidePort = isStatic ? mappings.matchedPort : pool.allocatedPort;
  const user = users.getOrCreate(local, rxFib);
  const session = nat.ed.allocate(user, nat.maxTranslationsPerUser, nat.clock.now);
  if (session < 0) {
    users.deleteIfIdle(user);
    if (!isStatic) pool.release(outside, protocol, outsidePort);
    return w.rejectSilently(b, cause.USER_QUOTA, local, -1);
  }
  users.countSession(user, isStatic, nat.maxTranslationsPerUser);
  sessions.addFlags(session, SESSION_ENDPOINT_DEPENDENT | (isStatic ? SESSION_STATIC_MAPPING : 0));
  sessions.setExtHostAddress(session, remote);
  sessions.setExtHostPort(session, remotePort);
  sessions.setIn2out(session, local, packKey(localPort, protocol, rxFib));
  const outsideFib = nat.outsideFibFor(remote);
  sessions.setOut2in(session, outside, packKey(outsidePort, protocol, outsideFib));
  nat.ed.setIn2out(local, remote, ipProtocol, rxFib, localPort, remotePort, session);
  nat.ed.setOut2in(outside, remote, ipProtocol, outsideFib, outsidePort, remotePort, session);
  return session;
}

/**
 * nat44_ed_in2out_unknown_proto: translates the source of a packet of another protocol than TCP, UDP and ICMP. There
 * is one session for each outside address and destination. Returns the session, or DROPPED.
 */
export function translateUnknownIn2out(w: EdWork, b: PacketBuffer, l3: number, rxFib: number): number {
  const { nat } = w;
  const { sessions } = nat;
  const { view } = b;
  const ipProtocol = ip4.protocol(view, l3);
  const source = ip4.source(view, l3);
  const destination = ip4.destination(view, l3);
  let session = nat.ed.findIn2out(source, destination, ipProtocol, rxFib, 0, 0);
  if (session < 0) session = createUnknownSession(w, b, source, destination, ipProtocol, rxFib);
  if (session < 0) return session;
  rewriteAddress(view, l3, SOURCE, sessions.out2inAddress(session));
  w.account(session, b.length + b.cutBytes);
  if (b.swIfIndexTx < 0) hairpinUnknownProtocol(w, b, l3);
  if (b.swIfIndexTx < 0) b.swIfIndexTx = nat.outsideFibFor(destination);
  return session;
}

function createUnknownSession(
  w: EdWork,
  b: PacketBuffer,
  source: number,
  destination: number,
  ipProtocol: number,
  rxFib: number,
): number {
  const { nat, error, cause } = w;
  const { sessions, users, mappings } = nat;
  if (nat.isFull) return w.reject(b, error.MAX_SESSIONS_EXCEEDED, cause.MAX_SESSIONS, source, -1);
  const user = users.getOrCreate(source, rxFib);
  const outsideFib = nat.outsideFibFor(destination);
  const mapping = mappings.byLocal.get(source, packKey(0, 0, rxFib));
  const isStatic = mapping >= 0;
  let outside: number;
  if (isStatic) outside = mappings.use(mapping).externalAddress;
  else {
    const like = sessionToSame(w, user, destination);
    if (like >= 0 && isFree(w, sessions.out2inAddress(like), destination, ipProtocol, outsideFib))
      outside = sessions.out2inAddress(like);
    else {
      const at = freeAddressIndex(w, destination, ipProtocol, outsideFib);
      if (at < 0) return w.rejectSilently(b, cause.NO_FREE_ADDRESS, destination, ipProtocol);
      outside = nat.pool.addresses[at].address;
    }
  }
  const session = nat.ed.allocate(user, nat.maxTranslationsPerUser, nat.clock.now);
  if (session < 0) {
    users.deleteIfIdle(user);
    return w.rejectSilently(b, cause.USER_QUOTA, source, -1);
  }
  fillUnknownSession(w, session, source, rxFib, outside, outsideFib, destination, ipProtocol);
  if (isStatic) sessions.addFlags(session, SESSION_STATIC_MAPPING);
  users.countSession(user, isStatic, nat.maxTranslationsPerUser);
  nat.ed.setIn2out(source, destination, ipProtocol, rxFib, 0, 0, session);
  nat.ed.setOut2in(outside, destination, ipProtocol, outsideFib, 0, 0, session);
  return session;
}

/** The fields of a session of another protocol: the protocol is kept as port, NAT's protocol number as it was. */
export function fillUnknownSession(
  { nat: { sessions } }: EdWork,
  session: number,
  inside: number,
  insideFib: number,
  outside: number,
  outsideFib: number,
  host: number,
  ipProtocol: number,
): void {
  sessions.setExtHostAddress(session, host);
  sessions.addFlags(session, SESSION_UNKNOWN_PROTO | SESSION_ENDPOINT_DEPENDENT);
  sessions.setOut2in(session, outside, packKey(ipProtocol, keyProtocol(sessions.out2inWord(session)), outsideFib));
  sessions.setIn2out(session, inside, packKey(ipProtocol, keyProtocol(sessions.in2outWord(session)), insideFib));
}

/** The user's least recently used session with the destination, or -1. */
function sessionToSame({ nat: { users, sessions } }: EdWork, user: number, destination: number): number {
  let session = users.oldest[user];
  while (session >= 0 && sessions.extHostAddress(session) !== destination) session = sessions.newer(session);
  return session;
}

const isFree = (w: EdWork, outside: number, destination: number, ipProtocol: number, outsideFib: number): boolean =>
  w.nat.ed.findOut2in(outside, destination, ipProtocol, outsideFib, 0, 0) < 0;

function freeAddressIndex(w: EdWork, destination: number, ipProtocol: number, outsideFib: number): number {
  const { addresses } = w.nat.pool;
  for (let i = 0; i < addresses.length; i++)
    if (isFree(w, addresses[i].address, destination, ipProtocol, outsideFib)) return i;
  return -1;
}
