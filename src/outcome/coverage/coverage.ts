/**
 * Coverage of a configuration: which of its ACL rules, NAT44 mappings and addresses, routes and neighbours packets
 * exercised, and which never. Plain data, so that it can pass between threads and be written as JSON, and be summed over
 * replays.
 */

export type CoverageKind = 'ACL rule' | 'NAT44 mapping' | 'NAT44 address' | 'route' | 'neighbour';

/** Kinds in the order of reports. */
export const COVERAGE_KINDS: readonly CoverageKind[] = [
  'ACL rule',
  'NAT44 mapping',
  'NAT44 address',
  'route',
  'neighbour',
];

/** Why no packet at all can exercise an item. */
export interface Unreachable {
  readonly why: 'shadowed' | 'not applied' | 'matches nothing' | 'not modelled';
  /** A sentence's end, e.g. 'shadowed by rule 0 (permit …) of the same ACL on input of tap2'. */
  readonly text: string;
  /** Names of the items that shadow it. */
  readonly by: readonly string[];
}

/** One thing that a script configures. */
export interface CoverageItem {
  readonly kind: CoverageKind;
  /** What it is within the node, e.g. 'ACL 1 "pod-out" rule 2'; no two items of a configuration share kind and name. */
  readonly name: string;
  /** What it says, in the script's words. */
  readonly text: string;
  /** 'file:line' of its command. */
  readonly origin: string;
  /** Packets that it decided about itself; an item is exercised where there are any. */
  readonly packets: number;
  /** Packets that passed by a session which it made, besides. */
  readonly sessionPackets: number;
  readonly unreachable: Unreachable | null;
}

export interface Coverage {
  /** The script's path. */
  readonly configuration: string;
  /** Frames that were received. */
  readonly frames: number;
  readonly items: readonly CoverageItem[];
}

/** How many items of a kind there are, how many were exercised, and how many no packet can exercise. */
export interface CoverageCount {
  readonly kind: CoverageKind;
  readonly items: number;
  readonly exercised: number;
  readonly unreachable: number;
}

export const isExercised = ({ packets }: CoverageItem): boolean => packets > 0;

/** Counts by kind, for kinds that the configuration has. */
export function coverageCounts({ items }: Coverage): CoverageCount[] {
  return COVERAGE_KINDS.map((kind) => {
    const ofKind = items.filter((item) => item.kind === kind);
    return {
      kind,
      items: ofKind.length,
      exercised: ofKind.filter(isExercised).length,
      unreachable: ofKind.filter((item) => !isExercised(item) && item.unreachable !== null).length,
    };
  }).filter(({ items: count }) => count > 0);
}

/** Sums coverages of the same configuration; the result has one for each, in order of first appearance. */
export function mergeCoverages(all: readonly Coverage[]): Coverage[] {
  const merged = new Map<string, Coverage>();
  for (const coverage of all) {
    const known = merged.get(coverage.configuration);
    merged.set(coverage.configuration, known === undefined ? coverage : sum(known, coverage));
  }
  return [...merged.values()];
}

/** The configuration is the same, and so are its items, in the same order; only the counts differ. */
function sum(left: Coverage, right: Coverage): Coverage {
  if (left.items.length !== right.items.length)
    throw new Error(`${left.configuration}: changed between two replays that are summed`);
  return {
    configuration: left.configuration,
    frames: left.frames + right.frames,
    items: left.items.map((item, i) => ({
      ...item,
      packets: item.packets + right.items[i].packets,
      sessionPackets: item.sessionPackets + right.items[i].sessionPackets,
    })),
  };
}
