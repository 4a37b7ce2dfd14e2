/**
 * The feature arcs of bridge ports (VPP 19.08 src/vnet/l2/l2_in_out_feat_arc.c): one for IPv4 and one for IPv6 in each
 * direction. Other frames pass them by.
 */

import * as ethernet from '../../wire/ethernet.js';
import { FEATURE_INPUT_FEAT_ARC, OUTPUT_FEATURE_ARC } from './l2-features.js';
import { defineNode, type AnyNode, type NodeContext, type NodeFunction } from '../engine/node.js';
import { L2_INPUT_NEXT, nextFeature, nodeByFeature } from './l2-next.js';
import { l2EtherType } from '../engine/l2-opaque.js';
import { L2_IN_FEAT_ARC, L2_OUT_FEAT_ARC } from './l2-trace.js';
import type { NodeTrace } from '../engine/trace/node-trace.js';
import type { TraceLayout } from '../engine/trace/trace-records.js';
import { L2_FEATURE_NEXT_NODES } from '../engine/trace/next-slots.js';

/** VPP's next indices of the L2 input features, which all nodes of that path share. */
const L2_NEXT_INDEX: Readonly<Record<string, number>> = {
  'feature-bitmap-drop': 0,
  'l2-flood': 2,
  'arp-term-l2bd': 4,
  'l2-fwd': 5,
  'l2-learn': 7,
  'l2-input-vtr': 8,
};

/** Of the nodes at an arc's end VPP notes neither interface nor EtherType. */
const arcTrace = (layout: TraceLayout, isHead: boolean): NodeTrace => ({
  layout,
  when: 'after',
  writer: ({ name, names, nextSlots }) => {
    const isInput = layout === L2_IN_FEAT_ARC;
    return (b, records) => {
      const next = names[records.next];
      records.write(
        layout,
        isHead ? (isInput ? b.swIfIndexRx : b.swIfIndexTx) : -1,
        L2_NEXT_INDEX[next] ?? nextSlots.of(name, next, L2_FEATURE_NEXT_NODES),
        b.adjIndexRx,
        isHead ? l2EtherType(b) : 0,
        isHead ? 1 : 0,
      );
    };
  },
});

/** Where a packet goes on behind the arcs of input: to the port's next feature. */
const afterInput = ({ next }: NodeContext<keyof typeof L2_INPUT_NEXT, never>): NodeFunction => {
  const nodes = nodeByFeature(next);
  return (b) => nextFeature(b, nodes, FEATURE_INPUT_FEAT_ARC);
};

/** And behind those of output: out by the port. */
const afterOutput = ({ graph: { bridgeOutputNodeOf } }: Pick<NodeContext<never, never>, 'graph'>): NodeFunction => {
  return (b) => {
    b.adjIndexRx &= ~OUTPUT_FEATURE_ARC;
    return bridgeOutputNodeOf[b.swIfIndexTx];
  };
};

/** The head of the two arcs of a direction. */
function startArc(
  { arcs }: Pick<NodeContext<never, never>, 'arcs'>,
  isInput: boolean,
  after: NodeFunction,
): NodeFunction {
  const direction = isInput ? 'l2-input' : 'l2-output';
  const ip4Arc = arcs.arcIndex(`${direction}-ip4`);
  const ip6Arc = arcs.arcIndex(`${direction}-ip6`);
  return (b) => {
    const etherType = l2EtherType(b);
    const isIp4 = etherType === ethernet.TYPE_IP4;
    const arc = isIp4 ? ip4Arc : ip6Arc;
    const swIfIndex = isInput ? b.swIfIndexRx : b.swIfIndexTx;
    if ((isIp4 || etherType === ethernet.TYPE_IP6) && arcs.has(arc, swIfIndex))
      return arcs.start(arc, swIfIndex, b, -1);
    return after(b);
  };
}

export const featureArcNodes: readonly AnyNode[] = [
  defineNode({
    name: 'l2-input-feat-arc',
    trace: arcTrace(L2_IN_FEAT_ARC, true),
    next: L2_INPUT_NEXT,
    create: (context) => startArc(context, true, afterInput(context)),
  }),
  defineNode({
    name: 'l2-input-feat-arc-end',
    trace: arcTrace(L2_IN_FEAT_ARC, false),
    next: L2_INPUT_NEXT,
    create: afterInput,
  }),
  defineNode({
    name: 'l2-output-feat-arc',
    trace: arcTrace(L2_OUT_FEAT_ARC, true),
    next: {},
    create: (context) => startArc(context, false, afterOutput(context)),
  }),
  defineNode({
    name: 'l2-output-feat-arc-end',
    trace: arcTrace(L2_OUT_FEAT_ARC, false),
    next: {},
    create: afterOutput,
  }),
];
