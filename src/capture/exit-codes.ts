/** Exit codes, the same for every command. Never a count. An error that people can do something about has its own. */

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
