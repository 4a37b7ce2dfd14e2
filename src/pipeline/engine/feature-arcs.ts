/**
 * Feature arcs: for each arc and interface the chain of feature nodes that a packet visits. The order is a release's data; a chain
 * ends with the arc's end node (VPP 19.08 src/vnet/feature/registration.c).
 */

import type { FeatureChange, FeatureTable } from './state/feature-table.js';
import { grown } from './state/grown.js';
import { MAX_INTERFACES } from './state/interface-table.js';
import type { PacketBuffer } from './packet-buffer.js';

export interface ArcOrder {
  readonly features: readonly string[];
  /** The node behind them, which runs also where no feature is enabled. */
  readonly end: string;
  /** The node that starts the arc, where it prints the next index of the first feature. */
  readonly start?: string;
}

/** Arcs by VPP's name. */
export type ArcOrders = Readonly<Record<string, ArcOrder>>;

export class FeatureArcs {
  private readonly names: readonly string[];
  private readonly arcCount: number;
  /**
   * Node indices of all chains, one after the other; entry 0 is unused so that 0 means "no features". A chain stays where it is
   * for packets that are on it, also after its interface has got another one.
   */
  private chain = new Int32Array(4096);
  private used = 1;
  private readonly chainAt = new Map<string, number>();
  /** Start of the chain of [swIfIndex * arcs + arc]; 0 where the interface has no feature on the arc. */
  private readonly first: Int32Array;

  constructor(
    private readonly arcs: ArcOrders,
    private readonly enabled: FeatureTable,
    private readonly nodeIndex: (name: string) => number,
  ) {
    this.names = Object.keys(arcs);
    this.arcCount = this.names.length;
    this.first = new Int32Array(this.arcCount * MAX_INTERFACES);
    for (const change of enabled.history) this.renew(change);
    enabled.changed.listen((change) => this.renew(change));
  }

  /** Gives an interface the chain of the features that it has on the arc now. */
  private renew({ arc, node, swIfIndex }: FeatureChange): void {
    const arcIndex = this.names.indexOf(arc);
    if (arcIndex < 0) return;
    const { features: order, end } = this.arcs[arc];
    if (!order.includes(node)) throw new Error(`${node} is no feature of the arc ${arc} in this release`);
    const features = order.filter((name) => this.enabled.isEnabled(arc, name, swIfIndex));
    this.first[swIfIndex * this.arcCount + arcIndex] = features.length === 0 ? 0 : this.chainOf([...features, end]);
  }

  private chainOf(nodes: readonly string[]): number {
    const key = nodes.join();
    const known = this.chainAt.get(key);
    if (known !== undefined) return known;
    const at = this.used;
    this.used += nodes.length;
    while (this.used > this.chain.length) this.chain = grown(this.chain);
    this.chain.set(nodes.map(this.nodeIndex), at);
    this.chainAt.set(key, at);
    return at;
  }

  /** Index of an arc, for `start`. Throws for an arc that the release does not have (at start only). */
  arcIndex(arc: string): number {
    const index = this.names.indexOf(arc);
    if (index < 0) throw new Error(`no feature arc is named ${arc}`);
    return index;
  }

  /** True where the interface has a feature on the arc (vnet_have_features). */
  has(arc: number, swIfIndex: number): boolean {
    return this.first[swIfIndex * this.arcCount + arc] !== 0;
  }

  /** vnet_feature_arc_start: the first feature of the interface, or `next` where it has none. */
  start(arc: number, swIfIndex: number, b: PacketBuffer, next: number): number {
    const at = this.first[swIfIndex * this.arcCount + arc];
    if (at === 0) return next;
    b.featureArc = arc;
    b.featureAt = at + 1;
    return this.chain[at];
  }

  /** vnet_feature_next: the feature after the one the packet is in. */
  next(b: PacketBuffer): number {
    return this.chain[b.featureAt++];
  }
}
