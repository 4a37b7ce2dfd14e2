/**
 * nat44-ed-classify (VPP 19.08 src/plugins/nat/nat44_classify.c with is_ed): on interfaces that are inside and outside,
 * packets of known inside flows take nat44-ed-in2out, packets to outside addresses and services nat44-ed-out2in.
 */

import * as ip4 from '../../wire/ip4.js';
import {
  CLASSIFY_IN2OUT,
  CLASSIFY_NONE,
  CLASSIFY_OUT2IN,
  REASS_CLASSIFY_ED_CONTINUE,
  type Reassembly,
} from '../nat-common/state/reassembly.js';
import { natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import { isCutForHairpin } from '../nat-common/cut-for-nat.js';
import { fibBySwIfIndex } from '../engine/fib-of.js';
import { FragmentKeeper, isFirstFragment } from '../nat-common/fragments.js';
import { DESTINATION, SOURCE } from '../nat-common/rewrite.js';
import { DONE, defineNode, type NodeContext, type NodeFunction } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { ED_CAUSES } from './ed-causes.js';
import { edClassifyHaErrors, edClassifyHandoffErrors } from './ed-errors.js';
import { NAT_CLASSIFY } from '../nat-common/nat-trace.js';

/** VPP's next indices, for traces. */
const NEXT_IN2OUT = 0;
const NEXT_OUT2IN = 1;
const NEXT_DROP = 2;
/** Stands for a trace that says "fragment cached". */
const CACHED = -1;

/** Answers of the first step, which looks for a session, besides a final node. */
const GO_ON = -2;

function create(context: NodeContext<'IN2OUT' | 'OUT2IN' | 'DROP', keyof typeof ED_CAUSES>): NodeFunction {
  const { next, cause, errors, tables, graph } = context;
  const { nat44 } = tables;
  const { pool, mappings, ed } = nat44;
  const fibOf = fibBySwIfIndex(tables);
  const direction = errors.ids(edClassifyHandoffErrors);
  const cached = errors.ids(edClassifyHaErrors);
  const self = graph.nodeIndex('nat44-ed-classify');
  const keeper = new FragmentKeeper(nat44, context.buffers, graph, -1, cause.DROP_FRAGMENT);

  const toDrop = (): number => {
    nat44.lastNextIndex = NEXT_DROP;
    return next.DROP;
  };
  // The node has registered no errors, so what it takes for one is the memory of an empty vector, which is zero.
  const drop = (b: PacketBuffer, why: number): number => {
    b.error = 0;
    b.cause = why;
    return toDrop();
  };
  const choose = (isOut2in: boolean): number => {
    errors.increment(isOut2in ? direction.NEXT_OUT2IN : direction.NEXT_IN2OUT);
    nat44.lastNextIndex = isOut2in ? NEXT_OUT2IN : NEXT_IN2OUT;
    return isOut2in ? next.OUT2IN : next.IN2OUT;
  };
  const keep = (b: PacketBuffer, reassembly: Reassembly<object>): number => {
    if (!keeper.keep(reassembly, b)) return drop(b, cause.MAX_FRAG);
    errors.increment(cached.FRAG_CACHED);
    nat44.lastNextIndex = CACHED;
    return DONE;
  };
  /** A mapping of an address to itself is no reason to translate the destination. */
  const translates = (index: number): boolean => {
    const { localAddress, externalAddress } = mappings.pool.at(index);
    return localAddress !== externalAddress;
  };

  /** By session; not for ICMP. Fragments are kept until the first one has come this far. */
  const bySession = (b: PacketBuffer): number => {
    const { view, at: l3 } = b;
    const isFragment = ip4.isFragment(view, l3);
    if (isFragment && !isFirstFragment(view, l3)) {
      const reassembly = keeper.find(b, l3);
      if (!reassembly) return drop(b, cause.MAX_REASS);
      const { classifyNext, flags } = reassembly;
      if (classifyNext === CLASSIFY_NONE && !(flags & REASS_CLASSIFY_ED_CONTINUE)) return keep(b, reassembly);
      return classifyNext === CLASSIFY_IN2OUT ? choose(false) : GO_ON;
    }
    if (isCutForHairpin(b, l3)) return toDrop();
    const l4 = l3 + ip4.headerLength(view, l3);
    const session = ed.findIn2out(
      ip4.source(view, l3),
      ip4.destination(view, l3),
      ip4.protocol(view, l3),
      fibOf[b.swIfIndexRx],
      view.getUint16(l4 + SOURCE.port),
      view.getUint16(l4 + DESTINATION.port),
    );
    if (!isFragment) return session >= 0 ? choose(false) : GO_ON;
    const reassembly = keeper.find(b, l3);
    if (!reassembly) return drop(b, cause.MAX_REASS);
    if (session >= 0) {
      // The reassembly nodes share this state and take the session from here.
      reassembly.session = session;
      reassembly.classifyNext = CLASSIFY_IN2OUT;
    } else reassembly.flags |= REASS_CLASSIFY_ED_CONTINUE;
    keeper.release(reassembly, b, self);
    return session >= 0 ? choose(false) : GO_ON;
  };

  const byMapping = (b: PacketBuffer): number => {
    const { view, at: l3 } = b;
    const destination = ip4.destination(view, l3);
    for (const entry of pool.addresses) if (entry.address === destination) return choose(true);
    if (mappings.pool.count === 0) return choose(false);
    const byAddress = mappings.byExternal.get(destination, packKey(0, 0, 0));
    if (byAddress >= 0) return choose(translates(byAddress));
    const isFragment = ip4.isFragment(view, l3);
    if (isFragment && !isFirstFragment(view, l3)) {
      const reassembly = keeper.find(b, l3);
      if (!reassembly) return drop(b, cause.MAX_REASS);
      if (reassembly.classifyNext === CLASSIFY_NONE) return keep(b, reassembly);
      return choose(reassembly.classifyNext === CLASSIFY_OUT2IN);
    }
    if (isCutForHairpin(b, l3)) return toDrop();
    const port = view.getUint16(l3 + ip4.headerLength(view, l3) + DESTINATION.port);
    const byPort = mappings.byExternal.get(destination, packKey(port, natProtocolOf(ip4.protocol(view, l3)), 0));
    const isOut2in = byPort >= 0 && translates(byPort);
    if (!isFragment) return choose(isOut2in);
    const reassembly = keeper.find(b, l3);
    if (!reassembly) return drop(b, cause.MAX_REASS);
    reassembly.classifyNext = isOut2in ? CLASSIFY_OUT2IN : CLASSIFY_IN2OUT;
    keeper.release(reassembly, b, self);
    return choose(isOut2in);
  };

  return (b) => {
    if (ip4.protocol(b.view, b.at) === ip4.PROTOCOL_ICMP) return byMapping(b);
    const answer = bySession(b);
    return answer === GO_ON ? byMapping(b) : answer;
  };
}

export const edClassify = defineNode({
  name: 'nat44-ed-classify',
  trace: {
    layout: NAT_CLASSIFY,
    when: 'after',
    writer:
      ({ tables: { nat44 } }) =>
      (_, records) => {
        records.write(NAT_CLASSIFY, nat44.lastNextIndex === NEXT_IN2OUT ? 1 : 0, records.next === DONE ? 1 : 0);
      },
  },
  next: { IN2OUT: 'nat44-ed-in2out', OUT2IN: 'nat44-ed-out2in', DROP: 'error-drop' },
  errors: [edClassifyHandoffErrors, edClassifyHaErrors],
  causes: ED_CAUSES,
  create,
});
