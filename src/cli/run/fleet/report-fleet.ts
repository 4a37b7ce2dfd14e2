/** Makes the pages of folders of nodes as the command line asks for it. */

import { statSync } from 'node:fs';
import { UsageError } from '../../../capture/user-error.js';
import { fleetOf } from '../../../fleet/bundle.js';
import { fleetPageLines, fleetPages, pagesExitCode, writeIndex } from '../../../fleet/fleet-pages.js';
import type { PageResult } from '../../../fleet/report-bundle.js';
import { runNodes } from '../../../fleet/run-nodes.js';
import { availableJobs } from '../../common/argument-values.js';
import { releaseNamed } from '../../../config/script-release.js';
import type { ReportArguments } from '../../commands/report.js';
import { cleanUpOnSignals } from '../../interrupt.js';
import { printResult } from '../../print.js';
import { startCount } from '../../progress.js';
import { VERSION_TEXT } from '../../version.js';

/** Returns the exit code. */
export async function reportFleet(given: ReportArguments): Promise<number> {
  const { capture: folders, output: pages, release, lenient, config, fixChecksums, quiet } = given;
  if (pages === '-' || statSync(pages, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UsageError(
      `--output ${pages}: of folders of nodes there is a page each, and one of all: expected a folder`,
    );
  releaseNamed(release);
  const { bundles } = fleetOf(folders);
  cleanUpOnSignals();
  const options = { release, lenient, config, fixChecksums, pages, program: VERSION_TEXT };
  const found: PageResult[] = [];
  const progress = startCount('nodes', bundles.length, !quiet);
  try {
    await runNodes(bundles, { kind: 'report', options }, availableJobs(given.jobs), (result) => {
      found.push(result);
      progress.update(found.length);
    });
  } finally {
    progress.stop();
  }
  const fleet = fleetPages(found);
  await writeIndex(pages, fleet);
  if (!quiet) printResult(false, fleet, fleetPageLines(fleet));
  return pagesExitCode(fleet);
}
