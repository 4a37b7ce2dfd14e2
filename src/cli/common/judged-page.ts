/** The page of what was judged: its head, and what a replay of the same captures shows. */

import { UsageError } from '../../capture/user-error.js';
import type { NodeScript } from '../../config/node-script.js';
import type { ReportHead } from '../../report/report-data.js';
import type { ReplayCapture } from '../../replay/replay.js';
import { VERSION_TEXT } from '../version.js';

/** Writes the page; rejects as `replay` does. */
export type PageWriter = (script: NodeScript, head: ReportHead) => Promise<void>;

/** Null where no page was asked for. Throws UsageError for captures that can be read once only. */
export function judgedPage(path: string | undefined, captures: readonly ReplayCapture[]): PageWriter | null {
  if (path === undefined) return null;
  if (captures.some((one) => one.path === '-'))
    throw new UsageError('--report reads the captures twice, which standard input cannot be: give files');
  return async (script, head) => {
    const { replayWithReport } = await import('../../report/report.js');
    const options = { captures, script, ...{ output: null, drops: null, verdicts: null } };
    await replayWithReport(options, path, VERSION_TEXT, head);
  };
}
