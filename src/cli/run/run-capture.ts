/** Records an interface's traffic as the command line asks for it: to captures, or through the pipeline. */

import { UsageError } from '../../capture/user-error.js';
import { FrameRecord } from '../../capture/frame-record.js';
import type { LiveCapture } from '../../capture/live/live-capture.js';
import { openWriter } from '../../capture/output/open-writer.js';
import { RingWriter, type RingSize } from '../../capture/output/ring-writer.js';
import type { CaptureWriter, WriterOptions } from '../../capture/output/capture-writer.js';
import { replay } from '../../replay/replay.js';
import type { CaptureArguments } from '../commands/captures.js';
import { complainOfInput } from '../complain-of-input.js';
import { EXIT_CAPTURE, EXIT_SUCCESS } from '../../capture/exit-codes.js';
import { complain, print, printResult } from '../print.js';
import { startProgress } from '../progress.js';
import { parseCaptureArgument } from '../common/argument-values.js';
import { readScript } from '../common/read-script.js';
import { recordingLines, ringSize, startRecording, type Recording } from './recording.js';
import { replaySummaryLines } from '../common/replay-summary.js';

/** Returns the exit code. Ends at --count, --duration or a signal; all that was recorded until then is kept. */
export async function captureFiles(given: CaptureArguments): Promise<number> {
  if (given.replay) return replayLive(given);
  for (const option of ['config', 'release', 'drops', 'verdicts'] as const)
    if (given[option] !== undefined) throw new UsageError(`--${option} goes with --replay`);
  if (given.output === undefined)
    throw new UsageError('name where to record to with --output, or - for standard output');
  const { output } = given;
  const ring = given.ring === undefined ? null : ringSize(given.ring);
  if (ring !== null && !/\.[^./]+$/.test(output))
    throw new UsageError(
      `--ring needs an output with a name such as x.pcap, which makes x_00001.pcap, x_00002.pcap and on`,
    );
  const recording = await startRecording(given);
  const { live } = recording;
  const progress = startProgress('recorded', !given.quiet);
  progress.watch(() => ({ frames: live.frameCount, bytesRead: 0, totalBytes: null }));
  try {
    const { interfaceName } = parseCaptureArgument(given.interface);
    const [{ linkType, snapLength }] = live.interfaces;
    const interfaces = [{ name: interfaceName ?? live.name, linkType, snapLength }];
    const options = { interfaces, timestampDigits: 6, isSynced: given.sync };
    const files = await recordTo(output, ring, options, live);
    progress.stop();
    return report(recording, files, given, output === '-' ? complain : print);
  } finally {
    progress.stop();
    await live.close();
  }
}

/** Returns the files that were written and are still there. */
async function recordTo(
  output: string,
  size: RingSize | null,
  options: WriterOptions,
  live: LiveCapture,
): Promise<readonly string[]> {
  const ring = size === null ? null : new RingWriter(output, size, options);
  const all = ring ?? openWriter(output, options);
  const current = (): CaptureWriter => (all instanceof RingWriter ? all.current : all);
  const frame = new FrameRecord();
  try {
    for (let batch = await live.next(); batch !== null; batch = await live.next()) {
      for (let i = 0; i < batch.count; i++) {
        if (ring?.isFullFor(batch.capturedLength[i])) await ring.rotate();
        current().write(frame.setFrame(batch, i));
      }
      await current().drain();
    }
    await all.close();
  } catch (error) {
    await all.abort();
    throw error;
  }
  return ring?.kept ?? [output];
}

function report(
  { live, summary }: Recording,
  files: readonly string[],
  { quiet, json }: CaptureArguments,
  say: (line: string) => void,
): number {
  const recorded = summary(files);
  if (live.damage !== null) complain(`vppcap: ${live.damage.message}; what came before was recorded`);
  printResult(json, recorded, quiet ? [] : recordingLines(recorded), say);
  return live.damage === null ? EXIT_SUCCESS : EXIT_CAPTURE;
}

/** Runs the pipeline on what arrives. */
async function replayLive(given: CaptureArguments): Promise<number> {
  if (given.ring !== undefined) throw new UsageError('--ring records what arrives; it does not go with --replay');
  const { path: device, interfaceName } = parseCaptureArgument(given.interface);
  let recording: Recording | null = null;
  const open = async (): Promise<Recording['live']> => {
    recording = await startRecording(given);
    return recording.live;
  };
  const { output = null, drops = null, verdicts = null } = given;
  const script = readScript(given);
  const progress = startProgress('replaying', !given.quiet);
  const summary = await replay({
    captures: [{ path: device, interfaceName, open }],
    script,
    output,
    drops,
    verdicts,
    fixChecksums: given.fixChecksums,
    sync: given.sync,
    watch: progress.watch,
  }).finally(progress.stop);
  const recorded = (recording as Recording | null)?.summary([]) ?? null;
  const exitCode = complainOfInput(summary, 'what came before was replayed');
  const say = [output, drops, verdicts].includes('-') ? complain : print;
  const lines = [...replaySummaryLines(summary), '', ...(recorded === null ? [] : recordingLines(recorded))];
  printResult(given.json, { ...summary, recorded }, given.quiet ? [] : lines, say);
  return exitCode;
}
