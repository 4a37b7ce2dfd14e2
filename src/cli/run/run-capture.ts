/** Records an interface's traffic as the command line asks for it: to captures, or through the pipeline. */

import { FrameRecord } from '../../capture/frame-record.js';
import {
  countedBetween,
  readInterfaceCounters,
  type InterfaceCounters,
} from '../../capture/live/interface-counters.js';
import { LiveCapture } from '../../capture/live/live-capture.js';
import { openWriter } from '../../capture/output/open-writer.js';
import { RingWriter } from '../../capture/output/ring-writer.js';
import type { WriterOptions } from '../../capture/output/capture-writer.js';
import { deviceOf, recorderOrder, ringSize, type CaptureArguments } from '../commands/capture-options.js';
import { EXIT_CAPTURE, EXIT_SUCCESS, UsageError } from '../exit-codes.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain, print } from '../print.js';
import { startProgress } from '../progress.js';

/** What was recorded: the shape of --json. */
export interface RecordingSummary {
  readonly interface: string;
  readonly filter: string;
  readonly frames: number;
  readonly seconds: number;
  /** Captures that were written and are still there. */
  readonly files: readonly string[];
  /** What the system counted on the interface meanwhile; null where it does not tell. */
  readonly interfaceCounters: InterfaceCounters | null;
  /** Frames that libpcap had no room for; null: `cap` does not tell. */
  readonly droppedByKernel: number | null;
}

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

export interface Recording {
  readonly live: LiveCapture;
  /** What was recorded by now. */
  readonly summary: (files: readonly string[]) => RecordingSummary;
}

/** Starts to record, and ends it at the first signal. Rejects with UsageError or CaptureError. */
export async function startRecording(given: CaptureArguments): Promise<Recording> {
  const order = recorderOrder(given);
  const wish: { isToEnd: boolean; live: LiveCapture | null } = { isToEnd: false, live: null };
  cleanUpOnSignals(() => {
    wish.isToEnd = true;
    wish.live?.stop();
  });
  const before = readInterfaceCounters(order.device);
  const live = await LiveCapture.open(order);
  const start = performance.now();
  wish.live = live;
  if (wish.isToEnd) live.stop();
  if (!given.quiet) complain(`vppcap: recording ${order.device}; Ctrl-C ends it`);
  return {
    live,
    summary: (files) => ({
      interface: order.device,
      filter: order.filter,
      frames: live.frameCount,
      seconds: Math.round(performance.now() - start) / 1000,
      files,
      interfaceCounters: countedBetween(before, readInterfaceCounters(order.device)),
      droppedByKernel: null,
    }),
  };
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

/** The summary in words. */
export function recordingLines(recorded: RecordingSummary): string[] {
  const { frames, seconds, files, interfaceCounters: counted } = recorded;
  const where =
    files.length === 0
      ? ''
      : files.length === 1
        ? ` to ${files[0]}`
        : ` to ${files.length} files, the last of them ${files[files.length - 1]}`;
  const lines = [
    `recorded ${frames} ${frames === 1 ? 'frame' : 'frames'} from ${recorded.interface} in ${seconds.toFixed(1)} s${where}`,
  ];
  if (counted !== null)
    lines.push(
      `the system counted ${counted.received} received, ${counted.sent} sent and ${counted.dropped} dropped on it meanwhile`,
    );
  lines.push('how many frames the kernel had no room for is not known: the package cap does not tell');
  return lines;
}
