/** Every case that is the beginning of a recording. */

import type { Files } from '../guide/case-files.js';
import { casesOf26 } from './cases-26.js';
import { aclCases } from './acl-cases.js';
import { recordingFiles } from './derive.js';
import { edCases } from './ed-cases.js';
import { forwardingCases } from './forwarding-cases.js';
import { natCases } from './nat-cases.js';

/** Every file that tools/recording-cases.ts is the origin of. @param corpora the folder of the recordings */
export async function allRecordingFiles(corpora: string): Promise<Files> {
  const files: Files = new Map();
  for (const source of [...aclCases, ...natCases, ...edCases, ...forwardingCases, ...casesOf26])
    for (const [path, bytes] of await recordingFiles(corpora, source)) files.set(path, bytes);
  return files;
}
