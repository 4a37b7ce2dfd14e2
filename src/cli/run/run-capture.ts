/** Records an interface's traffic as the command line asks for it: to captures, or through the pipeline. */

import { FrameRecord } from '../../capture/frame-record.js';
import type { LiveCapture } from '../../capture/live/live-capture.js';
import { openWriter } from '../../capture/output/open-writer.js';
import { RingWriter } from '../../capture/output/ring-writer.js';
import type { WriterOptions } from '../../capture/output/capture-writer.js';
import { deviceOf, ringSize, type CaptureArguments } from '../commands/capture-options.js';
import { EXIT_CAPTURE, EXIT_SUCCESS, UsageError } from '../exit-codes.js';
import { complain, print } from '../print.js';
import { startProgress } from '../progress.js';
import { recordingLines, startRecording, type Recording } from './recording.js';

/** Returns the exit code. Ends at --count, --duration or a signal; all that was recorded until then is kept. */
export async function captureFiles(given: CaptureArguments): Promise<number> {
  if (given.replay) {
    const { replayLive } = await import('./replay-live.js');
    return replayLive(given);
  }
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
    const { interfaceName } = deviceOf(given.interface);
    const [{ linkType, snapLength }] = live.interfaces;
    const interfaces = [{ name: interfaceName ?? live.name, linkType, snapLength }];
    const options = { interfaces, timestampDigits: 6 };
    const files =
      ring === null
        ? await recordTo(output, options, live)
        : await recordRing(new RingWriter(output, ring, options), live);
    progress.stop();
    return report(recording, files, given, output === '-' ? complain : print);
  } finally {
    progress.stop();
    await live.close();
  }
}

async function recordTo(output: string, options: WriterOptions, live: LiveCapture): Promise<string[]> {
  const writer = openWriter(output, options);
  const frame = new FrameRecord();
  try {
    for (let batch = await live.next(); batch !== null; batch = await live.next()) {
      for (let i = 0; i < batch.count; i++) writer.write(frame.setFrame(batch, i));
      await writer.drain();
    }
    await writer.close();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  return [output];
}

async function recordRing(ring: RingWriter, live: LiveCapture): Promise<string[]> {
  const frame = new FrameRecord();
  try {
    for (let batch = await live.next(); batch !== null; batch = await live.next()) {
      for (let i = 0; i < batch.count; i++) {
        if (ring.isFullFor(batch.capturedLength[i])) await ring.rotate();
        ring.current.write(frame.setFrame(batch, i));
      }
    }
    await ring.close();
  } catch (error) {
    await ring.abort();
    throw error;
  }
  return ring.kept;
}

function report(
  { live, summary }: Recording,
  files: readonly string[],
  { quiet, json }: CaptureArguments,
  say: (line: string) => void,
): number {
  const recorded = summary(files);
  if (live.damage !== null) complain(`vppcap: ${live.damage.message}; what came before was recorded`);
  if (json) say(JSON.stringify(recorded, null, 2));
  else if (!quiet) for (const line of recordingLines(recorded)) say(line);
  return live.damage === null ? EXIT_SUCCESS : EXIT_CAPTURE;
}
