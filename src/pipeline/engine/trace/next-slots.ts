/**
 * Next indices that VPP gives a feature node while it is being configured. Its nodes know their next nodes by position, and
 * a feature's are added as it becomes another's neighbour on some interface (VPP 19.08 src/vnet/config.c
 * find_config_with_features, src/vlib/node.c vlib_node_add_next): which number a trace prints depends on the order in
 * which features were enabled.
 */

import type { FeatureChange, FeatureTable } from '../state/feature-table.js';
import type { ArcOrders } from '../feature-arcs.js';

/** Next nodes a feature node has before any interface is configured: what its registration declares. */
const DECLARED_NEXT_NODES = 1;

/** Of the nodes that start the arcs of bridges: those of 25 L2 features, of which some share one and some are not loaded. */
export const L2_FEATURE_NEXT_NODES = 15;

export class NextSlots {
  /** Added next nodes by node, in order. */
  private readonly added = new Map<string, string[]>();

  /** Features by arc and interface, as enabled so far. */
  private readonly enabled = new Map<string, Set<string>>();

  constructor(
    private readonly arcs: ArcOrders,
    features: FeatureTable,
    /** By name: the node of whose family one is. All of a family have the same next nodes, under that name (sibling_of). */
    private readonly familyOf: ReadonlyMap<string, string> = new Map(),
  ) {
    for (const change of features.history) this.take(change);
    features.changed.listen((change) => this.take(change));
  }

  private take({ arc, node, swIfIndex, isOn }: FeatureChange): void {
    if (!(arc in this.arcs)) return;
    const key = `${arc} ${swIfIndex}`;
    const here = this.enabled.get(key) ?? new Set();
    this.enabled.set(key, here);
    if (isOn) here.add(node);
    else here.delete(node);
    const { features: order, start, end } = this.arcs[arc];
    const chain = [...order.filter((feature) => here.has(feature)), end];
    if (start !== undefined) this.add(start, chain[0]);
    for (let i = 1; i < chain.length; i++) this.add(chain[i - 1], chain[i]);
  }

  /** VPP's next index of `next` at `node`; 0, which is error-drop, for a node that was not added. */
  of(node: string, next: string, declared = DECLARED_NEXT_NODES): number {
    const at = this.added.get(node)?.indexOf(next) ?? -1;
    return at < 0 ? 0 : declared + at;
  }

  private add(node: string, to: string): void {
    const from = this.familyOf.get(node) ?? node;
    const known = this.added.get(from) ?? [];
    this.added.set(from, known);
    if (!known.includes(to)) known.push(to);
  }
}
