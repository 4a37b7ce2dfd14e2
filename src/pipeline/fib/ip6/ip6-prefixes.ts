/**
 * Longest-prefix match of IPv6 (VPP 19.08 src/vnet/fib/ip6_fib.h ip6_fib_table_fwding_lookup): a hash table for each prefix length that a
 * table has, the longest first.
 */

import { ip6Word, maskWord } from '../../../wire/ip6-address.js';
import { FlowHashTable4 } from '../../engine/state/flow-hash-table.js';
import type { TablePrefix } from '../fib-entry.js';
import type { PrefixTable } from '../fib-forwarding.js';

const BITS = 128;
const MASKS = Int32Array.from({ length: (BITS + 1) * 4 }, (_, i) => maskWord(i >>> 2, i & 3));

/** One prefix length of a table. */
interface Prefixes {
  readonly length: number;
  readonly loadBalances: FlowHashTable4;
}

export class Ip6Prefixes implements PrefixTable {
  /** By FIB index, the longest first. */
  private readonly tables: Prefixes[][] = [];

  addTable(): void {
    this.tables.push([]);
  }

  set({ fibIndex, address, length }: TablePrefix, loadBalance: number): void {
    const table = this.tables[fibIndex];
    let at = table.findIndex((prefixes) => prefixes.length <= length);
    if (at < 0) at = table.length;
    if (at === table.length || table[at].length !== length)
      table.splice(at, 0, { length, loadBalances: new FlowHashTable4() });
    const { loadBalances } = table[at];
    loadBalances.set(ip6Word(address, 0), ip6Word(address, 1), ip6Word(address, 2), ip6Word(address, 3), loadBalance);
  }

  remove({ fibIndex, address, length }: TablePrefix): void {
    const table = this.tables[fibIndex];
    const at = table.findIndex((prefixes) => prefixes.length === length);
    if (at < 0) return;
    const { loadBalances } = table[at];
    loadBalances.delete(ip6Word(address, 0), ip6Word(address, 1), ip6Word(address, 2), ip6Word(address, 3));
    if (loadBalances.size === 0) table.splice(at, 1);
  }

  /** Load-balance index of the longest prefix that covers the address at a place in a packet. */
  lookup(fibIndex: number, view: DataView, at: number): number {
    const a = view.getInt32(at);
    const b = view.getInt32(at + 4);
    const c = view.getInt32(at + 8);
    const d = view.getInt32(at + 12);
    for (const { length, loadBalances } of this.tables[fibIndex]) {
      const mask = length * 4;
      const found = loadBalances.get(a & MASKS[mask], b & MASKS[mask + 1], c & MASKS[mask + 2], d & MASKS[mask + 3]);
      if (found >= 0) return found;
    }
    return 0;
  }
}
