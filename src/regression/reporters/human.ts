/** The default: a line per case and the differences of those that fail, in the manner of mocha. */

import picocolors from 'picocolors';
import type { CaseResult, CaseStatus } from '../result.js';
import type { ReporterDeclaration } from './reporter.js';
import { counted, printable, seconds, suiteWords, summaryWords } from './words.js';

/** Differences of one case that are printed; the report of another format has all. */
const DIFFERENCES_SHOWN = 20;
/** A case that takes longer than this says so. */
const SLOW_MILLISECONDS = 1000;

const MARKS: Readonly<Record<CaseStatus, readonly [mark: string, color: 'green' | 'yellow' | 'red']>> = {
  passed: ['✓', 'green'],
  accepted: ['~', 'yellow'],
  failed: ['✗', 'red'],
  error: ['!', 'red'],
  skipped: ['-', 'yellow'],
};

export const human: ReporterDeclaration = {
  sharesOutput: true,
  create: (output) => {
    const colors = picocolors.createColors(output.hasColors);
    const line = (text = ''): void => output.write(`${text}\n`);
    const showCase = (result: CaseResult): void => {
      const { status, milliseconds, differences, notes, tolerances } = result;
      const [name, title] = [result.name, result.title].map((words) => printable(words).replaceAll('\n', ' '));
      const slow = milliseconds > SLOW_MILLISECONDS ? colors.yellow(` (${seconds(milliseconds)} s)`) : '';
      const [mark, color] = MARKS[status];
      line(`  ${colors[color](mark)} ${name}${title === name ? '' : colors.dim(`  ${title}`)}${slow}`);
      for (const { message } of differences.slice(0, DIFFERENCES_SHOWN))
        line(`      ${printable(message).replaceAll('\n', '\n      ')}`);
      const more = differences.length - DIFFERENCES_SHOWN;
      if (more > 0) line(`      and ${counted(more, 'more difference')}`);
      for (const note of notes) line(colors.dim(`      ${printable(note)}`));
      if (status === 'accepted') line(colors.yellow('      accepted: this is what the case expects from now on'));
      if (status === 'failed' && tolerances.length > 0) line(colors.dim(`      tolerated: ${tolerances.join('; ')}`));
    };
    return {
      start: (suite) => line(suiteWords(suite)),
      result: showCase,
      end: (summary) => {
        const isGood = summary.failed + summary.errors === 0;
        line();
        line(
          `${(isGood ? colors.green : colors.red)(summaryWords(summary))} ${colors.dim(`(${seconds(summary.milliseconds)} s)`)}`,
        );
      },
    };
  },
};
