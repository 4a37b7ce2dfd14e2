/**
 * Coverage of a configuration: which of its ACL rules, NAT44 mappings and addresses, routes and neighbours packets
 * exercised, and which never. Plain data, so that it can pass between threads and be written as JSON, and be summed over
 * replays.
 */

import type { CoverageItem, CoverageKind } from '../../pipeline/step-coverage.js';

export type { CoverageItem } from '../../pipeline/step-coverage.js';

/** Kinds in the order of reports, and what several of them are called. */
export const KIND_PLURALS: Readonly<Record<CoverageKind, string>> = {
  'ACL rule': 'ACL rules',
  'NAT44 mapping': 'NAT44 mappings',
  'NAT44 address': 'NAT44 addresses',
  route: 'routes',
  neighbour: 'neighbours',
};
export const COVERAGE_KINDS = Object.keys(KIND_PLURALS) as readonly CoverageKind[];

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
