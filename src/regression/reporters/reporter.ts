/** What a reporter is. A new one is a module with a declaration and a row in registry.ts. */

import type { CaseResult, SuiteStart, SuiteSummary } from '../result.js';

/** Takes a suite's results in order of the cases, whatever the order in which they ended. */
export interface Reporter {
  start?(suite: SuiteStart): void;
  /** Called once for every case of `SuiteStart.cases`, in that order. The result is not kept by the caller. */
  result(result: CaseResult): void;
  end(summary: SuiteSummary): void | Promise<void>;
}

/** Where a report goes: a file that appears when it is complete, or standard output. */
export interface ReportOutput {
  /** Appends text; no newline is added. */
  readonly write: (text: string) => void;
  readonly hasColors: boolean;
  /** Paths in a report are relative to this folder: the working directory. */
  readonly root: string;
}

export interface ReporterDeclaration {
  /** True where `CaseResult.detail` is wanted: every packet of a case, before and after. */
  readonly needsDetail?: true;
  /** True where `CaseResult.coverage` is wanted without being asked for. */
  readonly needsCoverage?: true;
  /** True for lines that may stand between those of others on standard output; a document needs its output for itself. */
  readonly sharesOutput?: true;
  create(output: ReportOutput): Reporter | Promise<Reporter>;
}
