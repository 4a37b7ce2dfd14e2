/** Makes the page of a replay as the command line asks for it. */

import { statSync } from 'node:fs';
import { UsageError } from '../../capture/user-error.js';
import { replayWithReport } from '../../report/report.js';
import { complainOfInput } from '../complain-of-input.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { print } from '../print.js';
import { startProgress } from '../progress.js';
import type { ReportArguments } from '../commands/report.js';
import { VERSION_TEXT } from '../version.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import { areFolders } from '../common/folders.js';
import { readScript } from '../common/read-script.js';
import { releaseNamed } from '../../config/script-release.js';
import { tablesWish } from '../common/tables-wish.js';
import { replaySummaryLines } from '../common/replay-summary.js';

/** Returns the exit code. */
export async function reportFiles(given: ReportArguments): Promise<number> {
  const { capture, state, generatorDraws, changes, jobs, shard, timings, results, output } = given;
  const ofCaptures = { state, 'generator-draws': generatorDraws, changes, node: given.node };
  if (areFolders(capture, { jobs, shard, timings, results }, ofCaptures)) return reportFleet(given);
  if (output === undefined) throw new UsageError('--output is missing (vppcap report --help)');
  cleanUpOnSignals();
  const progress = startProgress('replaying', !given.quiet && output !== '-');
  const script = readScript(given);
  const wish = tablesWish(given, script);
  const options = {
    captures: capture.map(parseCaptureArgument),
    script,
    ...{ output: null, drops: null, verdicts: null },
    tables: wish && ({ ...wish, command: 'report' } as const),
    fixChecksums: given.fixChecksums,
    watch: progress.watch,
  };
  const { summary } = await replayWithReport(options, output, VERSION_TEXT).finally(progress.stop);
  const exitCode = complainOfInput(summary);
  if (!given.quiet && output !== '-') for (const line of replaySummaryLines(summary)) print(line);
  return exitCode;
}

/** Makes the pages of folders of nodes: here, or where `vppcap merge` will make one of all. */
async function reportFleet(given: ReportArguments): Promise<number> {
  const { output, results, release, lenient, config, fixChecksums, tables } = given;
  if ((output === undefined) === (results === undefined))
    throw new UsageError(
      output === undefined
        ? '--output is missing: a folder for the pages, or --results, of which vppcap merge makes them'
        : '--output or --results, not both: vppcap merge makes the pages of what --results keeps',
    );
  if (output === '-' || (output !== undefined && statSync(output, { throwIfNoEntry: false })?.isDirectory() === false))
    throw new UsageError(
      `--output ${output}: of folders of nodes there is a page each, and one of all: expected a folder`,
    );
  releaseNamed(release);
  const { runFleet } = await import('./fleet/run-fleet.js');
  const { fleetPages, writeIndex } = await import('../../fleet/fleet-pages.js');
  const options = { release, lenient, config, tables, fixChecksums, program: VERSION_TEXT };
  return runFleet(
    { ...given, reporter: [], json: false },
    'report',
    (kept) => ({ ...options, pages: kept ?? output ?? '' }),
    async (found) => {
      if (output !== undefined) await writeIndex(output, fleetPages(found));
    },
  );
}
