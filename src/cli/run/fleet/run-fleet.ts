/** Works on folders of nodes, whole or in parts, as the command line asks for it. */

import { setTimeout as wait } from 'node:timers/promises';
import { fleetOf, sizeOf } from '../../../fleet/bundle.js';
import type { NodeWorks } from '../../../fleet/node-work.js';
import { ResultsWriter } from '../../../fleet/results.js';
import { runNodes } from '../../../fleet/run-nodes.js';
import { parseShard, partOf, readTimings } from '../../../fleet/shards.js';
import { availableJobs } from '../../common/argument-values.js';
import { parseReporters } from '../../common/test-reporters.js';
import type { DiffArguments } from '../../commands/diff.js';
import { addScratchFolder, cleanUpOnSignals } from '../../interrupt.js';
import { startCount } from '../../progress.js';
import { tellFleet, type ToldResult } from './tell-fleet.js';

type FleetArguments = Pick<
  DiffArguments,
  'capture' | 'shard' | 'timings' | 'results' | 'reporter' | 'jobs' | 'json' | 'quiet'
>;

/** So long the signal that is to end the process may take. */
const SIGNAL_MILLISECONDS = 10_000;

/**
 * Returns the exit code.
 * @param optionsOf what is done with each node, given the folder in which results keep pages; null where there are none
 * @param finish what is made of all results
 */
export async function runFleet<Kind extends keyof NodeWorks>(
  given: FleetArguments,
  kind: Kind,
  optionsOf: (keptPages: string | null) => NodeWorks[Kind]['options'],
  finish?: (found: readonly ToldResult<Kind>[]) => Promise<void>,
): Promise<number> {
  const { root, bundles: all } = fleetOf(given.capture);
  const shard = given.shard === undefined ? null : parseShard(given.shard);
  const timings = given.timings === undefined ? null : readTimings(given.timings);
  const bundles = shard === null ? all : partOf(all, shard, timings, sizeOf);
  const requests = await parseReporters(given.reporter, true);
  const jobs = Math.min(availableJobs(given.jobs), bundles.length);
  const stop = new AbortController();
  // Threads have half-written files of their own.
  cleanUpOnSignals(jobs > 1 ? (signal) => stop.abort(signal) : null);
  const names = all.map(({ name }) => name);
  const run = { version: 1, kind, shard: shard ?? [1, 1], given: [root], all: names } as const;
  const writer = given.results === undefined ? null : new ResultsWriter(given.results, run);
  if (writer !== null) addScratchFolder(writer.temporary);
  const found: ToldResult<Kind>[] = [];
  const progress = startCount('nodes', bundles.length, !given.quiet && !given.json);
  const work = { kind, options: optionsOf(writer?.pages ?? null) };
  try {
    await runNodes(bundles, work, jobs, stop.signal, (result, milliseconds) => {
      found.push(result);
      writer?.add(result, milliseconds);
      progress.update(found.length);
    });
  } finally {
    progress.stop();
  }
  if (stop.signal.aborted) {
    process.kill(process.pid, stop.signal.reason as NodeJS.Signals);
    await wait(SIGNAL_MILLISECONDS);
  }
  writer?.close();
  await finish?.(found);
  return tellFleet(kind, found, { folders: [root], shard, requests, json: given.json, quiet: given.quiet });
}
