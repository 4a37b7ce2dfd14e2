/** A recording of live traffic: what is asked for, what runs, and what came of it. */

import { UsageError } from '../../capture/user-error.js';
import {
  countedBetween,
  readInterfaceCounters,
  type InterfaceCounters,
} from '../../capture/live/interface-counters.js';
import { LiveCapture } from '../../capture/live/live-capture.js';
import type { RecorderOrder } from '../../capture/live/recorder-protocol.js';
import type { RingSize } from '../../capture/output/ring-writer.js';
import type { CaptureArguments } from '../commands/captures.js';
import { cleanUpOnSignals } from '../interrupt.js';
import { complain } from '../print.js';
import { wholeNumber } from '../common/argument-values.js';

/** What the binding takes of a frame at most. */
const LARGEST_SNAPLEN = 65535;

/** libpcap's buffer in the kernel: a third of a second of minimal frames at 1 Gbit/s. */
const BUFFER_BYTES = 32 * 1024 * 1024;

const SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600 };

/** As tcpdump -C and dumpcap count: powers of ten; powers of two by their own names. */
const BYTES: Readonly<Record<string, number>> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** A Node timer's longest time, some 24 days. */
const LARGEST_SECONDS = (2 ** 31 - 1) / 1000;

/** Throws UsageError. */
function recorderOrder(given: CaptureArguments, device: string): RecorderOrder {
  return {
    device,
    filter: given.filter ?? '',
    snapLength:
      given.snaplen === undefined ? LARGEST_SNAPLEN : wholeNumber('--snaplen', given.snaplen, LARGEST_SNAPLEN),
    count: given.count === undefined ? null : wholeNumber('--count', given.count),
    durationSeconds: given.duration === undefined ? null : durationSeconds(given.duration),
    bufferBytes: BUFFER_BYTES,
  };
}

/** '90', '90s', '15m' or '2h'. Throws UsageError. */
export function durationSeconds(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(s|m|h|)$/.exec(text);
  const seconds = parts === null ? 0 : Number(parts[1]) * SECONDS[parts[2]];
  if (seconds <= 0 || seconds > LARGEST_SECONDS)
    throw new UsageError(`--duration ${text}: expected a time such as 90s, 15m or 2h, up to 24 days`);
  return seconds;
}

/** '10x100MB'. Throws UsageError. */
export function ringSize(text: string): RingSize {
  const parts = /^(\d+)x(\d+(?:\.\d+)?)([kmg]i?b)$/i.exec(text);
  const files = parts === null ? 0 : Number(parts[1]);
  const bytes = parts === null ? 0 : Math.floor(Number(parts[2]) * BYTES[parts[3].toLowerCase()]);
  if (files < 1 || bytes < 1 || !Number.isSafeInteger(files) || !Number.isSafeInteger(bytes))
    throw new UsageError(`--ring ${text}: expected a number of files and their size, such as 10x100MB`);
  return { files, bytes };
}

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
export async function startRecording(given: CaptureArguments, device: string): Promise<Recording> {
  const order = recorderOrder(given, device);
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
