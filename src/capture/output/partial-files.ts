/** What outputs have made on the disk so far that is not complete: temporary files, and folders that were not there before. */
import { mkdirSync, openSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';

import { outputError } from './output-error.js';

/** Bytes of the target's name that a temporary name repeats: with the rest of it, no file system's 255 are used up. */
const NAME_BYTES = 100;

const files = new Set<string>();
/** Folders made for outputs, by the path of the deepest: from there up to the first that was made. */
const folders = new Map<string, string>();

/** Opens a new, hidden temporary file beside a target, whose name it tells. Throws the system's error. */
export function openPartialFile(folder: string, targetName: string): { path: string; descriptor: number } {
  const told = Buffer.from(targetName)
    .subarray(0, NAME_BYTES)
    .toString()
    .replace(/\ufffd+$/, '');
  for (let n = 0; ; n++) {
    const path = join(folder, `.${told}.${process.pid}-${n}.partial`);
    try {
      // Never a file that is there: it may be that of a process of another machine or container with our number.
      const descriptor = openSync(path, 'wx');
      files.add(path);
      return { path, descriptor };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

/** A file that is whole only together with others. */
export const addPartialFile = (path: string): void => void files.add(path);

/** The temporary file got the name it was made for; or those it belongs with are there. */
export const keepFile = (path: string): void => void files.delete(path);

export function giveUpFile(path: string): void {
  rmSync(path, { force: true });
  files.delete(path);
}

/** Makes a folder and those it lies in. Returns its name for `keepFolder`, null where it was there. Throws OutputError. */
export function makeFolder(path: string): string | null {
  try {
    const first = mkdirSync(path, { recursive: true });
    if (first === undefined) return null;
    const deepest = resolve(path);
    folders.set(deepest, resolve(first));
    return deepest;
  } catch (error) {
    throw outputError(path, error);
  }
}

/** Something complete is in the folder. */
export function keepFolder(deepest: string | null): void {
  if (deepest !== null) folders.delete(deepest);
}

/** Removes the folders that were made, as far as they are empty. */
export function giveUpFolder(deepest: string | null): void {
  const first = deepest === null ? undefined : folders.get(deepest);
  if (deepest === null || first === undefined) return;
  folders.delete(deepest);
  try {
    for (let path = deepest; path === first || path.startsWith(first + sep); path = dirname(path)) rmdirSync(path);
  } catch {
    // Somebody else has put something there.
  }
}

/** Removes all of it at once, for a process that is told to stop. Its outputs must not be used any more. */
export function removePartialFiles(): void {
  for (const path of files) giveUpFile(path);
  for (const path of [...folders.keys()].reverse()) giveUpFolder(path); // those within others first
}
