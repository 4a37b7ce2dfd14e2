/** The recording process: frames from libpcap, by the package `cap`, to standard output (recorder-protocol.ts). */
import { OutputFile } from '../output/output-file.js';
import { PcapWriter } from '../output/pcap-writer.js';
import { linkTypeOf } from './link-type-of.js';
import type { RecorderMessage, RecorderOrder } from './recorder-protocol.js';
import { FrameRecord } from '../frame-record.js';

/** What is used of `cap`, which has no types of its own. */
interface Binding {
  /** Calls 'packet' listeners with the number of bytes it has put into `buffer`. Returns the link type in words. */
  open(device: string, filter: string, bufferBytes: number, buffer: Buffer): string;
  on(event: 'packet', listener: (length: number) => void): void;
  close(): void;
}

/** The binding asks libpcap for 65535 bytes of a frame. */
const LARGEST_FRAME_BYTES = 65535;
/** Frames are handed on when the loop has a turn, or at this many bytes: the binding does not return while frames come. */
const HAND_ON_BYTES = 64 * 1024;

/** Where the clocks of the day and of the process are further apart, somebody has set the first. */
const STEP_MILLISECONDS = 5;

/** The time of day, finer than Date tells it. */
class WallClock {
  private offset = Date.now() - performance.now();

  /** Seconds since 1970, to about a microsecond. */
  now(): number {
    const elapsed = performance.now();
    const coarse = Date.now();
    if (Math.abs(coarse - elapsed - this.offset) > STEP_MILLISECONDS) this.offset = coarse - elapsed;
    return (this.offset + elapsed) / 1000;
  }
}

const tell = (message: RecorderMessage): void => {
  if (process.connected) process.send?.(message);
};

async function record(order: RecorderOrder): Promise<void> {
  let binding: Binding;
  try {
    // A name that is no literal: the package is optional, so there may be nothing that the compiler could look at.
    const name: string = 'cap';
    binding = new ((await import(name)) as { default: { Cap: new () => Binding } }).default.Cap();
  } catch {
    tell({ kind: 'no-binding' });
    return;
  }
  const buffer = Buffer.alloc(LARGEST_FRAME_BYTES + 1);
  let linkType: number;
  try {
    linkType = linkTypeOf(binding.open(order.device, order.filter, order.bufferBytes, buffer));
  } catch (error) {
    tell({ kind: 'refused', reason: error instanceof Error ? error.message : String(error) });
    return;
  }
  handOn(binding, buffer, linkType, order);
}

function handOn(binding: Binding, buffer: Buffer, linkType: number, order: RecorderOrder): void {
  const { snapLength, count, durationSeconds } = order;
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  const clock = new WallClock();
  const frame = new FrameRecord();
  const output = OutputFile.open('-');
  const writer = new PcapWriter(output, 6, { linkType, snapLength });
  const endSeconds = durationSeconds === null ? Infinity : clock.now() + durationSeconds;
  let isWaiting = false;
  let hasStopped = false;
  let flushed = 0;

  const flush = (): void => {
    isWaiting = false;
    try {
      writer.flush();
      flushed = writer.byteCount;
    } catch {
      process.exit(); // nobody reads any more
    }
  };
  const stop = (): void => {
    if (hasStopped) return;
    hasStopped = true;
    binding.close();
    flush();
    tell({ kind: 'done' });
    process.disconnect();
  };
  binding.on('packet', (length) => {
    const now = clock.now();
    if (now >= endSeconds) {
      stop();
      return;
    }
    const seconds = Math.floor(now);
    const captured = Math.min(length, snapLength);
    frame.setBytes(buffer, view, 0, captured).setTime(seconds, Math.floor((now - seconds) * 1e9));
    frame.originalLength = length;
    writer.write(frame);
    if (writer.frameCount === count) stop();
    else if (writer.byteCount - flushed >= HAND_ON_BYTES) flush();
    else if (!isWaiting) {
      isWaiting = true;
      setImmediate(flush);
    }
  });
  process.on('message', stop); // there is only one
  process.on('disconnect', stop);
  if (durationSeconds !== null) setTimeout(stop, durationSeconds * 1000).unref();
  flush();
  tell({ kind: 'open' });
}

// Ctrl-C goes to every process of a terminal; the one that started this one decides what it means.
for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, () => undefined);
await record(JSON.parse(process.argv[2]) as RecorderOrder);
