/** What `vppcap audit --json` prints; schema/audit.schema.json is made from this. */

import { z } from 'zod';
import { CAUSES, type Cause } from '../src/audit/findings/difference.js';
import type { AuditReport } from '../src/audit/report.js';

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

const line = z.strictObject({
  file: text,
  line: count,
  text,
  since: text.nullable().describe('Of a command that was given while frames ran: from which frame on.'),
});

const group = z.strictObject({
  kind: z.enum(['missing', 'unexpected', 'changed', 'drop-reason', 'way']),
  cause: z.enum(causes),
  words: text.describe('The cause in words.'),
  count,
  node: text.nullable().describe('The node that decided otherwise in the model.'),
  decision: text.nullable().describe('What it decided about the first of them.'),
  config: line.nullable().describe('The command behind that.'),
  ways: z.array(line).describe('Of what is missing: the other commands behind what let the first of them pass.'),
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
  ways: count.describe('Frames of which a node of the graph did otherwise, of dispatch traces.'),
  visits: count.describe('Visits of nodes that were compared.'),
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
  vectors: count.describe('Runs of frames that are taken to have come as one vector each, since only so less differs.'),
  silent: z.array(text).describe('Interfaces that the captures are taken to be of, and have no frame of.'),
  skewSeconds: z
    .number()
    .min(0)
    .describe('How long before what it came of a packet left at most, by clocks of captures that differ.'),
  clocks: z
    .array(z.strictObject({ capture: text, than: text, seconds: z.number().describe('By which its clock is ahead.') }))
    .describe('Captures whose clocks are so far apart that frames are not in the order in which they came.'),
  unjudged: z.array(z.strictObject({ reason: text, count, firstFrame: text })),
  damage: z.array(z.strictObject({ capture: text, message: text })),
}) satisfies z.ZodType<AuditReport>;
