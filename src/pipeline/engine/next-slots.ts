/**
 * Next indices that VPP gives a feature node while it is being configured. Its nodes know their next nodes by position, and
 * a feature's are added as it becomes another's neighbour on some interface (VPP 19.08 src/vnet/config.c
 * find_config_with_features, src/vlib/node.c vlib_node_add_next): which number a trace prints depends on the order in
 * which features were enabled.
 */

import type { FeatureTable } from './feature-table.js';
import { ARC_END, featureOrder } from './feature-arcs.js';
import type { AnyNode, ArcName } from './node.js';

/** Next nodes a feature node has before any interface is configured: what its registration declares. */
const DECLARED_NEXT_NODES = 1;

/** Of the nodes that start the arcs of bridges: those of 25 L2 features, of which some share one and some are not loaded. */
export const L2_FEATURE_NEXT_NODES = 15;

/** Nodes that start an arc and print the next index of its first feature. */
const ARC_START: Readonly<Partial<Record<ArcName, string>>> = {
  'l2-input-ip4': 'l2-input-feat-arc',
  'l2-input-ip6': 'l2-input-feat-arc',
  'l2-output-ip4': 'l2-output-feat-arc',
  'l2-output-ip6': 'l2-output-feat-arc',
};

export class NextSlots {
  /** Added next nodes by node, in order. */
  private readonly added = new Map<string, string[]>();

  constructor(nodes: readonly AnyNode[], features: FeatureTable) {
    const orders = new Map<string, readonly string[]>();
    const enabled = new Map<string, Set<string>>();
    for (const { arc, node, swIfIndex, isOn } of features.history) {
      const key = `${arc} ${swIfIndex}`;
      const here = enabled.get(key) ?? new Set();
      enabled.set(key, here);
      if (isOn) here.add(node);
      else here.delete(node);
      const name = arc as ArcName;
      const order = orders.get(arc) ?? featureOrder(nodes, name);
      orders.set(arc, order);
      const chain = [...order.filter((feature) => here.has(feature)), ARC_END[name]];
      const start = ARC_START[name];
      if (start !== undefined) this.add(start, chain[0]);
      for (let i = 1; i < chain.length; i++) this.add(chain[i - 1], chain[i]);
    }
  }

  /** VPP's next index of `next` at `node`; 0, which is error-drop, for a node that was not added. */
  of(node: string, next: string, declared = DECLARED_NEXT_NODES): number {
    const at = this.added.get(node)?.indexOf(next) ?? -1;
    return at < 0 ? 0 : declared + at;
  }

  private add(from: string, to: string): void {
    const known = this.added.get(from) ?? [];
    this.added.set(from, known);
    if (!known.includes(to)) known.push(to);
  }
}
