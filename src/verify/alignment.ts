/**
 * Pairs packets that differ: which packet of one side is the changed form of which of the other. First by all that NAT and routing
 * leave alone, then by less and less, at last by the place between packets that matched. What is left is missing or unexpected.
 */

import type { PendingPackets } from './pending-packets.js';
import { Traits } from './traits.js';

export interface AlignedPair {
  /** Places; -1 where there is no counterpart. */
  readonly expected: number;
  readonly actual: number;
}

/** Packets of a lane that were settled before, by side: they no longer count as matched. */
export interface SettledBefore {
  readonly actual: number;
  readonly expected: number;
}

/** One side's packets with what they are recognised by. */
class Unpaired {
  readonly flow: Float64Array;
  readonly content: Float64Array;
  readonly place: Float64Array;
  readonly isPaired: Uint8Array;

  constructor(
    readonly packets: PendingPackets,
    readonly places: Int32Array,
  ) {
    this.flow = new Float64Array(places.length);
    this.content = new Float64Array(places.length);
    this.place = new Float64Array(places.length);
    this.isPaired = new Uint8Array(places.length);
    const traits = new Traits();
    for (let n = 0; n < places.length; n++) {
      traits.take(packets, places[n]);
      this.flow[n] = traits.flow;
      this.content[n] = traits.content;
      this.place[n] = traits.place;
    }
  }

  lane(n: number): number {
    return this.packets.lane[this.places[n]];
  }

  /** Length on the wire. */
  length(n: number): number {
    return this.packets.originalLength[this.places[n]];
  }

  /** How many packets of the lane before packet n were matched: n's are places of all packets that were not. */
  matchedBefore(before: (lane: number) => number): Float64Array {
    const unmatched = new Map<number, number>();
    return Float64Array.from(this.places, (place) => {
      const lane = this.packets.lane[place];
      const count = unmatched.get(lane) ?? before(lane);
      unmatched.set(lane, count + 1);
      return this.packets.ordinal[place] - count;
    });
  }
}

type Key = (side: Unpaired, n: number) => number;

/** What packets have in common, from most to least. */
const BY_CONTENT_AND_FLOW: Key = (side, n) => fold(side.content[n], side.flow[n], side.lane(n));
const BY_CONTENT: Key = (side, n) => fold(side.content[n], 0, side.lane(n));
const BY_PLACE_IN_FLOW: Key = (side, n) => fold(side.place[n], 0, side.lane(n));
/** On another interface than expected. */
const BY_CONTENT_ANYWHERE: Key = (side, n) => side.content[n];

/** One key of several; that sums are rounded does no harm. */
const fold = (a: number, b: number, lane: number): number =>
  (a + (b % 0x4000000000000) + lane * 0x9e3779b1) % 0x1fffffffffffff;

/** Pairs the packets at the given places. */
export function align(
  expected: PendingPackets,
  expectedPlaces: Int32Array,
  actual: PendingPackets,
  actualPlaces: Int32Array,
  settledBefore: (lane: number) => SettledBefore,
): AlignedPair[] {
  const theirs = new Unpaired(expected, expectedPlaces);
  const ours = new Unpaired(actual, actualPlaces);
  const pairs: AlignedPair[] = [];
  const pair = (i: number, j: number): void => {
    theirs.isPaired[i] = 1;
    ours.isPaired[j] = 1;
    pairs.push({ expected: expectedPlaces[i], actual: actualPlaces[j] });
  };
  for (const key of [BY_CONTENT_AND_FLOW, BY_CONTENT, BY_PLACE_IN_FLOW, BY_CONTENT_ANYWHERE]) {
    if (pairs.length === Math.min(expectedPlaces.length, actualPlaces.length)) break;
    pairBy(key, theirs, ours, pair);
  }
  const theirMatched = theirs.matchedBefore((lane) => settledBefore(lane).expected);
  const ourMatched = ours.matchedBefore((lane) => settledBefore(lane).actual);
  // Between the same packets: of the same flow, or at least of the same length.
  const gapOf = (side: Unpaired, n: number): number => (side === theirs ? theirMatched : ourMatched)[n];
  pairBy((side, n) => fold(side.flow[n], gapOf(side, n), side.lane(n)), theirs, ours, pair);
  pairBy((side, n) => fold(side.length(n), gapOf(side, n) * 0x10000, side.lane(n)), theirs, ours, pair, areAlike);
  for (let n = 0; n < expectedPlaces.length; n++)
    if (theirs.isPaired[n] === 0) pairs.push({ expected: expectedPlaces[n], actual: -1 });
  for (let n = 0; n < actualPlaces.length; n++)
    if (ours.isPaired[n] === 0) pairs.push({ expected: -1, actual: actualPlaces[n] });
  return pairs;
}

/** Bytes looked at to tell whether packets are alike. */
const LOOKED_AT = 64;

/** Whether most bytes are the same: else they are two packets, not one that changed. */
function areAlike(theirs: Unpaired, i: number, ours: Unpaired, j: number): boolean {
  const [e, a] = [theirs.packets, ours.packets];
  const [from, to] = [e.offset[theirs.places[i]], a.offset[ours.places[j]]];
  const length = Math.min(LOOKED_AT, e.capturedLength[theirs.places[i]], a.capturedLength[ours.places[j]]);
  let same = 0;
  for (let at = 0; at < length; at++) if (e.bytes[from + at] === a.bytes[to + at]) same++;
  return same * 4 >= length * 3;
}

/** Pairs packets of the same key, in order. */
function pairBy(
  key: Key,
  theirs: Unpaired,
  ours: Unpaired,
  pair: (i: number, j: number) => void,
  accepts: typeof areAlike = () => true,
): void {
  const heads = new Map<number, number>();
  const next = new Int32Array(theirs.places.length).fill(-1);
  for (let i = theirs.places.length - 1; i >= 0; i--) {
    if (theirs.isPaired[i] !== 0) continue;
    const own = key(theirs, i);
    next[i] = heads.get(own) ?? -1;
    heads.set(own, i);
  }
  for (let j = 0; j < ours.places.length; j++) {
    if (ours.isPaired[j] !== 0) continue;
    const own = key(ours, j);
    const i = heads.get(own);
    if (i === undefined || i < 0 || !accepts(theirs, i, ours, j)) continue;
    heads.set(own, next[i]);
    pair(i, j);
  }
}
