/** A report in sentences, the way an engineer would say it. */

import type { Difference, FieldDifference, PacketPlace, VerifyReport } from './report.js';

/** `frame 7 on GigabitEthernet0/8/0: ip4.src expected 192.168.16.1, got 10.1.1.3` */
export function describeDifference({ actual, expected, kind, fields, summary }: Difference): string {
  if (actual === null) return `${placeText(expected)} of the expected capture is missing: ${summary}`;
  if (expected === null) return `${placeText(actual)} is not expected: ${summary}`;
  const isElsewhere = actual.frame !== expected.frame;
  const counterpart = isElsewhere ? ` (frame ${expected.frame} of the expected capture)` : '';
  const what = kind === 'reordered' ? 'is out of order' : fields.map(fieldText).join('; ');
  return `${placeText(actual)}${counterpart}: ${what}`;
}

/** The whole report, a line each. */
export function reportLines(report: VerifyReport): string[] {
  return [...report.differences.map(describeDifference), verdictLine(report)];
}

/** The comparison in one line. */
export function verdictLine({ isMatch, matched, counts, expected }: VerifyReport): string {
  if (isMatch)
    return expected.packets === 0 ? 'match: both captures are empty' : `match: all ${packetsText(matched)} equal`;
  const parts = [
    `${counts.changed} changed`,
    `${counts.missing} missing`,
    `${counts.unexpected} unexpected`,
    ...(counts.reordered > 0 ? [`${counts.reordered} out of order`] : []),
    ...(counts.mistimed > 0 ? [`${counts.mistimed} at another time`] : []),
  ];
  return `differences: ${parts.join(', ')}; ${packetsText(matched)} equal`;
}

const packetsText = (count: number): string => `${count} ${count === 1 ? 'packet' : 'packets'}`;

const placeText = (place: PacketPlace | null): string =>
  `frame ${place?.frame ?? 0}${(place?.interfaceName ?? null) === null ? '' : ` on ${place?.interfaceName ?? ''}`}`;

const fieldText = ({ field, expected, actual }: FieldDifference): string =>
  `${field} expected ${expected}, got ${actual}`;
