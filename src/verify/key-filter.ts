/**
 * Which packets may have the same keys as some others: a Bloom filter of two bits for each key, in a table of sixteen. One of sixty packets
 * that have no equal is taken for one that may have.
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
    const high = keyHigh[place];
    const low = keyLow[place];
    filter[(high >>> 5) & mask] |= 1 << (high & 31);
    filter[(low >>> 5) & mask] |= 1 << (low & 31);
  }
  return filter;
}

/** Those of the packets at the given places whose keys may be among those that a filter was made of. */
export function mayBeIn(filter: Int32Array, { keyHigh, keyLow }: PendingPackets, places: Int32Array): Int32Array {
  const mask = filter.length - 1;
  const found = new Int32Array(places.length);
  let count = 0;
  for (const place of places) {
    const high = keyHigh[place];
    const low = keyLow[place];
    const isIn = (filter[(high >>> 5) & mask] >>> (high & 31)) & (filter[(low >>> 5) & mask] >>> (low & 31)) & 1;
    found[count] = place;
    count += isIn;
  }
  return found.subarray(0, count);
}
