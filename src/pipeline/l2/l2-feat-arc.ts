/**
 * The feature arcs of bridge ports (VPP 19.08 src/vnet/l2/l2_in_out_feat_arc.c): one for IPv4 and one for IPv6 in each
 * direction. Other frames pass them by.
 */

import * as ethernet from '../../wire/ethernet.js';
import { FEATURE_INPUT_FEAT_ARC } from '../../tables/l2/l2-features.js';
import { defineNode, type AnyNode } from '../node.js';
import { L2_INPUT_NEXT, nextFeature, nodeByFeature } from './l2-next.js';
import { l2EtherType } from './l2-opaque.js';
import { OUTPUT_FEATURE_ARC, portOutputNodes } from './l2-port-output.js';

const inputArcEnd = defineNode({
  name: 'l2-input-feat-arc-end',
  next: L2_INPUT_NEXT,
  create: ({ next }) => {
    const nodes = nodeByFeature(next);
    return (b) => nextFeature(b, nodes, FEATURE_INPUT_FEAT_ARC);
  },
});

const inputArc = defineNode({
  name: 'l2-input-feat-arc',
  next: L2_INPUT_NEXT,
  create: ({ next, arcs }) => {
    const nodes = nodeByFeature(next);
    const ip4Arc = arcs.arcIndex('l2-input-ip4');
    const ip6Arc = arcs.arcIndex('l2-input-ip6');
    return (b) => {
      const etherType = l2EtherType(b);
      const isIp4 = etherType === ethernet.TYPE_IP4;
      const arc = isIp4 ? ip4Arc : ip6Arc;
      if ((isIp4 || etherType === ethernet.TYPE_IP6) && arcs.has(arc, b.swIfIndexRx))
        return arcs.start(arc, b.swIfIndexRx, b, -1);
      return nextFeature(b, nodes, FEATURE_INPUT_FEAT_ARC);
    };
  },
});

const outputArcEnd = defineNode({
  name: 'l2-output-feat-arc-end',
  next: { VXLAN: 'vxlan4-encap' },
  create: ({ next, graph, tables }) => {
    const nodes = portOutputNodes(tables, graph.outputNodeOf, next.VXLAN);
    return (b) => {
      b.adjIndexRx &= ~OUTPUT_FEATURE_ARC;
      return nodes[b.swIfIndexTx];
    };
  },
});

const outputArc = defineNode({
  name: 'l2-output-feat-arc',
  next: { VXLAN: 'vxlan4-encap' },
  create: ({ next, arcs, graph, tables }) => {
    const nodes = portOutputNodes(tables, graph.outputNodeOf, next.VXLAN);
    const ip4Arc = arcs.arcIndex('l2-output-ip4');
    const ip6Arc = arcs.arcIndex('l2-output-ip6');
    return (b) => {
      const etherType = l2EtherType(b);
      const isIp4 = etherType === ethernet.TYPE_IP4;
      const arc = isIp4 ? ip4Arc : ip6Arc;
      if ((isIp4 || etherType === ethernet.TYPE_IP6) && arcs.has(arc, b.swIfIndexTx))
        return arcs.start(arc, b.swIfIndexTx, b, -1);
      b.adjIndexRx &= ~OUTPUT_FEATURE_ARC;
      return nodes[b.swIfIndexTx];
    };
  },
});

export const featureArcNodes: readonly AnyNode[] = [inputArc, inputArcEnd, outputArc, outputArcEnd];
