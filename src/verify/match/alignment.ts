/**
 * Pairs packets that differ: which packet of one side is the changed form of which of the other. First by all that NAT and routing
 * leave alone, then by less and less, at last by the place between packets that matched. What is left is missing or unexpected.
 */

import { linkHeaderBytes } from '../../capture/link-layer.js';
import * as ethernet from '../../wire/ethernet.js';
import type { PendingPackets } from './pending-packets.js';
import { couplesOf } from './couples.js';
import { firstEquals, type Keys } from './first-equals.js';
import { Traits } from '../packet/traits.js';

/** Packets of a lane that were settled before, by side: they no longer count as matched. */
export interface SettledBefore {
  readonly actual: number;
  readonly expected: number;
}

const NONE = -1;

interface NumberedKeys extends Keys {
  readonly numbers: Int32Array;
}

/** One side's packets with what they are recognised by, a column each. */
class Unpaired {
  readonly count: number;
  readonly flowHigh: Int32Array;
  readonly flowLow: Int32Array;
  readonly contentHigh: Int32Array;
  readonly contentLow: Int32Array;
  readonly placeHigh: Int32Array;
  readonly placeLow: Int32Array;
  /** Counterpart of each packet, as its number among the other side's. */
  readonly partner: Int32Array;
  /** The key of one packet, by which it is paired at the moment. */
  high = 0;
  low = 0;

  constructor(
    readonly packets: PendingPackets,
    readonly places: Int32Array,
    /** Of couples that stay together: as `partner`. */
    partner: Int32Array,
  ) {
    const count = places.length;
    const column = (): Int32Array => new Int32Array(count);
    this.count = count;
    [this.flowHigh, this.flowLow, this.contentHigh, this.contentLow] = [column(), column(), column(), column()];
    [this.placeHigh, this.placeLow] = [column(), column()];
    this.partner = partner;
    const traits = new Traits();
    const { flow, content, place } = traits;
    for (let n = 0; n < count; n++) {
      if (partner[n] !== NONE) continue;
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
    const matched = new Int32Array(this.count);
    for (let n = 0; n < this.count; n++) {
      const lane = this.lane(n);
      const count = unmatched[lane] ?? before(lane);
      unmatched[lane] = count + 1;
      matched[n] = this.packets.ordinal[this.places[n]] - count;
    }
    return matched;
  }

  /** The keys of all that have no counterpart yet, with their numbers. */
  keys(key: Key): NumberedKeys {
    let count = 0;
    for (let n = 0; n < this.count; n++) if (this.partner[n] === NONE) count++;
    const [numbers, high, low] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
    for (let n = 0, k = 0; n < this.count; n++) {
      if (this.partner[n] !== NONE) continue;
      key(this, n);
      numbers[k] = n;
      high[k] = this.high;
      low[k++] = this.low;
    }
    return { count, high, low, numbers };
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
  side.high = side.contentHigh[n];
  side.low = side.contentLow[n];
};

/** A key that only packets of one lane share. */
function setKey(side: Unpaired, n: number, high: number, low: number): void {
  side.high = high + Math.imul(side.lane(n), 0x9e3779b1);
  side.low = low;
}

/** Pairs the packets at the given places. Returns for each side the place of each packet's counterpart, or -1. */
export function align(
  expected: PendingPackets,
  expectedPlaces: Int32Array,
  actual: PendingPackets,
  actualPlaces: Int32Array,
  settledBefore: (lane: number) => SettledBefore,
): { readonly ofExpected: Int32Array; readonly ofActual: Int32Array } {
  const { theirPartner, ourPartner, count } = couplesOf(expected, expectedPlaces, actual, actualPlaces);
  const most = Math.min(expectedPlaces.length, actualPlaces.length);
  if (count < most) {
    const theirs = new Unpaired(expected, expectedPlaces, theirPartner);
    const ours = new Unpaired(actual, actualPlaces, ourPartner);
    pairAll(theirs, ours, count, most, settledBefore);
  }
  return { ofExpected: placesOf(theirPartner, actualPlaces), ofActual: placesOf(ourPartner, expectedPlaces) };
}

/** Numbers of packets, or -1, to their places. */
function placesOf(partner: Int32Array, places: Int32Array): Int32Array {
  const found = new Int32Array(partner.length);
  for (let n = 0; n < partner.length; n++) found[n] = partner[n] < 0 ? NONE : places[partner[n]];
  return found;
}

/** @param paired how many have a partner, and how many can have one at most */
// prettier-ignore
function pairAll(theirs: Unpaired, ours: Unpaired, paired: number, most: number, settledBefore: (lane: number) => SettledBefore): void {
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

/** Bytes behind the link headers looked at to tell whether packets are alike. */
const LOOKED_AT = 50;

/** Whether most bytes are the same, as many as if they were behind Ethernet headers that are: else they are two packets, not one that changed. */
function areAlike(theirs: Unpaired, i: number, ours: Unpaired, j: number): boolean {
  const [e, from, before] = carriedOf(theirs, i);
  const [a, to, after] = carriedOf(ours, j);
  const length = Math.min(LOOKED_AT, before, after);
  let same = 0;
  for (let at = 0; at < length; at++) if (e[from + at] === a[to + at]) same++;
  return (same + ethernet.HEADER_BYTES) * 4 >= (length + ethernet.HEADER_BYTES) * 3;
}

/** What a packet has behind its link header: the bytes that it is in, its place in them, and its length. */
function carriedOf({ packets, places }: Unpaired, n: number): [bytes: Uint8Array, from: number, length: number] {
  const place = places[n];
  const headerBytes = Math.max(0, linkHeaderBytes(packets.linkType[place]));
  return [packets.bytes, packets.offset[place] + headerBytes, packets.capturedLength[place] - headerBytes];
}

/** Pairs packets of the same key, in order; returns how many. */
function pairBy(key: Key, theirs: Unpaired, ours: Unpaired, accepts: typeof areAlike | null = null): number {
  const allOfTheirs = theirs.keys(key);
  const allOfOurs = ours.keys(key);
  // As long as both sides have the same keys one by one, which are most where nothing is lost, there is nothing to look up.
  const same = accepts === null ? commonStart(allOfTheirs, allOfOurs) : 0;
  for (let k = 0; k < same; k++) {
    theirs.partner[allOfTheirs.numbers[k]] = allOfOurs.numbers[k];
    ours.partner[allOfOurs.numbers[k]] = allOfTheirs.numbers[k];
  }
  const [left, right] = [allOfTheirs, allOfOurs].map((keys) => keysFrom(keys, same));
  const { ofTheirs, ofOurs, areAny } = firstEquals(left, right);
  if (!areAny) return same;
  // Lists of those with the same key, by the first of them.
  const head = new Int32Array(left.count).fill(NONE);
  const next = new Int32Array(left.count);
  for (let k = left.count - 1; k >= 0; k--) {
    const first = ofTheirs[k];
    next[k] = head[first];
    head[first] = k;
  }
  let paired = same;
  for (let k = 0; k < right.count; k++) {
    const first = ofOurs[k];
    if (first === NONE || head[first] === NONE) continue;
    const i = left.numbers[head[first]];
    const j = right.numbers[k];
    if (accepts !== null && !accepts(theirs, i, ours, j)) continue;
    head[first] = next[head[first]];
    theirs.partner[i] = j;
    ours.partner[j] = i;
    paired++;
  }
  return paired;
}

/** How many keys are the same on both sides before the first that are not. */
function commonStart(left: Keys, right: Keys): number {
  const count = Math.min(left.count, right.count);
  let k = 0;
  while (k < count && left.low[k] === right.low[k] && left.high[k] === right.high[k]) k++;
  return k;
}

const keysFrom = ({ count, high, low, numbers }: NumberedKeys, from: number): NumberedKeys => ({
  count: count - from,
  high: high.subarray(from),
  low: low.subarray(from),
  numbers: numbers.subarray(from),
});
