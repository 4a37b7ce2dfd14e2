/** Results of cases that vppcap failed, or did not get to. */

import { join } from 'node:path';
import { CASE_FILE } from './case/case.js';
import type { FoundCase } from './case/find-cases.js';
import type { CaseResult } from './result.js';

/** sysexits' EX_SOFTWARE, as src/cli/exit-codes.ts has it. */
const EXIT_INTERNAL = 70;

/** What a result says where nothing is known but the case's place. */
export const blankResult = ({ name, folder }: FoundCase): Omit<CaseResult, 'status' | 'differences' | 'exitCode'> => ({
  name,
  folder,
  title: name,
  origin: null,
  notes: [],
  tolerances: [],
  packets: { received: 0, sent: 0, expected: 0 },
  milliseconds: 0,
  verify: null,
  detail: null,
});

/** A case that could not be tested because of a fault in vppcap. */
export const faultResult = (found: FoundCase, fault: string): CaseResult => ({
  ...blankResult(found),
  status: 'error',
  differences: [{ kind: 'error', message: `a fault in vppcap itself: ${fault}`, file: join(found.folder, CASE_FILE) }],
  exitCode: EXIT_INTERNAL,
});

/** A case behind the one at which --bail stopped. */
export const skippedResult = (found: FoundCase): CaseResult => ({
  ...blankResult(found),
  status: 'skipped',
  differences: [],
  exitCode: 0,
});
