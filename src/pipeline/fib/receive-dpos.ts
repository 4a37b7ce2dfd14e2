/**
 * Receive DPOs, one for each path that delivers to the node itself: nothing but an index, which shows in traces
 * (VPP 19.08 src/vnet/dpo/receive_dpo.c), so that it has to be given out and taken back as VPP does.
 *
 * A path list resolves its paths when it is made. A source's first one is a special list that a list of the asked paths
 * replaces at once (fib_entry_src_api_add, fib_entry_src_action_path_swap): for a local prefix that costs a DPO which is
 * free again afterwards. Routes of the command line share lists of equal paths (FIB_PATH_LIST_FLAG_SHARED); those of
 * interfaces and of NAT, whose entries are exclusive, do not.
 */

import {
  DROP_PATH,
  FibSource,
  FLAG_DROP,
  FLAG_LOCAL,
  PathType,
  type FibEntrySource,
  type FibPath,
} from './fib-entry.js';

/** The DPOs of multicast, which VPP makes before anything is configured: those of IPv4 first, then so many of IPv6. */
const IP6_MULTICAST_DPOS = 4;

/** The index of a receive path that is in no list yet. */
const NO_RECEIVE_DPO = -1;

export const receivePath = (address: number, swIfIndex: number): FibPath => ({
  ...DROP_PATH,
  type: PathType.Receive,
  nextHop: address,
  swIfIndex,
  index: NO_RECEIVE_DPO,
});

interface SharedList {
  readonly paths: FibPath[];
  users: number;
}

const isReceive = ({ type }: FibPath): boolean => type === PathType.Receive;

const keyOf = (paths: readonly FibPath[]): string =>
  paths
    .map((path) => [path.type, path.nextHop, path.swIfIndex, path.fibIndex, path.weight, path.preference].join())
    .join(';');

export class ReceiveDpos {
  /** Interface by index; -1 for none (receive_dpo_t rd_sw_if_index). */
  readonly interfaceOf: number[];
  /** Those that nothing leads to any more: the one freed last is given out first (pool_get). */
  private readonly free: number[] = [];
  private readonly shared = new Map<string, SharedList>();

  constructor(groupDpos: number) {
    this.interfaceOf = new Array<number>(groupDpos + IP6_MULTICAST_DPOS).fill(-1);
  }

  /** Gives a source these paths instead of what it had. */
  setPaths(asked: FibEntrySource, isNew: boolean, paths: FibPath[]): void {
    const special = isNew && (asked.flags & (FLAG_LOCAL | FLAG_DROP)) === FLAG_LOCAL ? this.add(-1) : NO_RECEIVE_DPO;
    const before = asked.paths;
    asked.paths = this.listOf(paths, asked.source === FibSource.CLI);
    if (special !== NO_RECEIVE_DPO) this.free.push(special);
    this.release(before);
  }

  /** Takes back what a list of paths holds when a source goes. */
  release(paths: readonly FibPath[]): void {
    if (!paths.some(isReceive)) return;
    const key = keyOf(paths);
    const list = this.shared.get(key);
    if (list?.paths === paths) {
      if (--list.users > 0) return;
      this.shared.delete(key);
    }
    for (const { type, index } of paths) if (type === PathType.Receive) this.free.push(index);
  }

  private listOf(paths: FibPath[], isShared: boolean): FibPath[] {
    if (!paths.some(isReceive)) return paths;
    const key = isShared ? keyOf(paths) : '';
    const known = this.shared.get(key);
    if (known) {
      known.users++;
      return known.paths;
    }
    const made = paths.map((path) => (isReceive(path) ? { ...path, index: this.add(path.swIfIndex) } : path));
    if (isShared) this.shared.set(key, { paths: made, users: 1 });
    return made;
  }

  /** One that nothing takes back. */
  add(swIfIndex: number): number {
    const index = this.free.pop() ?? this.interfaceOf.length;
    this.interfaceOf[index] = swIfIndex;
    return index;
  }
}
