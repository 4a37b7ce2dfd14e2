/** A recording of live traffic that runs, and what came of it. */

import {
  countedBetween,
  readInterfaceCounters,
  type InterfaceCounters,
} from '../../capture/live/interface-counters.js';
import { LiveCapture } from '../../capture/live/live-capture.js';
import { recorderOrder, type CaptureArguments } from '../commands/capture-options.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain } from '../print.js';

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
