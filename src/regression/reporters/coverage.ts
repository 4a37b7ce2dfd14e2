/** `--coverage`: what the cases exercised, in words, summed by configuration. */

import { mergeCoverages, type Coverage } from '../../outcome/coverage/coverage.js';
import { coverageLines } from '../../outcome/coverage/coverage-text.js';
import type { CaseResult } from '../result.js';
import type { Reporter } from './reporter.js';

export class CoverageReporter implements Reporter {
  private coverages: Coverage[] = [];

  /** @param isAlone whether nothing else is said there, from which an empty line would part it */
  constructor(
    private readonly say: (line: string) => void,
    private readonly isAlone: boolean,
  ) {}

  start(): void {
    this.coverages = [];
  }

  result({ coverage }: CaseResult): void {
    if (coverage !== undefined) this.coverages = mergeCoverages([...this.coverages, coverage]);
  }

  end(): void {
    this.coverages.forEach((coverage, i) => {
      if (i > 0 || !this.isAlone) this.say('');
      for (const line of coverageLines(coverage)) this.say(line);
    });
  }
}
