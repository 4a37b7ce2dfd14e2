/** Audits or compares folders of nodes, whole or in parts, as the command line asks for it. */

import { fleetOf, sizeOf } from '../../../fleet/bundle.js';
import type { NodeWork } from '../../../fleet/node-work.js';
import { ResultsWriter } from '../../../fleet/results.js';
import { runNodes } from '../../../fleet/run-nodes.js';
import { parseShard, partOf, readTimings } from '../../../fleet/shards.js';
import { availableJobs } from '../../common/argument-values.js';
import { parseReporters } from '../../common/test-reporters.js';
import type { DiffArguments } from '../../commands/diff.js';
import { cleanUpOnSignals } from '../../interrupt.js';
import { startCount } from '../../progress.js';
import { tellFleet, type ToldResult, type ToldWork } from './tell-fleet.js';

type FleetArguments = Pick<
  DiffArguments,
  'capture' | 'shard' | 'timings' | 'results' | 'reporter' | 'jobs' | 'json' | 'quiet'
>;

/** Returns the exit code. */
export async function runFleet<Kind extends ToldWork>(given: FleetArguments, work: NodeWork<Kind>): Promise<number> {
  const { root, bundles: all } = fleetOf(given.capture);
  const shard = given.shard === undefined ? null : parseShard(given.shard);
  const timings = given.timings === undefined ? null : readTimings(given.timings);
  const bundles = shard === null ? all : partOf(all, shard, timings, sizeOf);
  const requests = await parseReporters(given.reporter, true);
  cleanUpOnSignals();
  const names = all.map(({ name }) => name);
  const run = { version: 1, kind: work.kind, shard: shard ?? [1, 1], given: [root], all: names } as const;
  const writer = given.results === undefined ? null : new ResultsWriter(given.results, run);
  const found: ToldResult<Kind>[] = [];
  const progress = startCount('nodes', bundles.length, !given.quiet && !given.json);
  try {
    await runNodes(bundles, work, availableJobs(given.jobs), (result, milliseconds) => {
      found.push(result);
      writer?.add(result, milliseconds);
      progress.update(found.length);
    });
  } finally {
    progress.stop();
  }
  writer?.close();
  return tellFleet(work.kind, found, { folders: [root], shard, requests, json: given.json, quiet: given.quiet });
}
