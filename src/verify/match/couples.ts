/** Couples among packets that wait: a packet and its changed form that came side by side (Matcher), as far as both still wait. */

import type { PendingPackets } from './pending-packets.js';
import { NONE } from './waiting-columns.js';

export interface Couples {
  /** Of each packet at the given places the number of its partner on the other side, or -1. */
  readonly theirPartner: Int32Array;
  readonly ourPartner: Int32Array;
  readonly count: number;
}

/** Couples have ascending numbers on both sides. */
export function couplesOf(
  { couple: theirCouple }: PendingPackets,
  expectedPlaces: Int32Array,
  { couple: ourCouple }: PendingPackets,
  actualPlaces: Int32Array,
): Couples {
  const theirPartner = new Int32Array(expectedPlaces.length).fill(NONE);
  const ourPartner = new Int32Array(actualPlaces.length).fill(NONE);
  let count = 0;
  for (let i = 0, j = 0; i < expectedPlaces.length && j < actualPlaces.length;) {
    const theirs = theirCouple[expectedPlaces[i]];
    const ours = ourCouple[actualPlaces[j]];
    if (theirs !== 0 && theirs === ours) {
      theirPartner[i] = j;
      ourPartner[j] = i;
      count++;
    }
    // One that is in none is passed over, and so is one whose partner is gone.
    if (theirs <= ours) i++;
    if (ours <= theirs) j++;
  }
  return { theirPartner, ourPartner, count };
}
