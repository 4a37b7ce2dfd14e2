/** `--coverage`: what the cases exercised, in words, summed by configuration. */

import { mergeCoverages, type Coverage } from '../../pipeline/coverage/coverage.js';
import { coverageLines } from '../../pipeline/coverage/coverage-text.js';
import type { CaseResult } from '../result.js';
import type { Reporter } from './reporter.js';

export class CoverageReporter implements Reporter {
  private coverages: Coverage[] = [];

  constructor(private readonly say: (line: string) => void) {}

  start(): void {
    this.coverages = [];
  }

  result({ coverage }: CaseResult): void {
    if (coverage !== undefined) this.coverages = mergeCoverages([...this.coverages, coverage]);
  }

  end(): void {
    for (const coverage of this.coverages)
      ['', ...coverageLines(coverage)].forEach((line) => {
        this.say(line);
      });
  }
}
