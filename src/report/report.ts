/** Replays captures and writes the page that shows what happened: `vppcap report`. */

import { OutputFile } from '../capture/output/output-file.js';
import { replay, type ReplayOptions } from '../replay/replay.js';
import type { ReplaySummary } from '../replay/replay-summary.js';
import { ReportCollector } from './collector.js';
import { makeReport } from './make-report.js';
import { pageOf } from './page.js';
import type { ReportData, ReportHead } from './report-data.js';

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
  const { coverage, sessions, ...others } = (await reportOn(options, path, program, head)).summary;
  return {
    ...others,
    ...(options.coverage === true && coverage && { coverage }),
    ...(options.sessions === true && sessions && { sessions }),
  };
}

/** The same, and what the page shows. */
export async function reportOn(
  options: ReplayOptions,
  path: string,
  program: string,
  head: ReportHead | null = null,
): Promise<{ summary: ReplaySummary; data: ReportData }> {
  const file = OutputFile.open(path);
  try {
    const collector = new ReportCollector(options.script);
    const shown = { coverage: options.script.changes === undefined, sessions: true };
    const summary = await replay({ ...options, ...shown, observer: collector });
    const data = makeReport(collector, summary, options.script, program, head);
    file.writeText(pageOf(data));
    await file.close();
    return { summary, data };
  } catch (error) {
    await file.abort();
    throw error;
  }
}
