/** What `vppcap audit` of folders and `vppcap merge` print with --json; schema/fleet.schema.json is made from this. */

import { z } from 'zod';
import type { FleetReport } from '../src/fleet/fleet-report.js';
import { auditSchema } from './audit-schema.js';

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

const verdicts = z.enum(['broken', 'different', 'nothing to judge', 'as expected']);

export const fleetSchema = z.strictObject({
  nodes: z.record(verdicts, count).describe('How many came off how.'),
  received: count,
  sent: count,
  asExpected: count,
  groups: z.array(group).describe('Differences by cause across nodes, the most frequent first.'),
  results: z.array(
    z.strictObject({
      name: text,
      folder: text,
      verdict: verdicts,
      audit: auditSchema.nullable(),
      error: text.nullable().describe('Why it is broken.'),
      exitCode: count,
    }),
  ),
}) satisfies z.ZodType<FleetReport>;
