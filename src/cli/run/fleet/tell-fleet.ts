/** Tells what was found of all nodes, or of those of a part. */

import { fleetExitCode, suiteOf } from '../../../fleet/across-nodes.js';
import { diffCase, fleetDiff, fleetDiffLines } from '../../../fleet/fleet-diff.js';
import { fleetPageLines, fleetPages, pageCase, pagesExitCode } from '../../../fleet/fleet-pages.js';
import { auditCase, fleetLines, fleetReport } from '../../../fleet/fleet-report.js';
import type { NodeWorks } from '../../../fleet/node-work.js';
import type { Shard } from '../../../fleet/shards.js';
import type { CaseResult } from '../../../regression/result.js';
import { tellReporters, type ReporterRequest } from '../../common/test-reporters.js';
import { printResult } from '../../print.js';

export type ToldWork = keyof NodeWorks;
export type ToldResult<Kind extends ToldWork> = NodeWorks[Kind]['result'];

type Views = {
  readonly [Kind in ToldWork]: {
    /** What is printed as JSON, and in words. */
    readonly report: (results: readonly ToldResult<Kind>[]) => readonly [report: object, lines: readonly string[]];
    readonly exitCode: (results: readonly ToldResult<Kind>[]) => number;
    readonly asCase: (result: ToldResult<Kind>) => CaseResult;
  };
};

const VIEWS: Views = {
  audit: {
    report: (results) => {
      const report = fleetReport(results);
      return [report, fleetLines(report)];
    },
    exitCode: fleetExitCode,
    asCase: auditCase,
  },
  diff: {
    report: (results) => {
      const report = fleetDiff(results);
      return [report, fleetDiffLines(report)];
    },
    exitCode: fleetExitCode,
    asCase: diffCase,
  },
  report: {
    report: (results) => {
      const fleet = fleetPages(results);
      return [fleet, fleetPageLines(fleet)];
    },
    exitCode: (results) => pagesExitCode(fleetPages(results)),
    asCase: pageCase,
  },
};

interface Telling {
  readonly folders: readonly string[];
  readonly shard: Shard | null;
  readonly requests: readonly ReporterRequest[];
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Returns the exit code. */
export async function tellFleet<Kind extends ToldWork>(
  kind: Kind,
  found: readonly ToldResult<Kind>[],
  { folders, shard, requests, json, quiet }: Telling,
): Promise<number> {
  const { report: reportOf, asCase, exitCode: exitCodeOf } = VIEWS[kind];
  const exitCode = exitCodeOf(found);
  const [report, lines] = reportOf(found);
  const cases = found.map((result) => asCase(result));
  const command = { command: `vppcap ${kind}` };
  await tellReporters(requests, { ...command, folders, shard }, cases, suiteOf(cases, exitCode));
  if (json) printResult(true, report, []);
  else if (!quiet && requests.every(({ file }) => file !== null)) printResult(false, report, lines);
  return exitCode;
}
