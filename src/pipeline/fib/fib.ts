/**
 * The FIB's control plane: tables of entries and what sources ask of them (VPP 19.08 src/vnet/fib/fib_table.c). It runs when
 * the configuration is applied and when a neighbour is learned; frames only meet the load balances and the trie it built.
 */

import type { AddressFamily } from './address-family.js';
import type { InterfaceTable } from '../engine/state/interface-table.js';
import type { Adjacencies } from './adjacencies.js';
import {
  comparePathKeys,
  comparePaths,
  FLAG_ATTACHED,
  type Asked,
  type FibEntry,
  type FibPath,
  type TablePrefix,
} from './fib-entry.js';
import { FibEntries } from './fib-entries.js';
import { FibForwarding, type PrefixTable } from './fib-forwarding.js';
import { FoldedRoutes } from './folded-routes.js';
import type { LoadBalances } from './load-balances.js';
import type { NextHop } from './multipath.js';
import type { ReceiveDpos } from './receive-dpos.js';

/** A source's flags, attached or not as those of the paths that come or go. */
const attachedLike = ({ flags }: Asked, known: { readonly flags: number }): number =>
  (known.flags & ~FLAG_ATTACHED) | (flags & FLAG_ATTACHED);

export class Fib {
  readonly entries: FibEntries;
  private readonly forwarding: FibForwarding;
  readonly folded: FoldedRoutes;

  constructor(
    interfaces: InterfaceTable,
    adjacencies: Adjacencies,
    private readonly loadBalances: LoadBalances,
    private readonly prefixes: PrefixTable,
    readonly receiveDpos: ReceiveDpos,
    readonly family: AddressFamily,
    flowHashConfig?: number,
  ) {
    this.entries = new FibEntries(family, flowHashConfig);
    this.forwarding = new FibForwarding(family, this.entries, interfaces, adjacencies, loadBalances, prefixes);
    this.folded = new FoldedRoutes(family, this.entries, this.forwarding, loadBalances, prefixes);
    interfaces.renamed.listen(() => {
      this.folded.forget();
    });
  }

  /** Adds an empty table; its index is the next in order. */
  addTable(tableId: number): number {
    this.prefixes.addTable();
    return this.entries.addTable(tableId);
  }

  /** The entry that a load balance forwards for, for messages; null where it is none's. */
  entryOf(loadBalance: number): FibEntry | null {
    return this.forwarding.entryOfLoadBalance[loadBalance] ?? this.folded.entryOf(loadBalance);
  }

  /** The same of a load balance that packets took. */
  entryTaken(loadBalance: number): FibEntry {
    const entry = this.entryOf(loadBalance);
    if (entry === null) throw new RangeError(`load balance ${loadBalance} is no entry's`);
    return entry;
  }

  setFlowHash(fibIndex: number, config: number): void {
    this.folded.setFlowHash(fibIndex, config);
    this.entries.tables[fibIndex].flowHashConfig = config;
    for (const entry of this.entries.all())
      if (entry.fibIndex === fibIndex && entry.loadBalance >= 0)
        this.loadBalances.hashConfig[entry.loadBalance] = config;
  }

  /** The data-path object that each path of an entry contributes; null for a path that is not resolved. */
  hopsOf(entry: FibEntry): (NextHop | null)[] {
    return entry.paths.map((path) => this.forwarding.hopOf(entry, path));
  }

  /** fib_table_entry_path_add2: adds paths to what the source has; a path it has already changes nothing. */
  addPaths(asked: Asked, paths: readonly FibPath[]): FibEntry {
    const known = this.entries.exact(asked)?.sourced(asked.source);
    if (!known) return this.replacePaths(asked, paths);
    const added = paths.filter((path) => !known.paths.some((other) => comparePathKeys(this.family, other, path) === 0));
    return this.replacePaths({ ...asked, flags: attachedLike(asked, known) }, [...known.paths, ...added]);
  }

  /**
   * fib_table_entry_special_dpo_add: the one path of a source that has none yet. Where it has some they stay, and the
   * source has to be removed once more.
   */
  addSpecial(asked: Asked, path: FibPath): FibEntry {
    const entry = this.entries.exact(asked);
    const known = entry?.sourced(asked.source);
    if (!entry || !known) return this.replacePaths(asked, [path]);
    known.references++;
    known.flags = asked.flags;
    this.forwarding.update(entry);
    return entry;
  }

  /** fib_table_entry_update: the source's paths are these from now on. */
  replacePaths(asked: Asked, paths: readonly FibPath[]): FibEntry {
    const entry = this.entries.findOrAdd(asked);
    const isNew = !entry.sourced(asked.source);
    const source = entry.findOrAddSource(asked.source, asked.flags, asked.origin);
    source.flags = asked.flags;
    source.origin = asked.origin;
    this.receiveDpos.setPaths(
      source,
      isNew,
      paths.toSorted((left, right) => comparePaths(this.family, left, right)),
    );
    this.forwarding.update(entry);
    return entry;
  }

  /**
   * fib_table_entry_path_remove2: takes paths from a source; without any left the source is gone. False where the source
   * has none of them. The flags are those of the paths that go, which decide, as in VPP, whether the source is attached.
   */
  removePaths(asked: Asked, paths: readonly FibPath[]): boolean {
    const entry = this.entries.exact(asked);
    const known = entry?.sourced(asked.source);
    if (!entry || !known) return false;
    const kept = known.paths.filter((one) => !paths.some((path) => comparePathKeys(this.family, one, path) === 0));
    if (kept.length === known.paths.length) return false;
    if (kept.length === 0) return this.removeSource(asked, asked.source);
    known.flags = attachedLike(asked, known);
    this.receiveDpos.setPaths(known, false, kept);
    this.forwarding.update(entry);
    return true;
  }

  /** Takes a source from a prefix, and the entry with it where no other asks for it. False where it is not there. */
  removeSource(prefix: TablePrefix, source: number): boolean {
    const entry = this.entries.exact(prefix);
    if (!entry?.sourced(source)) return false;
    const gone = entry.takeSource(source);
    if (!gone) return true;
    this.receiveDpos.release(gone.paths);
    this.forwarding.sourceGone(entry);
    return true;
  }

  /** The adjacency of a neighbour became complete or incomplete. */
  reactivate(prefix: TablePrefix): void {
    const entry = this.entries.exact(prefix);
    if (entry) this.forwarding.update(entry, true);
  }

  /** Recomputes every entry that has a path on the interface, whose state changed. */
  interfaceChanged(swIfIndex: number): void {
    this.forwarding.interfaceChanged(swIfIndex);
    this.folded.interfaceChanged(swIfIndex);
  }

  /** fib_entry_get_resolving_interface; -1 for none. */
  resolvingInterface(entry: FibEntry): number {
    return this.forwarding.interfaceOf(entry);
  }
}
