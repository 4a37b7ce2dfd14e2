/** Which packets without a session endpoint-dependent NAT44 leaves alone (VPP 19.08 src/plugins/nat/in2out_ed.c). */

import * as ip4 from '../../wire/ip4.js';
import { notTranslateFast } from '../nat-common/state/not-translate.js';
import { SESSION_FWD_BYPASS, SESSION_OUTPUT_FEATURE } from '../nat-common/state/sessions.js';
import { followInside, isClosed } from './state/tcp-state.js';
import { DESTINATION, SOURCE } from '../nat-common/rewrite.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { DROPPED, type EdWork } from './ed-work.js';

/** Answers of `notTranslateInput` besides DROPPED. */
export const TRANSLATE = 0;
export const LEAVE_ALONE = 1;

/**
 * nat44_ed_not_translate, for a packet from an `in` interface: TRANSLATE to an external address with a session or a
 * static mapping, or to somewhere behind an `out` interface. The ports are the first bytes of the L4 header also for
 * ICMP.
 */
export function notTranslateInput(
  w: EdWork,
  b: PacketBuffer,
  l3: number,
  l4: number,
  protocol: number,
  rxFib: number,
): number {
  const { nat } = w;
  const { view } = b;
  const destination = ip4.destination(view, l3);
  const port = view.getUint16(l4 + DESTINATION.port);
  const remotePort = view.getUint16(l4 + SOURCE.port);
  const ipProtocol = ip4.protocol(view, l3);
  const source = ip4.source(view, l3);
  if (nat.ed.findOut2in(destination, source, ipProtocol, nat.outsideFibIndex, port, remotePort) >= 0) return TRANSLATE;
  if (w.crashesOnAffinity(b, destination, port, protocol)) return DROPPED;
  if (nat.mappings.matchExternal(destination, port, protocol, 0)) return TRANSLATE;
  if (nat.forwardingEnabled || notTranslateFast(nat, b.swIfIndexRx, destination, rxFib)) return LEAVE_ALONE;
  return TRANSLATE;
}

/**
 * nat44_ed_not_translate_output_feature, for a packet on its way out: true where its source already is a session's
 * outside (translated on input), or its destination a session's inside.
 */
export function notTranslateOutput(
  w: EdWork,
  b: PacketBuffer,
  l3: number,
  ipProtocol: number,
  sourcePort: number,
  destinationPort: number,
): boolean {
  const { nat } = w;
  const { sessions, ed } = nat;
  const source = ip4.source(b.view, l3);
  const destination = ip4.destination(b.view, l3);
  const txFib = w.fibOf(b.swIfIndexTx);
  const translated = ed.findOut2in(source, destination, ipProtocol, txFib, sourcePort, destinationPort);
  if (translated >= 0) {
    if (isClosed(sessions, translated)) ed.remove(translated);
    else sessions.addFlags(translated, SESSION_OUTPUT_FEATURE);
    return true;
  }
  const rxFib = w.fibOf(b.swIfIndexRx);
  const answered = ed.findIn2out(destination, source, ipProtocol, rxFib, destinationPort, sourcePort);
  if (answered < 0 || (sessions.flags(answered) & SESSION_FWD_BYPASS) !== 0) return false;
  return !nat.interfaces.isInsideOutputFeature(b.swIfIndexRx);
}

/**
 * nat_not_translate_output_feature_fwd: with forwarding enabled, true for the answers to flows that came in
 * untranslated; their bypass session is kept alive by it.
 */
export function bypassesOutput(w: EdWork, b: PacketBuffer, l3: number, l4: number): boolean {
  const { nat } = w;
  if (!nat.forwardingEnabled) return false;
  const { view } = b;
  const session = findForwarded(w, view, l3, l4);
  if (session < 0 || (nat.sessions.flags(session) & SESSION_FWD_BYPASS) === 0) return false;
  if (ip4.protocol(view, l3) === ip4.PROTOCOL_TCP && followInside(nat.sessions, session, view, l4))
    nat.ed.remove(session);
  else w.account(session, b.length + b.cutBytes);
  return true;
}

function findForwarded({ nat: { ed }, icmpKey }: EdWork, view: DataView, l3: number, l4: number): number {
  const protocol = ip4.protocol(view, l3);
  if (protocol === ip4.PROTOCOL_ICMP) {
    icmpKey.read(view, l3, l4, true);
    return ed.findIn2out(icmpKey.local, icmpKey.remote, icmpKey.protocol, 0, icmpKey.localPort, icmpKey.remotePort);
  }
  const hasPorts = protocol === ip4.PROTOCOL_UDP || protocol === ip4.PROTOCOL_TCP;
  const sourcePort = hasPorts ? view.getUint16(l4 + SOURCE.port) : 0;
  const destinationPort = hasPorts ? view.getUint16(l4 + DESTINATION.port) : 0;
  return ed.findIn2out(ip4.source(view, l3), ip4.destination(view, l3), protocol, 0, sourcePort, destinationPort);
}
