/** The text of a script's files, whoever wrote them. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { notAScript } from '../capture/input/other-content.js';
import { errorCode, whyUnreadable } from '../capture/system-error.js';

/** Reads the text of the file that `exec` names. */
export type ReadText = (path: string) => string;

/** Our own words, or the system's. */
export const whyNotRead = (error: unknown): string =>
  error instanceof Error && errorCode(error) === '' ? error.message : whyUnreadable(error);

/** Larger than any script: what a device that never ends is not read beyond. */
const SCRIPT_BYTES = 256 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

function readBounded(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    // A file in one piece, for pieces are in memory twice while they are put together.
    let expected = Math.min(fstatSync(descriptor).size, SCRIPT_BYTES) + 1;
    const pieces: Buffer[] = [];
    for (let total = 0; ; expected = 0) {
      const piece = Buffer.allocUnsafe(Math.max(expected, READ_BYTES));
      const length = readSync(descriptor, piece);
      if (length === 0) return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
      total += length;
      if (total > SCRIPT_BYTES) throw new Error('is larger than 256 MB');
      pieces.push(piece.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Windows writes text in UTF-16, with a mark before it. */
const UTF16_MARK = 0xfffe;

export const readTextFile: ReadText = (path) => {
  const bytes = readBounded(path);
  const isUtf16 = bytes.length >= 2 && bytes.readUInt16BE(0) === UTF16_MARK;
  const text = bytes.toString(isUtf16 ? 'utf16le' : 'utf8');
  const what = notAScript(bytes);
  if (what !== null) throw new Error(`is ${what}`);
  if (text.includes('\0')) throw new Error('is not a text file');
  return text;
};
