/** Copies of the files that a new case is made of. */

import { copyFileSync, statSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { CaptureError } from '../../capture/frame-batch.js';
import { outputError } from '../../capture/output/output-error.js';
import { whyUnreadable } from '../../capture/system-error.js';
import { CASE_FILE } from '../case/case.js';

export const [CONFIG_FILE, EXPECTED_FILE] = ['node.vpp', 'expected.pcapng'];

/** Throws CaptureError: what comes through a pipe is gone once it is replayed. */
export function requireFile(path: string): void {
  let why = 'is not a file';
  try {
    if (statSync(path).isFile()) return;
  } catch (error) {
    why = whyUnreadable(error);
  }
  throw new CaptureError(`${path}: ${why}; a case keeps a copy of its captures`);
}

/** Names for the copies: as they are, and numbered where two are the same or one is that of another file of the case. */
export function copyNames(paths: readonly string[]): string[] {
  const taken = new Set<string>([CASE_FILE, CONFIG_FILE, EXPECTED_FILE]);
  return paths.map((path) => {
    const [name, end] = [basename(path), extname(path)];
    let free = name;
    for (let i = 2; taken.has(free); i++) free = `${name.slice(0, name.length - end.length)}-${i}${end}`;
    taken.add(free);
    return free;
  });
}

export function copyFile(from: string, to: string): void {
  try {
    copyFileSync(from, to);
  } catch (error) {
    throw outputError(to, error);
  }
}
