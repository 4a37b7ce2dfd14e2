/** What a FIB path comes down to: a data-path object, an interface (VPP 19.08 src/vnet/fib/fib_path.c). */

import type { InterfaceTable } from '../engine/state/interface-table.js';
import { DPO_ADJACENCY, DPO_DROP, DPO_IP_NULL, DPO_LOAD_BALANCE, DPO_LOOKUP, DPO_RECEIVE } from './dpo.js';
import {
  CONFIGURED_DROP,
  PathType,
  UNRESOLVED_DROP,
  type FibEntry,
  type FibPath,
  type TablePrefix,
} from './fib-entry.js';
import type { FibEntries } from './fib-entries.js';
import type { NextHop } from './multipath.js';

/** Levels of recursion that are followed; more count as a loop. */
const DEPTH_MAX = 16;

export const viaPrefix = ({ fibIndex, nextHop: address }: FibPath): TablePrefix => ({ fibIndex, address, length: 32 });

export class PathResolution {
  constructor(
    private readonly entries: FibEntries,
    private readonly interfaces: InterfaceTable,
  ) {}

  viaOf(path: FibPath): FibEntry | null {
    return this.entries.exact(viaPrefix(path));
  }

  /** fib_entry_get_resolving_interface; -1 for none. */
  interfaceOf(entry: FibEntry): number {
    for (const path of entry.paths) {
      if (path.swIfIndex >= 0) return path.swIfIndex;
      const via = path.type === PathType.Recursive ? this.viaOf(path) : null;
      if (!via || via === entry || !via.isResolved) continue;
      const swIfIndex = this.interfaceOf(via);
      if (swIfIndex >= 0) return swIfIndex;
    }
    return -1;
  }

  /** The DPO a path contributes; null where it is not resolved. */
  hopOf(entry: FibEntry, path: FibPath): NextHop | null {
    const { type, index, swIfIndex, fibIndex, weight } = path;
    switch (type) {
      case PathType.AttachedNextHop:
      case PathType.Attached:
        return this.interfaces.all[swIfIndex].isUp ? { dpoType: DPO_ADJACENCY, dpoIndex: index, weight } : null;
      case PathType.Recursive: {
        const via = this.viaOf(path);
        if (!via?.isResolved || this.leadsTo(via, entry, 0)) return null;
        return { dpoType: DPO_LOAD_BALANCE, dpoIndex: via.loadBalance, weight };
      }
      case PathType.Special:
        if (index === UNRESOLVED_DROP) return null;
        if (index === CONFIGURED_DROP) return { dpoType: DPO_DROP, dpoIndex: 0, weight };
        return { dpoType: DPO_IP_NULL, dpoIndex: index, weight };
      case PathType.Deag:
        return { dpoType: DPO_LOOKUP, dpoIndex: fibIndex, weight };
      case PathType.Receive:
        return { dpoType: DPO_RECEIVE, dpoIndex: index, weight };
      default:
        return { dpoType: DPO_DROP, dpoIndex: 0, weight };
    }
  }

  /** True where resolving `from` comes back to `to`: a recursion loop, which VPP breaks by dropping. */
  private leadsTo(from: FibEntry, to: FibEntry, depth: number): boolean {
    if (from === to || depth > DEPTH_MAX) return true;
    return from.paths.some((path) => {
      const via = path.type === PathType.Recursive ? this.viaOf(path) : null;
      return via !== null && this.leadsTo(via, to, depth + 1);
    });
  }
}
