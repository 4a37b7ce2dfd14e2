/** What is known of flows of the first node and flows of the second whose packets are the same frames. */

import { grown } from '../pipeline/engine/state/grown.js';
import {
  FINAL_DESTINATION,
  FINAL_PORTS,
  FINAL_SOURCE,
  FLOW_WORDS,
  leavesOn,
  REWRITE,
  tagLeaving,
  tagsLeaving,
} from '../pipeline/flow-cache/flow-record.js';
import type { ChangeGroup } from './findings.js';
import type { Side } from './side.js';

/** Words of a flow's record that say what its packets become. */
const FINAL = [FINAL_SOURCE, FINAL_DESTINATION, FINAL_PORTS, REWRITE, REWRITE + 1, REWRITE + 2];

export class FlowPairs {
  /** By flow of the first node: 1 + that of the second which it was compared with; 0 for none. */
  private others = new Int32Array(1 << 14);
  /** 1 + the group of the pair's change; 0 where their packets become the same. */
  private groups = new Int32Array(1 << 14);

  constructor(
    private readonly before: Side,
    private readonly after: Side,
  ) {}

  /** True for flows that were compared with each other. */
  isKnown(before: number, after: number): boolean {
    return before >= 0 && after >= 0 && before < this.others.length && this.others[before] === after + 1;
  }

  /** True where it is known what the packets of both flows become; compares the flows' records where they were not yet. */
  isAlike(before: number, after: number): boolean {
    if (this.isKnown(before, after)) return true;
    const [was, is] = [this.before.cache?.table.words, this.after.cache?.table.words];
    if (was === undefined || is === undefined) return false;
    const [a, b] = [before * FLOW_WORDS, after * FLOW_WORDS];
    for (const word of FINAL) if (was[a + word] !== is[b + word]) return false;
    if (this.before.portName(leavesOn(was, a)) !== this.after.portName(leavesOn(is, b))) return false;
    const tags = tagsLeaving(was, a);
    if (tags !== tagsLeaving(is, b)) return false;
    for (let n = 0; n < tags; n++) if (tagLeaving(was, a, n) !== tagLeaving(is, b, n)) return false;
    this.set(before, after, -1);
    return true;
  }

  /** @param group index of the group of their change, -1 for none */
  set(before: number, after: number, group: number): void {
    while (before >= this.others.length) {
      this.others = grown(this.others);
      this.groups = grown(this.groups);
    }
    this.others[before] = after + 1;
    this.groups[before] = group + 1;
  }

  /** A packet of the first node's flow followed it, and its counterpart. */
  count(before: number, groups: readonly ChangeGroup[]): void {
    const group = this.groups[before];
    if (group > 0) groups[group - 1].frames++;
  }

  /** All flows were forgotten. */
  clear(): void {
    this.others.fill(0);
    this.groups.fill(0);
  }
}
