/** Audits folders of nodes as the command line asks for it. */

import { UsageError } from '../../capture/user-error.js';
import type { AuditArguments } from '../commands/audit.js';
import { auditFleet } from '../../fleet/audit-fleet.js';
import type { BundleResult } from '../../fleet/audit-bundle.js';
import { fleetOf, sizeOf } from '../../fleet/bundle.js';
import { asCase, asSuite, fleetExitCode, fleetLines, fleetReport } from '../../fleet/fleet-report.js';
import { ResultsWriter } from '../../fleet/results.js';
import { parseShard, partOf, readTimings, type Shard } from '../../fleet/shards.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { printResult } from '../print.js';
import { startCount } from '../progress.js';
import { availableJobs } from '../common/argument-values.js';
import { releaseNamed } from '../common/read-script.js';
import { parseReporters, tellReporters, type ReporterRequest } from '../common/test-reporters.js';

/** Returns the exit code. */
export async function auditFolders(given: AuditArguments): Promise<number> {
  const {
    capture: folders,
    config,
    release,
    lenient,
    state,
    generatorDraws,
    changes,
    output,
    report,
    results: kept,
  } = given;
  for (const [option, value] of Object.entries({ state, 'generator-draws': generatorDraws, changes, output, report }))
    if (value !== undefined) throw new UsageError(`--${option} is for captures: each folder of a node has its own`);
  releaseNamed(release);
  const { root, bundles: all } = fleetOf(folders);
  const shard = given.shard === undefined ? null : parseShard(given.shard);
  const timings = given.timings === undefined ? null : readTimings(given.timings);
  const bundles = shard === null ? all : partOf(all, shard, timings, sizeOf);
  const requests = await parseReporters(given.reporter, true);
  cleanUpOnSignals();
  const names = all.map(({ name }) => name);
  const run = { version: 1, kind: 'audit', shard: shard ?? [1, 1], given: [root], all: names } as const;
  const writer = kept === undefined ? null : new ResultsWriter(kept, run);
  const found: BundleResult[] = [];
  const progress = startCount('nodes', bundles.length, !given.quiet && !given.json);
  try {
    await auditFleet(bundles, { release, lenient, config, jobs: availableJobs(given.jobs) }, (result, milliseconds) => {
      found.push(result);
      writer?.add(result, milliseconds);
      progress.update(found.length);
    });
  } finally {
    progress.stop();
  }
  writer?.close();
  return tellFleet(found, { folders: [root], shard, requests, json: given.json, quiet: given.quiet });
}

interface Telling {
  readonly folders: readonly string[];
  readonly shard: Shard | null;
  readonly requests: readonly ReporterRequest[];
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Tells what was found of all nodes, or of those of a part. Returns the exit code. */
export async function tellFleet(
  found: readonly BundleResult[],
  { folders, shard, requests, json, quiet }: Telling,
): Promise<number> {
  const report = fleetReport(found);
  await tellReporters(requests, { folders, shard }, found.map(asCase), asSuite(report));
  if (json) printResult(true, report, []);
  else if (!quiet && requests.every(({ file }) => file !== null)) printResult(false, report, fleetLines(report));
  return fleetExitCode(report);
}
