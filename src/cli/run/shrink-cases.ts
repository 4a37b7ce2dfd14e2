/** Makes failing cases small, after the suite has run. */

import { join } from 'node:path';
import { UserError } from '../../capture/user-error.js';
import { counted } from '../../pipeline/command/suggest.js';
import type { CaseResult } from '../../regression/result.js';
import { testCase, type CaseOptions } from '../../regression/test-case.js';
import { shrinkCase } from '../../shrink/shrink-case.js';
import { complain } from '../print.js';
import { VERSION_TEXT } from '../version.js';

/** Each in a folder of its name below `folder`; standard error says what became of it, since standard output may be a document. */
export async function shrinkCases(failed: readonly CaseResult[], options: CaseOptions, folder: string): Promise<void> {
  for (const { name, folder: own } of failed) {
    // Of several suites, names are paths as given.
    const small = join(folder, name.replace(/^(?:\.{0,2}\/)+/, ''));
    complain(`${small}: ${await shrinkOne(name, own, small, options)}`);
  }
}

async function shrinkOne(name: string, folder: string, small: string, options: CaseOptions): Promise<string> {
  try {
    const { result, run } = await testCase({ name, folder }, options);
    if (run === null) return 'not made: it cannot be replayed';
    const shrunk = await shrinkCase({ name, ...run, verify: result.verify }, small, VERSION_TEXT);
    if (typeof shrunk === 'string') return `not made: ${shrunk}`;
    const { result: after } = await testCase({ name, folder: small }, options);
    const still = shrunk.frames === 1 ? 'still fails' : 'still fail';
    const words = after.status === 'failed' ? still : 'pass: its first difference needs what else it expects';
    return `${counted(shrunk.frames, 'frame')} of ${String(shrunk.of)} ${words}`;
  } catch (error) {
    if (error instanceof UserError) return `not made: ${error.message}`;
    throw error;
  }
}
