/**
 * A page for people: every case with its frames before and after, byte by byte, the nodes on their way, and coverage. One file
 * that needs nothing else.
 */

import { mergeCoverages, type Coverage } from '../../outcome/coverage/coverage.js';
import type { SuiteStart } from '../result.js';
import { caseView } from './html/case-view.js';
import { pageEnd, pageHead, pageStart } from './html/page.js';
import type { ReporterDeclaration } from './reporter.js';

export const html: ReporterDeclaration = {
  needsDetail: true,
  needsCoverage: true,
  create: ({ write }) => {
    let suite: SuiteStart = { folders: [], cases: [], shard: null };
    let coverages: Coverage[] = [];
    /** As text: the packets of a case need not be kept. */
    const views: string[] = [];
    return {
      start: (given) => void (suite = given),
      result: (result) => {
        views.push(caseView(result).text);
        if (result.coverage !== undefined) coverages = mergeCoverages([...coverages, result.coverage]);
      },
      end: (summary) => {
        write(pageStart(suite).text);
        write(pageHead(suite, summary).text);
        for (const view of views) write(view);
        write(pageEnd(coverages).text);
      },
    };
  },
};
