/** A report in sentences, the way an engineer would say it. */

import type {
  Difference,
  DifferenceGroup,
  FieldDifference,
  PacketPlace,
  SideReport,
  ToleranceUse,
  VerifyReport,
} from './report.js';

/** Causes told one by one; more would push the verdict off the screen. */
const CAUSES_SHOWN = 20;

/** The sides of a report, as far as its words depend on them. */
type Sides = Pick<VerifyReport, 'actual' | 'expected'>;

/** `frame 7 on GigabitEthernet0/8/0: ip4.src expected 192.168.16.1, got 10.1.1.3` */
export const describeDifference = (difference: Difference): string => describe(difference, null);

function describe({ actual, expected, kind, fields, ports, summary }: Difference, sides: Sides | null): string {
  if (actual === null) return `${expectedText(expected, sides)} is missing: ${summary}`;
  const place = placeText(actual, sides?.actual);
  if (expected === null) return `${place} is not expected: ${summary}`;
  const isElsewhere = actual.frame !== expected.frame;
  const counterpart = isElsewhere ? ` (${expectedText({ ...expected, interfaceName: null }, sides)})` : '';
  if (kind === 'reordered') return `${place}${counterpart} is out of order`;
  const causes = fields.filter(({ isConsequence }) => isConsequence !== true).map(fieldText);
  const remarks = ports.flatMap(({ remark }) => (remark === null ? [] : [`, but ${remark}`]));
  return `${place}${counterpart}: ${causes.join('; ')}${remarks.length > 0 ? remarks[0] : ''}`;
}

/** The whole report: causes first, then the verdict, then what was overlooked. */
export function reportLines(report: VerifyReport): string[] {
  const { groups, tolerances } = report;
  const lines = groups.slice(0, CAUSES_SHOWN).flatMap((group) => groupLines(group, report));
  const more = groups.length - CAUSES_SHOWN;
  if (more > 0) lines.push(`and ${more} more ${more === 1 ? 'cause' : 'causes'}, which --json lists`);
  return [...lines, verdictLine(report), ...tolerances.map(toleranceLine), ...hints(report)];
}

/** What helps where packets differ in what they came with only because the captures were taken in another way. */
function hints({ interfaces, groups, tolerances }: VerifyReport): string[] {
  const namesOf = (side: 'actual' | 'expected'): string[] =>
    interfaces.filter(({ [side]: packets }) => packets > 0).map(({ name }) => name ?? '');
  const [ours, theirs] = [namesOf('actual'), namesOf('expected')];
  const areApart = ours.length > 0 && theirs.length > 0 && !ours.some((name) => theirs.includes(name));
  const lines: string[] = [];
  if (areApart)
    lines.push(
      `no interface has packets on both sides: ${ours.join(', ')}; expected: ${theirs.join(', ')}. --map ${ours[0]}=${theirs[0]} ` +
        'compares these two, --ignore interface compares packets whatever their interface is called',
    );
  const isIgnored = tolerances.some(({ kind, what }) => kind === 'ignored' && what === 'link');
  if (!isIgnored && groups.some(({ first }) => first.fields.some(({ field }) => field === 'frame.linktype')))
    lines.push(
      'the captures are of different kinds of links: --ignore link compares packets without their link headers',
    );
  return lines;
}

/** Differences of one cause: the difference itself where it is the only one. */
export function groupLines({ packets, cause, first, kind, decision }: DifferenceGroup, sides: Sides): string[] {
  const place = first.actual === null ? expectedText(first.expected, sides) : placeText(first.actual, sides.actual);
  const what = kind === 'changed' ? `${packetsText(packets)} differ: ${cause}` : `${packetsText(packets)} ${cause}`;
  const remarks = first.fields.flatMap(({ field, remark }) => (remark === undefined ? [] : [`${field}: ${remark}`]));
  const where = remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
  const line = packets === 1 ? describe(first, sides) : `${what}; first: ${place}${where}`;
  return decision === undefined ? [line] : [line, `    ${decision}`];
}

/** The comparison in one line. */
export function verdictLine({ isMatch, matched, counts, actual, expected }: VerifyReport): string {
  if (isMatch) {
    if (expected.packets === 0 && actual.packets === 0) return 'match: both captures are empty';
    const isAll = matched === actual.packets && matched === expected.packets;
    return `match: ${isAll && matched > 1 ? 'all ' : ''}${packetsText(matched)} equal`;
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
  interface: 'interface ',
};

/** What was overlooked, in a line. */
export function toleranceLine({ kind, what, packets, firstFrame }: ToleranceUse): string {
  const words = kind === 'time' && what !== 'timestamps' ? '' : (TOLERANCE_WORDS[kind] ?? '');
  return `  allowed for in ${packetsText(packets)} (first: frame ${firstFrame}): ${words}${what}`;
}

const packetsText = (count: number): string => `${count} ${count === 1 ? 'packet' : 'packets'}`;

/** `frame 7 on tap2`; where the captures of a side are several that name no interface, `frame 7 of out/tap2.pcap`. */
function placeText(place: PacketPlace | null, side: SideReport | undefined): string {
  const { frame = 0, interfaceName = null } = place ?? {};
  const file = fileOf(place, side);
  return `frame ${frame}${file === null ? '' : ` of ${file}`}${interfaceName === null ? '' : ` on ${interfaceName}`}`;
}

/** The same of the expected side, and says so. */
const expectedText = (place: PacketPlace | null, sides: Sides | null): string =>
  `${placeText(place, sides?.expected)}${fileOf(place, sides?.expected) === null ? ' of the expected capture' : ''}`;

/** Which of a side's captures a packet is in, unless that is plain. */
const fileOf = (place: PacketPlace | null, side: SideReport | undefined): string | null =>
  place?.interfaceName === null && side !== undefined && side.captures.length > 1 ? side.captures[place.capture] : null;

const fieldText = ({ field, expected, actual, remark }: FieldDifference): string =>
  `${field} expected ${expected}, got ${actual}${remark === undefined ? '' : ` (${remark})`}`;
