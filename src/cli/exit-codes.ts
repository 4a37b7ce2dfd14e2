/** Exit codes, the same for every command. Never a count. */

export const EXIT_SUCCESS = 0;
/** The comparison found differences. */
export const EXIT_DIFFERENCES = 1;
/** Wrong usage or configuration. */
export const EXIT_USAGE = 2;
/** An input capture is unreadable or damaged, or has no frame that could be replayed. */
export const EXIT_CAPTURE = 3;
/** An output could not be written. */
export const EXIT_OUTPUT = 4;
/** A fault in vppcap itself (sysexits' EX_SOFTWARE): apart from the others, so that it is never taken for a verdict. */
export const EXIT_INTERNAL = 70;

/** Wrong usage of the command line. The message is one sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** By name, so that a command that fails early has not loaded the modules the other errors live in. */
const CODE_BY_ERROR: Readonly<Record<string, number>> = {
  UsageError: EXIT_USAGE,
  ConfigError: EXIT_USAGE,
  CaseFileError: EXIT_USAGE,
  CaptureError: EXIT_CAPTURE,
  OutputError: EXIT_OUTPUT,
};

export const exitCodeOf = (error: unknown): number =>
  error instanceof Error && Object.hasOwn(CODE_BY_ERROR, error.name) ? CODE_BY_ERROR[error.name] : EXIT_INTERNAL;
