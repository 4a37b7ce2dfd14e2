/** Runs the pipeline on an interface's traffic: `vppcap capture --replay`. */

import { replay } from '../../replay/replay.js';
import { startRecording, recordingLines, type Recording } from './recording.js';
import { deviceOf, type CaptureArguments } from '../commands/capture-options.js';
import { complainOfInput } from '../complain-of-input.js';
import { UsageError } from '../exit-codes.js';
import { complain, print } from '../print.js';
import { startProgress } from '../progress.js';
import { replaySummaryLines } from './replay-summary.js';
import { readScript } from './read-script.js';

/** Returns the exit code. */
export async function replayLive(given: CaptureArguments): Promise<number> {
  if (given.ring !== undefined) throw new UsageError('--ring records what arrives; it does not go with --replay');
  const { device, interfaceName } = deviceOf(given.interface);
  let recording: Recording | null = null;
  const open = async (): Promise<Recording['live']> => {
    recording = await startRecording(given);
    return recording.live;
  };
  const { output = null, drops = null, verdicts = null } = given;
  const script = readScript(given);
  const progress = startProgress('replaying', !given.quiet);
  const { watch } = progress;
  const summary = await replay({
    captures: [{ path: device, interfaceName, open }],
    script,
    output,
    drops,
    verdicts,
    fixChecksums: given['fix-checksums'],
    watch,
  }).finally(progress.stop);
  const recorded = (recording as Recording | null)?.summary([]) ?? null;
  const exitCode = complainOfInput(summary, 'what came before was replayed');
  const say = [output, drops, verdicts].includes('-') ? complain : print;
  if (given.json) say(JSON.stringify({ ...summary, recorded }, null, 2));
  else if (!given.quiet) {
    for (const line of [...replaySummaryLines(summary), '', ...(recorded === null ? [] : recordingLines(recorded))])
      say(line);
  }
  return exitCode;
}
