/** Words that several reporters have in common. */

import type { SuiteStart, SuiteSummary } from '../result.js';

/** `12 passed, 1 failed, 1 could not be run`; parts that are 0 are left out, but for the first. */
export function summaryWords({ passed, accepted, failed, errors, skipped }: SuiteSummary): string {
  const parts: [number, string][] = [
    [accepted, 'accepted'],
    [failed, 'failed'],
    [errors, 'could not be run'],
    [skipped, 'not run'],
  ];
  const rest = parts.filter(([count]) => count > 0).map(([count, words]) => `, ${count} ${words}`);
  return `${passed} passed${rest.join('')}`;
}

/** The folders, and which shard of them. */
export const suiteWords = ({ folders, shard }: SuiteStart): string =>
  `${folders.join(' ')}${shard === null ? '' : ` (shard ${shard[0]} of ${shard[1]})`}`;

export const seconds = (milliseconds: number): string => (milliseconds / 1000).toFixed(3);

/** A number of things: `1 packet`, `2 packets`. */
export { counted } from '../../pipeline/command/suggest.js';

/** Text from captures, scripts and file names must not steer a terminal: its control characters but newlines, made visible. */
export const printable = (text: string): string =>
  text.replace(/(?!\n)\p{Cc}/gu, (control) => `\\x${control.charCodeAt(0).toString(16).padStart(2, '0')}`);
