/** The page of what was judged: its head, and what a replay of the same captures shows. */

import { UsageError } from '../../capture/user-error.js';
import type { NodeScript } from '../../config/node-script.js';
import type { ReportHead } from '../../report/report-data.js';
import type { ReplayCapture } from '../../replay/replay.js';
import { VERSION_TEXT } from '../version.js';

/** Writes the page; rejects as `replay` does. */
export type PageWriter = (script: NodeScript, head: ReportHead) => Promise<void>;

interface Given {
  readonly report?: string | undefined;
  readonly filter?: string | undefined;
  readonly vectors?: string | undefined;
}

/**
 * Null where no page was asked for. The captures are read once more for it: an audit runs frames again when it has to assume something, a
 * diff leaves out what both nodes do alike, and the page counts every frame once.
 * Throws UsageError for captures that can be read once only.
 */
export function judgedPage(given: Given, captures: readonly ReplayCapture[]): PageWriter | null {
  const { report: path, filter, vectors } = given;
  if (path === undefined) return null;
  if (captures.some((one) => one.path === '-'))
    throw new UsageError('--report reads the captures twice, which standard input cannot be: give files');
  const limits = [
    ...(filter === undefined
      ? []
      : [`Only what differs of frames like “${filter}” is listed; all else here is of all frames.`]),
    ...(vectors === undefined
      ? []
      : ['Graph, flows, drops and sessions are of frames that run alone, not in vectors.']),
  ];
  return async (script, head) => {
    const { replayWithReport } = await import('../../report/report.js');
    const options = { captures, script, ...{ output: null, drops: null, verdicts: null } };
    await replayWithReport(options, path, VERSION_TEXT, { ...head, remarks: [...head.remarks, ...limits] });
  };
}
