/**
 * Which packets may have the same keys as some others: a Bloom filter of two bits for each key, both in one word, in a table of sixteen bits
 * for each. One of some fifty packets that have no equal is taken for one that may have.
 */

import type { PendingPackets } from './pending-packets.js';

const BITS_PER_KEY = 16;

/** A power of two of bits, 32 to a word. */
export function filterOf({ keyHigh, keyLow }: PendingPackets, places: Int32Array): Int32Array {
  let words = 1;
  while (words * 32 < places.length * BITS_PER_KEY) words *= 2;
  const filter = new Int32Array(words);
  const mask = words - 1;
  for (const place of places) {
    const bits = keyLow[place];
    filter[keyHigh[place] & mask] |= (1 << (bits & 31)) | (1 << ((bits >>> 5) & 31));
  }
  return filter;
}

/** Those of the packets at the given places whose keys may be among those that a filter was made of. */
export function mayBeIn(filter: Int32Array, { keyHigh, keyLow }: PendingPackets, places: Int32Array): Int32Array {
  const mask = filter.length - 1;
  const found = new Int32Array(places.length);
  let count = 0;
  for (const place of places) {
    const bits = keyLow[place];
    const word = filter[keyHigh[place] & mask];
    found[count] = place;
    count += (word >>> (bits & 31)) & (word >>> ((bits >>> 5) & 31)) & 1;
  }
  return found.subarray(0, count);
}
