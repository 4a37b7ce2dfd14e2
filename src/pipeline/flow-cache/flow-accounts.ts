/**
 * What the flow cache keeps of each flow beside its record in the FlowTable, by the same index: how it is known, the sessions
 * it uses, and what its packets since the last accounting add up to.
 *
 *      words    0  stamp under which it was checked           details   0  class (flow-classes.ts)
 *               1  state: STATE_*, or profile << 3 | bits                1  generation it was learned in
 *               2  packets since the last accounting                     2  1 once packets followed the record
 *               3  sequence number of the last of them                 3-7  values of the class's parts, such as
 *               4  their bytes (double)                                     sessions
 *               6  capture time of the last one (double)
 *
 * `words` is what a packet touches, half a cache line; `details` are for learning, checking and accounting.
 */

import { grown } from '../engine/state/grown.js';

export const ACCOUNT_WORDS = 8;
export const ACCOUNT_DOUBLES = ACCOUNT_WORDS / 2;
export const STAMP = 0;
export const STATE = 1;
export const PACKETS = 2;
export const SEQUENCE = 3;
/** Offsets in doubles. */
export const BYTES = 2;
export const LAST = 3;

export const DETAIL_WORDS = 8;
export const CLASS = 0;
export const GENERATION = 1;
export const WAS_USED = 2;
export const VALUES = 3;

/** STATE: something about the flow is unknown yet, or no longer sure. */
export const PENDING = -1;
/** STATE: packets of the flow need the graph. */
export const BYPASS = -2;
/** STATE: the flow visits more nodes than others of its class, its next packet will be measured. */
export const UNUSUAL = -3;
/** STATE of a flow that is ready: bits below the profile of its counters. */
export const IS_TIMED = 1;
export const NEEDS_ABSENCE = 2;
export const HAS_DEADLINE = 4;
export const DEPENDS_ON_TIME = IS_TIMED | HAS_DEADLINE;
export const PROFILE_SHIFT = 3;

const INITIAL_FLOWS = 1 << 14;

export class FlowAccounts {
  words = new Int32Array(INITIAL_FLOWS * ACCOUNT_WORDS);
  /** The same bytes as `words`. */
  doubles = new Float64Array(this.words.buffer);
  details = new Int32Array(INITIAL_FLOWS * DETAIL_WORDS);
  /** By flow, of those with HAS_DEADLINE: until when packets may follow it. */
  deadlines = new Float64Array(INITIAL_FLOWS);
  /** Flows with packets to be accounted for. */
  private dirty = new Int32Array(INITIAL_FLOWS);
  /** How many of them the last `take` gave. */
  takenCount = 0;
  private dirtyCount = 0;
  private order = new Float64Array(0);

  /** Makes room for the account of the next new flow, all zero. */
  open(flow: number): void {
    if (flow * ACCOUNT_WORDS >= this.words.length) this.grow();
  }

  /** Forgets all accounts. */
  reset(): void {
    this.words.fill(0);
    this.details.fill(0);
  }

  /** Notes that a flow has packets to be accounted for; once for each settlement. */
  note(flow: number): void {
    if (this.dirtyCount === this.dirty.length) this.dirty = grown(this.dirty);
    this.dirty[this.dirtyCount++] = flow;
  }

  get hasDirty(): boolean {
    return this.dirtyCount > 0;
  }

  /** The flows noted since the last call, in the order of their last packets; valid below `takenCount`. */
  take(): Int32Array {
    const count = this.dirtyCount;
    this.takenCount = count;
    this.dirtyCount = 0;
    if (!this.isInOrder(count)) this.sort(count);
    return this.dirty;
  }

  private isInOrder(count: number): boolean {
    const { dirty, words } = this;
    for (let i = 1; i < count; i++) {
      const before = words[dirty[i - 1] * ACCOUNT_WORDS + SEQUENCE];
      if (before > words[dirty[i] * ACCOUNT_WORDS + SEQUENCE]) return false;
    }
    return true;
  }

  /** Sorts by sequence number; numbers and positions share a double each, so that the engine sorts without calling back. */
  private sort(count: number): void {
    const { dirty, words } = this;
    if (this.order.length < count) this.order = new Float64Array(dirty.length);
    const order = this.order.subarray(0, count);
    const span = 2 ** 22; // flows are fewer, sequence numbers below 2^31
    for (let i = 0; i < count; i++) order[i] = words[dirty[i] * ACCOUNT_WORDS + SEQUENCE] * span + dirty[i];
    order.sort();
    for (let i = 0; i < count; i++) dirty[i] = order[i] % span;
  }

  private grow(): void {
    this.words = grown(this.words);
    this.details = grown(this.details);
    this.doubles = new Float64Array(this.words.buffer);
    this.deadlines = grown(this.deadlines);
  }
}
