/**
 * Opens a capture, whatever it is: packed or not, classic pcap or pcapng, a file, a FIFO or standard input. Frames come in batches, and
 * are not copied.
 */
import { openWindow } from '../source/open-source.js';
import { oneBatch, type ByteWindow } from '../source/byte-window.js';
import { CaptureError, type FrameReader } from '../frame-batch.js';
import { isPcapMagic, openPcap } from '../pcap/pcap-reader.js';
import { SECTION_HEADER } from '../pcapng/pcapng-blocks.js';
import { openPcapng } from '../pcapng/pcapng-reader.js';

/** Bytes that tell the capture formats apart. */
const MAGIC_BYTES = 4;

/**
 * Opens the capture at a path, or on standard input for '-', for reading batch by batch. `supply` has the batches that are filled;
 * `name` is what messages call it.
 * Rejects with CaptureError, one sentence for the user, where there is no capture.
 */
export async function openBatches(path: string, supply = oneBatch(), name = path): Promise<FrameReader> {
  const window = await openWindow(path, supply, name);
  try {
    return await recognise(window);
  } catch (error) {
    await window.source.close();
    throw error;
  }
}

/** Opens captures for `use`, and closes them whatever comes of it. Rejects as `openBatches` does, or `use`. */
export async function withCaptures<T>(
  paths: readonly string[],
  use: (readers: readonly FrameReader[]) => Promise<T>,
): Promise<T> {
  const readers: FrameReader[] = [];
  try {
    for (const path of paths) readers.push(await openBatches(path));
    return await use(readers);
  } finally {
    for (const reader of readers) await reader.close();
  }
}

async function recognise(window: ByteWindow): Promise<FrameReader> {
  const { source } = window;
  if (!(await window.atLeast(MAGIC_BYTES))) {
    if (source.failure !== null) throw new CaptureError(`${source.name}: ${source.failure}`);
    if (window.unparsed === 0) throw new CaptureError(`${source.name}: empty file, expected a pcap or pcapng capture`);
    throw new CaptureError(`${source.name}: not a capture: it has only ${window.unparsed} bytes`);
  }
  const { view, start } = window;
  if (isPcapMagic(view, start)) return openPcap(window);
  if (view.getUint32(start) === SECTION_HEADER) return openPcapng(window);
  const bytes = window.bytes.subarray(start, window.end);
  const { notACapture } = await import('./other-content.js');
  const what = notACapture(bytes, source.name);
  const starts = Array.from(bytes.subarray(0, MAGIC_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  throw new CaptureError(
    `${source.name}: not a pcap or pcapng capture: it starts with ${starts}${what === null ? '' : ` (${what})`}`,
  );
}
