/** One JSON document: the summary and every case, for programs. docs/CASES.md describes it. */

import { mergeCoverages } from '../../outcome/coverage/coverage.js';
import type { CaseResult } from '../result.js';
import type { ReporterDeclaration } from './reporter.js';

export const json: ReporterDeclaration = {
  create: ({ write }) => {
    const cases: (Omit<CaseResult, 'detail'> & { detail: undefined })[] = [];
    return {
      result: (result) => void cases.push({ ...result, detail: undefined }),
      end: (summary) => {
        const coverages = cases.flatMap(({ coverage }) => coverage ?? []);
        const coverage = coverages.length > 0 ? { coverage: mergeCoverages(coverages) } : {};
        const told = cases.map((result) => ({ ...result, coverage: undefined })); // once, summed
        write(`${JSON.stringify({ summary, cases: told, ...coverage }, null, 2)}\n`);
      },
    };
  },
};
