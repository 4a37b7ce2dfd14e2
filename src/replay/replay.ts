/** Replays captures through a node's dataplane: `vppcap replay`. */

import { availableParallelism } from 'node:os';
import { UsageError } from '../capture/user-error.js';
import type { FrameReader } from '../capture/frame-batch.js';
import { oneBatch, type BatchSupply } from '../capture/source/byte-window.js';
import { openBatches } from '../capture/input/open-batches.js';
import { isPcapng } from '../capture/output/open-writer.js';
import { applyScript } from '../config/apply.js';
import { tablesWithAllInterfaces } from '../config/changes.js';
import type { NodeScript } from '../config/node-script.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { sessionTables, stateLines } from '../config/state/write-state.js';
import { scheduleOf } from '../dataplane/change-schedule.js';
import { VectorQueue, type VectorRule } from '../dataplane/vector-queue.js';
import { CoverageRecorder } from '../outcome/coverage/coverage-recorder.js';
import { Dataplane } from '../dataplane/dataplane.js';
import { feedCaptures, type FeedEvents } from '../dataplane/feed-captures.js';
import { hasFlows } from '../pipeline/flow-cache/flow-cache.js';
import { flowCacheOf, FlowPasses } from '../dataplane/flow-passes.js';
import { Ingress } from '../dataplane/ingress.js';
import { FlowTellings } from '../outcome/flow-tellings.js';
import type { FrameFilter } from '../filter/frame-filter.js';
import type { FrameObserver } from './frame-observer.js';
import type { OutputPaths } from './output-wishes.js';
import { ReplayOutputs } from './replay-outputs.js';
import { cameOff, progressOf, summaryOf, type ReplayProgress, type ReplaySummary } from './replay-summary.js';
import { pathConflict } from './separate-paths.js';

/** The resolution of outputs where no input has a finer one. */
const MICROSECOND_DIGITS = 6;

/** Of a pcap file, with a frame that is whole. */
const SHORTEST_RECORD_BYTES = 16 + 60;

/** Threads take some 0.05 s to start: smaller captures are replayed without, and larger ones until all code is warm. */
const THREADS: NonNullable<ReplayOptions['threads']> = { fromBytes: 32 * 1024 * 1024, afterFills: 8 };

/** A capture to replay. */
export interface ReplayCapture {
  /** Path, or '-' for standard input. */
  readonly path: string;
  /** VPP interface on which all its frames arrived, or null where if_name or each frame's MACs decide. */
  readonly interfaceName: string | null;
  /** Opens what is not there under a path, such as an interface's traffic; `path` is then its name for messages. */
  readonly open?: () => Promise<FrameReader>;
}

export interface ReplayOptions extends OutputPaths {
  readonly captures: readonly ReplayCapture[];
  readonly script: NodeScript;
  /** Write each received frame as well, before what it made leave; `output` has to be a pcapng. */
  readonly both?: boolean;
  /** Comments name the nodes that each frame visited. */
  readonly commentPaths?: boolean;
  /** Fill in checksums and IP lengths that offload left to the network card, before each frame runs. */
  readonly fixChecksums?: boolean;
  /** Bring outputs to the disk before they get their names. */
  readonly sync?: boolean;
  /** Tell which ACL rules, mappings, routes and neighbours of the script packets exercised. */
  readonly coverage?: boolean;
  /** Tell the node's tables of sessions at the end. */
  readonly sessions?: boolean;
  /** Which frames came together, where not each came alone. */
  readonly vectors?: VectorRule;
  /** Frames, as they are received, that something is written about; the others run, too, and only count in the summary. */
  readonly filter?: FrameFilter;
  /** Looks at each frame. */
  readonly observer?: FrameObserver;
  /** Name and version of the program that replays, for captures that have a place for it. */
  readonly application?: string;
  /** Threads in all, 1 for none beside the caller's; as many as can run at once where it is left out. What comes out is the same. */
  readonly workers?: number;
  /** False to run every frame through the graph, where tests compare. What comes out is the same. */
  readonly flowCache?: boolean;
  /** When threads help, and what they run, where tests want it otherwise. */
  readonly threads?: { readonly fromBytes: number; readonly afterFills: number; readonly module?: URL };
  /** Called once before the first frame with how to ask how far the replay has come. */
  readonly watch?: (progress: () => ReplayProgress) => void;
}

/** What was asked for does not fit the configuration. The message is one sentence. */
export class ReplayUsageError extends UsageError {}

/**
 * Replays captures, merged by time, and writes what was asked for; outputs are complete once the promise resolves.
 * Rejects with ConfigError, ReplayUsageError, CaptureError (nothing of a capture can be read) or OutputError, and leaves no output then.
 */
export async function replay(options: ReplayOptions): Promise<ReplaySummary> {
  const { script, coverage, both, output, savedState } = options;
  if (savedState && script.changes)
    throw new ReplayUsageError(
      'a saved state is that of its script, which holds no longer after changes: leave one of both out',
    );
  if (coverage === true && script.changes)
    throw new ReplayUsageError('coverage counts the lines of one configuration: leave it out with changes');
  const tables = applyScript(script);
  const announced = script.changes ? tablesWithAllInterfaces(script) : tables;
  requireInterfaces(options, announced);
  if (both === true && (output === null || !isPcapng(output)))
    throw new ReplayUsageError('both frames received and sent fit into a pcapng only: name a .pcapng as the output');
  requireSeparatePaths(options, announced);
  const readers: FrameReader[] = [];
  const outputs = new ReplayOutputs(announced, {
    ...options,
    configuration: script.file,
    inputs: options.captures.map(({ path }) => path),
  });
  try {
    const supply = oneBatch(); // threads help with one capture at a time
    for (const { path, open } of options.captures)
      readers.push(await (open ? open() : openBatches(path, readers.length === 0 ? supply : undefined)));
    const summary = await run(options, tables, readers, outputs, supply);
    await outputs.close(summary.damage.length === 0);
    return summary;
  } catch (error) {
    await outputs.abort();
    throw error;
  } finally {
    for (const reader of readers) await reader.close();
  }
}

async function run(
  {
    captures,
    script,
    watch,
    coverage: wantsCoverage = false,
    tables: tablesWish = null,
    fixChecksums = false,
    vectors,
    sessions: wantsSessions = false,
    observer,
    filter,
    workers = availableParallelism(),
    flowCache = true,
    threads = THREADS,
  }: ReplayOptions,
  tables: Tables,
  readers: readonly FrameReader[],
  outputs: ReplayOutputs,
  supply: BatchSupply,
): Promise<ReplaySummary> {
  const isRecording = outputs.needsRecording || wantsCoverage;
  const dataplane: Dataplane = new Dataplane(
    tables,
    {
      transmit: (b) => outputs.transmit(b, ingress, dataplane),
      discard: (b, isPunt) => outputs.discard(b, dataplane, isPunt),
    },
    isRecording,
    outputs.trace?.records ?? null,
  );
  outputs.attach(dataplane);
  dataplane.recordsPaths = outputs.needsPaths;
  const coverage = wantsCoverage || (tablesWish && !script.changes) ? new CoverageRecorder(dataplane) : null;
  const ingress = new Ingress(dataplane, outputs.needsRecording ? outputs : null);
  ingress.changes = scheduleOf(script.changes, tables);
  if (vectors) ingress.vectors = new VectorQueue(dataplane, vectors, outputs);
  if (isRecording) ingress.arrivals.lookAtAll();
  if (fixChecksums) ingress.arrivals.fix();
  const events: FeedEvents = {
    start: async () => {
      const digits = readers.flatMap(({ interfaces }) => interfaces.map(({ timestampDigits }) => timestampDigits));
      await outputs.open(Math.max(MICROSECOND_DIGITS, ...digits));
    },
    endBatch: () => outputs.endBatch(),
    beforeFill: () => outputs.drain(),
  };
  const names = captures.map(({ interfaceName }) => interfaceName);
  watch?.(() => progressOf(dataplane, readers));
  // What flows are cached would have to be made out anew with each change.
  const isChanged = ingress.changes !== null;
  const looksAtAll =
    outputs.trace !== null || filter !== undefined || observer !== undefined || vectors !== undefined || fixChecksums;
  const isGraphAlone = !flowCache || looksAtAll || isChanged || !hasFlows(tables);
  const tellings = isRecording && !isGraphAlone ? new FlowTellings(dataplane) : null;
  const cache = isGraphAlone ? null : flowCacheOf(dataplane, ingress, tellings);
  if (cache !== null) outputs.follow(dataplane, tellings, cache.table.words);
  if (tellings !== null) coverage?.countFollowing(tellings);
  if (cache === null) await feedCaptures(readers, names, ingress, events);
  else {
    const passes = new FlowPasses(cache, dataplane, ingress, outputs);
    cache.newFlows.expect(readers.reduce((sum, reader) => sum + bytesOf(reader), 0) / SHORTEST_RECORD_BYTES);
    const isAlone = captures.length === 1 && !captures[0].open;
    const isWorthThreads = workers > 1 && isAlone && bytesOf(readers[0]) >= threads.fromBytes;
    const leaveAfter = (fills: number): boolean =>
      isWorthThreads && fills === threads.afterFills && outputs.shareable !== null;
    const left = await feedCaptures(readers, names, ingress, { ...events, leaveAfter }, passes);
    const { shareable } = outputs;
    if (left !== null && shareable !== null) {
      const { feedRing } = await import('./feed-ring.js');
      const capture = { reader: readers[0], interfaceName: names[0], reception: left[0] };
      await feedRing({ ...capture, supply, ingress, cache, passes, ...shareable, workers, module: threads.module });
    }
  }
  ingress.vectors?.flush();
  cache?.settle();
  const covered = coverage?.result(script) ?? null;
  const summary = summaryOf(dataplane, ingress, outputs, readers, cache);
  const { damage, totals } = summary;
  outputs.finish(covered, stateLines(tables, script), {
    ...{ release: script.release.name, verdict: cameOff(totals), damage },
    ...{ frames: totals.received, findings: totals.dropped + totals.punted },
  });
  return {
    ...summary,
    ...(wantsSessions ? { sessions: sessionTables(tables) } : {}),
    ...(covered === null || !wantsCoverage ? {} : { coverage: covered }),
  };
}

/** Bytes of a capture's file, 0 for a pipe. */
const bytesOf = ({ input }: FrameReader): number => input?.totalBytes ?? 0;

/** What is read must not be overwritten, nor one output by another. */
function requireSeparatePaths(options: ReplayOptions, { interfaces }: Tables): void {
  const inputs = [
    { path: options.script.file, use: 'the configuration' },
    ...options.captures.filter(({ open }) => !open).map(({ path }) => ({ path, use: 'an input' })),
    ...(options.script.state ?? []).map(({ file }) => ({ path: file, use: 'the state before' })),
  ];
  const names = interfaces.all.slice(1).map(({ name }) => name);
  const conflict = pathConflict(inputs, options, names);
  if (conflict !== null) throw new ReplayUsageError(conflict);
}

/** A name given on the command line has to be that of an interface. */
function requireInterfaces({ captures }: ReplayOptions, { interfaces }: Tables): void {
  for (const { interfaceName, path } of captures) {
    if (interfaceName === null || interfaces.byName(interfaceName)) continue;
    const names = interfaces.all.slice(1).map(({ name }) => name);
    const known = `it has ${names.join(', ')}`;
    throw new ReplayUsageError(`${interfaceName}=${path}: the node has no interface "${interfaceName}"; ${known}`);
  }
}
