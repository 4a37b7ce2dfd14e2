/** A page for people: every case with its frames, what nodes decided about them, before and after, and coverage (docs/REPORT.md). */

import { mergeCoverages, type Coverage } from '../../outcome/coverage/coverage.js';
import { suitePageOf } from '../../report/page.js';
import type { SuiteStart } from '../result.js';
import type { ReporterDeclaration } from './reporter.js';
import { SuitePage } from './suite-page.js';

export const html: ReporterDeclaration = {
  needsDetail: true,
  needsCoverage: true,
  create: ({ write }) => {
    let suite: SuiteStart = { folders: [], cases: [], shard: null };
    let coverages: Coverage[] = [];
    const page = new SuitePage();
    return {
      start: (given) => void (suite = given),
      result: (result) => {
        page.add(result);
        if (result.coverage !== undefined) coverages = mergeCoverages([...coverages, result.coverage]);
      },
      end: (summary) => {
        write(suitePageOf(page.finish(suite, summary, coverages)));
      },
    };
  },
};
