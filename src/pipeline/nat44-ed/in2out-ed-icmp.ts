/** ICMP of inside hosts (VPP 19.08 src/plugins/nat/in2out_ed.c icmp_match_in2out_ed, in2out.c icmp_in2out). */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { keyFib, keyPort, NAT_ICMP, natProtocolOf } from '../nat-common/state/session-key.js';
import { isIcmpError } from '../nat-common/icmp-key.js';
import { isIcmpChecksumGood, noteIcmpChecksum, rewriteIcmp } from '../nat-common/icmp-rewrite.js';
import { DESTINATION, SOURCE } from '../nat-common/rewrite.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { hairpinIcmp } from './ed-hairpinning.js';
import { LEAVE_ALONE, notTranslateInput, notTranslateOutput } from './ed-not-translate.js';
import { DROPPED, NO_SESSION, type EdWork } from './ed-work.js';
import { createIn2outSession } from './in2out-ed-session.js';

/**
 * icmp_in2out_ed_slow_path: translates the message. Returns its session, NO_SESSION where it is left alone, or
 * DROPPED.
 */
export function translateIcmpIn2out(w: EdWork, b: PacketBuffer, l3: number, l4: number): number {
  const { nat, cause } = w;
  const { view } = b;
  const session = findOrCreate(w, b, l3, l4);
  if (session < 0) return session;
  nat.lastSession = session;
  const source = ip4.source(view, l3);
  if (!isIcmpChecksumGood(b, l3, l4)) {
    noteIcmpChecksum(b, l4, cause.BAD_ICMP_CHECKSUM);
    return DROPPED;
  }
  const word = nat.sessions.out2inWord(session);
  const address = nat.sessions.out2inAddress(session);
  const protocol = natProtocolOf(w.icmpKey.protocol);
  if (!rewriteIcmp(b, l3, l4, SOURCE, DESTINATION, protocol, address, keyPort(word), true))
    return w.rejectSilently(b, cause.BAD_INNER_CHECKSUM, source, -1);
  if (b.swIfIndexTx < 0 && !hairpinIcmp(w, b, l3, l4)) b.swIfIndexTx = keyFib(word);
  w.account(session, b.length + b.cutBytes);
  return session;
}

function findOrCreate(w: EdWork, b: PacketBuffer, l3: number, l4: number): number {
  const { nat, icmpKey: key, error, cause } = w;
  const { view } = b;
  const rxFib = w.fibOf(b.swIfIndexRx);
  const type = icmp4.type(view, l4);
  const isError = isIcmpError(type);
  // An error that quotes a protocol without ports has error number 0 in VPP, which counts as success with a zero key.
  key.read(view, l3, l4, true);
  const known = nat.ed.findIn2out(key.local, key.remote, key.protocol, rxFib, key.localPort, key.remotePort);
  if (known >= 0) {
    if (type === icmp4.ECHO_REQUEST || type === icmp4.ECHO_REPLY || isError) return known;
    return w.reject(b, error.BAD_ICMP_TYPE, cause.BAD_ICMP_TYPE, ip4.source(view, l3), type);
  }
  if (b.swIfIndexTx >= 0) {
    if (notTranslateOutput(w, b, l3, key.protocol, key.localPort, key.remotePort)) return NO_SESSION;
  } else {
    const answer = notTranslateInput(w, b, l3, l4, NAT_ICMP, rxFib);
    if (answer === DROPPED) return DROPPED;
    if (answer === LEAVE_ALONE) return NO_SESSION;
  }
  if (isError) return w.reject(b, error.BAD_ICMP_TYPE, cause.ERROR_WITHOUT_SESSION, ip4.source(view, l3), type);
  return createIn2outSession(w, b, l4, key.local, key.remote, key.protocol, key.localPort, key.remotePort, rxFib);
}
