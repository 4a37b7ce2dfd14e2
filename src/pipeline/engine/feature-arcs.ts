/**
 * Feature arcs: for each arc and interface the chain of feature nodes that a packet visits. The order is a release's data; a chain
 * ends with the arc's end node (VPP 19.08 src/vnet/feature/registration.c).
 */

import type { FeatureTable } from './feature-table.js';
import type { PacketBuffer } from './packet-buffer.js';

export interface ArcOrder {
  /** Features in running order. */
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
  /** Node indices of all chains, one after the other; entry 0 is unused so that 0 means "no features". */
  private readonly chain: Int32Array;
  /** Start of the chain of [arc * interfaceCount + swIfIndex]; 0 where the interface has no feature on the arc. */
  private readonly first: Int32Array;

  constructor(
    arcs: ArcOrders,
    enabled: FeatureTable,
    private readonly interfaceCount: number,
    nodeIndex: (name: string) => number,
  ) {
    const chain = [0];
    this.names = Object.keys(arcs);
    this.first = new Int32Array(this.names.length * interfaceCount);
    this.names.forEach((arc, arcIndex) => {
      const { features: order, end } = arcs[arc];
      for (let swIfIndex = 0; swIfIndex < interfaceCount; swIfIndex++) {
        const features = order.filter((name) => enabled.isEnabled(arc, name, swIfIndex));
        if (features.length === 0) continue;
        this.first[arcIndex * interfaceCount + swIfIndex] = chain.length;
        chain.push(...features.map(nodeIndex), nodeIndex(end));
      }
    });
    this.chain = Int32Array.from(chain);
  }

  /** Index of an arc, for `start`. Throws for an arc that the release does not have (at start only). */
  arcIndex(arc: string): number {
    const index = this.names.indexOf(arc);
    if (index < 0) throw new Error(`no feature arc is named ${arc}`);
    return index;
  }

  /** True where the interface has a feature on the arc (vnet_have_features). */
  has(arc: number, swIfIndex: number): boolean {
    return this.first[arc * this.interfaceCount + swIfIndex] !== 0;
  }

  /** vnet_feature_arc_start: the first feature of the interface, or `next` where it has none. */
  start(arc: number, swIfIndex: number, b: PacketBuffer, next: number): number {
    const at = this.first[arc * this.interfaceCount + swIfIndex];
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
