/** Values of the command line that several commands take. */

import { UsageError } from '../../capture/user-error.js';
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** A capture or a device: `path`, or `INTERFACE=path` for one whose frames all arrived on one interface. */
export interface CaptureArgument {
  readonly path: string;
  /** VPP interface named on the command line, or null where the capture or its MACs say. */
  readonly interfaceName: string | null;
}

/** A file that exists under the whole text is meant as it is; otherwise what stands before the first `=` is an interface. */
export function parseCaptureArgument(text: string): CaptureArgument {
  const equals = text.indexOf('=');
  if (equals <= 0 || equals === text.length - 1 || existsSync(text)) return { path: text, interfaceName: null };
  return { path: text.slice(equals + 1), interfaceName: text.slice(0, equals) };
}

/** A decimal number from 1 to `largest`. Throws UsageError, with what was expected and found. */
export function wholeNumber(option: string, text: string, largest = Number.MAX_SAFE_INTEGER): number {
  const value = /^\d+$/.test(text) ? Number(text) : 0;
  if (value >= 1 && value <= largest) return value;
  const range = largest === Number.MAX_SAFE_INTEGER ? 'from 1 up' : `from 1 to ${largest}`;
  throw new UsageError(`${option} ${text}: expected a whole number ${range}`);
}

/** Threads that --jobs asks for. */
export const availableJobs = (jobs: string | undefined): number =>
  jobs === undefined ? availableParallelism() : wholeNumber('--jobs', jobs);
