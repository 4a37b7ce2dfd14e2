/** Folders of nodes in the place of captures. */

import { statSync } from 'node:fs';
import { UsageError } from '../../capture/user-error.js';

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/**
 * Whether folders are given. Throws UsageError for folders among captures, and for options that the other kind has.
 * @param ofFolders options, by name, that only folders can be given
 * @param ofCaptures those that only captures can be given
 */
export function areFolders(
  captures: readonly string[],
  ofFolders: Readonly<Record<string, unknown>>,
  ofCaptures: Readonly<Record<string, unknown>>,
): boolean {
  const givenOf = (options: Readonly<Record<string, unknown>>): string | undefined =>
    Object.keys(options).find((name) => options[name] !== undefined);
  if (captures.every(isFolder)) {
    const wrong = givenOf(ofCaptures);
    if (wrong !== undefined) throw new UsageError(`--${wrong} is for captures: each folder of a node has its own`);
    return true;
  }
  const folder = captures.find(isFolder);
  if (folder !== undefined) throw new UsageError(`${folder} is a folder: captures, or folders of nodes, not both`);
  const wrong = givenOf(ofFolders);
  if (wrong !== undefined) throw new UsageError(`--${wrong} is for folders of nodes, not for captures`);
  return false;
}
