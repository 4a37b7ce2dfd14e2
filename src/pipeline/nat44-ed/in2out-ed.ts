/**
 * nat44-ed-in2out and its three relatives (VPP 19.08 src/plugins/nat/in2out_ed.c nat44_ed_in2out_node_fn_inline):
 * translation of sources, on the way in of an `in` interface or on the way out of an output-feature interface. The fast
 * nodes translate packets of known sessions, the slow ones make sessions and do ICMP and other protocols.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { keyFib, keyPort, NAT_ICMP, NAT_TCP, NAT_UNKNOWN, natProtocolOf } from '../nat-common/state/session-key.js';
import { followInside } from './state/tcp-state.js';
import type { ErrorSet } from '../engine/errors.js';
import { isCutForEd, isCutForMss } from '../nat-common/cut-for-nat.js';
import { DESTINATION, SOURCE } from '../nat-common/rewrite.js';
import { defineNode, type AnyNode, type NodeContext, type NodeFunction } from '../engine/node.js';
import { FLAG_IS_NATED, type PacketBuffer } from '../engine/packet-buffer.js';
import { ED_CAUSES } from './ed-causes.js';
import {
  edIn2outErrors,
  edIn2outOutputErrors,
  edIn2outOutputSlowpathErrors,
  edIn2outSlowpathErrors,
  type EdErrorIds,
} from './ed-errors.js';
import { bypassesOutput, LEAVE_ALONE, notTranslateInput, notTranslateOutput, TRANSLATE } from './ed-not-translate.js';
import { DROPPED, EdWork, NO_SESSION } from './ed-work.js';
import { translateIcmpIn2out } from './in2out-ed-icmp.js';
import { createIn2outSession, translateUnknownIn2out } from './in2out-ed-session.js';
import { rewriteOnce, rewriteTwice } from './rewrite-ed.js';
import { NAT_ED_IN2OUT } from '../nat-common/nat-trace.js';
import { natTrace } from '../nat-common/nat-trace.js';

/** VPP's next indices, for traces. */
const NEXT_LOOKUP = 0;
const NEXT_DROP = 1;
const NEXT_ICMP_ERROR = 2;
const NEXT_SLOW_PATH = 3;
const NEXT_REASS = 4;

type NextSymbol = 'LOOKUP' | 'DROP' | 'ICMP_ERROR' | 'SLOW_PATH' | 'REASS';
type Context = NodeContext<NextSymbol, keyof typeof ED_CAUSES>;

/** Sends a packet whose TTL is used up to ip4-icmp-error. */
export function expireTtl(b: PacketBuffer, cause: number): void {
  b.swIfIndexTx = -1;
  b.icmpType = icmp4.TIME_EXCEEDED;
  b.icmpCode = 0;
  b.icmpData = 0;
  b.cause = cause;
}

/** Rewrites the source of a TCP or UDP packet by its session (and, with twice-nat, the destination). */
export function rewriteIn2out(
  w: EdWork,
  b: PacketBuffer,
  l3: number,
  l4: number,
  session: number,
  protocol: number,
  mss: number,
): void {
  const { sessions } = w.nat;
  const address = sessions.out2inAddress(session);
  const port = keyPort(sessions.out2inWord(session));
  if (w.isTwiceNat(session)) {
    const host = sessions.extHostAddress(session);
    rewriteTwice(
      b.view,
      l3,
      l4,
      protocol,
      SOURCE,
      address,
      port,
      DESTINATION,
      host,
      sessions.extHostPort(session),
      mss,
    );
  } else rewriteOnce(b.view, l3, l4, protocol, SOURCE, address, port, mss);
}

/** Translates a packet of a session and keeps the session's books; a TCP segment may close and delete it. */
function translate(
  w: EdWork,
  b: PacketBuffer,
  l3: number,
  l4: number,
  session: number,
  protocol: number,
  isOutput: boolean,
): void {
  const { nat } = w;
  b.flags |= FLAG_IS_NATED;
  if (!isOutput) b.swIfIndexTx = keyFib(nat.sessions.out2inWord(session));
  rewriteIn2out(w, b, l3, l4, session, protocol, nat.mssClamping);
  if (protocol === NAT_TCP && followInside(nat.sessions, session, b.view, l4)) nat.ed.remove(session);
  else w.account(session, b.length + b.cutBytes);
}

function fastNode(context: Context, isOutput: boolean, own: ErrorSet<keyof EdErrorIds>): NodeFunction {
  const { next, cause, errors, tables } = context;
  const nat = tables.nat44;
  const w = new EdWork(tables, errors, own, cause);
  // Both fast nodes count in nat44-ed-in2out.
  const count: EdErrorIds = errors.ids(edIn2outErrors);
  return (b) => {
    const { view } = b;
    const l3 = isOutput ? b.at + b.saveRewriteLength : b.at;
    nat.lastSession = -1;
    if (ip4.ttl(view, l3) === 1) {
      expireTtl(b, cause.TTL);
      nat.lastNextIndex = NEXT_ICMP_ERROR;
      return next.ICMP_ERROR;
    }
    const ipProtocol = ip4.protocol(view, l3);
    const protocol = natProtocolOf(ipProtocol);
    nat.lastNextIndex = NEXT_SLOW_PATH;
    if (protocol === NAT_UNKNOWN) return next.SLOW_PATH;
    if (ip4.isFragment(view, l3)) {
      errors.increment(count.FRAGMENTS);
      nat.lastNextIndex = NEXT_REASS;
      return next.REASS;
    }
    const l4 = l3 + ip4.headerLength(view, l3);
    if (isCutForEd(b, l3) || (protocol === NAT_TCP && isCutForMss(b, l3, l4, nat.mssClamping))) {
      nat.lastNextIndex = NEXT_DROP;
      return next.DROP;
    }
    if (!(isOutput && bypassesOutput(w, b, l3, l4))) {
      if (protocol === NAT_ICMP) return next.SLOW_PATH;
      const port = view.getUint16(l4 + SOURCE.port);
      const toPort = view.getUint16(l4 + DESTINATION.port);
      const fib = w.fibOf(b.swIfIndexRx);
      const session = nat.ed.findIn2out(ip4.source(view, l3), ip4.destination(view, l3), ipProtocol, fib, port, toPort);
      if (session < 0) return next.SLOW_PATH;
      nat.lastSession = session;
      translate(w, b, l3, l4, session, protocol, isOutput);
      errors.increment(protocol === NAT_TCP ? count.TCP_PACKETS : count.UDP_PACKETS);
    }
    nat.lastNextIndex = NEXT_LOOKUP;
    errors.increment(count.GOOD_PACKETS);
    return next.LOOKUP;
  };
}

/** The session of a TCP or UDP packet that has none yet; NO_SESSION or IDENTITY where it is left alone, or DROPPED. */
export function sessionForIn2out(
  w: EdWork,
  b: PacketBuffer,
  l3: number,
  l4: number,
  protocol: number,
  isOutput: boolean,
): number {
  const { view } = b;
  const ipProtocol = ip4.protocol(view, l3);
  const port = view.getUint16(l4 + SOURCE.port);
  const toPort = view.getUint16(l4 + DESTINATION.port);
  const fib = w.fibOf(b.swIfIndexRx);
  let answer = TRANSLATE;
  if (!isOutput) answer = notTranslateInput(w, b, l3, l4, protocol, fib);
  else if (notTranslateOutput(w, b, l3, ipProtocol, port, toPort)) answer = LEAVE_ALONE;
  if (answer !== TRANSLATE) return answer === LEAVE_ALONE ? NO_SESSION : DROPPED;
  return createIn2outSession(w, b, l4, ip4.source(view, l3), ip4.destination(view, l3), ipProtocol, port, toPort, fib);
}

function slowNode(context: Context, isOutput: boolean, own: ErrorSet<keyof EdErrorIds>): NodeFunction {
  const { next, cause, errors, tables } = context;
  const nat = tables.nat44;
  const w = new EdWork(tables, errors, own, cause);
  // Both slow nodes count in nat44-ed-in2out-slowpath; the reason of a drop is the node's own.
  const count: EdErrorIds = errors.ids(edIn2outSlowpathErrors);

  const finish = (session: number): number => {
    if (session === DROPPED) {
      nat.lastNextIndex = NEXT_DROP;
      return next.DROP;
    }
    if (session >= 0) nat.lastSession = session;
    nat.lastNextIndex = NEXT_LOOKUP;
    errors.increment(count.GOOD_PACKETS);
    return next.LOOKUP;
  };

  return (b) => {
    const { view } = b;
    const l3 = isOutput ? b.at + b.saveRewriteLength : b.at;
    const l4 = l3 + ip4.headerLength(view, l3);
    nat.lastSession = -1;
    if (ip4.ttl(view, l3) === 1) {
      expireTtl(b, cause.TTL);
      nat.lastNextIndex = NEXT_ICMP_ERROR;
      return next.ICMP_ERROR;
    }
    const ipProtocol = ip4.protocol(view, l3);
    const protocol = natProtocolOf(ipProtocol);
    const fib = w.fibOf(b.swIfIndexRx);
    if (protocol === NAT_UNKNOWN) {
      errors.increment(count.OTHER_PACKETS);
      return finish(translateUnknownIn2out(w, b, l3, fib));
    }
    if (isCutForEd(b, l3)) return finish(DROPPED);
    if (protocol === NAT_ICMP) {
      errors.increment(count.ICMP_PACKETS);
      return finish(translateIcmpIn2out(w, b, l3, l4));
    }
    const port = view.getUint16(l4 + SOURCE.port);
    const toPort = view.getUint16(l4 + DESTINATION.port);
    let session = nat.ed.findIn2out(ip4.source(view, l3), ip4.destination(view, l3), ipProtocol, fib, port, toPort);
    if (session < 0) session = sessionForIn2out(w, b, l3, l4, protocol, isOutput);
    if (session < 0) return finish(session);
    translate(w, b, l3, l4, session, protocol, isOutput);
    errors.increment(protocol === NAT_TCP ? count.TCP_PACKETS : count.UDP_PACKETS);
    return finish(session);
  };
}

interface Variant {
  readonly name: string;
  readonly isSlow: boolean;
  readonly isOutput: boolean;
  readonly reass: string;
  readonly errors: ErrorSet<keyof EdErrorIds>;
}

const in2outEdNode = ({ name, isSlow, isOutput, reass, errors }: Variant): AnyNode =>
  defineNode({
    name,
    trace: natTrace(NAT_ED_IN2OUT, isSlow),
    next: {
      LOOKUP: isOutput ? 'interface-output' : 'ip4-lookup',
      DROP: 'error-drop',
      ICMP_ERROR: 'ip4-icmp-error',
      SLOW_PATH: isOutput ? 'nat44-ed-in2out-output-slowpath' : 'nat44-ed-in2out-slowpath',
      REASS: reass,
    },
    errors: [edIn2outErrors, edIn2outSlowpathErrors, errors],
    causes: ED_CAUSES,
    create: (context) => (isSlow ? slowNode(context, isOutput, errors) : fastNode(context, isOutput, errors)),
  });

export const in2outEdNodes: readonly AnyNode[] = [
  in2outEdNode({
    name: 'nat44-ed-in2out',
    isSlow: false,
    isOutput: false,
    reass: 'nat44-ed-in2out-reass',
    errors: edIn2outErrors,
  }),
  in2outEdNode({
    name: 'nat44-ed-in2out-slowpath',
    isSlow: true,
    isOutput: false,
    reass: 'nat44-ed-in2out-reass',
    errors: edIn2outSlowpathErrors,
  }),
  in2outEdNode({
    name: 'nat44-ed-in2out-output',
    isSlow: false,
    isOutput: true,
    reass: 'nat44-ed-in2out-reass-output',
    errors: edIn2outOutputErrors,
  }),
  in2outEdNode({
    name: 'nat44-ed-in2out-output-slowpath',
    isSlow: true,
    isOutput: true,
    reass: 'nat44-ed-in2out-reass',
    errors: edIn2outOutputSlowpathErrors,
  }),
];
