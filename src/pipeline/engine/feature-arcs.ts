/**
 * Feature arcs: for each arc and interface the chain of feature nodes a packet visits, in the order that the nodes'
 * declarations demand (VPP 19.08 src/vnet/feature/registration.c). A chain ends with the arc's end node.
 */

import type { FeatureTable } from './feature-table.js';
import type { AnyNode, ArcName } from './node.js';
import type { PacketBuffer } from './packet-buffer.js';

/** The arcs and the node each ends with, which runs also where no feature is enabled. */
export const ARC_END: Readonly<Record<ArcName, string>> = {
  'ip4-unicast': 'ip4-lookup',
  'ip4-multicast': 'ip4-mfib-forward-lookup',
  'ip4-output': 'interface-output',
  'ip4-local': 'ip4-local-end-of-arc',
  'ip6-unicast': 'ip6-not-enabled',
  arp: 'error-drop',
  'l2-input-ip4': 'l2-input-feat-arc-end',
  'l2-input-ip6': 'l2-input-feat-arc-end',
  'l2-output-ip4': 'l2-output-feat-arc-end',
  'l2-output-ip6': 'l2-output-feat-arc-end',
};

const ARC_NAMES = Object.keys(ARC_END) as ArcName[];

export class FeatureArcs {
  /** Node indices of all chains, one after the other; entry 0 is unused so that 0 means "no features". */
  private readonly chain: Int32Array;
  /** Start of the chain of [arc * interfaceCount + swIfIndex]; 0 where the interface has no feature on the arc. */
  private readonly first: Int32Array;

  constructor(
    nodes: readonly AnyNode[],
    enabled: FeatureTable,
    private readonly interfaceCount: number,
    nodeIndex: (name: string) => number,
  ) {
    const chain = [0];
    this.first = new Int32Array(ARC_NAMES.length * interfaceCount);
    ARC_NAMES.forEach((arc, arcIndex) => {
      const order = featureOrder(nodes, arc);
      for (let swIfIndex = 0; swIfIndex < interfaceCount; swIfIndex++) {
        const features = order.filter((name) => enabled.isEnabled(arc, name, swIfIndex));
        if (features.length === 0) continue;
        this.first[arcIndex * interfaceCount + swIfIndex] = chain.length;
        chain.push(...features.map(nodeIndex), nodeIndex(ARC_END[arc]));
      }
    });
    this.chain = Int32Array.from(chain);
  }

  /** Index of an arc, for `start`. */
  arcIndex(arc: ArcName): number {
    return ARC_NAMES.indexOf(arc);
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

/** Names of an arc's features in running order; ties keep the order of declaration. Throws for a cycle. */
export function featureOrder(nodes: readonly AnyNode[], arc: ArcName): string[] {
  const places = nodes.flatMap((node) =>
    (node.features ?? []).filter((place) => place.arc === arc).map((place) => ({ name: node.name, place })),
  );
  const ordered: string[] = [];
  while (ordered.length < places.length) {
    const left = places.filter(({ name }) => !ordered.includes(name));
    const free = left.find(({ name, place }) =>
      left.every(
        (other) =>
          other.name === name ||
          (!(place.runsAfter ?? []).includes(other.name) && !(other.place.runsBefore ?? []).includes(name)),
      ),
    );
    if (!free) throw new Error(`features of arc ${arc} run in a circle: ${left.map(({ name }) => name).join(', ')}`);
    ordered.push(free.name);
  }
  return ordered;
}
