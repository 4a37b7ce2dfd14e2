/**
 * Pairs packets that differ: which packet of one side is the changed form of which of the other. First by all that NAT and routing
 * leave alone, then by less and less, at last by the place between packets that matched. What is left is missing or unexpected.
 */

import type { PendingPackets } from './pending-packets.js';
import { Traits } from './traits.js';
import { firstEquals, type Keys } from './first-equals.js';

/** Packets of a lane that were settled before, by side: they no longer count as matched. */
export interface SettledBefore {
  readonly actual: number;
  readonly expected: number;
}

const NONE = -1;

/** One side's packets with what they are recognised by, a column each. */
class Unpaired implements Keys {
  readonly count: number;
  readonly flowHigh: Int32Array;
  readonly flowLow: Int32Array;
  readonly contentHigh: Int32Array;
  readonly contentLow: Int32Array;
  readonly placeHigh: Int32Array;
  readonly placeLow: Int32Array;
  /** Counterpart of each packet, as its number among the other side's. */
  readonly partner: Int32Array;
  /** The key by which packets are paired at the moment; those that are paired keep their places, with keys that do not matter. */
  readonly high: Int32Array;
  readonly low: Int32Array;

  constructor(
    readonly packets: PendingPackets,
    readonly places: Int32Array,
  ) {
    const count = places.length;
    const column = (): Int32Array => new Int32Array(count);
    this.count = count;
    [this.flowHigh, this.flowLow, this.contentHigh, this.contentLow] = [column(), column(), column(), column()];
    [this.placeHigh, this.placeLow, this.high, this.low] = [column(), column(), column(), column()];
    this.partner = column().fill(NONE);
    const traits = new Traits();
    const { flow, content, place } = traits;
    for (let n = 0; n < count; n++) {
      traits.take(packets, places[n]);
      this.flowHigh[n] = flow.high;
      this.flowLow[n] = flow.low;
      this.contentHigh[n] = content.high;
      this.contentLow[n] = content.low;
      this.placeHigh[n] = place.high;
      this.placeLow[n] = place.low;
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
  matchedBefore(before: (lane: number) => number): Int32Array {
    const unmatched: number[] = [];
    return Int32Array.from(this.places, (place) => {
      const lane = this.packets.lane[place];
      const count = unmatched[lane] ?? before(lane);
      unmatched[lane] = count + 1;
      return this.packets.ordinal[place] - count;
    });
  }
}

/** Puts packet n's key into `high` and `low`. */
type Key = (side: Unpaired, n: number) => void;

/** What packets have in common, from most to least. */
const BY_CONTENT_AND_FLOW: Key = (side, n) => {
  setKey(side, n, side.contentHigh[n] ^ Math.imul(side.flowHigh[n], 5), side.contentLow[n] ^ side.flowLow[n]);
};
const BY_CONTENT: Key = (side, n) => {
  setKey(side, n, side.contentHigh[n], side.contentLow[n]);
};
const BY_PLACE_IN_FLOW: Key = (side, n) => {
  setKey(side, n, side.placeHigh[n], side.placeLow[n]);
};
/** On another interface than expected. */
const BY_CONTENT_ANYWHERE: Key = (side, n) => {
  side.high[n] = side.contentHigh[n];
  side.low[n] = side.contentLow[n];
};

/** A key that only packets of one lane share. */
function setKey(side: Unpaired, n: number, high: number, low: number): void {
  side.high[n] = high + Math.imul(side.lane(n), 0x9e3779b1);
  side.low[n] = low;
}

/** Pairs the packets at the given places. Returns for each side the place of each packet's counterpart, or -1. */
export function align(
  expected: PendingPackets,
  expectedPlaces: Int32Array,
  actual: PendingPackets,
  actualPlaces: Int32Array,
  settledBefore: (lane: number) => SettledBefore,
): { readonly ofExpected: Int32Array; readonly ofActual: Int32Array } {
  const most = Math.min(expectedPlaces.length, actualPlaces.length);
  if (most > 0) {
    const theirs = new Unpaired(expected, expectedPlaces);
    const ours = new Unpaired(actual, actualPlaces);
    pairAll(theirs, ours, most, settledBefore);
    return {
      ofExpected: theirs.partner.map((j) => (j < 0 ? NONE : actualPlaces[j])),
      ofActual: ours.partner.map((i) => (i < 0 ? NONE : expectedPlaces[i])),
    };
  }
  return {
    ofExpected: new Int32Array(expectedPlaces.length).fill(NONE),
    ofActual: new Int32Array(actualPlaces.length).fill(NONE),
  };
}

function pairAll(theirs: Unpaired, ours: Unpaired, most: number, settledBefore: (lane: number) => SettledBefore): void {
  let paired = 0;
  for (const key of [BY_CONTENT_AND_FLOW, BY_CONTENT, BY_PLACE_IN_FLOW, BY_CONTENT_ANYWHERE]) {
    paired += pairBy(key, theirs, ours);
    if (paired === most) return;
  }
  const theirMatched = theirs.matchedBefore((lane) => settledBefore(lane).expected);
  const ourMatched = ours.matchedBefore((lane) => settledBefore(lane).actual);
  // Between the same packets: of the same flow, or at least of the same length.
  const gapOf = (side: Unpaired, n: number): number => Math.imul((side === theirs ? theirMatched : ourMatched)[n], 5);
  paired += pairBy(
    (side, n) => {
      setKey(side, n, side.flowHigh[n] ^ gapOf(side, n), side.flowLow[n]);
    },
    theirs,
    ours,
  );
  if (paired === most) return;
  pairBy(
    (side, n) => {
      setKey(side, n, gapOf(side, n), side.length(n));
    },
    theirs,
    ours,
    areAlike,
  );
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

/** Pairs packets of the same key, in order; returns how many. */
function pairBy(key: Key, theirs: Unpaired, ours: Unpaired, accepts: typeof areAlike | null = null): number {
  for (const side of [theirs, ours]) for (let n = 0; n < side.count; n++) if (side.partner[n] === NONE) key(side, n);
  const { ofTheirs, ofOurs, areAny } = firstEquals(theirs, ours);
  if (!areAny) return 0;
  // Lists of those with the same key, by the first of them.
  const head = new Int32Array(theirs.count).fill(NONE);
  const next = new Int32Array(theirs.count);
  for (let i = theirs.count - 1; i >= 0; i--) {
    if (theirs.partner[i] !== NONE) continue;
    const first = ofTheirs[i];
    next[i] = head[first];
    head[first] = i;
  }
  let paired = 0;
  for (let j = 0; j < ours.count; j++) {
    const first = ofOurs[j];
    if (ours.partner[j] !== NONE || first === NONE) continue;
    const i = head[first];
    if (i === NONE || (accepts !== null && !accepts(theirs, i, ours, j))) continue;
    head[first] = next[i];
    theirs.partner[i] = j;
    ours.partner[j] = i;
    paired++;
  }
  return paired;
}
