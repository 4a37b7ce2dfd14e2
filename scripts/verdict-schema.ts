/** What a line of `--verdicts` holds; schema/verdict.schema.json is made from this. */

import { z } from 'zod';

const text = z.string();
const count = z.int().min(0);
const line = text.nullable().describe("'file:line' of the command behind it; of what was learned, how.");
const step = <S extends string, F extends z.ZodRawShape>(name: S, fields: F) =>
  z.strictObject({ node: text.describe('The node that decided so.'), step: z.literal(name), ...fields });

const change = z.strictObject({
  what: z.enum(['source', 'destination', 'identifier']),
  isQuoted: z.boolean().describe('Of the packet that an ICMP error quotes.'),
  before: text,
  after: text,
});

const steps = z.discriminatedUnion('step', [
  step('sub-interface', { interface: text, vlan: text.describe('The tags that it is for.'), line }),
  step('acl', {
    interface: text,
    action: z.enum(['deny', 'permit', 'permit+reflect', 'session']),
    acl: count.nullable().describe('Of a packet of a session: that of the packet which made it.'),
    rule: count.nullable(),
    tag: text.nullable(),
    line,
    session: count.nullable(),
    madeBy: text.nullable().describe('The frame that made the session.'),
  }),
  step('nat44', {
    session: count.nullable(),
    isNew: z.boolean(),
    madeBy: text.nullable().describe('The frame that made the session.'),
    mapping: line,
    changes: z.array(change),
    missed: text.nullable().describe('The outside end for which there is neither session nor mapping.'),
  }),
  step('nat44-port', {
    session: count,
    address: text,
    port: count,
    draw: count.describe("Number of the draw that gave it, from 1 since NAT44's generator began."),
  }),
  step('route', { prefix: text.nullable(), table: count.nullable(), via: text.nullable(), line }),
  step('neighbour', { nextHop: text, interface: text, mac: text.nullable(), line }),
  step('end', {
    how: z.enum(['dropped', 'punted']),
    error: text.describe("'node: reason', as VPP counts it."),
    cause: text.describe('What really ended it, for a person.'),
  }),
]);

export const verdictSchema = z.strictObject({
  frame: count.describe('Index of the frame, from 0 over all captures in time order.'),
  rx: text.describe('Interface it arrived on.'),
  nodes: z.array(text).describe("Nodes visited, as VPP's trace lists them."),
  drop: text.nullable().describe("'node: reason' as VPP's trace prints it, stale or not."),
  out: z.array(count).describe('Indices of the frames that it made leave.'),
  counters: z.record(text, z.number()).describe('What it added to the counters of show errors.'),
  file: text,
  number: count.describe('Its number in its capture, from 1.'),
  disposition: z.enum(['transmitted', 'dropped', 'punted', 'consumed']),
  cause: text.nullable(),
  lost: z.array(text).optional().describe('What it gave rise to that did not leave.'),
  steps: z.array(steps).optional().describe('What the nodes decided about it and what came of it, in order.'),
});
