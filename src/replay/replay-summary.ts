/** What a replay did, and how far it has come. */

import type { CaptureDamage, FrameReader } from '../capture/frame-batch.js';
import type { SessionTable } from '../config/state/write-state.js';
import type { LoadedState } from '../config/state/load-state.js';
import type { ArrivalCounts } from '../dataplane/arrivals.js';
import type { ChangesSummary } from '../dataplane/change-schedule.js';
import type { FixCounts } from '../dataplane/checksum-fixer.js';
import type { Dataplane, DataplaneTotals } from '../dataplane/dataplane.js';
import type { Ingress } from '../dataplane/ingress.js';
import type { StrippedTagCounts } from '../dataplane/stripped-tags.js';
import type { Coverage } from '../outcome/coverage/coverage.js';
import type { DropCause } from '../outcome/drop-causes.js';
import type { FlowCache } from '../pipeline/flow-cache/flow-cache.js';
import type { ReplayOutputs } from './replay-outputs.js';

/** How far a replay has come. */
export interface ReplayProgress {
  /** Frames received so far. */
  readonly frames: number;
  /** Bytes of the captures read so far, and all there are; null where a capture comes through a pipe. */
  readonly bytesRead: number;
  readonly totalBytes: number | null;
}

/** What a replay did. */
export interface ReplaySummary {
  /** Names of the captures, as they were given. */
  readonly captures: readonly string[];
  readonly totals: DataplaneTotals;
  /** Interfaces that received or transmitted, in order of sw_if_index; a port's frames are those of its sub-interfaces, too. */
  readonly interfaces: readonly { readonly name: string; readonly received: number; readonly transmitted: number }[];
  /** `show errors`: counters above 0, 'node: reason', in VPP's order of nodes. */
  readonly counters: readonly { readonly name: string; readonly count: number }[];
  /** Why received frames were dropped or punted. */
  readonly dropCauses: readonly DropCause[];
  /** Why packets that nodes made or released were dropped or punted: 'ICMP error: ' and the cause. */
  readonly lostCauses: readonly DropCause[];
  /** What was read of the node's state before the first frame, and assumed; only where there was one. */
  readonly state?: LoadedState;
  /** Commands that were given while frames ran, and what no frame came for; only where there were any. */
  readonly changes?: ChangesSummary;
  /** Frames that a filter meant, of which alone something was written; only where there was one. */
  readonly matched?: number;
  /** Frames that arrived with wrong checksums, or as offload leaves them. */
  readonly arrivals: ArrivalCounts;
  /** What was filled in, where that was asked for. */
  readonly fixed: FixCounts | null;
  /** Frames of sub-interfaces that were captured without their tags; only where there were any. */
  readonly strippedTags?: readonly StrippedTagCounts[];
  /** Tables of sessions at the end, as VPP prints them, where somebody asked. */
  readonly sessions?: readonly SessionTable[];
  /** What of the script packets exercised, where somebody asked. */
  readonly coverage?: Coverage;
  /** Frames of the captures that could not be replayed, by reason. */
  readonly notReplayed: readonly { readonly reason: string; readonly count: number }[];
  /** Only where no frame was replayed: why, and what helps, in one sentence. */
  readonly nothingReplayed?: string;
  /** Captures that ended early; what came before the damage was replayed. */
  readonly damage: readonly ({ readonly capture: string } & CaptureDamage)[];
}

/** How a replay came off, in words. */
export const cameOff = ({
  received,
  dropped,
  punted,
}: Pick<DataplaneTotals, 'received' | 'dropped' | 'punted'>): 'nothing replayed' | 'with drops' | 'without drops' =>
  received === 0 ? 'nothing replayed' : dropped + punted > 0 ? 'with drops' : 'without drops';

export function progressOf({ totals }: Dataplane, readers: readonly FrameReader[]): ReplayProgress {
  let bytesRead = 0;
  let totalBytes: number | null = 0;
  for (const { input } of readers) {
    const bytes = input?.totalBytes ?? null;
    bytesRead += input?.bytesRead ?? 0;
    totalBytes = totalBytes === null || bytes === null ? null : totalBytes + bytes;
  }
  return { frames: totals.received, bytesRead, totalBytes };
}

export function summaryOf(
  dataplane: Dataplane,
  ingress: Ingress,
  outputs: ReplayOutputs,
  readers: readonly FrameReader[],
  cache: FlowCache | null,
): ReplaySummary {
  const { all, receivedOf, transmittedOf } = dataplane.tables.interfaces;
  // Frames of sub-interfaces are frames of their ports, too.
  const interfaces = all.map(({ name, swIfIndex, sub }) => ({
    name,
    received: sub ? receivedOf[swIfIndex] : ingress.receivedBy[swIfIndex] + (cache?.receivedBy[swIfIndex] ?? 0),
    transmitted: sub
      ? transmittedOf[swIfIndex]
      : outputs.transmittedBy[swIfIndex] + (cache?.transmittedBy[swIfIndex] ?? 0),
  }));
  const strippedTags = ingress.strippedTags.counts;
  return {
    captures: readers.map(({ name }) => name),
    totals: dataplane.totals,
    interfaces: interfaces.filter(({ received, transmitted }) => received + transmitted > 0),
    counters: Array.from(dataplane.graph.errors.shown(), ([name, count]) => ({ name, count })),
    dropCauses: outputs.dropCauses.list(),
    lostCauses: outputs.lostCauses.list(),
    ...(dataplane.tables.loadedState ? { state: dataplane.tables.loadedState } : {}),
    ...(ingress.changes === null ? {} : { changes: ingress.changes.summary }),
    ...(outputs.matched === undefined ? {} : { matched: outputs.matched }),
    arrivals: ingress.arrivals.counts,
    fixed: ingress.arrivals.fixed,
    ...(strippedTags.length === 0 ? {} : { strippedTags }),
    notReplayed: Array.from(ingress.left.reasons, ([reason, { count }]) => ({ reason, count })),
    ...(dataplane.totals.received > 0
      ? {}
      : { nothingReplayed: ingress.left.sentence(readers.map(({ name }) => name)) }),
    damage: readers.flatMap(({ name, damage }) => (damage === null ? [] : [{ capture: name, ...damage }])),
  };
}
