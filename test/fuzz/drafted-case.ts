/** A case that vppcap drafts passes at once, or is refused in a sentence. */

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { newCase, type NewCase } from '../../src/regression/draft/new-case.js';
import { testCase } from '../../src/regression/test-case.js';
import { Broken, requireComplaint } from './target.js';

/** @param isWhole true for a capture that is replayed to its last frame: such a one may not be refused */
export async function checkDraftedCase(
  capture: NewCase['captures'][number],
  configFile: string | null,
  isWhole: boolean,
): Promise<void> {
  const folder = `${capture.path}-case`;
  rmSync(folder, { recursive: true, force: true });
  try {
    await newCase({ folder, title: 'drafted', captures: [capture], configFile });
  } catch (error) {
    requireComplaint(error, ['CaptureError', 'CaseFileError']);
    if (isWhole) throw error;
    if (existsSync(folder)) throw new Broken('a case that was refused left its folder');
    return;
  }
  const { result } = await testCase(
    { name: 'drafted', folder },
    { allowed: [], needsDetail: true, needsCoverage: true },
  );
  if (result.status !== 'passed')
    throw new Broken(`a drafted case ${result.status}: ${JSON.stringify(result.differences.slice(0, 3))}`);
  if (!existsSync(join(folder, 'case.yaml'))) throw new Broken('a case without its file');
  rmSync(folder, { recursive: true });
}
