/** Runs a diff as the command line asks for it. */

import { diff } from '../../diff/diff.js';
import { diffHead } from '../../diff/diff-page.js';
import { diffExitCode, diffLines } from '../../diff/report.js';
import { parseFilter } from '../../filter/frame-filter.js';
import type { DiffArguments } from '../commands/diff.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain, printResult } from '../print.js';
import { startProgress } from '../progress.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import { judgedPage } from '../common/judged-page.js';
import { areFolders } from '../common/folders.js';
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
      { state, 'generator-draws': generatorDraws, report: given.report },
    )
  ) {
    atMostTwo({ config, release: releases });
    releases.forEach(releaseNamed);
    if (allow !== undefined) (await import('../../diff/read-allowances.js')).readAllowances(allow);
    const scripts = { config: config.at(-2), after: config.at(-1) };
    const { runFleet } = await import('./fleet/run-fleet.js');
    return runFleet(given, { kind: 'diff', options: { ...scripts, releases, lenient, allow } });
  }
  cleanUpOnSignals();
  const [before, after] = readTwoScripts(given);
  const allowed = allow === undefined ? [] : (await import('../../diff/read-allowances.js')).readAllowances(allow);
  const reporters =
    given.reporter.length === 0 ? null : await (await import('./diff-reporters.js')).diffReporters(given.reporter);
  const progress = startProgress('comparing', !given.quiet);
  const captures = given.capture.map(parseCaptureArgument);
  const page = judgedPage(given.report, captures);
  const filter = given.filter === undefined ? {} : { filter: parseFilter(given.filter) };
  const options = { captures, before, after, allowed, ...filter, watch: progress.watch };
  const report = await diff(options).finally(progress.stop);
  for (const { message } of report.damage) complain(`vppcap: ${message}; what comes before it was compared`);
  await page?.(after, diffHead(report));
  await reporters?.write(report, diffExitCode(report));
  if (given.json || (!given.quiet && reporters?.isOutputFree !== false))
    printResult(given.json, report, diffLines(report));
  return diffExitCode(report);
}
