/** Which entries depend on which cover: they do as it does, or only where it is attached (VPP 19.08 src/vnet/fib/fib_entry_cover.c). */

import type { AddressFamily } from './address-family.js';
import type { FibEntries } from './fib-entries.js';
import type { FibEntry, TablePrefix } from './fib-entry.js';

const NO_ENTRIES: FibEntry[] = [];

export class FibCovers {
  /** How many entries of each prefix length others depend on. */
  private readonly countByLength: Int32Array;

  constructor(
    private readonly family: AddressFamily,
    private readonly entries: FibEntries,
  ) {
    this.countByLength = new Int32Array(family.bits + 1);
  }

  track(entry: FibEntry, cover: FibEntry | null): void {
    if (entry.cover === cover) return;
    this.untrack(entry);
    entry.cover = cover;
    if (!cover) return;
    cover.covered ??= new Set();
    if (cover.covered.size === 0) this.countByLength[cover.length]++;
    cover.covered.add(entry);
  }

  untrack(entry: FibEntry): void {
    const { cover } = entry;
    if (cover?.covered?.delete(entry) && cover.covered.size === 0) this.countByLength[cover.length]--;
  }

  /** Entries that depend on a cover: the last first (fib_node_list_push_front). */
  dependentsOf({ covered }: FibEntry): FibEntry[] {
    return [...(covered ?? [])].reverse();
  }

  /** Entries that depend on the cover of a prefix, the nearest that has dependents, and are covered by the prefix. */
  dependentsIn({ fibIndex, address, length }: TablePrefix): FibEntry[] {
    const { family } = this;
    for (let shorter = length - 1; shorter >= 0; shorter--) {
      if (this.countByLength[shorter] === 0) continue;
      const cover = this.entries.made({ fibIndex, address, length: shorter });
      if (cover === null) continue;
      const inside = this.dependentsOf(cover).filter(
        (one) => one.length > length && family.mask(one.address, length) === address,
      );
      if (inside.length > 0) return inside;
    }
    return NO_ENTRIES;
  }
}
