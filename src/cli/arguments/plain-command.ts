/**
 * A plain replay or comparison, without the whole command line. What this imports becomes one script, which cached-script.ts
 * can load with the code that V8 made of it (scripts/bundle.mjs).
 */

import { quickReplay, quickVerify } from './quick-arguments.js';
import { watchStandardStreams } from '../standard-streams.js';

/** Runs what the arguments ask for; null where another command line has to make sense of them. */
export function runPlainCommand(args: readonly string[]): Promise<void> | null {
  const replay = quickReplay(args);
  if (replay) return run(async () => (await import('../run/run-replay.js')).replayFiles(replay));
  const verify = quickVerify(args);
  if (verify) return run(async () => (await import('../run/run-verify.js')).verifyFiles(verify));
  return null;
}

/** @param command gives the exit code */
async function run(command: () => Promise<number>): Promise<void> {
  watchStandardStreams();
  try {
    process.exitCode = await command();
  } catch (error) {
    (await import('../failure.js')).fail(error);
  }
}
