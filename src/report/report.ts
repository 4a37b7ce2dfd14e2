/** Replays captures and writes the page that shows what happened: `vppcap report`. */

import { OutputFile } from '../capture/output/output-file.js';
import { replay, type ReplayOptions } from '../replay/replay.js';
import type { ReplaySummary } from '../replay/replay-summary.js';
import { ReportCollector } from './collector.js';
import { makeReport } from './make-report.js';
import { pageOf } from './page.js';
import type { ReportData, ReportHead } from './report-data.js';

/** Replays captures and collects what there is to show of them. Rejects as `replay` does. */
export async function replayCollected(
  options: ReplayOptions,
): Promise<{ readonly summary: ReplaySummary; readonly collected: ReportCollector }> {
  const collected = new ReportCollector(options.script);
  return { summary: await replay({ ...options, observer: collected }), collected };
}

/**
 * Writes the page, too. Rejects as `replay` does; no page is left behind then.
 * @param head what the page says first, where that is not what a replay tells
 */
export async function replayWithReport(
  options: ReplayOptions,
  path: string,
  program: string,
  head: ReportHead | null = null,
): ReturnType<typeof replayCollected> {
  const { summary, collected } = await reportOn(options, path, program, head);
  const { coverage, sessions, ...others } = summary;
  return {
    collected,
    summary: {
      ...others,
      ...(options.coverage === true && coverage && { coverage }),
      ...(options.sessions === true && sessions && { sessions }),
    },
  };
}

/** The same, with all that the page shows. */
export async function reportOn(
  options: ReplayOptions,
  path: string,
  program: string,
  head: ReportHead | null = null,
): Promise<{ summary: ReplaySummary; collected: ReportCollector; data: ReportData }> {
  const file = OutputFile.open(path);
  try {
    const shown = { coverage: options.script.changes === undefined, sessions: true };
    const { summary, collected } = await replayCollected({ ...options, ...shown });
    const data = makeReport(collected, summary, options.script, program, head);
    file.writeText(pageOf(data));
    await file.close();
    return { summary, collected, data };
  } catch (error) {
    await file.abort();
    throw error;
  }
}
