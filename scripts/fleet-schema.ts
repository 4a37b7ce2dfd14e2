/** What `vppcap audit` and `vppcap diff` of folders, and `vppcap merge`, print with --json; schema/fleet*.schema.json are made from this. */

import { z } from 'zod';
import type { FleetDiff } from '../src/fleet/fleet-diff.js';
import type { FleetReport } from '../src/fleet/fleet-report.js';
import { auditSchema } from './audit-schema.js';
import { diffSchema } from './diff-schema.js';

const text = z.string();
const count = z.int().min(0);
const { kind, cause, words } = auditSchema.shape.groups.element.shape;

const group = z.strictObject({
  kind,
  cause,
  words,
  node: text.nullable().describe('Node of the graph that decided otherwise in the model.'),
  command: text.nullable().describe('The command behind that.'),
  count: count.describe('Of all nodes.'),
  nodes: z.array(z.strictObject({ name: text, count })),
  example: z
    .strictObject({
      name: text,
      decision: text.nullable(),
      place: text.nullable().describe('file:line of the command.'),
    })
    .describe('The first of them.'),
});

const node = {
  name: text,
  folder: text,
  error: text.nullable().describe('Why it is broken.'),
  notShown: z.array(text).describe('What its show text lacks of the script that is made of it.'),
  exitCode: count,
};

const verdicts = z.enum(['broken', 'different', 'nothing to judge', 'as expected']);

export const fleetSchema = z.strictObject({
  nodes: z.record(verdicts, count).describe('How many came off how.'),
  received: count,
  sent: count,
  asExpected: count,
  groups: z.array(group).describe('Differences by cause across nodes, the most frequent first.'),
  results: z.array(z.strictObject({ ...node, verdict: verdicts, audit: auditSchema.nullable() })),
}) satisfies z.ZodType<FleetReport>;

const changeVerdicts = z.enum(['broken', 'changed', 'nothing to compare', 'unchanged']);
const { groups: changes, stale } = diffSchema.shape;
const { change, words: changeWords, allowed, before, after } = changes.element.shape;

export const fleetDiffSchema = z.strictObject({
  nodes: z.record(changeVerdicts, count).describe('How many came off how.'),
  flows: count,
  frames: count,
  changedFlows: count,
  groups: z
    .array(
      z.strictObject({
        ...{ change, words: changeWords, allowed },
        flows: count.describe('Of all nodes.'),
        nodes: z.array(z.strictObject({ name: text, count })),
        before: before.describe('What decided on the first of the nodes.'),
        after,
      }),
    )
    .describe('Changes by what decided, across nodes, those of most flows first.'),
  stale: stale.describe('Allowed changes that no node needed.'),
  results: z.array(z.strictObject({ ...node, verdict: changeVerdicts, diff: diffSchema.nullable() })),
}) satisfies z.ZodType<FleetDiff>;
