/** Errors that people can do something about, as against faults of the program. */

import { EXIT_USAGE } from './exit-codes.js';

/** The message is one sentence. */
export abstract class UserError extends Error {
  /** What the command line exits with (exit-codes.ts). */
  abstract readonly exitCode: number;
}

/** What was asked for cannot be meant, or does not fit the configuration. */
export class UsageError extends UserError {
  override readonly name: string = 'UsageError';
  readonly exitCode: number = EXIT_USAGE;
}
