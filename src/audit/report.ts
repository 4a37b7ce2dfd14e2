/** What an audit reports, as plain data (schema/audit.schema.json), and in words. */

import { z } from 'zod';
import { CAUSES, type Cause } from './difference.js';

const text = z.string();
const count = z.int().min(0);
const field = z.strictObject({ field: text, expected: text, actual: text });
const causes = Object.keys(CAUSES) as [Cause, ...Cause[]];

const example = z.strictObject({
  frame: text.nullable().describe('The received frame; null where none is behind it.'),
  sent: text.nullable().describe('The frame that the node sent.'),
  interface: text.nullable(),
  expected: text.nullable().describe('What the model sends.'),
  actual: text.nullable().describe('What the node sent.'),
  fields: z.array(field),
  detail: text.nullable(),
});

const group = z.strictObject({
  kind: z.enum(['missing', 'unexpected', 'changed', 'drop-reason']),
  cause: z.enum(causes),
  words: text.describe('The cause in words.'),
  count,
  node: text.nullable().describe('The node that decided otherwise in the model.'),
  decision: text.nullable().describe('What it decided about the first of them.'),
  config: z.strictObject({ file: text, line: count, text }).nullable().describe('The command behind that.'),
  examples: z.array(example),
});

export const auditSchema = z.strictObject({
  verdict: z.enum(['as expected', 'different', 'nothing to judge']),
  captures: z.array(text),
  release: text,
  received: count.describe('Frames that arrived.'),
  sent: count.describe('Frames that the node sent; where VPP wrote two records of one, it counts once.'),
  asExpected: count,
  missing: count,
  unexpected: count,
  changed: count,
  dropReasons: count.describe('Frames that the node dropped for another reason.'),
  groups: z.array(group),
  assumptions: z.array(
    z.strictObject({ kind: z.enum(['NAT44 session', 'ACL session', 'neighbour']), what: text, frame: text }),
  ),
  choices: z.strictObject({
    read: count.describe('Ports, identifiers and back ends that the node was free to choose.'),
    predicted: count.describe("Those of them that NAT44's generator gives."),
    generator: text.nullable().describe('From when on its state is known; null for never.'),
  }),
  state: z.strictObject({ read: z.array(text), assumed: z.array(text) }).nullable(),
  unjudged: z.array(z.strictObject({ reason: text, count, firstFrame: text })),
  damage: z.array(z.strictObject({ capture: text, message: text })),
});

export type AuditReport = z.infer<typeof auditSchema>;
type Group = AuditReport['groups'][number];
type Example = Group['examples'][number];

const EXAMPLES_SHOWN = 3;
const ASSUMPTIONS_SHOWN = 10;

const counted = (n: number, what: string): string => `${String(n)} ${what}${n === 1 ? '' : 's'}`;

/** The verdict in one line, then what there is to tell. */
export function auditLines(report: AuditReport): string[] {
  const { groups, unjudged } = report;
  return [
    verdictLine(report),
    ...groups.flatMap(groupLines),
    ...assumptionLines(report),
    ...choiceLines(report),
    ...unjudged.map(
      ({ reason, count, firstFrame }) => `not judged: ${counted(count, 'frame')} (${firstFrame} first): ${reason}`,
    ),
  ];
}

function verdictLine({
  verdict,
  received,
  sent,
  asExpected,
  missing,
  unexpected,
  changed,
  dropReasons,
}: AuditReport): string {
  if (verdict === 'nothing to judge')
    return `nothing to judge: ${counted(received, 'frame')} arrived and ${String(sent)} were sent`;
  const what = `${counted(received, 'frame')} arrived, ${String(asExpected)} of ${String(sent)} sent as expected`;
  if (verdict === 'as expected') return `as expected: ${what}`;
  const counts = [
    [missing, 'missing'],
    [unexpected, 'unexpected'],
    [changed, 'changed'],
    [dropReasons, 'dropped for another reason'],
  ] as const;
  const told = counts.filter(([n]) => n > 0).map(([n, name]) => `${String(n)} ${name}`);
  return `different: ${told.join(', ')}; ${what}`;
}

function groupLines({ kind, words, count, node, decision, config, examples }: Group): string[] {
  const lines = ['', `${String(count)} ${kind}: ${words}`];
  if (decision !== null) lines.push(`  in the model ${node ?? ''}: ${decision}`);
  if (config !== null) lines.push(`  ${config.file}:${String(config.line)}: ${config.text}`);
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
  return [
    `${head}: ${actual ?? expected ?? ''}`,
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

function choiceLines({ choices: { read, predicted, generator } }: AuditReport): string[] {
  if (read === 0) return [];
  const known =
    generator === null ? 'the state of its generator is not known' : `the state of its generator is known ${generator}`;
  return [
    `read from what was sent: ${counted(read, 'choice')} of NAT44, ${String(predicted)} of them as its generator gives them; ${known}`,
  ];
}
