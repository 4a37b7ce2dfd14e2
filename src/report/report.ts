/** Replays captures and writes the page that shows what happened: `vppcap report`. */

import { OutputFile } from '../capture/output/output-file.js';
import { replay, type ReplayOptions, type ReplaySummary } from '../replay/replay.js';
import { ReportCollector } from './collector.js';
import { makeReport } from './make-report.js';
import { pageOf } from './page.js';

/** Rejects as `replay` does; no page is left behind then. */
export async function replayWithReport(options: ReplayOptions, path: string, program: string): Promise<ReplaySummary> {
  const file = OutputFile.open(path);
  try {
    const collector = new ReportCollector(options.script);
    const { coverage, ...summary } = await replay({ ...options, coverage: true, observer: collector });
    file.writeText(
      pageOf(makeReport(collector, { ...summary, ...(coverage && { coverage }) }, options.script, program)),
    );
    await file.close();
    return options.coverage === true && coverage !== undefined ? { ...summary, coverage } : summary;
  } catch (error) {
    await file.abort();
    throw error;
  }
}
