/** Counts by two integers. */

import { FlowHashTable2 } from '../../pipeline/engine/flow-hash-table.js';

export class HitTable {
  private readonly index = new FlowHashTable2();
  private readonly keys: (readonly [number, number])[] = [];
  private counts = new Float64Array(64);

  add(first: number, second: number, by = 1): void {
    let at = this.index.get(first, second);
    if (at < 0) {
      at = this.keys.push([first, second]) - 1;
      this.index.set(first, second, at);
      if (at === this.counts.length) {
        const grown = new Float64Array(at * 2);
        grown.set(this.counts);
        this.counts = grown;
      }
    }
    this.counts[at] += by;
  }

  count(first: number, second: number): number {
    const at = this.index.get(first, second);
    return at < 0 ? 0 : this.counts[at];
  }

  /** All that were counted, in order of first appearance. */
  entries(): (readonly [first: number, second: number, count: number])[] {
    return this.keys.map(([first, second], at) => [first, second, this.counts[at]]);
  }
}
