/** Keeps what a case names inside its folder: a case means the same on every machine, and reads and writes nothing else. */

import { EXIT_USAGE } from '../../capture/exit-codes.js';
import { UserError } from '../../capture/user-error.js';
import { lstatSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, basename, isAbsolute, sep } from 'node:path';

/** Name of a case's file in its folder. */
export const CASE_FILE = 'case.yaml';

/** A case that cannot be run as it stands. The message is one sentence for the user; the exit code is 2. */
export class CaseFileError extends UserError {
  override readonly name = 'CaseFileError';
  readonly exitCode = EXIT_USAGE;
}

/** A path as a user would name it: from the working directory. */
export const shownPath = (path: string): string => relative('', path) || '.';

/** No path is longer (PATH_MAX). */
const PATH_LENGTH = 4096;

/**
 * The path of a file that a case names, symbolic links resolved as far as it exists. Throws CaseFileError where that lies
 * neither in the case's folder nor in one of `allowed`.
 */
export function containedPath(folder: string, name: string, allowed: readonly string[], caseFile: string): string {
  if (name.includes('\0') || name.length > PATH_LENGTH)
    throw new CaseFileError(`${caseFile}: ${JSON.stringify(name.slice(0, 40))} is no path of a file`);
  const path = resolve(folder, name);
  const real = realPath(path);
  if (real === null) throw new CaseFileError(`${caseFile}: ${name} is a symbolic link to nothing`);
  const isInside = [folder, ...allowed].some((root) => isBelow(real, realPath(resolve(root)) ?? root));
  if (isInside) return path;
  const where = real === path ? '' : ` (it leads to ${real})`;
  throw new CaseFileError(
    `${caseFile}: ${name} lies outside the case's folder${where}; --allow-outside DIR allows files below DIR`,
  );
}

const isBelow = (path: string, root: string): boolean => {
  const way = relative(root, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
};

/** The path with all links resolved, of what is there; what is not there yet is in its real folder. Null for a broken link. */
function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    if (isLink(path)) return null;
    const parent = dirname(path);
    const real = parent === path ? path : realPath(parent);
    return real === null ? null : join(real, basename(path));
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false; // There is nothing, or nothing that can have such a name.
  }
}
