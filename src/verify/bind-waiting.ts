/**
 * Finds out which ports stand for which, from packets that wait on both sides and are the same but for their ports. Packets that occur
 * once on each side come first, since they leave no choice; then the others, in their order.
 */

import type { Comparer } from './comparer.js';
import type { Lane, Lanes } from './lanes.js';
import type { PendingPackets } from './pending-packets.js';

/** Candidates looked at for one packet: packets that are the same but for their ports are seldom many. */
const MAXIMUM_CANDIDATES = 256;

type MatchedSink = (expectedPlace: number, actualPlace: number, lane: Lane) => void;

interface Candidates {
  readonly expected: number[];
  readonly actual: number[];
}

export function bindWaiting(
  expected: PendingPackets,
  actual: PendingPackets,
  { all: lanes }: Lanes,
  comparer: Comparer,
  matched: MatchedSink,
): void {
  if (expected.withPorts === 0 || actual.withPorts === 0) return;
  const byKey = new Map<number, Candidates>();
  for (const place of expected.inOrder()) {
    if (expected.portCount[place] === 0) continue;
    const key = formKey(expected, place);
    const candidates = byKey.get(key);
    if (candidates) candidates.expected.push(place);
    else byKey.set(key, { expected: [place], actual: [] });
  }
  for (const place of actual.inOrder())
    if (actual.portCount[place] > 0) byKey.get(formKey(actual, place))?.actual.push(place);

  const tryMatch = (expectedPlace: number, actualPlace: number, mayBind: boolean): boolean => {
    if (expected.lane[expectedPlace] !== actual.lane[actualPlace]) return false;
    const lane = lanes[expected.lane[expectedPlace]];
    if (!comparer.match(lane, expected, expectedPlace, actual, actualPlace, mayBind)) return false;
    matched(expectedPlace, actualPlace, lane);
    return true;
  };
  for (const candidates of byKey.values()) {
    if (candidates.expected.length !== 1 || candidates.actual.length !== 1) continue;
    if (!tryMatch(candidates.expected[0], candidates.actual[0], true)) continue;
    candidates.actual.length = 0;
  }
  for (const candidates of byKey.values()) {
    const open = candidates.expected.slice();
    for (const actualPlace of candidates.actual) {
      const near = Math.min(open.length, MAXIMUM_CANDIDATES);
      let found = -1;
      for (let k = 0; k < near && found < 0; k++) if (tryMatch(open[k], actualPlace, false)) found = k;
      for (let k = 0; k < near && found < 0; k++) if (tryMatch(open[k], actualPlace, true)) found = k;
      if (found >= 0) open.splice(found, 1);
    }
  }
}

/** The key without ports, below 2^53. */
const formKey = ({ keyHigh, keyLow }: PendingPackets, place: number): number =>
  (keyHigh[place] >>> 0) * 0x200000 + (keyLow[place] >>> 11);
