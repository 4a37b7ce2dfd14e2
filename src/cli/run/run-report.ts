/** Makes the page of a replay as the command line asks for it. */

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
import { replaySummaryLines } from '../common/replay-summary.js';

/** Returns the exit code. */
export async function reportFiles(given: ReportArguments): Promise<number> {
  const { capture, state, generatorDraws, changes, jobs } = given;
  if (areFolders(capture, { jobs }, { state, 'generator-draws': generatorDraws, changes }))
    return (await import('./fleet/report-fleet.js')).reportFleet(given);
  cleanUpOnSignals();
  const progress = startProgress('replaying', !given.quiet && given.output !== '-');
  const options = {
    captures: capture.map(parseCaptureArgument),
    script: readScript(given),
    ...{ output: null, drops: null, verdicts: null },
    fixChecksums: given.fixChecksums,
    watch: progress.watch,
  };
  const { summary } = await replayWithReport(options, given.output, VERSION_TEXT).finally(progress.stop);
  const exitCode = complainOfInput(summary);
  if (!given.quiet && given.output !== '-') for (const line of replaySummaryLines(summary)) print(line);
  return exitCode;
}
