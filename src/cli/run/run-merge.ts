/** Merges what the parts of a run kept, as the command line asks for it. */

import { UsageError } from '../../capture/user-error.js';
import { gatherPages } from '../../fleet/fleet-pages.js';
import { mergeResults } from '../../fleet/results.js';
import { OutputFile } from '../../capture/output/output-file.js';
import { summaryOf, type CaseResult } from '../../regression/result.js';
import type { MergeArguments } from '../commands/merge.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { printResult } from '../print.js';
import { tellFleet, type ToldResult, type ToldWork } from './fleet/tell-fleet.js';
import { parseReporters, tellReporters } from '../common/test-reporters.js';

/** Returns the exit code that one run of all would have. */
export async function mergeFiles({
  results: folders,
  output,
  reporter,
  timings,
  json,
  quiet,
}: MergeArguments): Promise<number> {
  cleanUpOnSignals();
  const merged = mergeResults<CaseResult | ToldResult<ToldWork>>(folders);
  const { given, kind } = merged.run;
  if (output !== undefined && kind !== 'report')
    throw new UsageError(`--output is the folder of the pages of vppcap report; the results are of vppcap ${kind}`);
  if (timings !== undefined) await write(timings, `${JSON.stringify(merged.timings, null, 2)}\n`);
  if (kind !== 'test') {
    const requests = await parseReporters(reporter, true);
    if (output !== undefined) await gatherPages(output, merged.pages, merged.results as ToldResult<'report'>[]);
    return tellFleet(kind, merged.results as ToldResult<typeof kind>[], {
      folders: given,
      shard: null,
      requests,
      json,
      quiet,
    });
  }
  const cases = merged.results as CaseResult[];
  const requests = await parseReporters(reporter, quiet || json);
  const needy = requests.find(({ declaration }) => declaration.needsDetail ?? declaration.needsCoverage);
  if (needy)
    throw new UsageError(`--reporter ${needy.name} shows packets, which results do not keep: ask for it in each part`);
  const summary = summaryOf(cases);
  await tellReporters(requests, { folders: given, shard: null }, cases, summary);
  if (json) printResult(true, { summary, cases }, []);
  return summary.exitCode;
}

async function write(path: string, text: string): Promise<void> {
  const file = OutputFile.open(path);
  file.writeText(text);
  await file.close();
}
