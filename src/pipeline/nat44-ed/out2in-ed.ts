/**
 * nat44-ed-out2in and nat44-ed-out2in-slowpath (VPP 19.08 src/plugins/nat/out2in_ed.c nat44_ed_out2in_node_fn_inline):
 * translation of destinations on input. The fast node translates packets of known sessions, the slow one makes sessions
 * for static mappings and does ICMP and other protocols.
 */

import * as ip4 from '../../wire/ip4.js';
import {
  keyFib,
  keyPort,
  NAT_ICMP,
  NAT_TCP,
  NAT_UDP,
  NAT_UNKNOWN,
  natProtocolOf,
} from '../nat-common/state/session-key.js';
import { followOutside, opensConnection } from './state/tcp-state.js';
import { isCutForEd } from '../nat-common/cut-for-nat.js';
import { DESTINATION, SOURCE } from '../nat-common/rewrite.js';
import { defineNode, type AnyNode, type NodeContext, type NodeFunction } from '../engine/node.js';
import { FLAG_NAT44_MISSED, type PacketBuffer } from '../engine/packet-buffer.js';
import { ED_CAUSES } from './ed-causes.js';
import { edOut2inErrors, edOut2inSlowpathErrors, type EdErrorIds } from './ed-errors.js';
import { DROPPED, EdWork, IDENTITY, NEXT_FEATURE, NO_SESSION, TO_IN2OUT } from './ed-work.js';
import { expireTtl } from './in2out-ed.js';
import { translateIcmpOut2in } from './out2in-ed-icmp.js';
import { bypassForwarded, createOut2inSession, translateUnknownOut2in } from './out2in-ed-session.js';
import { rewriteOnce, rewriteTwice } from './rewrite-ed.js';
import { NAT_ED_OUT2IN } from '../nat-common/nat-trace.js';
import { natTrace } from '../nat-common/nat-trace.js';

/** VPP's next indices, for traces. */
export const OUT2IN_NEXT_DROP = 0;
export const OUT2IN_NEXT_LOOKUP = 1;
const NEXT_ICMP_ERROR = 2;
export const OUT2IN_NEXT_IN2OUT = 3;
const NEXT_SLOW_PATH = 4;
const NEXT_REASS = 5;

const DHCP_TO_CLIENT = 68; // RFC 2131 §4.1

export const OUT2IN_NEXTS = {
  DROP: 'error-drop',
  LOOKUP: 'ip4-lookup',
  ICMP_ERROR: 'ip4-icmp-error',
  IN2OUT: 'nat44-ed-in2out',
  SLOW_PATH: 'nat44-ed-out2in-slowpath',
  REASS: 'nat44-ed-out2in-reass',
} as const;

export type Out2inContext = NodeContext<keyof typeof OUT2IN_NEXTS, keyof typeof ED_CAUSES>;

/** Rewrites the destination of a TCP or UDP packet by its session (and, with twice-nat, the source). */
export function rewriteOut2in(w: EdWork, b: PacketBuffer, l4: number, session: number, protocol: number): void {
  const { sessions } = w.nat;
  const word = sessions.in2outWord(session);
  const address = sessions.in2outAddress(session);
  b.swIfIndexTx = keyFib(word);
  if (w.isTwiceNat(session)) {
    const host = sessions.extHostNatAddress(session);
    const hostPort = sessions.extHostNatPort(session);
    rewriteTwice(b.view, b.at, l4, protocol, DESTINATION, address, keyPort(word), SOURCE, host, hostPort, 0);
  } else rewriteOnce(b.view, b.at, l4, protocol, DESTINATION, address, keyPort(word), 0);
}

function translate(w: EdWork, b: PacketBuffer, l4: number, session: number, protocol: number): void {
  const { nat } = w;
  rewriteOut2in(w, b, l4, session, protocol);
  if (protocol === NAT_TCP && followOutside(nat.sessions, session, b.view, l4)) nat.ed.remove(session);
  else w.account(session, b.length + b.cutBytes);
}

function fastNode({ next, cause, errors, tables }: Out2inContext): NodeFunction {
  const nat = tables.nat44;
  const w = new EdWork(tables, errors, edOut2inErrors, cause);
  return (b) => {
    const { view, at: l3 } = b;
    b.adjIndexRx = 0; // snat.flags shares its place
    nat.lastSession = -1;
    if (ip4.ttl(view, l3) === 1) {
      expireTtl(b, cause.TTL);
      nat.lastNextIndex = NEXT_ICMP_ERROR;
      return next.ICMP_ERROR;
    }
    const ipProtocol = ip4.protocol(view, l3);
    const protocol = natProtocolOf(ipProtocol);
    if (protocol !== NAT_UNKNOWN && ip4.isFragment(view, l3)) {
      errors.increment(w.error.FRAGMENTS);
      nat.lastNextIndex = NEXT_REASS;
      return next.REASS;
    }
    nat.lastNextIndex = NEXT_SLOW_PATH;
    if (protocol >= NAT_ICMP) return next.SLOW_PATH;
    const l4 = l3 + ip4.headerLength(view, l3);
    if (isCutForEd(b, l3)) {
      nat.lastNextIndex = OUT2IN_NEXT_DROP;
      return next.DROP;
    }
    const port = view.getUint16(l4 + DESTINATION.port);
    const hostPort = view.getUint16(l4 + SOURCE.port);
    const fib = w.fibOf(b.swIfIndexRx);
    const session = nat.ed.findOut2in(ip4.destination(view, l3), ip4.source(view, l3), ipProtocol, fib, port, hostPort);
    if (session < 0) return next.SLOW_PATH;
    nat.lastSession = session;
    nat.lastNextIndex = OUT2IN_NEXT_LOOKUP;
    translate(w, b, l4, session, protocol);
    errors.increment(protocol === NAT_TCP ? w.error.TCP_PACKETS : w.error.UDP_PACKETS);
    errors.increment(w.error.GOOD_PACKETS);
    return next.LOOKUP;
  };
}

/**
 * The session of a packet that has none yet: by static mapping, or a bypass where forwarding is enabled.
 *
 * @param client for affinity; 0 where VPP does not say
 */
export function sessionForOut2in(w: EdWork, b: PacketBuffer, l4: number, protocol: number, client: number): number {
  const { nat, error, cause } = w;
  const { mappings } = nat;
  const { view, at: l3 } = b;
  const destination = ip4.destination(view, l3);
  const port = view.getUint16(l4 + DESTINATION.port);
  const fib = w.fibOf(b.swIfIndexRx);
  if (!mappings.matchExternal(destination, port, protocol, client)) {
    if (protocol === NAT_UDP && port === DHCP_TO_CLIENT) return NEXT_FEATURE;
    if (!nat.forwardingEnabled) return w.rejectUntranslated(b, l3);
    const hostPort = view.getUint16(l4 + SOURCE.port);
    const ipProtocol = ip4.protocol(view, l3);
    // next_src_nat: the packet is an inside host's, to be translated by nat44-ed-in2out.
    if (nat.ed.findIn2out(ip4.source(view, l3), destination, ipProtocol, fib, hostPort, port) >= 0) return TO_IN2OUT;
    bypassForwarded(w, b, l4);
    b.flags |= FLAG_NAT44_MISSED;
    return NO_SESSION;
  }
  if (mappings.matchedIsIdentity) return IDENTITY;
  if (protocol === NAT_TCP && !opensConnection(view, l4))
    return w.reject(b, error.NON_SYN, cause.NON_SYN, destination, port);
  return createOut2inSession(w, b, l4, port, protocol, fib, mappings.matchedTwiceNat, mappings.matchedLb);
}

/**
 * Where vnet_feature_next leads: on an interface with nat44-ed-classify VPP takes the next slot of that node for one
 * of this node's, and slot 3 is nat44-ed-in2out here.
 */
export function nextFeature({ next, arcs, tables }: Out2inContext, b: PacketBuffer): number {
  if (tables.features.isEnabled('ip4-unicast', 'nat44-ed-classify', b.swIfIndexRx)) return next.IN2OUT;
  return arcs.next(b);
}

function slowNode(context: Out2inContext): NodeFunction {
  const { next, cause, errors, tables } = context;
  const nat = tables.nat44;
  const w = new EdWork(tables, errors, edOut2inSlowpathErrors, cause);
  const count: EdErrorIds = w.error;

  const pass = (session: number): number => {
    nat.lastSession = session;
    nat.lastNextIndex = OUT2IN_NEXT_LOOKUP;
    errors.increment(count.GOOD_PACKETS);
    return next.LOOKUP;
  };
  /** Takes what is no session. */
  const leave = (b: PacketBuffer, answer: number): number => {
    if (answer === NO_SESSION || answer === IDENTITY) return pass(nat.lastSession);
    if (answer === TO_IN2OUT) {
      nat.lastNextIndex = OUT2IN_NEXT_IN2OUT;
      return next.IN2OUT;
    }
    if (answer === DROPPED) {
      nat.lastNextIndex = OUT2IN_NEXT_DROP;
      return next.DROP;
    }
    const node = nextFeature(context, b);
    nat.lastNextIndex = node === next.IN2OUT ? OUT2IN_NEXT_IN2OUT : OUT2IN_NEXT_LOOKUP;
    if (node === next.LOOKUP) errors.increment(count.GOOD_PACKETS);
    return node;
  };

  return (b) => {
    const { view, at: l3 } = b;
    const l4 = l3 + ip4.headerLength(view, l3);
    b.adjIndexRx = 0; // snat.flags shares its place
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
      const session = translateUnknownOut2in(w, b, fib);
      if (!nat.forwardingEnabled) return session < 0 ? leave(b, session) : pass(session);
      // VPP goes on with such a packet as if it were UDP; an error set before stays in the buffer.
      b.cause = 0;
      if (session >= 0) nat.lastSession = session;
    }
    if (isCutForEd(b, l3)) return leave(b, DROPPED);
    if (protocol === NAT_ICMP) {
      errors.increment(count.ICMP_PACKETS);
      const session = translateIcmpOut2in(w, b, l4);
      return session < 0 ? leave(b, session) : pass(session);
    }
    const source = ip4.source(view, l3);
    const port = view.getUint16(l4 + DESTINATION.port);
    const hostPort = view.getUint16(l4 + SOURCE.port);
    let session = nat.ed.findOut2in(ip4.destination(view, l3), source, ipProtocol, fib, port, hostPort);
    if (session < 0) session = sessionForOut2in(w, b, l4, protocol, source);
    if (session < 0) return leave(b, session);
    translate(w, b, l4, session, protocol);
    errors.increment(protocol === NAT_TCP ? count.TCP_PACKETS : count.UDP_PACKETS);
    return pass(session);
  };
}

export const out2inEdNodes: readonly AnyNode[] = [
  defineNode({
    name: 'nat44-ed-out2in',
    trace: natTrace(NAT_ED_OUT2IN, false),
    next: OUT2IN_NEXTS,
    errors: [edOut2inErrors],
    causes: ED_CAUSES,
    create: fastNode,
  }),
  defineNode({
    name: 'nat44-ed-out2in-slowpath',
    trace: natTrace(NAT_ED_OUT2IN, true),
    next: OUT2IN_NEXTS,
    errors: [edOut2inSlowpathErrors],
    causes: ED_CAUSES,
    create: slowNode,
  }),
];
