/**
 * What an entry of the FIB forwards by: its best source's paths or its cover's, through recursion down to adjacencies, as a
 * load balance in the trie (VPP 19.08 src/vnet/fib/fib_entry_src*.c, fib_path.c).
 *
 * Where VPP walks a dependency graph, an entry here recomputes its forwarding and then asks its dependents to.
 */

import type { AddressFamily } from './address-family.js';
import type { InterfaceTable } from '../engine/state/interface-table.js';
import type { Adjacencies } from './adjacencies.js';
import {
  DPO_ADJACENCY,
  DPO_DROP,
  DPO_IP_NULL,
  DPO_LINK_LOCAL,
  DPO_LOAD_BALANCE,
  DPO_LOOKUP,
  DPO_RECEIVE,
  IP6_NULL,
} from './dpo.js';
import {
  CONFIGURED_DROP,
  FibSource,
  FLAG_ATTACHED,
  FLAG_URPF_EXEMPT,
  LINK_LOCAL_TABLE,
  PathType,
  UNRESOLVED_DROP,
  type FibEntry,
  type FibEntrySource,
  type FibPath,
  type TablePrefix,
} from './fib-entry.js';
import { FibCovers } from './fib-covers.js';
import type { FibEntries } from './fib-entries.js';
import { dropIndexOf, type LoadBalances } from './load-balances.js';
import type { NextHop } from './multipath.js';

/** Hops that are resolved, of the best preference. */
export interface Resolution {
  readonly hops: readonly NextHop[];
  readonly isResolved: boolean;
  readonly hasUrpf: boolean;
}

/** Levels of recursion that are followed; more count as a loop. */
const DEPTH_MAX = 16;
/** Where the load balance of each prefix is found by address: an Mtrie for IPv4, Ip6Prefixes for IPv6. */
export interface PrefixTable {
  /** Adds a table whose every address leads to load balance 0 until set; its index is the next in order. */
  addTable(): void;
  set(prefix: TablePrefix, loadBalance: number): void;
  /** The prefix's addresses go to the next shorter prefix. */
  remove(prefix: TablePrefix, coverLoadBalance: number, coverLength: number): void;
}

export class FibForwarding {
  /** Entry by load-balance index. */
  readonly entryOfLoadBalance: (FibEntry | undefined)[] = [];
  /** Entries that have or had a path on an interface, by sw_if_index. */
  private readonly notedOn: Set<FibEntry>[] = [];
  readonly covers: FibCovers;

  constructor(
    private readonly family: AddressFamily,
    private readonly entries: FibEntries,
    private readonly interfaces: InterfaceTable,
    private readonly adjacencies: Adjacencies,
    private readonly loadBalances: LoadBalances,
    private readonly prefixes: PrefixTable,
  ) {
    this.covers = new FibCovers(family, entries);
  }

  /** A source has gone: another one decides now, or the entry goes with it. */
  sourceGone(entry: FibEntry): void {
    if (entry.sources.length > 0) {
      this.update(entry);
      return;
    }
    this.entries.delete(entry);
    this.covers.untrack(entry);
    this.dropRecursion(entry);
    this.uninstall(entry);
    for (const dependent of this.covers.dependentsOf(entry)) this.update(dependent);
  }

  /**
   * Recomputes an entry's forwarding from its best source, and that of whatever depends on it.
   * @param isBackWalk because of what its paths lead to (fib_entry_back_walk_notify), which those that it covers are not told of
   */
  update(entry: FibEntry, isBackWalk = false): void {
    if (entry.isUpdating || entry.sources.length === 0) return;
    entry.isUpdating = true;
    const isInstallable = this.activate(entry, isBackWalk);
    this.noteInterfaces(entry);
    this.trackRecursion(entry);
    if (isInstallable) this.install(entry);
    else this.uninstall(entry);
    if (!isBackWalk) for (const dependent of this.covers.dependentsOf(entry)) this.update(dependent);
    for (const child of [...(entry.recursiveChildren ?? [])]) this.update(child, isBackWalk);
    for (const shared of [...(entry.sharedChildren ?? [])]) shared.update();
    entry.isUpdating = false;
  }

  /** Recomputes every entry that has a path on the interface, whose state changed. */
  interfaceChanged(swIfIndex: number): void {
    const noted = this.notedOn[swIfIndex] as Set<FibEntry> | undefined;
    const place = (entry: FibEntry): number => this.entries.placeOf(entry);
    for (const entry of [...(noted ?? [])].sort((left, right) => place(left) - place(right)))
      if (entry.sources.length > 0 && entry.paths.some((path) => path.swIfIndex === swIfIndex))
        this.update(entry, !this.isUnresolvedBefore(entry));
      else noted?.delete(entry);
  }

  /** A path that became unresolved with its adjacency is not told of its interface any more. */
  private isUnresolvedBefore({ sources: [best] }: FibEntry): boolean {
    return best.source === FibSource.ADJ && best.paths.some(({ index }) => !this.adjacencies.isComplete(index));
  }

  private noteInterfaces(entry: FibEntry): void {
    for (const { swIfIndex } of entry.paths) if (swIfIndex >= 0) (this.notedOn[swIfIndex] ??= new Set()).add(entry);
  }

  /** A load balance is a folded route's from here on. */
  release(loadBalance: number): void {
    if (loadBalance < this.entryOfLoadBalance.length) this.entryOfLoadBalance[loadBalance] = undefined;
  }

  /** An entry was made of a route that forwards already. */
  unfolded(entry: FibEntry): void {
    this.noteInterfaces(entry);
    this.trackRecursion(entry);
  }

  /** Chooses the paths to forward by. False where the entry must not be in the trie: an adj-fib outside its cover. */
  private activate(entry: FibEntry, isBackWalk: boolean): boolean {
    const [best] = entry.sources;
    entry.paths = best.paths;
    entry.flags = best.flags;
    if (best.source !== FibSource.ADJ && best.source !== FibSource.RR) {
      this.covers.track(entry, null);
      return true;
    }
    const cover = this.entries.coverOf(entry);
    this.covers.track(entry, cover);
    if (!cover) return true;
    if (best.source === FibSource.ADJ) return this.refineCover(entry, best, cover, isBackWalk);
    this.inheritCover(entry, cover);
    return true;
  }

  /**
   * fib_entry_src_adj_activate: a neighbour's /32 forwards only where its cover is attached to the neighbour's interface,
   * or to the one that interface is unnumbered to, lest a stray ARP attract traffic. In a back walk VPP does not ask whether the
   * cover is attached (fib_entry_src_adj_reactivate).
   */
  private refineCover(entry: FibEntry, best: FibEntrySource, cover: FibEntry, isBackWalk: boolean): boolean {
    const flags = cover.flags | (cover.sourced(FibSource.INTERFACE)?.flags ?? 0);
    if (!isBackWalk && (flags & FLAG_ATTACHED) === 0) return false;
    const coverInterface = this.interfaceOf(cover);
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
    entry.flags |= FLAG_ATTACHED;
    entry.paths = [this.adjacencies.nextHopPath(entry.address, this.interfaceOf(cover), this.family.isIp6)];
  }

  /** Sources the next hops of recursive paths and registers the entry with them. */
  private trackRecursion(entry: FibEntry): void {
    for (const path of entry.paths) {
      if (path.type !== PathType.Recursive) continue;
      (this.addVia(path).recursiveChildren ??= new Set()).add(entry);
    }
  }

  /** The entry of a recursive path's next hop, made where there is none. */
  addVia(path: FibPath): FibEntry {
    const known = this.viaOf(path);
    const via = known ?? this.entries.findOrAdd(this.viaPrefix(path));
    via.findOrAddSource(FibSource.RR, 0, '');
    if (!known) this.update(via);
    return via;
  }

  private dropRecursion(entry: FibEntry): void {
    for (const path of entry.paths) {
      const via = this.viaOf(path);
      via?.recursiveChildren?.delete(entry);
      const isLast = via?.recursiveChildren?.size === 0 && (via.sharedChildren?.size ?? 0) === 0;
      if (isLast && via.takeSource(FibSource.RR)) this.sourceGone(via);
    }
  }

  /** @param entry whose paths they are; null for paths that many share, through which nothing resolves */
  resolve(entry: FibEntry | null, paths: readonly FibPath[], flags: number): Resolution {
    const hops: NextHop[] = [];
    let preference = -1;
    let hasUrpf = (flags & FLAG_URPF_EXEMPT) !== 0;
    for (const path of paths) {
      if (path.type === PathType.AttachedNextHop || path.type === PathType.Attached) hasUrpf = true;
      else if (this.viaOf(path)?.hasUrpf) hasUrpf = true;
      const hop = this.hopOf(entry, path);
      if (!hop) continue;
      if (preference < 0) preference = path.preference;
      if (path.preference === preference) hops.push(hop);
    }
    return { hops, isResolved: hops.length > 0, hasUrpf };
  }

  private install(entry: FibEntry): void {
    entry.isResolved = false;
    const { hops, isResolved, hasUrpf } = this.resolve(entry, entry.paths, entry.flags);
    entry.isResolved = isResolved;
    entry.hasUrpf = hasUrpf;
    if (entry.loadBalance < 0) {
      entry.loadBalance = this.loadBalances.add(this.family);
      this.loadBalances.hashConfig[entry.loadBalance] = this.entries.tables[entry.fibIndex].flowHashConfig;
      this.entryOfLoadBalance[entry.loadBalance] = entry;
      this.prefixes.set(entry, entry.loadBalance);
      for (const dependent of this.covers.dependentsIn(entry)) this.update(dependent);
    }
    this.loadBalances.update(entry.loadBalance, hops, entry.hasUrpf);
  }

  private uninstall(entry: FibEntry): void {
    entry.isResolved = false;
    if (entry.loadBalance < 0) return;
    let cover = this.entries.coverOf(entry);
    while (cover && cover.loadBalance < 0) cover = this.entries.coverOf(cover);
    this.prefixes.remove(entry, cover?.loadBalance ?? 0, cover?.length ?? 0);
    this.loadBalances.remove(entry.loadBalance);
    entry.loadBalance = -1;
  }

  /** The next hop of a recursive path. */
  private viaPrefix({ fibIndex, nextHop: address }: FibPath): TablePrefix {
    return { fibIndex, address, length: this.family.bits };
  }

  /** The entry of a recursive path's next hop; null for other paths. */
  private viaOf(path: FibPath): FibEntry | null {
    return path.type === PathType.Recursive ? this.entries.exact(this.viaPrefix(path)) : null;
  }

  /** fib_entry_get_resolving_interface; -1 for none. */
  interfaceOf(entry: FibEntry): number {
    for (const path of entry.paths) {
      if (path.swIfIndex >= 0) return path.swIfIndex;
      const via = this.viaOf(path);
      if (!via || via === entry || !via.isResolved) continue;
      const swIfIndex = this.interfaceOf(via);
      if (swIfIndex >= 0) return swIfIndex;
    }
    return -1;
  }

  /** The DPO a path contributes; null where it is not resolved. */
  hopOf(entry: FibEntry | null, path: FibPath): NextHop | null {
    const { type, index, swIfIndex, fibIndex, weight } = path;
    const hop = (dpoType: number, dpoIndex: number): NextHop => ({ dpoType, dpoIndex, weight });
    switch (type) {
      case PathType.AttachedNextHop:
      case PathType.Attached:
        return this.interfaces.isLinkUp(swIfIndex) ? hop(DPO_ADJACENCY, index) : null;
      case PathType.Recursive: {
        const via = this.viaOf(path);
        return !via?.isResolved || this.leadsTo(via, entry, 0) ? null : hop(DPO_LOAD_BALANCE, via.loadBalance);
      }
      case PathType.Special:
        if (index === UNRESOLVED_DROP) return null;
        if (index === LINK_LOCAL_TABLE) return hop(DPO_LINK_LOCAL, 0);
        return index === CONFIGURED_DROP
          ? hop(DPO_DROP, dropIndexOf(this.family))
          : hop(DPO_IP_NULL, this.family.isIp6 ? index + IP6_NULL : index);
      case PathType.Deag:
        return hop(DPO_LOOKUP, fibIndex);
      case PathType.Receive:
        return hop(DPO_RECEIVE, index);
    }
  }

  /** True where resolving `from` comes back to `to`: a recursion loop, which VPP breaks by dropping. */
  private leadsTo(from: FibEntry, to: FibEntry | null, depth: number): boolean {
    if (from === to || depth > DEPTH_MAX) return true;
    return from.paths.some((path) => {
      const via = this.viaOf(path);
      return via !== null && this.leadsTo(via, to, depth + 1);
    });
  }
}
