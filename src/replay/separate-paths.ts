/**
 * No output may take the place of an input or of another output: a name given twice by mistake would cost the user the
 * capture. Files are compared by what they are (device and inode), not by how they are spelt.
 */

import { fstatSync, realpathSync, statSync, type BigIntStats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { capturesIn, isCaptureName } from '../capture/input/capture-set.js';
import { captureFileNames } from '../capture/output/directory-writer.js';
import type { OutputPaths } from './output-wishes.js';

/** A path, and what the command does with it, for the message. */
export interface NamedPath {
  readonly path: string;
  readonly use: string;
}

const STANDARD_STREAM = '-';

/**
 * What is wrong with the paths, in a sentence, or null.
 * @param inputs files that are read; '-' may be among them once
 * @param interfaces names of the interfaces that a folder gets a capture of
 */
export function pathConflict(
  inputs: readonly NamedPath[],
  outputs: OutputPaths,
  interfaces: readonly string[],
): string | null {
  if (inputs.filter(({ path }) => path === STANDARD_STREAM).length > 1)
    return 'standard input (-) can be read only once';
  const written = outputsOf(outputs, interfaces);
  if (written.filter(({ path }) => path === STANDARD_STREAM).length > 1)
    return 'standard output (-) can carry only one of the outputs';
  const taken = new Map<string, NamedPath>();
  for (const input of inputs) {
    const identity = identityOf(input.path, true);
    if (identity !== null) taken.set(identity, input);
  }
  for (const output of written) {
    const identity = identityOf(output.path, false);
    if (identity === null) continue;
    const other = taken.get(identity);
    if (other) return `${output.path}: is ${other.use} as well as ${output.use}; give them different names`;
    taken.set(identity, output);
  }
  return null;
}

/**
 * What is wrong, in a sentence, with paths of a replay that is compared with what is at `expect`, or null. An output may take the place of
 * no expected capture, nor be added to a folder of them, where it would be expected itself.
 */
export function expectationConflict(
  expect: string,
  captures: readonly { readonly path: string }[],
  outputs: OutputPaths,
  interfaces: readonly string[],
): string | null {
  const isSet = isFolder(expect);
  const expected = isSet ? capturesIn(expect) : [{ path: expect }];
  const inputs = [
    ...captures.map(({ path }) => ({ path, use: 'an input' })),
    ...expected.map(({ path }) => ({ path, use: `${isSet ? 'a' : 'the'} capture of --expect` })),
  ];
  const conflict = pathConflict(inputs, outputs, interfaces);
  if (conflict !== null) return conflict;
  const added = outputsOf(outputs, interfaces).find(({ path }) => isSet && isCaptureName(path) && isIn(expect, path));
  return added ? `${added.path}: would be among the captures of --expect; write ${added.use} to another folder` : null;
}

/** Whether a path that need not be there yet is one of a folder's entries. */
function isIn(folder: string, path: string): boolean {
  try {
    return path !== STANDARD_STREAM && realpathSync(dirname(path)) === realpathSync(folder);
  } catch {
    return false;
  }
}

function outputsOf(
  { output, drops, verdicts, trace, savedState }: OutputPaths,
  interfaces: readonly string[],
): NamedPath[] {
  return [
    ...capturesAt(output, 'the output', interfaces),
    ...capturesAt(drops, 'the output of --drops', interfaces),
    ...(verdicts === null ? [] : [{ path: verdicts, use: 'the output of --verdicts' }]),
    ...(savedState ? [{ path: savedState, use: 'the saved state' }] : []),
    ...(trace ? [{ path: trace.path, use: 'the text of the traces' }] : []),
  ];
}

/** Whether an output goes to a folder. */
export const isFolder = (path: string): boolean => path.endsWith('/') || statOf(path)?.isDirectory() === true;

/** A folder stands for the files that may appear in it. */
function capturesAt(path: string | null, use: string, interfaces: readonly string[]): NamedPath[] {
  if (path === null) return [];
  return isFolder(path)
    ? captureFileNames(interfaces).map((name) => ({ path: join(path, name), use }))
    : [{ path, use }];
}

/** Text that two paths share exactly if they name the same regular file; null for streams, devices and folders. */
function identityOf(path: string, isInput: boolean): string | null {
  if (path === STANDARD_STREAM) return isInput ? inodeOf(standardInput()) : null;
  const stat = statOf(path);
  return stat === undefined ? futurePath(path) : inodeOf(stat);
}

const inodeOf = (stat: BigIntStats | undefined): string | null =>
  stat?.isFile() === true ? `${stat.dev}:${stat.ino}` : null;

/** Where a file that is not there yet would be, whatever links lead to its folder. */
function futurePath(path: string): string {
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    return resolve(path); // the folder is not there either: reading or writing will say so
  }
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function standardInput(): BigIntStats | undefined {
  try {
    return fstatSync(0, { bigint: true });
  } catch {
    return undefined;
  }
}
