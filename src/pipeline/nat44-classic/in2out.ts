/**
 * nat44-in2out and its three relatives (VPP 19.08 src/plugins/nat/in2out.c snat_in2out_node_fn_inline): translation of
 * sources, on the way in of an `in` interface or on the way out of an output-feature interface. The fast nodes
 * translate packets of known sessions, the slow ones make sessions and do ICMP and other protocols.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import { notTranslateInput, notTranslateOutput } from '../nat-common/state/not-translate.js';
import {
  keyFib,
  keyPort,
  NAT_ICMP,
  NAT_TCP,
  NAT_UNKNOWN,
  natProtocolOf,
  packKey,
} from '../nat-common/state/session-key.js';
import type { ErrorSet } from '../engine/errors.js';
import { NAT_IN2OUT, NAT_IN2OUT_OUTPUT, UNSETTLED } from '../engine/decisions.js';
import { defineNode, type AnyNode, type NodeContext, type NodeFunction } from '../engine/node.js';
import { FLAG_IS_NATED, type PacketBuffer } from '../engine/packet-buffer.js';
import { isCutForMss, isCutForNat } from '../nat-common/cut-for-nat.js';
import { fibBySwIfIndex } from '../engine/fib-of.js';
import { In2OutSlowpath } from './in2out-slowpath.js';
import { NAT_CAUSES } from '../nat-common/nat-causes.js';
import {
  in2outErrors,
  in2outOutputErrors,
  in2outOutputSlowpathErrors,
  in2outSlowpathErrors,
  type NatErrorIds,
} from '../nat-common/nat-errors.js';
import { DESTINATION, rewriteTcp, rewriteUdp, SOURCE } from '../nat-common/rewrite.js';
import { DROPPED, NO_SESSION } from './session-work.js';
import { NAT_IN2OUT as IN2OUT_TRACE } from '../nat-common/nat-trace.js';
import { natTrace } from '../nat-common/nat-trace.js';

/** VPP's next indices, for traces. */
const NEXT_LOOKUP = 0;
const NEXT_DROP = 1;
const NEXT_ICMP_ERROR = 2;
const NEXT_SLOW_PATH = 3;
const NEXT_REASS = 4;

type NextSymbol = 'LOOKUP' | 'DROP' | 'ICMP_ERROR' | 'SLOW_PATH' | 'REASS';
type Context = NodeContext<NextSymbol, keyof typeof NAT_CAUSES>;

/** Translates the source of a packet of a session, with the accounting that goes with it. */
export function translateSource(
  nat: Nat44,
  b: PacketBuffer,
  l3: number,
  l4: number,
  session: number,
  protocol: number,
): void {
  const { sessions } = nat;
  const word = sessions.out2inWord(session);
  b.flags |= FLAG_IS_NATED;
  const address = sessions.out2inAddress(session);
  if (protocol === NAT_TCP) rewriteTcp(b.view, l3, l4, SOURCE, address, keyPort(word), nat.mssClamping);
  else rewriteUdp(b.view, l3, l4, SOURCE, address, keyPort(word));
  sessions.countPacket(session, nat.clock.now, b.length + b.cutBytes);
  nat.users.touch(session);
}

/** Sends a packet whose TTL is used up to ip4-icmp-error. */
function expireTtl(b: PacketBuffer, cause: number): void {
  b.swIfIndexTx = -1;
  b.icmpType = icmp4.TIME_EXCEEDED;
  b.icmpCode = 0;
  b.icmpData = 0;
  b.cause = cause;
}

function fastNode(context: Context, isOutput: boolean): NodeFunction {
  const { next, cause, errors, tables } = context;
  const nat = tables.nat44;
  const { in2out } = nat.classic;
  const fibOf = fibBySwIfIndex(tables);
  const count: NatErrorIds = errors.ids(in2outErrors);
  return (b) => {
    const { view } = b;
    const l3 = isOutput ? b.at + b.saveRewriteLength : b.at;
    nat.lastSession = -1;
    if (ip4.ttl(view, l3) === 1) {
      expireTtl(b, cause.TTL);
      nat.lastNextIndex = NEXT_ICMP_ERROR;
      return next.ICMP_ERROR;
    }
    const protocol = natProtocolOf(ip4.protocol(view, l3));
    if (protocol !== NAT_UNKNOWN && ip4.isFragment(view, l3)) {
      errors.increment(count.FRAGMENTS);
      nat.lastNextIndex = NEXT_REASS;
      return next.REASS;
    }
    nat.lastNextIndex = NEXT_SLOW_PATH;
    if (protocol >= NAT_ICMP) return next.SLOW_PATH;
    const l4 = l3 + ip4.headerLength(view, l3);
    if (isCutForNat(b, l3) || (protocol === NAT_TCP && isCutForMss(b, l3, l4, nat.mssClamping))) {
      nat.lastNextIndex = NEXT_DROP;
      return next.DROP;
    }
    const key = packKey(view.getUint16(l4 + SOURCE.port), protocol, fibOf[b.swIfIndexRx]);
    const session = in2out.get(ip4.source(view, l3), key);
    if (session < 0) return next.SLOW_PATH;
    nat.lastSession = session;
    nat.lastNextIndex = NEXT_LOOKUP;
    b.decided |= isOutput ? NAT_IN2OUT_OUTPUT : NAT_IN2OUT;
    if (!isOutput) b.swIfIndexTx = keyFib(nat.sessions.out2inWord(session));
    translateSource(nat, b, l3, l4, session, protocol);
    errors.increment(protocol === NAT_TCP ? count.TCP_PACKETS : count.UDP_PACKETS);
    errors.increment(count.GOOD_PACKETS);
    return next.LOOKUP;
  };
}

function slowNode(context: Context, isOutput: boolean, own: ErrorSet<keyof NatErrorIds>): NodeFunction {
  const { next, cause, errors, tables } = context;
  const nat = tables.nat44;
  const fibOf = fibBySwIfIndex(tables);
  // Both slow nodes count in nat44-in2out-slowpath; the reason of a drop is the node's own.
  const count: NatErrorIds = errors.ids(in2outSlowpathErrors);
  const slowpath = new In2OutSlowpath(nat, fibOf, errors.ids(own), cause);

  const drop = (): number => {
    nat.lastNextIndex = NEXT_DROP;
    return next.DROP;
  };
  const pass = (): number => {
    errors.increment(count.GOOD_PACKETS);
    return next.LOOKUP;
  };

  return (b) => {
    const { view } = b;
    const l3 = isOutput ? b.at + b.saveRewriteLength : b.at;
    const l4 = l3 + ip4.headerLength(view, l3);
    const fib = fibOf[b.swIfIndexRx];
    nat.lastSession = -1;
    nat.lastNextIndex = NEXT_LOOKUP;
    b.decided |= UNSETTLED;
    if (ip4.ttl(view, l3) === 1) {
      expireTtl(b, cause.TTL);
      nat.lastNextIndex = NEXT_ICMP_ERROR;
      return next.ICMP_ERROR;
    }
    const protocol = natProtocolOf(ip4.protocol(view, l3));
    if (protocol === NAT_UNKNOWN) {
      errors.increment(count.OTHER_PACKETS);
      return slowpath.unknownProtocol(b, l3, fib) ? pass() : drop();
    }
    if (isCutForNat(b, l3)) return drop();
    if (protocol === NAT_ICMP) {
      errors.increment(count.ICMP_PACKETS);
      return slowpath.icmp(b, l3, l4) === DROPPED ? drop() : pass();
    }
    const source = ip4.source(view, l3);
    const port = view.getUint16(l4 + SOURCE.port);
    let session = nat.classic.in2out.get(source, packKey(port, protocol, fib));
    if (session < 0) {
      const destination = ip4.destination(view, l3);
      const toPort = view.getUint16(l4 + DESTINATION.port);
      const isLeftAlone = isOutput
        ? notTranslateOutput(nat, b.swIfIndexRx, fib, source, port, destination, toPort, protocol)
        : notTranslateInput(nat, b.swIfIndexRx, destination, toPort, protocol, fib);
      if (isLeftAlone) return pass();
      session = slowpath.create(b, l3, l4, source, port, protocol, fib);
      if (session === DROPPED) return drop();
      if (session === NO_SESSION) return pass();
    }
    nat.lastSession = session;
    if (!isOutput) b.swIfIndexTx = keyFib(nat.sessions.out2inWord(session));
    translateSource(nat, b, l3, l4, session, protocol);
    errors.increment(protocol === NAT_TCP ? count.TCP_PACKETS : count.UDP_PACKETS);
    return pass();
  };
}

interface Variant {
  readonly name: string;
  readonly isSlow: boolean;
  readonly isOutput: boolean;
  readonly errors: ErrorSet<keyof NatErrorIds>;
}

const in2outNode = ({ name, isSlow, isOutput, errors }: Variant): AnyNode =>
  defineNode({
    name,
    trace: natTrace(IN2OUT_TRACE, isSlow),
    next: {
      LOOKUP: isOutput ? 'interface-output' : 'ip4-lookup',
      DROP: 'error-drop',
      ICMP_ERROR: 'ip4-icmp-error',
      SLOW_PATH: isOutput ? 'nat44-in2out-output-slowpath' : 'nat44-in2out-slowpath',
      REASS: 'nat44-in2out-reass',
    },
    errors: [in2outErrors, in2outSlowpathErrors, errors],
    causes: NAT_CAUSES,
    create: (context) => (isSlow ? slowNode(context, isOutput, errors) : fastNode(context, isOutput)),
  });

export const in2outNodes: readonly AnyNode[] = [
  in2outNode({
    name: 'nat44-in2out',
    isSlow: false,
    isOutput: false,
    errors: in2outErrors,
  }),
  in2outNode({ name: 'nat44-in2out-slowpath', isSlow: true, isOutput: false, errors: in2outSlowpathErrors }),
  in2outNode({
    name: 'nat44-in2out-output',
    isSlow: false,
    isOutput: true,
    errors: in2outOutputErrors,
  }),
  in2outNode({
    name: 'nat44-in2out-output-slowpath',
    isSlow: true,
    isOutput: true,
    errors: in2outOutputSlowpathErrors,
  }),
];
