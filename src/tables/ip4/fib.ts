/**
 * The FIB's control plane: entries with prioritized sources, covers, recursion, and the load balances and trie they
 * build (VPP 19.08 src/vnet/fib/). It runs when the configuration is applied and when a neighbour is learned; frames
 * only meet what it built.
 *
 * Where VPP walks a dependency graph, an entry here recomputes its forwarding and then asks its dependents to.
 */

import { maskOf } from '../../wire/address.js';
import type { InterfaceTable } from '../interface-table.js';
import type { Adjacencies } from './adjacencies.js';
import {
  comparePathKeys,
  comparePaths,
  FibSource,
  FLAG_ATTACHED,
  FLAG_URPF_EXEMPT,
  PathType,
  type FibEntry,
  type FibEntrySource,
  type FibPath,
} from './fib-entry.js';
import { FibEntries } from './fib-entries.js';
import type { LoadBalances } from './load-balances.js';
import type { Mtrie } from './mtrie.js';
import type { NextHop } from './multipath.js';
import { PathResolution } from './path-resolution.js';

export class Fib {
  private readonly entries = new FibEntries();
  private readonly resolution: PathResolution;
  /** Entry by load-balance index, for messages. */
  readonly entryOfLoadBalance: FibEntry[] = [];

  constructor(
    private readonly interfaces: InterfaceTable,
    private readonly adjacencies: Adjacencies,
    private readonly loadBalances: LoadBalances,
    private readonly mtrie: Mtrie,
  ) {
    this.resolution = new PathResolution(this.entries, interfaces);
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
    return entry.paths.map((path) => this.resolution.hopOf(entry, path));
  }

  /** fib_table_entry_path_add: adds paths to what the source has; a path it has already changes nothing. */
  addPaths(
    fibIndex: number,
    address: number,
    length: number,
    source: number,
    flags: number,
    paths: readonly FibPath[],
    origin: string,
  ): FibEntry {
    const entry = this.entries.findOrAdd(fibIndex, address, length);
    const asked = this.findOrAddSource(entry, source, flags, origin);
    asked.flags = flags;
    asked.origin = origin;
    for (const path of paths)
      if (!asked.paths.some((known) => comparePathKeys(known, path) === 0)) asked.paths.push(path);
    asked.paths.sort(comparePaths);
    this.update(entry);
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
    const known = this.exact(fibIndex, address, length)?.sourced(source);
    if (known) known.paths = [];
    return this.addPaths(fibIndex, address, length, source, flags, paths, origin);
  }

  /** Takes paths from a source; without any left the source is gone. False where the source has none of them. */
  removePaths(fibIndex: number, address: number, length: number, source: number, paths: readonly FibPath[]): boolean {
    const entry = this.exact(fibIndex, address, length);
    const asked = entry?.sourced(source);
    if (!entry || !asked) return false;
    const kept = asked.paths.filter((known) => !paths.some((path) => comparePathKeys(known, path) === 0));
    if (kept.length === asked.paths.length) return false;
    if (kept.length === 0) return this.removeSource(fibIndex, address, length, source);
    asked.paths = kept;
    this.update(entry);
    return true;
  }

  /** Takes a source from a prefix, and the entry with it where no other asks for it. False where it is not there. */
  removeSource(fibIndex: number, address: number, length: number, source: number): boolean {
    const entry = this.exact(fibIndex, address, length);
    const at = entry?.sources.findIndex((asked) => asked.source === source) ?? -1;
    if (!entry || at < 0) return false;
    if (--entry.sources[at].references > 0) return true;
    entry.sources.splice(at, 1);
    if (entry.sources.length > 0) this.update(entry);
    else this.removeEntry(entry);
    return true;
  }

  /** Recomputes every entry that has a path on the interface, whose state changed. */
  interfaceChanged(swIfIndex: number): void {
    for (const entry of this.entries.all())
      if (entry.paths.some((path) => path.swIfIndex === swIfIndex)) this.update(entry);
  }

  /** fib_entry_get_resolving_interface; -1 for none. */
  resolvingInterface(entry: FibEntry): number {
    return this.resolution.interfaceOf(entry);
  }

  private findOrAddSource(entry: FibEntry, source: number, flags: number, origin: string): FibEntrySource {
    const known = entry.sourced(source);
    if (known) return known;
    const added: FibEntrySource = { source, flags, paths: [], references: 1, origin };
    entry.sources.push(added);
    entry.sources.sort((left, right) => left.source - right.source);
    return added;
  }

  private removeEntry(entry: FibEntry): void {
    this.entries.delete(entry);
    entry.cover?.covered?.delete(entry);
    this.dropRecursion(entry);
    this.uninstall(entry);
    for (const dependent of [...(entry.covered ?? [])]) this.update(dependent);
  }

  /** Recomputes an entry's forwarding from its best source, and that of whatever depends on it. */
  private update(entry: FibEntry): void {
    if (entry.isUpdating || entry.sources.length === 0) return;
    entry.isUpdating = true;
    const isInstallable = this.activate(entry);
    this.trackRecursion(entry);
    if (isInstallable) this.install(entry);
    else this.uninstall(entry);
    for (const dependent of [...(entry.covered ?? [])]) this.update(dependent);
    for (const child of [...(entry.recursiveChildren ?? [])]) this.update(child);
    entry.isUpdating = false;
  }

  /** Chooses the paths to forward by. False where the entry must not be in the trie: an adj-fib outside its cover. */
  private activate(entry: FibEntry): boolean {
    const [best] = entry.sources;
    entry.paths = best.paths;
    entry.flags = best.flags;
    if (best.source !== FibSource.ADJ && best.source !== FibSource.RR) {
      this.track(entry, null);
      return true;
    }
    const cover = entry.length === 0 ? null : this.lookup(entry.fibIndex, entry.address, entry.length - 1);
    this.track(entry, cover);
    if (!cover) return true;
    if (best.source === FibSource.ADJ) return this.refineCover(entry, best, cover);
    this.inheritCover(entry, cover);
    return true;
  }

  /**
   * fib_entry_src_adj_activate: a neighbour's /32 forwards only where its cover is attached to the neighbour's interface,
   * or to the one that interface is unnumbered to, lest a stray ARP attract traffic.
   */
  private refineCover(entry: FibEntry, best: FibEntrySource, cover: FibEntry): boolean {
    const isAttached = ((cover.flags | (cover.sourced(FibSource.INTERFACE)?.flags ?? 0)) & FLAG_ATTACHED) !== 0;
    if (!isAttached) return false;
    const coverInterface = this.resolvingInterface(cover);
    entry.paths = best.paths.filter(
      ({ swIfIndex }) => swIfIndex === coverInterface || this.interfaces.all[swIfIndex].unnumberedTo === coverInterface,
    );
    return entry.paths.length > 0;
  }

  /** fib_entry_src_rr_activate: a next hop is a neighbour where the cover is attached, else forwards as the cover does. */
  private inheritCover(entry: FibEntry, cover: FibEntry): void {
    if ((cover.flags & FLAG_ATTACHED) === 0) {
      entry.paths = cover.paths;
      return;
    }
    const swIfIndex = this.resolvingInterface(cover);
    entry.flags |= FLAG_ATTACHED;
    entry.paths = [
      {
        type: PathType.AttachedNextHop,
        nextHop: entry.address,
        swIfIndex,
        fibIndex: -1,
        weight: 1,
        preference: 0,
        index: this.adjacencies.neighbour(entry.address, swIfIndex),
      },
    ];
  }

  private track(entry: FibEntry, cover: FibEntry | null): void {
    if (entry.cover === cover) return;
    entry.cover?.covered?.delete(entry);
    entry.cover = cover;
    if (cover) (cover.covered ??= new Set()).add(entry);
  }

  /** Sources the next hops of recursive paths and registers the entry with them. */
  private trackRecursion(entry: FibEntry): void {
    for (const path of entry.paths) {
      if (path.type !== PathType.Recursive) continue;
      const via =
        this.resolution.viaOf(path) ?? this.addPaths(path.fibIndex, path.nextHop, 32, FibSource.RR, 0, [], '');
      if (!via.sourced(FibSource.RR)) this.findOrAddSource(via, FibSource.RR, 0, '');
      (via.recursiveChildren ??= new Set()).add(entry);
    }
  }

  private dropRecursion(entry: FibEntry): void {
    for (const path of entry.paths) {
      const via = path.type === PathType.Recursive ? this.resolution.viaOf(path) : null;
      via?.recursiveChildren?.delete(entry);
      if (via?.recursiveChildren?.size === 0) this.removeSource(via.fibIndex, via.address, via.length, FibSource.RR);
    }
  }

  private install(entry: FibEntry): void {
    const hops: NextHop[] = [];
    let preference = -1;
    entry.isResolved = false;
    entry.hasUrpf = (entry.flags & FLAG_URPF_EXEMPT) !== 0;
    for (const path of entry.paths) {
      if (path.type === PathType.AttachedNextHop || path.type === PathType.Attached) entry.hasUrpf = true;
      else if (path.type === PathType.Recursive && this.resolution.viaOf(path)?.hasUrpf) entry.hasUrpf = true;
      const hop = this.resolution.hopOf(entry, path);
      if (!hop) continue;
      entry.isResolved = true;
      if (preference < 0) preference = path.preference;
      if (path.preference === preference) hops.push(hop);
    }
    if (entry.loadBalance < 0) {
      entry.loadBalance = this.loadBalances.add();
      this.loadBalances.hashConfig[entry.loadBalance] = this.entries.tables[entry.fibIndex].flowHashConfig;
      this.entryOfLoadBalance[entry.loadBalance] = entry;
      this.mtrie.set(entry.fibIndex, entry.address, entry.length, entry.loadBalance);
      this.recover(entry);
    }
    this.loadBalances.update(entry.loadBalance, hops, entry.hasUrpf);
  }

  /** Entries that depended on the new entry's own cover may be covered by it now. */
  private recover(entry: FibEntry): void {
    const cover = entry.length === 0 ? null : this.lookup(entry.fibIndex, entry.address, entry.length - 1);
    if (!cover?.covered) return;
    const mask = maskOf(entry.length);
    for (const dependent of [...cover.covered])
      if (dependent !== entry && dependent.length > entry.length && (dependent.address & mask) === entry.address)
        this.update(dependent);
  }

  private uninstall(entry: FibEntry): void {
    entry.isResolved = false;
    if (entry.loadBalance < 0) return;
    let cover = this.lookup(entry.fibIndex, entry.address, entry.length - 1);
    while (cover && cover.loadBalance < 0) cover = this.lookup(entry.fibIndex, entry.address, cover.length - 1);
    this.mtrie.remove(entry.fibIndex, entry.address, entry.length, cover?.loadBalance ?? 0, cover?.length ?? 0);
    this.loadBalances.remove(entry.loadBalance);
    entry.loadBalance = -1;
  }
}
