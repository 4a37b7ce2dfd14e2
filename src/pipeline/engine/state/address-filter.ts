/**
 * Tells of most addresses that no key of a table has them, without a look into the table, which is large: counts of keys by a hash of the address, and of
 * its upper half. Most packets ask for ends that only packets of the other direction have, whose hosts are many, but in few networks.
 */

import { mix } from './flow-hash-table.js';

const COUNTS = 1 << 12;

const hostOf = (address: number): number => mix(0, address) & (COUNTS - 1);
const networkOf = (address: number): number => COUNTS + (mix(0, address >>> 16) & (COUNTS - 1));

export class AddressFilter {
  private readonly counts = new Int32Array(2 * COUNTS);

  /** False where no key has the address. */
  mayHave(address: number): boolean {
    const { counts } = this;
    return counts[networkOf(address)] !== 0 && counts[hostOf(address)] !== 0;
  }

  /** So many keys more, or fewer, have the address. */
  count(address: number, keys: number): void {
    this.counts[networkOf(address)] += keys;
    this.counts[hostOf(address)] += keys;
  }

  clear(): void {
    this.counts.fill(0);
  }
}
