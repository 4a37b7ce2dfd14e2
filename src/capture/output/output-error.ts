/** Why an output could not be written, in words for the user. */

import { EXIT_OUTPUT } from '../exit-codes.js';
import { errorCode, READING_WORDS } from '../system-error.js';
import { UserError } from '../user-error.js';

/** An output could not be written. The message is one sentence for the user. */
export class OutputError extends UserError {
  override readonly name = 'OutputError';
  readonly exitCode = EXIT_OUTPUT;

  constructor(
    message: string,
    /** The system's error code, e.g. 'EPIPE' where the reader of standard output has gone; '' where there is none. */
    readonly code = '',
  ) {
    super(message);
  }
}

/** Where it is not what is said of a file that is read. */
const PEOPLE_WORDS: Readonly<Record<string, string>> = {
  ...READING_WORDS,
  ENOENT: 'the directory does not exist',
  ENOTDIR: 'a part of the path is not a directory',
  EEXIST: 'a file of that name is in the way',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file grew too large',
  EPIPE: 'the reader has closed the pipe',
  ENXIO: 'nothing reads from it',
  ETXTBSY: 'it is a program that is running',
};

/** The OutputError that says why something could not be done to the named output. */
export function outputError(name: string, error: unknown): OutputError {
  if (error instanceof OutputError) return error;
  const code = errorCode(error);
  return new OutputError(`${name}: cannot be written: ${PEOPLE_WORDS[code] ?? (code || String(error))}`, code);
}
