/** What the JSON report holds; schema/test-report.schema.json is made from this. Only scripts and tests load it. */

import { z } from 'zod';
import { ORIGINS } from './case-schema.js';

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
});

const testedCase = z.strictObject({
  name: text,
  folder: text,
  title: text,
  origin: z.enum(ORIGINS).nullable(),
  status: z.enum(['passed', 'accepted', 'failed', 'error', 'skipped']),
  differences: z.array(difference),
  tolerances: z.array(text).describe('Tolerances that were used, in words.'),
  packets: z.strictObject({ received: count, sent: count, expected: count }),
  milliseconds: z.number().min(0),
  exitCode: count,
  verify: z
    .looseObject({ isMatch: z.boolean() })
    .nullable()
    .describe('The comparison of the packets, as `vppcap verify --json` has it; null where there was none.'),
});

const reportSchema = z.strictObject({ summary, cases: z.array(testedCase) });

/** JSON Schema (draft 2020-12) of the JSON report. */
export const reportJsonSchema = (): object => ({ title: 'vppcap test report', ...z.toJSONSchema(reportSchema) });
