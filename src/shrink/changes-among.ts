/** Commands that a node gets between frames, where only some of the frames run: each stays before the first one of those that it was before. */

import type { ScriptChange } from '../config/node-script.js';
import { dueFrames } from '../dataplane/change-schedule.js';
import type { HeldFrame } from './held-captures.js';

/** Their moments as frames of all, by index. */
export function byFrame(changes: readonly ScriptChange[], all: readonly HeldFrame[]): readonly ScriptChange[] {
  const due = dueFrames(changes, all);
  return changes.map((change, i) => ({ ...change, moment: { frame: due[i] } }));
}

/** @param changes as byFrame has them */
export function changesAmong(
  changes: readonly ScriptChange[],
  frames: readonly HeldFrame[],
): readonly (ScriptChange & { readonly moment: { readonly frame: number } })[] {
  return changes.map((change) => {
    const { moment } = change;
    const frame = 'frame' in moment ? frames.filter(({ index }) => index < moment.frame).length : Infinity;
    return { ...change, moment: { frame } };
  });
}

/** The text of some changes, in the words of the files that have them. @param read the lines of a file */
export const changesText = (
  changes: readonly ScriptChange[],
  frames: readonly HeldFrame[],
  read: (file: string) => readonly string[],
): string =>
  changesAmong(changes, frames)
    .flatMap(({ moment, commands }) => [
      `# before frame ${String(moment.frame)}`,
      ...commands.map(({ at }) => read(at.file)[at.line - 1].trim()),
    ])
    .map((line) => `${line}\n`)
    .join('');
