/** What an audit reports, as plain data (schema/audit.schema.json), and in words. */

import type { Assumption } from './assumptions.js';
import { mostFrequent, NAME_INTERFACES } from '../dataplane/not-replayed.js';
import type { ClockOffset } from './findings/clocks.js';
import type { Cause } from './findings/difference.js';
import type { Example, Kind } from './findings/group.js';
import type { Unjudged } from './findings/unjudged.js';

export interface ReportedLine {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  /** Of a command that was given while frames ran: `from frame 14`. */
  readonly since: string | null;
}

/** Differences of one kind and cause, of one decision of the model. */
export interface ReportedGroup {
  readonly kind: Kind;
  readonly cause: Cause;
  /** The cause in words. */
  readonly words: string;
  readonly count: number;
  /** The node that decided otherwise in the model, what it decided about the first of them, and the command behind that. */
  readonly node: string | null;
  readonly decision: string | null;
  readonly config: ReportedLine | null;
  /** Of what is missing: the other commands behind what let the first of them pass. */
  readonly ways: readonly ReportedLine[];
  readonly examples: readonly Example[];
}

export interface AuditReport {
  readonly verdict: 'as expected' | 'different' | 'nothing to judge';
  readonly captures: readonly string[];
  readonly release: string;
  readonly received: number;
  /** Frames that the node sent; where VPP wrote two records of one, it counts once. */
  readonly sent: number;
  readonly asExpected: number;
  readonly missing: number;
  readonly unexpected: number;
  readonly changed: number;
  /** Frames that the node dropped for another reason. */
  readonly dropReasons: number;
  /** Frames of which a node of the graph did otherwise, and visits of nodes that were compared: of dispatch traces. */
  readonly ways: number;
  readonly visits: number;
  readonly groups: readonly ReportedGroup[];
  readonly assumptions: readonly Assumption[];
  /** Choices of NAT44 that were read, those of them that its generator gives, and from when on its state is known (null: never). */
  readonly choices: { readonly read: number; readonly predicted: number; readonly generator: string | null };
  readonly state: { readonly read: readonly string[]; readonly assumed: readonly string[] } | null;
  /** Runs of frames that are taken to have come as one vector each, since only so less differs. */
  readonly vectors: number;
  /** Interfaces that the captures are taken to be of, and have no frame of. */
  readonly silent: readonly string[];
  /** How long before what it came of a packet left at most, by clocks of captures that differ. */
  readonly skewSeconds: number;
  /** Captures whose clocks are too far apart for that. */
  readonly clocks: readonly ClockOffset[];
  readonly unjudged: readonly Unjudged[];
  readonly damage: readonly { readonly capture: string; readonly message: string }[];
}

const EXAMPLES_SHOWN = 3;
const ASSUMPTIONS_SHOWN = 10;

const counted = (n: number, what: string): string => `${String(n)} ${what}${n === 1 ? '' : 's'}`;

/** The verdict in one line, then what there is to tell. */
export function auditLines(report: AuditReport): string[] {
  return [
    verdictLine(report),
    ...clockLines(report),
    ...oneWayLines(report),
    ...report.groups.flatMap(groupLines),
    ...restLines(report),
  ];
}

/** What there is to tell but for differences: what was assumed, read and not judged. */
export function restLines(report: AuditReport): string[] {
  const { unjudged, vectors } = report;
  return [
    ...assumptionLines(report),
    ...choiceLines(report),
    ...(vectors > 0
      ? [`taken for vectors, since that explains what was sent: ${counted(vectors, 'run')} of frames`]
      : []),
    ...doubtLines(report),
    ...mostFrequent(
      unjudged,
      ({ reason, count, firstFrame }) => `not judged: ${counted(count, 'frame')} (${firstFrame} first): ${reason}`,
    ),
    ...(report.received + report.sent === 0 && unjudged.length > 0 ? [NAME_INTERFACES] : []),
  ];
}

export function verdictLine({
  verdict,
  received,
  sent,
  asExpected,
  missing,
  unexpected,
  changed,
  dropReasons,
  ways,
  visits,
  unjudged,
}: AuditReport): string {
  if (verdict === 'nothing to judge')
    return `nothing to judge: ${counted(received, 'frame')} arrived and ${String(sent)} were sent`;
  const left = unjudged.reduce((sum, { count }) => sum + count, 0);
  const rest = left > 0 ? `, ${String(left)} not judged` : '';
  const nodes = visits > 0 ? `, ${counted(visits, 'visit')} of nodes compared` : '';
  const what = `${counted(received, 'frame')} arrived, ${String(asExpected)} of ${String(sent)} sent as expected${rest}${nodes}`;
  if (verdict === 'as expected') return `as expected: ${what}`;
  const counts = [
    [missing, 'missing'],
    [unexpected, 'unexpected'],
    [changed, 'changed'],
    [dropReasons, 'dropped for another reason'],
    [ways, 'by another way'],
  ] as const;
  const told = counts.filter(([n]) => n > 0).map(([n, name]) => `${String(n)} ${name}`);
  return `different: ${told.join(', ')}; ${what}`;
}

export function groupLines({ kind, words, count, node, decision, config, ways, examples }: ReportedGroup): string[] {
  const lines = ['', `${String(count)} ${kind}: ${words}`];
  if (node !== null) lines.push(`  in the model ${node}${decision === null || decision === '' ? '' : `: ${decision}`}`);
  if (config !== null) {
    const since = config.since === null ? '' : ` (${config.since})`;
    lines.push(`  ${config.file}:${String(config.line)}${since}: ${config.text}`);
  }
  for (const { file, line, text } of ways) lines.push(`  it passes by ${file}:${String(line)} as well: ${text}`);
  for (const one of examples.slice(0, EXAMPLES_SHOWN)) lines.push(...exampleLines(one).map((line) => `  ${line}`));
  if (count > EXAMPLES_SHOWN) lines.push(`  and ${String(count - Math.min(EXAMPLES_SHOWN, examples.length))} more`);
  return lines;
}

function exampleLines({ frame, sent, interface: on, expected, actual, fields, detail }: Example): string[] {
  const of = [
    frame === null ? null : `of ${frame}`,
    sent === null ? null : `sent as ${sent}`,
    on === null ? null : `on ${on}`,
  ];
  const head = of.filter((part) => part !== null).join(', ');
  const packet = actual ?? expected;
  return [
    packet === null ? head : `${head}: ${packet}`,
    ...(actual !== null && expected !== null ? [`  expected ${expected}`] : []),
    ...fields.map((one) => `  ${one.field} expected: ${one.expected} vs actual: ${one.actual}`),
    ...(detail === null ? [] : [`  ${detail}`]),
  ];
}

function assumptionLines({ assumptions, state }: AuditReport): string[] {
  const lines = (state?.assumed ?? []).map((sentence) => `assumed: ${sentence}`);
  if (assumptions.length > 0)
    lines.push(`assumed to have been there before, since packets show it: ${String(assumptions.length)}`);
  for (const { what, frame } of assumptions.slice(0, ASSUMPTIONS_SHOWN)) lines.push(`  ${what} (${frame})`);
  if (assumptions.length > ASSUMPTIONS_SHOWN)
    lines.push(`  and ${String(assumptions.length - ASSUMPTIONS_SHOWN)} more`);
  return lines.length > 0 ? ['', ...lines] : lines;
}

function oneWayLines({ missing, sent }: AuditReport): string[] {
  return missing > 0 && sent === 0
    ? [
        'the captures have nothing that the node sent: where they are of one direction only, what follows says nothing about the node',
      ]
    : [];
}

function clockLines({ clocks }: AuditReport): string[] {
  return clocks.flatMap(({ capture, than, seconds }) => [
    `the clock of ${capture} is ${Math.abs(seconds).toFixed(3)} s ${seconds > 0 ? 'ahead of' : 'behind'} that of ${than}: what follows is wrong until both are right`,
    `  editcap -t ${(-seconds).toFixed(6)} ${capture} OUT, and OUT in its place`,
  ]);
}

/** What may be behind differences that are none of the node. */
function doubtLines({ groups, silent, skewSeconds }: AuditReport): string[] {
  const isUnseen = groups.some(
    ({ cause, examples }) =>
      cause === 'unexplained' || (cause === 'lost' && examples.some((one) => silent.includes(one.interface ?? ''))),
  );
  return [
    ...(skewSeconds > 0
      ? [
          `the clocks of the captures differ: packets left up to ${(skewSeconds * 1000).toFixed(3)} ms before what they came of`,
        ]
      : []),
    ...(isUnseen && silent.length > 0
      ? [
          `no frame is of ${listed(silent)}: if the captures are not of ${silent.length === 1 ? 'it' : 'all of these'}, say what they are of (INTERFACE=FILE), and what is not seen is not judged`,
        ]
      : []),
  ];
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, EXAMPLES_SHOWN);
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${String(more)} more` : ''}`;
}

function choiceLines({ choices: { read, predicted, generator } }: AuditReport): string[] {
  if (read === 0) return [];
  const known =
    generator === null ? 'the state of its generator is not known' : `the state of its generator is known ${generator}`;
  return [
    `read from what was sent: ${counted(read, 'choice')} of NAT44, ${String(predicted)} of them as its generator gives them; ${known}`,
  ];
}
