import { UserError } from '../capture/user-error.js';

/** A case that cannot be run as it stands. The message is one sentence for the user. */
export class CaseFileError extends UserError {
  override readonly name = 'CaseFileError';
  readonly exitCode = 2;
}
