/** Finds a suite's cases, and the files that belong to none. */

import { existsSync, readdirSync, type Dirent } from 'node:fs';
import { basename, join, posix, relative, resolve, sep } from 'node:path';
import { errorCode, whyUnreadable } from '../../capture/system-error.js';
import { CASE_FILE, CaseFileError, type RegressionCase } from './case.js';

/** A case that was found. Its case.yaml may be missing: then there are captures that no case names. */
export interface FoundCase {
  /** Path below the suite's folder, with '/'; where several suites are run, the path as given. */
  readonly name: string;
  readonly folder: string;
}

/** Files that only make sense as part of a case. */
const CAPTURE = /\.(?:pcap|pcapng|cap|dmp)(?:\.gz)?$/i;
/** Files that may lie in a case's folder without being named: words for people, and what starts with a dot. */
const UNNAMED = /^\.|\.(?:md|txt)$/i;

/**
 * The cases of the folders, sorted by name: each folder with a case.yaml, and each with captures that no case.yaml names.
 * Symbolic links to folders are not followed. Throws CaseFileError for a folder that is not there or cannot be read.
 */
export function findCases(suites: readonly string[]): FoundCase[] {
  const found = new Map<string, FoundCase>();
  for (const suite of suites) {
    for (const folder of caseFolders(suite)) {
      const way = relative(suite, folder).replaceAll(sep, posix.sep);
      const alone = way === '' ? basename(resolve(folder)) : way;
      const name = suites.length === 1 ? alone : folder.replaceAll(sep, posix.sep);
      if (!found.has(resolve(folder))) found.set(resolve(folder), { name, folder });
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(errorCode(error));
    throw new CaseFileError(`${folder}: ${isMissing ? 'no such folder' : whyUnreadable(error)}`);
  }
}

function caseFolders(folder: string): string[] {
  const entries = entriesOf(folder);
  const isCase = entries.some(({ name }) => name === CASE_FILE);
  const below = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap(({ name }) => caseFolders(join(folder, name)))
    // Captures in a folder of a case belong to that case.
    .filter((path) => !isCase || existsSync(join(path, CASE_FILE)));
  const isOrphan = !isCase && entries.some((entry) => !entry.isDirectory() && CAPTURE.test(entry.name));
  return isCase || isOrphan ? [folder, ...below] : below;
}

/** Files in a case's folder that it does not name, as paths from that folder. */
export function strayFiles({
  folder,
  configFile,
  stateFiles,
  changesFile,
  captures,
  expected,
}: RegressionCase): string[] {
  const named = new Set([...captures, ...expected].map(({ file }) => file));
  for (const file of [configFile, changesFile, ...stateFiles]) if (file !== null) named.add(file);
  return filesOf(folder)
    .filter((file) => !named.has(resolve(file)) && !UNNAMED.test(basename(file)))
    .map((file) => relative(folder, file))
    .filter((file) => file !== CASE_FILE)
    .sort();
}

/** Files in a folder and below, but for folders of other cases. */
function filesOf(folder: string): string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) return [path];
    return existsSync(join(path, CASE_FILE)) || entry.name.startsWith('.') ? [] : filesOf(path);
  });
}
