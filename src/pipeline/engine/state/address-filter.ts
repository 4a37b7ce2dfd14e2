/**
 * Tells of most addresses that no key of a table has them, without a look into the table, which is large: counts of keys by a hash of the address. Most
 * packets ask for ends that only packets of the other direction have.
 */

import { mix } from './flow-hash-table.js';

const COUNTS = 1 << 12;

export class AddressFilter {
  private readonly counts = new Int32Array(COUNTS);

  /** False where no key has the address. */
  mayHave(address: number): boolean {
    return this.counts[mix(0, address) & (COUNTS - 1)] !== 0;
  }

  /** So many keys more, or fewer, have the address. */
  count(address: number, keys: number): void {
    this.counts[mix(0, address) & (COUNTS - 1)] += keys;
  }

  clear(): void {
    this.counts.fill(0);
  }
}
