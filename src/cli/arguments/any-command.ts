/** Any command, by the whole command line: errors become words and exit codes. */

import { runCommandLine } from './command-line.js';
import { fail } from '../failure.js';
import { watchStandardStreams } from '../standard-streams.js';

export async function runAnyCommand(args: readonly string[]): Promise<void> {
  watchStandardStreams();
  try {
    await runCommandLine(args);
  } catch (error) {
    fail(error);
  }
}
