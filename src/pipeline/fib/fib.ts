/**
 * The FIB's control plane: tables of entries and what sources ask of them (VPP 19.08 src/vnet/fib/fib_table.c). It runs when
 * the configuration is applied and when a neighbour is learned; frames only meet the load balances and the trie it built.
 */

import type { InterfaceTable } from '../engine/interface-table.js';
import type { Adjacencies } from './adjacencies.js';
import { comparePathKeys, comparePaths, FLAG_ATTACHED, type FibEntry, type FibPath } from './fib-entry.js';
import { FibEntries } from './fib-entries.js';
import { FibForwarding } from './fib-forwarding.js';
import type { LoadBalances } from './load-balances.js';
import type { Mtrie } from './mtrie.js';
import type { NextHop } from './multipath.js';
import { ReceiveDpos } from './receive-dpos.js';

export class Fib {
  private readonly entries = new FibEntries();
  private readonly forwarding: FibForwarding;
  private readonly receiveDpos = new ReceiveDpos();
  /** Entry by load-balance index, for messages. */
  readonly entryOfLoadBalance: readonly FibEntry[];

  constructor(
    interfaces: InterfaceTable,
    adjacencies: Adjacencies,
    private readonly loadBalances: LoadBalances,
    private readonly mtrie: Mtrie,
  ) {
    this.forwarding = new FibForwarding(this.entries, interfaces, adjacencies, loadBalances, mtrie);
    this.entryOfLoadBalance = this.forwarding.entryOfLoadBalance;
  }

  /** Adds an empty table; its index is the next in order. */
  addTable(tableId: number): number {
    this.mtrie.addTable();
    return this.entries.addTable(tableId);
  }

  /** Table id of a FIB index. */
  tableIdOf(fibIndex: number): number {
    return this.entries.tables[fibIndex].tableId;
  }

  setFlowHash(fibIndex: number, config: number): void {
    this.entries.tables[fibIndex].flowHashConfig = config;
    for (const entry of this.entries.all())
      if (entry.fibIndex === fibIndex && entry.loadBalance >= 0)
        this.loadBalances.hashConfig[entry.loadBalance] = config;
  }

  /** The entry of exactly this prefix. */
  exact(fibIndex: number, address: number, length: number): FibEntry | null {
    return this.entries.exact(fibIndex, address, length);
  }

  /** The entry of the longest prefix of at most `maxLength` bits that covers the address, installed or not. */
  lookup(fibIndex: number, address: number, maxLength = 32): FibEntry | null {
    return this.entries.lookup(fibIndex, address, maxLength);
  }

  /** The data-path object that each path of an entry contributes; null for a path that is not resolved. */
  hopsOf(entry: FibEntry): (NextHop | null)[] {
    return entry.paths.map((path) => this.forwarding.resolution.hopOf(entry, path));
  }

  /** fib_table_entry_path_add2: adds paths to what the source has; a path it has already changes nothing. */
  addPaths(
    fibIndex: number,
    address: number,
    length: number,
    source: number,
    flags: number,
    paths: readonly FibPath[],
    origin: string,
  ): FibEntry {
    const known = this.exact(fibIndex, address, length)?.sourced(source);
    if (!known) return this.replacePaths(fibIndex, address, length, source, flags, paths, origin);
    const added = paths.filter((path) => !known.paths.some((other) => comparePathKeys(other, path) === 0));
    const kept = (known.flags & ~FLAG_ATTACHED) | (flags & FLAG_ATTACHED);
    return this.replacePaths(fibIndex, address, length, source, kept, [...known.paths, ...added], origin);
  }

  /**
   * fib_table_entry_special_dpo_add: the one path of a source that has none yet. Where it has some they stay, and the
   * source has to be removed once more.
   */
  addSpecial(
    fibIndex: number,
    address: number,
    length: number,
    source: number,
    flags: number,
    path: FibPath,
    origin: string,
  ): FibEntry {
    const entry = this.exact(fibIndex, address, length);
    const known = entry?.sourced(source);
    if (!entry || !known) return this.replacePaths(fibIndex, address, length, source, flags, [path], origin);
    known.references++;
    known.flags = flags;
    this.forwarding.update(entry);
    return entry;
  }

  /** fib_table_entry_update: the source's paths are these from now on. */
  replacePaths(
    fibIndex: number,
    address: number,
    length: number,
    source: number,
    flags: number,
    paths: readonly FibPath[],
    origin: string,
  ): FibEntry {
    const entry = this.entries.findOrAdd(fibIndex, address, length);
    const isNew = !entry.sourced(source);
    const asked = entry.findOrAddSource(source, flags, origin);
    asked.flags = flags;
    asked.origin = origin;
    this.receiveDpos.setPaths(asked, isNew, [...paths].sort(comparePaths));
    this.forwarding.update(entry);
    return entry;
  }

  /**
   * fib_table_entry_path_remove2: takes paths from a source; without any left the source is gone. False where the source
   * has none of them. `flags` are those of the paths that go, which decide, as in VPP, whether the source is attached.
   */
  removePaths(
    fibIndex: number,
    address: number,
    length: number,
    source: number,
    flags: number,
    paths: readonly FibPath[],
  ): boolean {
    const entry = this.exact(fibIndex, address, length);
    const asked = entry?.sourced(source);
    if (!entry || !asked) return false;
    const kept = asked.paths.filter((known) => !paths.some((path) => comparePathKeys(known, path) === 0));
    if (kept.length === asked.paths.length) return false;
    if (kept.length === 0) return this.removeSource(fibIndex, address, length, source);
    asked.flags = (asked.flags & ~FLAG_ATTACHED) | (flags & FLAG_ATTACHED);
    this.receiveDpos.setPaths(asked, false, kept);
    this.forwarding.update(entry);
    return true;
  }

  /** Takes a source from a prefix, and the entry with it where no other asks for it. False where it is not there. */
  removeSource(fibIndex: number, address: number, length: number, source: number): boolean {
    const entry = this.exact(fibIndex, address, length);
    if (!entry?.sourced(source)) return false;
    const gone = entry.takeSource(source);
    if (!gone) return true;
    this.receiveDpos.release(gone.paths);
    this.forwarding.sourceGone(entry);
    return true;
  }

  /** Recomputes every entry that has a path on the interface, whose state changed. */
  interfaceChanged(swIfIndex: number): void {
    for (const entry of this.entries.all())
      if (entry.paths.some((path) => path.swIfIndex === swIfIndex)) this.forwarding.update(entry);
  }

  /** fib_entry_get_resolving_interface; -1 for none. */
  resolvingInterface(entry: FibEntry): number {
    return this.forwarding.resolution.interfaceOf(entry);
  }
}
