import { Changes } from './changes.js';

export interface FeatureChange {
  readonly arc: string;
  readonly node: string;
  readonly swIfIndex: number;
  readonly isOn: boolean;
}

/**
 * Which features are enabled on which interface, as `vnet_feature_enable_disable` records it. VPP counts enables: a
 * feature enabled twice needs two disables.
 */
export class FeatureTable {
  /** Features switched on and off in order: from it follow the next indices that VPP's traces print. */
  readonly history: FeatureChange[] = [];
  readonly changed = new Changes<[change: FeatureChange]>();
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

  /** True where an interface has any feature on an arc. */
  hasAny(arc: string, swIfIndex: number): boolean {
    return this.history.some(
      (one) => one.arc === arc && one.swIfIndex === swIfIndex && this.isEnabled(arc, one.node, swIfIndex),
    );
  }

  private change(arc: string, node: string, swIfIndex: number, by: number): void {
    const at = key(arc, node, swIfIndex);
    const before = this.counts.get(at) ?? 0;
    const after = Math.max(0, before + by);
    this.counts.set(at, after);
    if (before > 0 === after > 0) return;
    const change = { arc, node, swIfIndex, isOn: after > 0 };
    this.history.push(change);
    this.changed.tell(change);
  }
}

const key = (arc: string, node: string, swIfIndex: number): string => `${arc} ${node} ${swIfIndex}`;
