/** Makes the folder of a new case: with all of its files, or not at all. */

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { OutputError, outputError } from '../../capture/output/output-error.js';
import {
  addPartialFile,
  giveUpFile,
  giveUpFolder,
  keepFile,
  keepFolder,
  makeFolder,
} from '../../capture/output/partial-files.js';
import { errorCode } from '../../capture/system-error.js';
import { CaseFileError } from './case-paths.js';

/** Throws CaseFileError where something has the folder's name, but for an empty folder. */
export function requireFree(folder: string, hint = ''): void {
  if (isTaken(folder)) throw new CaseFileError(`${folder} is there already${hint}`);
}

function isTaken(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    return false; // What else is wrong with it, making the folder will tell.
  }
}

/**
 * Makes the folder and lets `write` fill it; on a failure or a signal nothing of it stays. Rejects with OutputError, or as `write`
 * does.
 * @param write is given what makes a path of a file's name
 */
export async function makeCaseFolder(
  folder: string,
  write: (at: (name: string) => string) => Promise<void>,
): Promise<void> {
  const made = [makeFolder(folder)];
  const written: string[] = [];
  try {
    await write((name) => {
      const path = join(folder, name);
      made.unshift(makeFolder(dirname(path)));
      addPartialFile(path);
      written.push(path);
      return path;
    });
  } catch (error) {
    for (const path of written) giveUpFile(path);
    made.forEach(giveUpFolder);
    throw error instanceof OutputError || errorCode(error) === '' ? error : outputError(folder, error);
  }
  for (const path of written) keepFile(path);
  made.forEach(keepFolder);
}
