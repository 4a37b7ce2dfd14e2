/** What the JSON report holds; schema/test-report.schema.json is made from this. */

import { z } from 'zod';
import { COVERAGE_KINDS } from '../src/outcome/coverage/coverage.js';
import { ORIGINS } from '../src/regression/case/case-schema.js';

const count = z.int().min(0);
const text = z.string();

const summary = z.strictObject({
  passed: count,
  accepted: count.describe('Failed, and rewritten by --accept.'),
  failed: count,
  errors: count.describe('Cases that could not be run or judged.'),
  skipped: count.describe('Not run, because of --bail.'),
  milliseconds: z.number().min(0),
  exitCode: count.describe('Exit code of the command.'),
});

const difference = z.strictObject({
  kind: z.enum(['packets', 'drops', 'counters', 'path', 'input', 'files', 'error']),
  message: text.describe('One sentence for a person.'),
  file: text.describe('The file that expects otherwise.'),
  line: z.int().min(1).optional().describe('Where in the file, if that can be said.'),
});

const testedCase = z.strictObject({
  name: text,
  folder: text,
  title: text,
  origin: z.enum(ORIGINS).nullable(),
  status: z.enum(['passed', 'accepted', 'failed', 'error', 'skipped']),
  differences: z.array(difference),
  notes: z.array(text).describe('Frames of the captures that are no input, by reason, in words.'),
  tolerances: z.array(text).describe('Tolerances that were used, in words.'),
  packets: z.strictObject({ received: count, sent: count, expected: count }),
  milliseconds: z.number().min(0),
  exitCode: count,
  verify: z
    .looseObject({ isMatch: z.boolean() })
    .nullable()
    .describe('The comparison of the packets, as `vppcap verify --json` has it; null where there was none.'),
});

const coverage = z.strictObject({
  configuration: text,
  frames: count.describe('Frames received by the cases of this configuration.'),
  items: z.array(
    z.strictObject({
      kind: z.enum(COVERAGE_KINDS),
      name: text,
      text: text.describe("The script's words."),
      origin: text.describe('file:line'),
      packets: count.describe('Packets that it decided about itself; exercised where there are any.'),
      sessionPackets: count.describe('Packets of sessions that it made, besides.'),
      unreachable: z
        .strictObject({
          why: z.enum(['shadowed', 'not applied', 'matches nothing']),
          text,
          by: z.array(text).describe('Names of the items that shadow it.'),
        })
        .nullable(),
    }),
  ),
});

export const reportSchema = z.strictObject({
  summary,
  cases: z.array(testedCase),
  coverage: z.array(coverage).optional().describe('With --coverage: summed over the cases of each configuration.'),
});
