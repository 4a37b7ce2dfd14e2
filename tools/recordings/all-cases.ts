/** Every case that is the beginning of a recording. */

import type { Files } from '../guide/case-files.js';
import { aclCases } from './acl-cases.js';
import { recordingFiles } from './derive.js';
import { edCases } from './ed-cases.js';
import { forwardingCases } from './forwarding-cases.js';
import { natCases } from './nat-cases.js';

/** Every file that tools/recording-cases.ts is the origin of. @param corpus the folder of the recordings */
export async function allRecordingFiles(corpus: string): Promise<Files> {
  const files: Files = new Map();
  for (const source of [...aclCases, ...natCases, ...edCases, ...forwardingCases])
    for (const [path, bytes] of await recordingFiles(corpus, source)) files.set(path, bytes);
  return files;
}
