/**
 * Matches packets that wait on both sides: those that wait too long to be found one by one, and those that are the same but for their
 * ports, by which it is found out which ports stand for which. Packets that occur once on each side come first, since they leave no
 * choice; then the others, in their order.
 */

import type { Comparer } from './comparer.js';
import { firstEquals, type Keys } from './first-equals.js';
import { filterOf, mayBeIn } from './key-filter.js';
import type { Lane, Lanes } from './lanes.js';
import type { PendingPackets } from './pending-packets.js';

/** Candidates looked at for one packet: packets that are the same but for their ports are seldom many. */
const MAXIMUM_CANDIDATES = 256;
const NONE = -1;

type MatchedSink = (expectedPlace: number, actualPlace: number, lane: Lane) => void;

export function matchWaiting(
  expected: PendingPackets,
  actual: PendingPackets,
  { all: lanes }: Lanes,
  comparer: Comparer,
  matched: MatchedSink,
): void {
  if (expected.count === 0 || actual.count === 0) return;
  const allOfTheirs = expected.inOrder();
  const allOfOurs = actual.inOrder();
  // Most that wait on both sides have no equal there, which a filter tells in a fifth of the time that looking them up takes.
  const theirs = new Waiting(expected, mayBeIn(filterOf(actual, allOfOurs), expected, allOfTheirs));
  const ours = new Waiting(actual, mayBeIn(filterOf(expected, theirs.places), actual, allOfOurs));
  const { ofTheirs, ofOurs, areAny } = firstEquals(theirs, ours);
  if (!areAny) return;
  const tryMatch = (expectedPlace: number, actualPlace: number, mayBind: boolean): boolean => {
    if (expected.lane[expectedPlace] !== actual.lane[actualPlace]) return false;
    const lane = lanes[expected.lane[expectedPlace]];
    if (!comparer.match(lane, expected, expectedPlace, actual, actualPlace, mayBind)) return false;
    matched(expectedPlace, actualPlace, lane);
    return true;
  };
  theirs.group(ofTheirs, theirs.count);
  ours.group(ofOurs, theirs.count);
  const isDone = new Uint8Array(theirs.count);
  for (let group = 0; group < theirs.count; group++) {
    if (theirs.sizeOf(group) !== 1 || ours.sizeOf(group) !== 1) continue;
    if (tryMatch(theirs.placeOf(group, 0), ours.placeOf(group, 0), true)) isDone[group] = 1;
  }
  for (let group = 0; group < theirs.count; group++) {
    if (isDone[group] === 1 || ours.sizeOf(group) === 0) continue;
    const open = Array.from({ length: theirs.sizeOf(group) }, (_, k) => theirs.placeOf(group, k));
    for (let n = 0; n < ours.sizeOf(group); n++) {
      const actualPlace = ours.placeOf(group, n);
      const near = Math.min(open.length, MAXIMUM_CANDIDATES);
      let found = NONE;
      for (let k = 0; k < near && found < 0; k++) if (tryMatch(open[k], actualPlace, false)) found = k;
      for (let k = 0; k < near && found < 0; k++) if (tryMatch(open[k], actualPlace, true)) found = k;
      if (found >= 0) open.splice(found, 1);
    }
  }
}

/** Packets that wait on one side, with their keys, by group: those of one behind the other, in order. */
class Waiting implements Keys {
  readonly count: number;
  readonly high: Int32Array;
  readonly low: Int32Array;
  private starts = new Int32Array(0);
  private sorted = new Int32Array(0);

  constructor(
    { keyHigh, keyLow }: PendingPackets,
    readonly places: Int32Array,
  ) {
    this.count = places.length;
    this.high = new Int32Array(this.count);
    this.low = new Int32Array(this.count);
    for (let n = 0; n < places.length; n++) {
      this.high[n] = keyHigh[places[n]];
      this.low[n] = keyLow[places[n]];
    }
  }

  /** @param groups the group of each packet, or -1 for none */
  group(groups: Int32Array, count: number): void {
    const starts = new Int32Array(count + 1);
    for (const group of groups) if (group !== NONE) starts[group + 1]++;
    for (let group = 0; group < count; group++) starts[group + 1] += starts[group];
    this.sorted = new Int32Array(starts[count]);
    this.starts = starts;
    const next = starts.slice();
    for (let n = 0; n < groups.length; n++) if (groups[n] !== NONE) this.sorted[next[groups[n]]++] = this.places[n];
  }

  sizeOf(group: number): number {
    return this.starts[group + 1] - this.starts[group];
  }

  /** Place of the group's packet number k. */
  placeOf(group: number, k: number): number {
    return this.sorted[this.starts[group] + k];
  }
}
