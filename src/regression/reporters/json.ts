/** One JSON document: the summary and every case, for programs. docs/CASES.md describes it. */

import type { CaseResult } from '../result.js';
import type { ReporterDeclaration } from './reporter.js';

export const json: ReporterDeclaration = {
  needsDetail: false,
  create: ({ write }) => {
    const cases: (Omit<CaseResult, 'detail'> & { detail: undefined })[] = [];
    return {
      result: (result) => void cases.push({ ...result, detail: undefined }),
      end: (summary) => {
        write(`${JSON.stringify({ summary, cases }, null, 2)}\n`);
      },
    };
  },
};
