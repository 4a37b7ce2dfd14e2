/**
 * A plain replay, without the whole command line. What this imports becomes one script, which cached-script.ts can load with
 * the code that V8 made of it (scripts/bundle.mjs).
 */

import { quickReplay } from './quick-replay.js';
import type { ReplayArguments } from './replay-options.js';
import { watchStandardStreams } from './standard-streams.js';

/** Starts the replay that the arguments ask for; false where another command line has to make sense of them. */
export function startPlainReplay(args: readonly string[]): boolean {
  const quick = quickReplay(args);
  if (quick) void replay(quick);
  return quick !== null;
}

async function replay(quick: ReplayArguments): Promise<void> {
  watchStandardStreams();
  try {
    const { replayFiles } = await import('./replay-files.js');
    process.exitCode = await replayFiles(quick);
  } catch (error) {
    (await import('./failure.js')).fail(error);
  }
}
