/** The page of what was judged: its head, and what a replay of the same captures shows. */

import { UsageError } from '../../capture/user-error.js';
import type { NodeScript } from '../../config/node-script.js';
import type { ReportHead } from '../../report/report-data.js';
import type { ReplayOptions } from '../../replay/replay.js';
import { VERSION_TEXT } from '../version.js';

/** Writes the page; rejects as `replay` does. */
export type PageWriter = (script: NodeScript, head: ReportHead) => Promise<void>;

/**
 * Null where no page was asked for. The captures are read once more for it: an audit runs frames again when it has to assume something, a
 * diff leaves out what both nodes do alike, and the page counts every frame once.
 * Throws UsageError for captures that can be read once only.
 */
export function judgedPage(
  { report: path, filter }: { readonly report?: string | undefined; readonly filter?: string | undefined },
  options: Pick<ReplayOptions, 'captures' | 'vectors'>,
): PageWriter | null {
  if (path === undefined) return null;
  if (options.captures.some((one) => one.path === '-'))
    throw new UsageError('--report reads the captures twice, which standard input cannot be: give files');
  const narrowed =
    filter === undefined
      ? []
      : [`Only what differs of frames like “${filter}” is listed; all else here is of all frames.`];
  return async (script, head) => {
    const { replayWithReport } = await import('../../report/report.js');
    const wishes = { ...options, script, ...{ output: null, drops: null, verdicts: null } };
    await replayWithReport(wishes, path, VERSION_TEXT, { ...head, warnings: [...narrowed, ...head.warnings] });
  };
}
