/** A report in sentences, the way an engineer would say it. */

import type {
  Difference,
  DifferenceGroup,
  FieldDifference,
  PacketPlace,
  ToleranceUse,
  VerifyReport,
} from './report.js';

/** Causes told one by one; more would push the verdict off the screen. */
const CAUSES_SHOWN = 20;

/** `frame 7 on GigabitEthernet0/8/0: ip4.src expected 192.168.16.1, got 10.1.1.3` */
export function describeDifference({ actual, expected, kind, fields, ports, summary }: Difference): string {
  if (actual === null) return `${placeText(expected)} of the expected capture is missing: ${summary}`;
  if (expected === null) return `${placeText(actual)} is not expected: ${summary}`;
  const isElsewhere = actual.frame !== expected.frame;
  const counterpart = isElsewhere ? ` (frame ${expected.frame} of the expected capture)` : '';
  if (kind === 'reordered') return `${placeText(actual)}${counterpart} is out of order`;
  const causes = fields.filter(({ isConsequence }) => isConsequence !== true).map(fieldText);
  const remarks = ports.flatMap(({ remark }) => (remark === null ? [] : [`, but ${remark}`]));
  return `${placeText(actual)}${counterpart}: ${causes.join('; ')}${remarks.length > 0 ? remarks[0] : ''}`;
}

/** The whole report: causes first, then the verdict, then what was overlooked. */
export function reportLines(report: VerifyReport): string[] {
  const { groups, tolerances } = report;
  const lines = groups.slice(0, CAUSES_SHOWN).flatMap(groupLines);
  const more = groups.length - CAUSES_SHOWN;
  if (more > 0) lines.push(`and ${more} more ${more === 1 ? 'cause' : 'causes'}, which --json lists`);
  return [...lines, verdictLine(report), ...tolerances.map(toleranceLine)];
}

/** Differences of one cause: the difference itself where it is the only one. */
export function groupLines({ packets, cause, first, kind, decision }: DifferenceGroup): string[] {
  const place = placeText(first.actual ?? first.expected);
  const whose = first.actual === null ? ' of the expected capture' : '';
  const what = kind === 'changed' ? `${packetsText(packets)} differ: ${cause}` : `${packetsText(packets)} ${cause}`;
  const line = packets === 1 ? describeDifference(first) : `${what}; first: ${place}${whose}`;
  return decision === undefined ? [line] : [line, `    ${decision}`];
}

/** The comparison in one line. */
export function verdictLine({ isMatch, matched, counts, actual, expected }: VerifyReport): string {
  if (isMatch) {
    if (expected.packets === 0 && actual.packets === 0) return 'match: both captures are empty';
    const isAll = matched === actual.packets && matched === expected.packets;
    return `match: ${isAll ? 'all ' : ''}${packetsText(matched)} equal`;
  }
  const parts = [
    `${counts.changed} changed`,
    `${counts.missing} missing`,
    `${counts.unexpected} unexpected`,
    ...(counts.reordered > 0 ? [`${counts.reordered} out of order`] : []),
    ...(counts.mistimed > 0 ? [`${counts.mistimed} at another time`] : []),
  ];
  return `differences: ${parts.join(', ')}; ${packetsText(matched)} equal`;
}

const TOLERANCE_WORDS: Readonly<Record<string, string>> = {
  ignored: 'ignored: ',
  masked: 'masked: ',
  time: 'not compared: ',
  padding: 'not compared: ',
  reordered: 'not kept: ',
  unexpected: 'not expected, but allowed: ',
  duplicate: 'not counted: ',
};

/** What was overlooked, in a line. */
export function toleranceLine({ kind, what, packets, firstFrame }: ToleranceUse): string {
  const words = kind === 'time' && what !== 'timestamps' ? '' : (TOLERANCE_WORDS[kind] ?? '');
  return `  allowed for in ${packetsText(packets)} (first: frame ${firstFrame}): ${words}${what}`;
}

const packetsText = (count: number): string => `${count} ${count === 1 ? 'packet' : 'packets'}`;

const placeText = (place: PacketPlace | null): string =>
  `frame ${place?.frame ?? 0}${(place?.interfaceName ?? null) === null ? '' : ` on ${place?.interfaceName ?? ''}`}`;

const fieldText = ({ field, expected, actual }: FieldDifference): string =>
  `${field} expected ${expected}, got ${actual}`;
