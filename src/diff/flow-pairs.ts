/** What is known of flows of the first node and flows of the second whose packets are the same frames. */

import { grown } from '../pipeline/engine/state/grown.js';
import {
  FINAL_DESTINATION,
  FINAL_PORTS,
  FINAL_SOURCE,
  FLOW_WORDS,
  isTagged,
  leavesOn,
  MTU,
  REFUSED_TCP_FLAGS,
  REWRITE,
  tagLeaving,
  tagsLeaving,
} from '../pipeline/flow-cache/flow-record.js';
import { NOT_FOR_FLOWS } from '../pipeline/flow-cache/flow-match.js';
import type { ChangeGroup } from './findings.js';
import type { Side } from './side.js';

/** Words of a flow's record that say what its packets become. */
const FINAL = [FINAL_SOURCE, FINAL_DESTINATION, FINAL_PORTS, REWRITE, REWRITE + 1, REWRITE + 2];

export class FlowPairs {
  /** By flow of the first node: 1 + that of the second which it was compared with; 0 for none. */
  private others = new Int32Array(1 << 14);
  /** 1 + the group of the pair's change; 0 where their packets become the same. */
  private groups = new Int32Array(1 << 14);
  /** By flow of the first node: 1 + the version of the bound ports in which it was looked up whether they concern it; 0 for not yet. */
  private lookedUp = new Int32Array(1 << 14);
  /** 1 by flow of the first node where the second node gets its packets with another end. */
  private isRebound = new Uint8Array(1 << 14);

  constructor(
    private readonly before: Side,
    private readonly after: Side,
  ) {}

  /** True for flows that were compared with each other. */
  isKnown(before: number, after: number): boolean {
    return before >= 0 && after >= 0 && before < this.others.length && this.others[before] === after + 1;
  }

  /** True where it is known whether bound ports concern packets of the flow, which is one that was compared. */
  isLookedUp(before: number, version: number): boolean {
    return before < this.lookedUp.length && this.lookedUp[before] === version + 1;
  }

  /** Notes whether bound ports concern packets of a flow that was compared: all of them go to the same end. */
  lookUp(before: number, version: number, isRebound: boolean): void {
    this.lookedUp[before] = version + 1;
    this.isRebound[before] = isRebound ? 1 : 0;
  }

  /**
   * The second node's flow of a packet of the first node's flow: where it gets that with another end, the flow of the packets with that
   * end, unless a packet that may follow the one might not follow the other. -1 for none.
   */
  counterpart(before: number, found: number): number {
    if (this.isRebound[before] === 0) return found;
    const [was, is] = [this.before.cache?.table.words, this.after.cache?.table.words];
    const other = this.others[before] - 1;
    if (found === NOT_FOR_FLOWS || other < 0 || was === undefined || is === undefined) return -1;
    const [a, b] = [before * FLOW_WORDS, other * FLOW_WORDS];
    const isNarrower = is[b + MTU] < was[a + MTU] || (is[b + REFUSED_TCP_FLAGS] & ~was[a + REFUSED_TCP_FLAGS]) !== 0;
    // Behind tags, its interface may be another one there.
    return isNarrower || isTagged(was, a) || isTagged(is, b) ? -1 : other;
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
      this.lookedUp = grown(this.lookedUp);
      this.isRebound = grown(this.isRebound);
    }
    this.others[before] = after + 1;
    this.groups[before] = group + 1;
    this.lookedUp[before] = 0;
  }

  /** A packet of the first node's flow followed it, and its counterpart. */
  count(before: number, groups: readonly ChangeGroup[]): void {
    const group = this.groups[before];
    if (group > 0) groups[group - 1].frames++;
  }

  /** All flows were forgotten. */
  clear(): void {
    this.others.fill(0);
    this.lookedUp.fill(0);
    this.groups.fill(0);
  }
}
