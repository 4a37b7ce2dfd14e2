/** Differences of compare.ts in sentences (replaced by report-text.ts step by step). */

import type { ComparisonResult, Difference, Packet } from './compare.js';
import { isMatch } from './compare.js';
import { summaryLine } from './summary-line.js';

/** `frame 7 on GigabitEthernet0/8/0: ip4.src expected 192.168.16.1, got 10.1.1.3` */
export function describeDifference(difference: Difference): string {
  switch (difference.kind) {
    case 'different': {
      const { actual, expected, fields } = difference;
      const isElsewhere = actual.frame !== expected.frame;
      const place = isElsewhere ? ` (frame ${expected.frame} of the expected capture)` : '';
      const words = fields.map(({ field, expected: was, actual: is }) => `${field} expected ${was}, got ${is}`);
      return `${placeOf(actual)}${place}: ${words.join('; ')}`;
    }
    case 'missing':
      return `${placeOf(difference.expected)} of the expected capture is missing: ${summary(difference.expected)}`;
    case 'unexpected':
      return `${placeOf(difference.actual)} is not expected: ${summary(difference.actual)}`;
  }
}

/** The comparison in one line. */
export function describeResult(result: ComparisonResult): string {
  const { equal, different, missing, unexpected, expectedPackets } = result;
  if (isMatch(result)) {
    return expectedPackets === 0 ? 'match: both captures are empty' : `match: all ${packets(equal)} equal`;
  }
  const parts = [`${different} different`, `${missing} missing`, `${unexpected} unexpected`];
  return `differences: ${parts.join(', ')}; ${packets(equal)} equal`;
}

const packets = (count: number): string => `${count} ${count === 1 ? 'packet' : 'packets'}`;

const placeOf = ({ frame, interfaceName }: Packet): string =>
  `frame ${frame}${interfaceName === null ? '' : ` on ${interfaceName}`}`;

const summary = ({ bytes, linkType }: Packet): string => summaryLine(bytes, linkType);
