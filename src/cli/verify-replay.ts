/** Compares what a replay wrote with an expectation, and tells what the replay decided where they differ. */

import { statusOf } from '../capture/system-error.js';
import { applyScript } from '../config/apply.js';
import { natPoolOf } from '../config/nat-pool.js';
import type { ReplayOptions } from '../replay/replay.js';
import type { VerifyReport } from '../verify/report.js';
import { reportLines } from '../verify/report-text.js';
import { comparePaths, exitCodeOfReport } from './verify-files.js';

export interface ReplayComparison {
  readonly exitCode: number;
  readonly report: VerifyReport;
  readonly lines: readonly string[];
}

export async function verifyReplay(
  output: string,
  expect: string,
  { captures, script }: ReplayOptions,
): Promise<ReplayComparison> {
  const natPool = natPoolOf(applyScript(script).nat44);
  const compared = await comparePaths(output, expect, { natPool });
  // What came through a pipe is gone.
  const isRepeatable = captures.every(({ path }) => statusOf(path)?.isFile() === true);
  const report = compared.isMatch || !isRepeatable ? compared : await explained(compared, captures, script);
  return { exitCode: exitCodeOfReport(report), report, lines: reportLines(report) };
}

async function explained(
  report: VerifyReport,
  captures: ReplayOptions['captures'],
  script: ReplayOptions['script'],
): Promise<VerifyReport> {
  const { explainDifferences } = await import('../regression/explain-differences.js');
  return explainDifferences(report, captures, script);
}
