/** `--coverage`: what the cases exercised, in words, summed by configuration. */

import { mergeCoverages, type Coverage } from '../../outcome/coverage/coverage.js';
import { coverageLines } from '../../outcome/coverage/coverage-text.js';
import type { Reporter } from './reporter.js';

/** @param isAlone whether nothing else is said there, from which an empty line would part it */
export function coverageReporter(say: (line: string) => void, isAlone: boolean): Reporter {
  let coverages: Coverage[] = [];
  return {
    start: () => (coverages = []),
    result: ({ coverage }) => {
      if (coverage !== undefined) coverages = mergeCoverages([...coverages, coverage]);
    },
    end: () => {
      coverages.forEach((coverage, i) => {
        if (i > 0 || !isAlone) say('');
        for (const line of coverageLines(coverage)) say(line);
      });
    },
  };
}
