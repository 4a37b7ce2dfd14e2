/** A diff's report by the reporters of `vppcap test`: each group of changes is a case, which fails where it is not allowed. */

import { changeLines, headOf, verdictLine, type DiffReport, type ReportedChange } from '../../diff/report.js';
import { blankResult, type CaseResult } from '../../regression/result.js';
import { openReporters, parseReporters, type ReporterRequest } from '../common/test-reporters.js';

export interface DiffReporters {
  /** Whether standard output has room for words. */
  readonly isOutputFree: boolean;
  /** Rejects with OutputError. */
  readonly write: (report: DiffReport, exitCode: number) => Promise<void>;
}

/** Rejects with UsageError. @param given NAME or NAME=FILE each */
export async function diffReporters(given: readonly string[]): Promise<DiffReporters> {
  const requests = await parseReporters(given, true);
  return {
    isOutputFree: requests.every(({ file }) => file !== null),
    write: (report, exitCode) => writeAll(requests, report, exitCode),
  };
}

async function writeAll(requests: readonly ReporterRequest[], report: DiffReport, exitCode: number): Promise<void> {
  const results = [...report.groups.map((group) => resultOf(group, report)), restOf(report)];
  const failed = results.filter(({ status }) => status === 'failed').length;
  const passed = results.length - failed;
  const summary = { passed, accepted: 0, failed, errors: 0, skipped: 0, milliseconds: 0, exitCode };
  const opened = await openReporters(requests, []);
  try {
    for (const { reporter } of opened) {
      reporter.start?.({
        command: 'vppcap diff',
        folders: report.captures,
        cases: results.map(({ name }) => name),
        shard: null,
      });
      for (const result of results) reporter.result(result);
      await reporter.end(summary);
    }
    for (const { close } of opened) await close();
  } catch (error) {
    for (const { abort } of opened) await abort();
    throw error;
  }
}

const placeOf = ({ before, after }: ReportedChange): { readonly file: string; readonly line: number } | null =>
  after.config ?? before.config;

function resultOf(group: ReportedChange, report: DiffReport): CaseResult {
  const place = placeOf(group);
  const at = place === null ? '' : ` at ${place.file}:${String(place.line)}`;
  const { file, line } = place ?? { file: report.after.config, line: 1 };
  const head = headOf(group);
  const message = [head, ...changeLines(group).map((text) => `  ${text}`)].join('\n');
  return {
    ...blankResult({ name: `${group.words}${at}`, folder: report.after.config }),
    title: head,
    status: group.allowed === null ? 'failed' : 'passed',
    differences: group.allowed === null ? [{ kind: 'packets', message, file, line }] : [],
    notes: group.allowed === null ? [] : [`allowed: ${group.allowed}`],
    exitCode: group.allowed === null ? 1 : 0,
  };
}

/** The flows that do not change, and what else there is to tell. */
function restOf(report: DiffReport): CaseResult {
  const { flows, changedFlows, stale } = report;
  return {
    ...blankResult({ name: 'flows that do not change', folder: report.after.config }),
    title: `${String(flows - changedFlows)} of ${String(flows)} flows do not change`,
    status: 'passed',
    differences: [],
    notes: [
      verdictLine(report),
      ...stale.map(({ entry, reason }) => `stale: entry ${String(entry)} of the allowed changes: ${reason}`),
    ],
    exitCode: 0,
  };
}
