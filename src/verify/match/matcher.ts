/**
 * Finds each packet's counterpart while both sides are read. Heads of the two queues of a lane that are equal match at once, which is
 * all there is to captures that match; the others wait, found by hash, until their counterpart comes or the captures end.
 */

import { ChangedForms } from '../packet/changed-forms.js';
import type { Comparer } from './comparer.js';
import type { Cursor, LaneQueue } from './cursor.js';
import { ACTUAL, EXPECTED, type Lane, type Lanes, type SideIndex } from './lanes.js';
import { areKeysApart, firstByteApart } from '../packet/packet-columns.js';
import type { PendingSides } from './pending-sides.js';
import type { Settlement } from './settlement.js';

/** Packets looked ahead, on both sides, for the next pair of equals. */
const LOOKAHEAD = 24;
/** Pairs of heads after which it is tried again, at most. */
const LONGEST_PAUSE = 64;

export class Matcher {
  /** Heads that were not found, in a row: the more, the less often it is tried. */
  private futile = 0;
  private pause = 0;
  private readonly forms = new ChangedForms();
  /** True where the last heads matched by their forms. */
  private areFormsSame = false;

  constructor(
    private readonly comparer: Comparer,
    private readonly lanes: Lanes,
    private readonly settlement: Settlement,
    private readonly pending: PendingSides,
  ) {}

  /** Matches the two queues of a lane until one is empty. */
  run(lane: Lane, actual: Cursor, expected: Cursor): void {
    this.matchQueues(lane, actual, expected);
    this.pending.keepBytes();
  }

  /** A function of its own, since V8 throws the code of a loop that is running away at what comes behind it. */
  private matchQueues(lane: Lane, actual: Cursor, expected: Cursor): void {
    const ours = actual.queues[lane.index];
    const theirs = expected.queues[lane.index];
    while (ours.length > 0 && theirs.length > 0) {
      const j = ours.at(0);
      const i = theirs.at(0);
      if (this.matchAsTheyAre(lane, expected, i, actual, j)) {
        taken(actual, ours);
        taken(expected, theirs);
      } else if (this.matchExchanged(lane, actual, ours, expected, theirs)) continue;
      else if (this.matchOrSetAside(lane, actual, ours, expected, theirs)) continue;
      else if (this.isResting || !this.matchWaiting(lane, actual, ours, expected, theirs))
        this.skip(lane, actual, ours, expected, theirs);
    }
  }

  private matchAsTheyAre(lane: Lane, expected: Cursor, i: number, actual: Cursor, j: number): boolean {
    const { comparer } = this;
    if (comparer.matchBytes(lane, expected, i, actual, j)) return true;
    return comparer.matchMasked(lane, expected, i, actual, j) && (this.areFormsSame = true);
  }

  /**
   * Where bytes differ, packets are told apart by their keys, which are needed anyhow if they have to wait; but where the last ones were
   * the same in another form, the next ones will be, too.
   */
  private matchForms(lane: Lane, expected: Cursor, i: number, actual: Cursor, j: number): boolean {
    if (!this.areFormsSame) {
      this.pending.ensureKeys(lane, actual, j);
      this.pending.ensureKeys(lane, expected, i);
      if (areKeysApart(expected, i, actual, j)) return false;
    }
    this.areFormsSame = this.comparer.matchForms(lane, expected, i, actual, j, false);
    return this.areFormsSame;
  }

  /** Matches two neighbours that are exchanged, the most frequent disorder there is: told by their bytes, without keys. */
  private matchExchanged(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): boolean {
    if (lane.waiting[ACTUAL] + lane.waiting[EXPECTED] > 0 || ours.length < 2 || theirs.length < 2) return false;
    const j = ours.at(0);
    const i = theirs.at(0);
    const ourNext = ours.at(1);
    const theirNext = theirs.at(1);
    if (firstByteApart(expected, theirNext, actual, j) >= 0 || firstByteApart(expected, i, actual, ourNext) >= 0)
      return false;
    lane.waiting[EXPECTED]++; // their head, while its neighbour goes before it
    const isNeighbour = this.comparer.matchBytes(lane, expected, theirNext, actual, j);
    const isHead = isNeighbour && this.comparer.matchBytes(lane, expected, i, actual, ourNext);
    lane.waiting[EXPECTED]--;
    if (!isNeighbour) return false;
    taken(actual, ours);
    if (isHead) {
      taken(actual, ours);
      this.pending.settleOrder(lane);
      taken(expected, theirs);
    } else this.arrive(EXPECTED, lane, expected, theirs, true);
    taken(expected, theirs);
    return true;
  }

  /** Matches the heads if they are the same in another form, or sets them aside if one is the changed form of the other. */
  // prettier-ignore
  private matchOrSetAside(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): boolean {
    const j = ours.at(0);
    const i = theirs.at(0);
    const isChanged = this.forms.isChanged(expected, i, actual, j);
    const areDifferent = isChanged && this.forms.areDifferent && lane.rules.length === 0;
    if (!areDifferent && this.matchForms(lane, expected, i, actual, j)) {
      taken(actual, ours);
      taken(expected, theirs);
      return true;
    }
    if (isChanged) this.setAside(lane, actual, ours, expected, theirs);
    return isChanged;
  }

  /** Heads of which one is the changed form of the other wait as a couple, with the kind of their difference, while they are at hand. */
  private setAside(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): void {
    const j = ours.at(0);
    const i = theirs.at(0);
    const difference = this.settlement.kindOf(lane, expected, i, actual, j, this.forms);
    this.pending.addCouple(lane, actual, j, expected, i, difference);
    taken(actual, ours);
    taken(expected, theirs);
    this.pending.keepWithinLimits();
  }

  /** True where nothing was found for so long that heads are not looked up, either. */
  private get isResting(): boolean {
    return this.pause > 0 && this.futile === LONGEST_PAUSE;
  }

  /** Matches one of the heads with a packet that waits. */
  // prettier-ignore
  private matchWaiting(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): boolean {
    const isOurs = this.pending.take(ACTUAL, lane, actual, ours.at(0));
    if (!isOurs && !this.pending.take(EXPECTED, lane, expected, theirs.at(0))) return false;
    if (isOurs) taken(actual, ours);
    else taken(expected, theirs);
    this.futile = 0;
    return true;
  }

  /**
   * The heads have no counterpart at hand: lets as few packets wait as bring equal ones to the heads, or else one on each side. Where that
   * was in vain for a while, most likely it will be: then it is not tried, at last nor are the heads looked up.
   */
  private skip(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): void {
    let [ourSkip, theirSkip] = [1, 1];
    if (this.pause > 0) this.pause--;
    else {
      let found = this.nearestEquals(lane, actual, ours, expected, theirs);
      if (found < 0) found = this.nearestChanged(actual, ours, expected, theirs);
      if (found >= 0) {
        ourSkip = found >>> 8;
        theirSkip = found & 0xff;
        this.futile = 0;
      } else this.pause = this.futile = Math.min(LONGEST_PAUSE, 2 * this.futile + 1);
    }
    // The heads themselves were looked up before.
    for (let k = 0; k < ourSkip; k++) this.arrive(ACTUAL, lane, actual, ours, k > 0);
    for (let k = 0; k < theirSkip; k++) this.arrive(EXPECTED, lane, expected, theirs, k > 0);
    this.pending.keepWithinLimits();
  }

  /** How far ahead the nearest packets with equal keys are, as ours << 8 | theirs, or -1; both 0 does not count. */
  private nearestEquals(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): number {
    const ourCount = Math.min(LOOKAHEAD, ours.length);
    const theirCount = Math.min(LOOKAHEAD, theirs.length);
    const { prefix } = this.comparer.keys;
    for (let distance = 0; distance < ourCount + theirCount - 1; distance++) {
      if (distance < ourCount) this.pending.ensureKeys(lane, actual, ours.at(distance));
      if (distance < theirCount) this.pending.ensureKeys(lane, expected, theirs.at(distance));
      // One was cut shorter than any before, so that the keys looked at so far are void.
      if (this.comparer.keys.prefix !== prefix) return this.nearestEquals(lane, actual, ours, expected, theirs);
      const last = Math.min(distance, ourCount - 1);
      for (let k = Math.max(0, distance - theirCount + 1); k <= last; k++) {
        const j = ours.at(k);
        const i = theirs.at(distance - k);
        if (actual.keyLow[j] !== expected.keyLow[i] || actual.keyHigh[j] !== expected.keyHigh[i]) continue;
        return distance === 0 ? -1 : (k << 8) | (distance - k);
      }
    }
    return -1;
  }

  /** Lets what is left in a cursor's batch wait, so that it can read on. */
  spill(side: SideIndex, cursor: Cursor): void {
    cursor.queues.forEach((queue, index) => {
      while (queue.length > 0) this.arrive(side, this.lanes.all[index], cursor, queue, true);
    });
    this.pending.keepBytes();
    this.pending.keepWithinLimits();
  }

  /** The same for the nearest packet that is the changed form of a head, where one side lacks some packets. */
  private nearestChanged(actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): number {
    const j = ours.at(0);
    const i = theirs.at(0);
    for (let ahead = 1; ahead < LOOKAHEAD; ahead++) {
      if (ahead < ours.length && this.forms.isChanged(expected, i, actual, ours.at(ahead))) return ahead << 8;
      if (ahead < theirs.length && this.forms.isChanged(expected, theirs.at(ahead), actual, j)) return ahead;
    }
    return -1;
  }

  /** The head of a queue: matched with one that waits, if there may be one, or made to wait. */
  private arrive(side: SideIndex, lane: Lane, cursor: Cursor, queue: LaneQueue, mayMatch: boolean): void {
    const i = queue.at(0);
    if (!mayMatch || !this.pending.take(side, lane, cursor, i)) this.pending.add(side, lane, cursor, i);
    taken(cursor, queue);
  }
}

function taken(cursor: Cursor, queue: LaneQueue): void {
  queue.from++;
  cursor.left--;
}
