/** What `vppcap diff --json` prints; schema/diff.schema.json is made from this. */

import { z } from 'zod';
import { CHANGE_KINDS, type ChangeKind } from '../src/diff/change.js';
import type { DiffReport } from '../src/diff/report.js';

const text = z.string();
const count = z.int().min(0);
const change = z.enum(CHANGE_KINDS as [ChangeKind, ...ChangeKind[]]);

const decision = z.strictObject({
  node: text.nullable().describe('The node that decided; null where none did.'),
  text: text.describe('What it decided about the first frame.'),
  config: z.strictObject({ file: text, line: count, text }).nullable().describe('The command behind that.'),
});

const group = z.strictObject({
  change,
  words: text.describe('The kind of change in words.'),
  allowed: text.nullable().describe('Why it is intended; null where it is not.'),
  flows: count,
  frames: count,
  before: decision,
  after: decision,
  examples: z.array(
    z.strictObject({
      frame: text,
      packet: text.describe('As it arrived.'),
      before: text,
      after: text,
      fields: z.array(z.strictObject({ field: text, before: text, after: text })),
    }),
  ),
});

const node = z.strictObject({ config: text, release: text });

export const diffSchema = z.strictObject({
  verdict: z.enum(['unchanged', 'changed', 'nothing to compare']),
  captures: z.array(text),
  before: node,
  after: node,
  flows: count.describe('Frames of one direction of a connection, by interface.'),
  frames: count.describe('Frames that at least one of the nodes received.'),
  changedFlows: count,
  changedFrames: count,
  groups: z.array(group),
  boundPorts: count.describe("Ports of NAT44's pool that are drawn otherwise and stand for each other, one to one."),
  stale: z.array(z.strictObject({ entry: count, change, reason: text })),
  notReplayed: z.array(z.strictObject({ reason: text, count })),
  damage: z.array(z.strictObject({ capture: text, message: text })),
}) satisfies z.ZodType<DiffReport>;
