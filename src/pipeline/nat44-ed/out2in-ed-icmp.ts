/** ICMP of external hosts (VPP 19.08 src/plugins/nat/out2in_ed.c icmp_match_out2in_ed, out2in.c icmp_out2in). */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { keyFib, keyPort, natProtocolOf } from '../nat-common/state/session-key.js';
import { NO_LB, TWICE_NAT_DISABLED } from '../nat-common/state/static-mappings.js';
import { isIcmpError } from '../nat-common/icmp-key.js';
import { isIcmpChecksumGood, noteIcmpChecksum, rewriteIcmp } from '../nat-common/icmp-rewrite.js';
import { DESTINATION, SOURCE } from '../nat-common/rewrite.js';
import { FLAG_NAT44_MISSED, type PacketBuffer } from '../engine/packet-buffer.js';
import { DROPPED, IDENTITY, NO_SESSION, TO_IN2OUT, type EdWork } from './ed-work.js';
import { bypassForwarded, createOut2inSession } from './out2in-ed-session.js';

/**
 * icmp_out2in_ed_slow_path: translates the message. Returns its session, NO_SESSION where it is left alone, TO_IN2OUT
 * where it is an inside host's after all, or DROPPED.
 */
export function translateIcmpOut2in(w: EdWork, b: PacketBuffer, l4: number): number {
  const { nat, cause } = w;
  const { view, at: l3 } = b;
  const session = findOrCreate(w, b, l4);
  if (session < 0) return session;
  nat.lastSession = session;
  const destination = ip4.destination(view, l3);
  if (!isIcmpChecksumGood(b, l3, l4)) {
    noteIcmpChecksum(b, l4, cause.BAD_ICMP_CHECKSUM);
    return DROPPED;
  }
  const word = nat.sessions.in2outWord(session);
  const address = nat.sessions.in2outAddress(session);
  b.swIfIndexTx = keyFib(word);
  const protocol = natProtocolOf(w.icmpKey.protocol);
  if (!rewriteIcmp(b, l3, l4, DESTINATION, SOURCE, protocol, address, keyPort(word), false))
    return w.rejectSilently(b, cause.BAD_INNER_CHECKSUM, destination, -1);
  w.account(session, b.length + b.cutBytes);
  return session;
}

function findOrCreate(w: EdWork, b: PacketBuffer, l4: number): number {
  const { nat, icmpKey: key, error, cause } = w;
  const { view, at: l3 } = b;
  const rxFib = w.fibOf(b.swIfIndexRx);
  const destination = ip4.destination(view, l3);
  const type = icmp4.type(view, l4);
  if (!key.read(view, l3, l4, false))
    return w.reject(b, error.UNSUPPORTED_PROTOCOL, cause.UNSUPPORTED_INNER, destination, quotedProtocol(view, l4));
  const known = nat.ed.findOut2in(key.local, key.remote, key.protocol, rxFib, key.localPort, key.remotePort);
  if (known >= 0) {
    if (type === icmp4.ECHO_REPLY || type === icmp4.ECHO_REQUEST || isIcmpError(type)) return known;
    return w.reject(b, error.BAD_ICMP_TYPE, cause.BAD_ICMP_TYPE, destination, type);
  }
  const protocol = natProtocolOf(key.protocol);
  if (w.crashesOnAffinity(b, destination, key.localPort, protocol)) return DROPPED;
  if (!nat.mappings.matchExternal(destination, key.localPort, protocol, 0)) return withoutMapping(w, b, l4, rxFib);
  const isQueryToAddress = type === icmp4.ECHO_REQUEST && nat.mappings.matchedIsAddressOnly;
  if (type !== icmp4.ECHO_REPLY && !isQueryToAddress)
    return w.reject(b, error.BAD_ICMP_TYPE, cause.BAD_ICMP_TYPE, destination, type);
  if (nat.mappings.matchedIsIdentity) return IDENTITY;
  return createOut2inSession(w, b, l4, key.localPort, protocol, rxFib, TWICE_NAT_DISABLED, NO_LB);
}

const quotedProtocol = (view: DataView, l4: number): number => ip4.protocol(view, l4 + icmp4.HEADER_BYTES);

function withoutMapping(w: EdWork, b: PacketBuffer, l4: number, rxFib: number): number {
  const { nat, icmpKey: key } = w;
  const source = ip4.source(b.view, b.at);
  const destination = ip4.destination(b.view, b.at);
  if (!nat.forwardingEnabled) {
    if (nat.fib.firstAddressOf(b.swIfIndexRx) !== destination) return w.rejectUntranslated(b, b.at);
    b.flags |= FLAG_NAT44_MISSED;
    return NO_SESSION;
  }
  if (nat.ed.findIn2out(source, destination, key.protocol, rxFib, key.localPort, key.remotePort) >= 0) return TO_IN2OUT;
  bypassForwarded(w, b, l4);
  b.flags |= FLAG_NAT44_MISSED;
  return NO_SESSION;
}
