/** Files of the project, and of the folders beside it, from which fuzzing starts. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CORPUS, ROOT } from '../oracle/floor.js';

/** Files larger than this make fuzzing slow and teach nothing more. */
const SEED_BYTES = 32 * 1024;

/** The captures of tcpdump's tests, where they are there. */
export const PCAPS = join(dirname(dirname(CORPUS)), 'pcaps', 'tcpdump');
export { CORPUS as RECORDINGS };

export const EXPECTATIONS = join(ROOT, 'expectations');
const INPUTS = join(ROOT, 'test', 'fuzz');

/** Contents of the files in a folder of which the name matches; none where there is no such folder. */
export function filesIn(folder: string, name: RegExp): Buffer[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && name.test(entry.name))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    .filter((bytes) => bytes.length <= SEED_BYTES);
}

export interface KeptInput {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Inputs kept for a target: those that once failed (`found`), or that reach much (`corpus`). */
export function keptInputs(kind: 'found' | 'corpus', target: string): KeptInput[] {
  const folder = join(INPUTS, kind, target);
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).sort();
  return names.map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

/** A folder for one target's files, gone when the process ends. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vppcap-fuzz-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
