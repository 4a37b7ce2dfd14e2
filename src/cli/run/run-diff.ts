/** Runs a diff as the command line asks for it. */

import { EXIT_CAPTURE, EXIT_DIFFERENCES, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { diff } from '../../diff/diff.js';
import { diffHead } from '../../diff/diff-page.js';
import { diffLines, type DiffReport } from '../../diff/report.js';
import type { DiffArguments } from '../commands/diff.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain, printResult } from '../print.js';
import { startProgress } from '../progress.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import { readTwoScripts } from '../common/read-two-scripts.js';
import { judgedPage } from '../common/judged-page.js';

/** Returns the exit code. Rejects with CaptureError, ConfigError or UsageError. */
export async function diffFiles(given: DiffArguments): Promise<number> {
  cleanUpOnSignals();
  const [before, after] = readTwoScripts(given);
  const allowed =
    given.allow === undefined ? [] : (await import('../../diff/read-allowances.js')).readAllowances(given.allow);
  const reporters =
    given.reporter.length === 0 ? null : await (await import('./diff-reporters.js')).diffReporters(given.reporter);
  const progress = startProgress('comparing', !given.quiet);
  const captures = given.capture.map(parseCaptureArgument);
  const page = judgedPage(given.report, captures);
  const report = await diff({ captures, before, after, allowed, watch: progress.watch }).finally(progress.stop);
  for (const { message } of report.damage) complain(`vppcap: ${message}; what comes before it was compared`);
  await page?.(after, diffHead(report));
  await reporters?.write(report, exitCodeOf(report));
  if (given.json || (!given.quiet && reporters?.isOutputFree !== false))
    printResult(given.json, report, diffLines(report));
  return exitCodeOf(report);
}

function exitCodeOf({ verdict, damage }: DiffReport): number {
  if (damage.length > 0 || verdict === 'nothing to compare') return EXIT_CAPTURE;
  return verdict === 'changed' ? EXIT_DIFFERENCES : EXIT_SUCCESS;
}
