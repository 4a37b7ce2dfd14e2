/** Runs a diff as the command line asks for it. */

import { diff } from '../../diff/diff.js';
import { diffHead } from '../../diff/diff-page.js';
import { changeLines, diffExitCode, diffLines, headOf, verdictLine, type DiffReport } from '../../diff/report.js';
import { parseFilter } from '../../filter/frame-filter.js';
import type { DiffArguments } from '../commands/diff.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain, printResult } from '../print.js';
import { startProgress } from '../progress.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import { judgementReporters, type Judged } from '../common/judgement-reporters.js';
import { judgedPage } from '../common/judged-page.js';
import { areFolders } from '../common/folders.js';
import { tablesWish } from '../common/tables-wish.js';
import { releaseNamed } from '../../config/script-release.js';
import { atMostTwo, readTwoScripts } from '../common/read-two-scripts.js';

/** Returns the exit code. Rejects with CaptureError, ConfigError or UsageError. */
export async function diffFiles(given: DiffArguments): Promise<number> {
  const { config = [], release: releases = [], lenient, allow, state, generatorDraws } = given;
  const { shard, timings, results, jobs } = given;
  if (
    areFolders(
      given.capture,
      { shard, timings, results, jobs },
      { state, 'generator-draws': generatorDraws, report: given.report, node: given.node },
    )
  ) {
    atMostTwo({ config, release: releases });
    releases.forEach(releaseNamed);
    if (allow !== undefined) (await import('../../diff/read-allowances.js')).readAllowances(allow);
    const scripts = { config: config.at(-2), after: config.at(-1) };
    const { runFleet } = await import('./fleet/run-fleet.js');
    return runFleet(given, 'diff', () => ({ ...scripts, releases, lenient, allow, tables: given.tables }));
  }
  cleanUpOnSignals();
  const [before, after] = readTwoScripts(given);
  const allowed = allow === undefined ? [] : (await import('../../diff/read-allowances.js')).readAllowances(allow);
  const reporters = given.reporter.length === 0 ? null : await judgementReporters(given.reporter, 'vppcap diff');
  const progress = startProgress('comparing', !given.quiet);
  const captures = given.capture.map(parseCaptureArgument);
  const page = judgedPage(given, captures);
  const filter = given.filter === undefined ? {} : { filter: parseFilter(given.filter) };
  const options = {
    captures,
    before,
    after,
    allowed,
    ...filter,
    watch: progress.watch,
    tables: tablesWish(given, after),
  };
  const report = await diff(options).finally(progress.stop);
  for (const { message } of report.damage) complain(`vppcap: ${message}; what comes before it was compared`);
  await page?.(after, diffHead(report));
  await reporters?.tell(judgedBy(report));
  if (given.json || (!given.quiet && reporters?.isOutputFree !== false))
    printResult(given.json, report, diffLines(report));
  return diffExitCode(report);
}

const judgedBy = (report: DiffReport): Judged => ({
  captures: report.captures,
  config: report.after.config,
  groups: report.groups.map((group) => ({
    name: group.words,
    lines: [headOf(group), ...changeLines(group).map((text) => `  ${text}`)],
    place: group.after.config ?? group.before.config,
    allowed: group.allowed,
  })),
  rest: {
    name: 'flows that do not change',
    title: `${String(report.flows - report.changedFlows)} of ${String(report.flows)} flows do not change`,
    notes: [
      verdictLine(report),
      ...report.stale.map(({ entry, reason }) => `stale: entry ${String(entry)} of the allowed changes: ${reason}`),
    ],
  },
  exitCode: diffExitCode(report),
});
