/**
 * Finds out which ports stand for which, from packets that wait on both sides and are the same but for their ports. Packets that occur
 * once on each side come first, since they leave no choice; then the others, in their order.
 */

import type { Comparer } from './comparer.js';
import type { Lane, Lanes } from './lanes.js';
import type { PendingPackets } from './pending-packets.js';
import { WordPairs } from './word-pairs.js';

/** Candidates looked at for one packet: packets that are the same but for their ports are seldom many. */
const MAXIMUM_CANDIDATES = 256;
const NONE = -1;

type MatchedSink = (expectedPlace: number, actualPlace: number, lane: Lane) => void;

export function bindWaiting(
  expected: PendingPackets,
  actual: PendingPackets,
  { all: lanes }: Lanes,
  comparer: Comparer,
  matched: MatchedSink,
): void {
  if (expected.withPorts === 0 || actual.withPorts === 0) return;
  const keys = new WordPairs(expected.withPorts);
  const theirs = new Groups(expected, ({ keyHigh, keyLow }, place) => {
    const known = keys.get(keyHigh[place], keyLow[place]);
    if (known >= 0) return known;
    keys.put(keyHigh[place], keyLow[place], keys.size);
    return keys.size - 1;
  });
  const ours = new Groups(actual, ({ keyHigh, keyLow }, place) => keys.get(keyHigh[place], keyLow[place]));
  if (ours.count === 0) return;

  const tryMatch = (expectedPlace: number, actualPlace: number, mayBind: boolean): boolean => {
    if (expected.lane[expectedPlace] !== actual.lane[actualPlace]) return false;
    const lane = lanes[expected.lane[expectedPlace]];
    if (!comparer.match(lane, expected, expectedPlace, actual, actualPlace, mayBind)) return false;
    matched(expectedPlace, actualPlace, lane);
    return true;
  };
  theirs.sort(keys.size);
  ours.sort(keys.size);
  const isDone = new Uint8Array(keys.size);
  for (let group = 0; group < keys.size; group++) {
    if (theirs.sizeOf(group) !== 1 || ours.sizeOf(group) !== 1) continue;
    if (tryMatch(theirs.of(group)[0], ours.of(group)[0], true)) isDone[group] = 1;
  }
  for (let group = 0; group < keys.size; group++) {
    if (isDone[group] === 1 || ours.sizeOf(group) === 0) continue;
    const open = Array.from(theirs.of(group));
    for (const actualPlace of ours.of(group)) {
      const near = Math.min(open.length, MAXIMUM_CANDIDATES);
      let found = NONE;
      for (let k = 0; k < near && found < 0; k++) if (tryMatch(open[k], actualPlace, false)) found = k;
      for (let k = 0; k < near && found < 0; k++) if (tryMatch(open[k], actualPlace, true)) found = k;
      if (found >= 0) open.splice(found, 1);
    }
  }
}

/** Places of waiting packets with ports, by group: those of one behind the other, in order. */
class Groups {
  /** Packets that are in some group. */
  count = 0;
  private readonly places: Int32Array;
  private readonly groups: Int32Array;
  private starts = new Int32Array(0);
  private sorted = new Int32Array(0);

  /** @param groupOf group of the packet at a place, or -1 for none */
  constructor(packets: PendingPackets, groupOf: (packets: PendingPackets, place: number) => number) {
    this.places = new Int32Array(packets.withPorts);
    this.groups = new Int32Array(packets.withPorts);
    for (const place of packets.inOrder()) {
      if (packets.portCount[place] === 0) continue;
      const group = groupOf(packets, place);
      if (group === NONE) continue;
      this.places[this.count] = place;
      this.groups[this.count++] = group;
    }
  }

  sort(groups: number): void {
    const starts = new Int32Array(groups + 1);
    const sorted = new Int32Array(this.count);
    for (let n = 0; n < this.count; n++) starts[this.groups[n] + 1]++;
    for (let group = 0; group < groups; group++) starts[group + 1] += starts[group];
    const next = starts.slice();
    for (let n = 0; n < this.count; n++) sorted[next[this.groups[n]]++] = this.places[n];
    this.starts = starts;
    this.sorted = sorted;
  }

  sizeOf(group: number): number {
    return this.starts[group + 1] - this.starts[group];
  }

  of(group: number): Int32Array {
    return this.sorted.subarray(this.starts[group], this.starts[group + 1]);
  }
}
