/** The entries of all FIBs, by exact prefix and by longest match over entries, whether they forward or not. */

import type { AddressFamily } from './address-family.js';
import { FlowHashTable2 } from '../engine/state/flow-hash-table.js';
import { FibEntry, type TablePrefix } from './fib-entry.js';
import { FLOW_HASH_DEFAULT } from './flow-hash.js';

export interface FibTable {
  readonly tableId: number;
  flowHashConfig: number;
  /** How many entries there are of each prefix length, to skip the lengths that nobody uses. */
  readonly countByLength: Int32Array;
}

/** Second word of an entry's key: its table and prefix length. */
const keyOf = (fibIndex: number, length: number): number => (fibIndex << 8) | length;

export class FibEntries {
  readonly tables: FibTable[] = [];
  /** Null for an entry that is not made before somebody looks at it. */
  private readonly entries: (FibEntry | null)[] = [];
  private readonly free: number[] = [];
  /** Index in `entries` by (address, keyOf). */
  private readonly index = new FlowHashTable2();
  /** Makes the entry of a place that has none yet. */
  unfold: (at: number) => FibEntry = () => {
    throw new Error('no entry is folded');
  };

  constructor(
    private readonly family: AddressFamily,
    private readonly flowHashConfig = FLOW_HASH_DEFAULT,
  ) {}

  /** Adds an empty table; its index is the next in order. */
  addTable(tableId: number): number {
    const { flowHashConfig, family } = this;
    return this.tables.push({ tableId, flowHashConfig, countByLength: new Int32Array(family.bits + 1) }) - 1;
  }

  exact({ fibIndex, address, length }: TablePrefix): FibEntry | null {
    const at = this.placeAt(fibIndex, address, length);
    return at < 0 ? null : (this.entries[at] ?? this.unfold(at));
  }

  /** The same where it is made already. */
  made({ fibIndex, address, length }: TablePrefix): FibEntry | null {
    const at = this.placeAt(fibIndex, address, length);
    return at < 0 ? null : this.entries[at];
  }

  private placeAt(fibIndex: number, address: number, length: number): number {
    return this.index.get(this.family.mask(address, length), keyOf(fibIndex, length));
  }

  /** Entries are told in the order of their places. */
  placeOf({ fibIndex, address, length }: FibEntry): number {
    return this.index.get(address, keyOf(fibIndex, length));
  }

  /** A place for a prefix's entry, which `unfold` makes; -1 where there is an entry. The address has no host bits. */
  fold(prefix: TablePrefix): number {
    const { fibIndex, address, length } = prefix;
    return this.index.get(address, keyOf(fibIndex, length)) >= 0 ? -1 : this.place(null, prefix);
  }

  /** The entry of a place, made by `unfold`. */
  put(at: number, { fibIndex, address, length }: TablePrefix): FibEntry {
    return (this.entries[at] = new FibEntry(this.family, fibIndex, address, length, address));
  }

  /** The entry of the longest prefix of at most `maxLength` bits that covers the address, installed or not. */
  lookup(fibIndex: number, address: number, maxLength = this.family.bits): FibEntry | null {
    const { countByLength } = this.tables[fibIndex];
    for (let length = maxLength; length >= 0; length--) {
      if (countByLength[length] === 0) continue;
      const found = this.exact({ fibIndex, address, length });
      if (found) return found;
    }
    return null;
  }

  /** The entry of the next shorter prefix around this one. */
  coverOf({ fibIndex, address, length }: TablePrefix): FibEntry | null {
    return this.lookup(fibIndex, address, length - 1);
  }

  /** The entry of a prefix, made where there is none. */
  findOrAdd(prefix: TablePrefix): FibEntry {
    const known = this.exact(prefix);
    if (known) return known;
    const { fibIndex, address, length } = prefix;
    const entry = new FibEntry(this.family, fibIndex, this.family.mask(address, length), length, address);
    this.place(entry, entry);
    return entry;
  }

  /** The address has no host bits. */
  private place(entry: FibEntry | null, { fibIndex, address, length }: TablePrefix): number {
    const at = this.free.pop() ?? this.entries.length;
    this.entries[at] = entry;
    this.index.set(address, keyOf(fibIndex, length), at);
    this.tables[fibIndex].countByLength[length]++;
    return at;
  }

  delete({ fibIndex, address, length }: TablePrefix): void {
    const key = keyOf(fibIndex, length);
    this.free.push(this.index.get(address, key));
    this.index.delete(address, key);
    this.tables[fibIndex].countByLength[length]--;
  }

  /** All entries that some source asks for, and that are made. */
  *all(): Generator<FibEntry> {
    for (const entry of this.entries) if (entry !== null && entry.sources.length > 0) yield entry;
  }
}
