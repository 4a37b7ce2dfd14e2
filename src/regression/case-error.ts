/** A case that cannot be run as it stands. The message is one sentence for the user; the exit code is 2. */
export class CaseFileError extends Error {
  override readonly name = 'CaseFileError';
}
