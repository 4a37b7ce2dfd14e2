/** Replays captures and writes the page that shows what happened: `vppcap report`. */

import { OutputFile } from '../capture/output/output-file.js';
import { replay, type ReplayOptions } from '../replay/replay.js';
import type { ReplaySummary } from '../replay/replay-summary.js';
import { ReportCollector } from './collector.js';
import { makeReport } from './make-report.js';
import { pageOf } from './page.js';
import type { ReportHead } from './report-data.js';

/**
 * Rejects as `replay` does; no page is left behind then.
 * @param head what the page says first, where that is not what a replay tells
 */
export async function replayWithReport(
  options: ReplayOptions,
  path: string,
  program: string,
  head: ReportHead | null = null,
): Promise<ReplaySummary> {
  const file = OutputFile.open(path);
  try {
    const collector = new ReportCollector(options.script);
    const shown = { coverage: options.script.changes === undefined, sessions: true };
    const summary = await replay({ ...options, ...shown, observer: collector });
    file.writeText(pageOf(makeReport(collector, summary, options.script, program, head)));
    await file.close();
    const { coverage, sessions, ...others } = summary;
    return {
      ...others,
      ...(options.coverage === true && coverage && { coverage }),
      ...(options.sessions === true && sessions && { sessions }),
    };
  } catch (error) {
    await file.abort();
    throw error;
  }
}
