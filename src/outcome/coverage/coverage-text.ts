/** Coverage in words, for a terminal. */

import { basename } from 'node:path';
import { coverageCounts, isExercised, KIND_PLURALS, type Coverage, type CoverageItem } from './coverage.js';

/** The lines of a report: how much was exercised, and each item that was not, by line of the script. */
export function coverageLines(coverage: Coverage): string[] {
  const { configuration, frames, items } = coverage;
  const counts = coverageCounts(coverage);
  const never = items.filter((item) => !isExercised(item));
  return [
    `coverage of ${configuration} by ${frames} ${frames === 1 ? 'frame' : 'frames'}`,
    ...counts.map(({ kind, items: count, exercised, unreachable }) => {
      const percent = `${Math.floor((100 * exercised) / count)} %`;
      const rest = unreachable > 0 ? `, ${unreachable} that no packet can reach` : '';
      return `  ${KIND_PLURALS[kind].padEnd(16)}${`${exercised} of ${count}`.padStart(12)}${percent.padStart(7)}${rest}`;
    }),
    ...(never.length === 0 ? [] : ['', 'never exercised', ...never.flatMap(neverLines)]),
  ];
}

function neverLines({ name, text, origin, unreachable }: CoverageItem): string[] {
  const line = `  ${basename(origin)}: ${name}${text === '' ? '' : ` (${text})`}`;
  return unreachable === null ? [line] : [line, `      ${unreachable.text}`];
}
