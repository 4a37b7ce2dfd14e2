/**
 * Which features are enabled on which interface, as `vnet_feature_enable_disable` records it. VPP counts enables: a
 * feature enabled twice needs two disables.
 */
export class FeatureTable {
  private readonly counts = new Map<string, number>();

  enable(arc: string, node: string, swIfIndex: number): void {
    this.change(arc, node, swIfIndex, 1);
  }

  disable(arc: string, node: string, swIfIndex: number): void {
    this.change(arc, node, swIfIndex, -1);
  }

  isEnabled(arc: string, node: string, swIfIndex: number): boolean {
    return (this.counts.get(key(arc, node, swIfIndex)) ?? 0) > 0;
  }

  private change(arc: string, node: string, swIfIndex: number, by: number): void {
    const at = key(arc, node, swIfIndex);
    this.counts.set(at, Math.max(0, (this.counts.get(at) ?? 0) + by));
  }
}

const key = (arc: string, node: string, swIfIndex: number): string => `${arc} ${node} ${swIfIndex}`;
