/** What a FIB consists of: entries, the sources that ask for them, and their paths (VPP 19.08 src/vnet/fib/fib_entry.h). */

import type { AddressFamily } from './address-family.js';

/** Who asked for an entry; the smallest number wins (fib_source_t). */
export const FibSource = {
  SPECIAL: 1,
  INTERFACE: 4,
  CLI: 10,
  PLUGIN_LOW: 11,
  DHCP: 14,
  IP6_ND: 16,
  ADJ: 17,
  RR: 20,
  DEFAULT_ROUTE: 22,
} as const;

/** fib_entry_flag_t */
export const FLAG_CONNECTED = 1 << 0;
export const FLAG_ATTACHED = 1 << 1;
export const FLAG_DROP = 1 << 2;
export const FLAG_LOCAL = 1 << 3;
export const FLAG_URPF_EXEMPT = 1 << 4;

/** fib_path_type_t in VPP's order, by which paths of a list are sorted. */
export enum PathType {
  AttachedNextHop,
  Attached,
  Recursive,
  Special,
  /** Looks the destination up again in another table. */
  Deag,
  Receive,
}

export interface TablePrefix {
  readonly fibIndex: number;
  readonly address: number;
  readonly length: number;
}

/** What a source asks for: it, FLAG_ bits, and 'file:line' of the command, for messages. */
export interface Asked extends TablePrefix {
  readonly source: number;
  readonly flags: number;
  readonly origin: string;
}

export interface FibPath {
  readonly type: PathType;
  readonly nextHop: number;
  readonly swIfIndex: number;
  /** Recursive and Deag: FIB to look in. */
  readonly fibIndex: number;
  readonly weight: number;
  readonly preference: number;
  /** Adjacency, receive DPO, or action of a Special path: a NULL_ constant, or one of the drops below. */
  readonly index: number;
  /** 'file:line' of the command that asked for it; absent for paths that no command names. */
  readonly origin?: string;
}

/** A Special path that drops and counts as unresolved, as VPP's built-in entries do: nothing resolves through it. */
export const UNRESOLVED_DROP = -1;
/** A Special path that drops by configuration (`via drop`): what resolves through it is dropped there. */
export const CONFIGURED_DROP = -2;
/** A Special path to the table of link-local addresses that the receiving interface has (ip6_ll_dpo). */
export const LINK_LOCAL_TABLE = -3;

export const DROP_PATH: FibPath = {
  type: PathType.Special,
  nextHop: 0,
  swIfIndex: -1,
  fibIndex: -1,
  weight: 1,
  preference: 0,
  index: UNRESOLVED_DROP,
};

export interface FibEntrySource {
  readonly source: number;
  flags: number;
  paths: FibPath[];
  /** Number of times the source asked (special entries count). */
  references: number;
  /** 'file:line' of the command, for messages. */
  origin: string;
}

export class FibEntry implements TablePrefix {
  /** Best first. */
  readonly sources: FibEntrySource[] = [];
  /** Load balance, while installed; else -1. */
  loadBalance = -1;
  /** Paths that forward: the best source's, or those it inherits from the cover. */
  paths: readonly FibPath[] = [];
  flags = 0;
  isResolved = false;
  hasUrpf = false;
  /** Guards against recursion in circles while forwarding is computed. */
  isUpdating = false;
  /** The shorter prefix this entry's forwarding depends on, and the longer ones that depend on this entry. */
  cover: FibEntry | null = null;
  covered: Set<FibEntry> | null = null;
  /** Entries that resolve through this one. */
  recursiveChildren: Set<FibEntry> | null = null;

  constructor(
    private readonly family: AddressFamily,
    readonly fibIndex: number,
    readonly address: number,
    readonly length: number,
    /**
     * The address as the first to ask for the prefix wrote it, host bits included (fe_prefix.fp_addr): for a connected
     * subnet the interface's own. What ip4-glean and arp-reply take for the node's address.
     */
    readonly givenAddress: number,
  ) {}

  sourced(source: number): FibEntrySource | undefined {
    return this.sources.find((entry) => entry.source === source);
  }

  findOrAddSource(source: number, flags: number, origin: string): FibEntrySource {
    const known = this.sourced(source);
    if (known) return known;
    const added: FibEntrySource = { source, flags, paths: [], references: 1, origin };
    this.sources.push(added);
    this.sources.sort((left, right) => left.source - right.source);
    return added;
  }

  /** What a source asked for, once it has gone as often as it has asked; null before. */
  takeSource(source: number): FibEntrySource | null {
    const at = this.sources.findIndex((asked) => asked.source === source);
    if (at < 0 || --this.sources[at].references > 0) return null;
    return this.sources.splice(at, 1)[0];
  }

  get prefix(): string {
    return `${this.family.format(this.address)}/${this.length}`;
  }
}

/** fib_path_cmp_for_sort: by preference, then type, then what the type is about. */
export function comparePaths(family: AddressFamily, left: FibPath, right: FibPath): number {
  return left.preference - right.preference || comparePathKeys(family, left, right);
}

/** fib_path_cmp: 0 for paths that only weight or preference tells apart. */
export function comparePathKeys(family: AddressFamily, left: FibPath, right: FibPath): number {
  if (left.type !== right.type) return left.type - right.type;
  switch (left.type) {
    case PathType.AttachedNextHop:
      return family.compare(left.nextHop, right.nextHop) || left.swIfIndex - right.swIfIndex;
    case PathType.Attached:
      return left.swIfIndex - right.swIfIndex;
    case PathType.Recursive:
      return family.compare(left.nextHop, right.nextHop) || left.fibIndex - right.fibIndex;
    case PathType.Deag:
      return left.fibIndex - right.fibIndex;
    default:
      return 0;
  }
}
