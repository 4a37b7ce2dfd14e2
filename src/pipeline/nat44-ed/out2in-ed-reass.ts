/**
 * nat44-ed-out2in-reass (VPP 19.08 src/plugins/nat/out2in_ed.c nat44_ed_out2in_reass_node): fragments of external
 * hosts.
 */

import * as ip4 from '../../wire/ip4.js';
import { REASS_DONT_TRANSLATE, type Reassembly } from '../nat-common/state/reassembly.js';
import { keyFib, NAT_ICMP, natProtocolOf } from '../nat-common/state/session-key.js';
import { isCutForEd } from '../nat-common/cut-for-nat.js';
import { FragmentKeeper, isFirstFragment } from '../nat-common/fragments.js';
import { DESTINATION, rewriteAddress, SOURCE } from '../nat-common/rewrite.js';
import { DONE, defineNode, type AnyNode, type NodeFunction } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { ED_CAUSES } from './ed-causes.js';
import { edOut2inReassErrors } from './ed-errors.js';
import { DROPPED, EdWork, NEXT_FEATURE, NO_SESSION, TO_IN2OUT } from './ed-work.js';
import {
  nextFeature,
  OUT2IN_NEXT_DROP,
  OUT2IN_NEXT_IN2OUT,
  OUT2IN_NEXT_LOOKUP,
  OUT2IN_NEXTS,
  rewriteOut2in,
  sessionForOut2in,
  type Out2inContext,
} from './out2in-ed.js';
import { translateIcmpOut2in } from './out2in-ed-icmp.js';
import { rewriteTwiceFragment } from './rewrite-ed.js';
import { reassTrace } from '../nat-common/nat-trace.js';

function create(context: Out2inContext): NodeFunction {
  const { next, cause, errors, tables, graph } = context;
  const nat = tables.nat44;
  const { sessions } = nat;
  const w = new EdWork(tables, errors, edOut2inReassErrors, cause);
  const { error } = w;
  const keeper = new FragmentKeeper(nat, context.buffers, graph, error.DROP_FRAGMENT, cause.DROP_FRAGMENT);
  const self = graph.nodeIndex('nat44-ed-out2in-reass');

  const drop = (): number => {
    nat.lastNextIndex = OUT2IN_NEXT_DROP;
    return next.DROP;
  };
  const goOn = (node: number): number => {
    nat.lastNextIndex = node === next.IN2OUT ? OUT2IN_NEXT_IN2OUT : OUT2IN_NEXT_LOOKUP;
    errors.increment(error.GOOD_PACKETS);
    return node;
  };

  const firstIcmp = (b: PacketBuffer, l4: number, reassembly: Reassembly<object>): number => {
    const session = translateIcmpOut2in(w, b, l4);
    if (session === DROPPED) return drop();
    if (session >= 0) reassembly.session = session;
    else reassembly.flags |= REASS_DONT_TRANSLATE;
    keeper.release(reassembly, b, self);
    return goOn(session === TO_IN2OUT ? next.IN2OUT : next.LOOKUP);
  };

  const translate = (b: PacketBuffer, l4: number, session: number, protocol: number, isFirst: boolean): number => {
    const { view, at: l3 } = b;
    nat.lastSession = session;
    if (isFirst) rewriteOut2in(w, b, l4, session, protocol);
    else {
      const address = sessions.in2outAddress(session);
      b.swIfIndexTx = keyFib(sessions.in2outWord(session));
      if (w.isTwiceNat(session))
        rewriteTwiceFragment(view, l3, DESTINATION, address, SOURCE, sessions.extHostNatAddress(session));
      else rewriteAddress(view, l3, DESTINATION, address);
    }
    w.account(session, b.length + b.cutBytes);
    return goOn(next.LOOKUP);
  };

  /** What a first fragment without session comes to. */
  const withoutSession = (b: PacketBuffer, answer: number, reassembly: Reassembly<object>): number => {
    if (answer === NEXT_FEATURE) return goOn(nextFeature(context, b));
    if (answer === TO_IN2OUT) return goOn(next.IN2OUT);
    if (answer === DROPPED) {
      // Whatever kept the session from being made, this node calls it "no translation".
      if (b.error !== error.NON_SYN) b.error = error.NO_TRANSLATION;
      return drop();
    }
    reassembly.flags |= REASS_DONT_TRANSLATE;
    return goOn(next.LOOKUP);
  };

  const first = (b: PacketBuffer, l4: number, protocol: number, reassembly: Reassembly<object>): number => {
    const { view, at: l3 } = b;
    const port = view.getUint16(l4 + DESTINATION.port);
    const hostPort = view.getUint16(l4 + SOURCE.port);
    const destination = ip4.destination(view, l3);
    const ipProtocol = ip4.protocol(view, l3);
    const fib = w.fibOf(b.swIfIndexRx);
    let session = nat.ed.findOut2in(destination, ip4.source(view, l3), ipProtocol, fib, port, hostPort);
    if (session < 0) {
      if (w.crashesOnAffinity(b, destination, port, protocol)) return drop();
      session = sessionForOut2in(w, b, l4, protocol, 0);
      if (session < 0) {
        // VPP forgets what it kept where an identity mapping decided.
        if (session === NO_SESSION) keeper.release(reassembly, b, self);
        return withoutSession(b, session, reassembly);
      }
    }
    reassembly.session = session;
    keeper.release(reassembly, b, self);
    return translate(b, l4, session, protocol, true);
  };

  return (b) => {
    const { view, at: l3 } = b;
    const l4 = l3 + ip4.headerLength(view, l3);
    nat.lastSession = -1;
    nat.lastNextIndex = OUT2IN_NEXT_LOOKUP;
    if (isCutForEd(b, l3)) return drop();
    const protocol = natProtocolOf(ip4.protocol(view, l3));
    const reassembly = keeper.find(b, l3);
    if (!reassembly) {
      w.reject(b, error.MAX_REASS, cause.MAX_REASS, -1, -1);
      return drop();
    }
    if (isFirstFragment(view, l3))
      return protocol === NAT_ICMP ? firstIcmp(b, l4, reassembly) : first(b, l4, protocol, reassembly);
    if (reassembly.flags & REASS_DONT_TRANSLATE) return goOn(next.LOOKUP);
    if (reassembly.session >= 0) return translate(b, l4, reassembly.session, protocol, false);
    if (keeper.keep(reassembly, b)) return DONE;
    w.reject(b, error.MAX_FRAG, cause.MAX_FRAG, -1, -1);
    return drop();
  };
}

export const out2inEdReassNodes: readonly AnyNode[] = [
  defineNode({
    name: 'nat44-ed-out2in-reass',
    trace: reassTrace(OUT2IN_NEXT_LOOKUP),
    next: OUT2IN_NEXTS,
    errors: [edOut2inReassErrors],
    causes: ED_CAUSES,
    create,
  }),
];
