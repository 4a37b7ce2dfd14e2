/** Opens a capture, whatever it is: packed or not, classic pcap or pcapng, a file, a FIFO or standard input. */
import { openByteSource } from './byte-source.js';
import type { ByteSource } from './byte-source.js';
import { ByteWindow, OneBatch, type BatchSupply } from './byte-window.js';
import { CaptureError } from './frame-batch.js';
import type { FrameReader } from './frame-batch.js';
import { isPcapMagic, openPcap } from './pcap-reader.js';
import { SECTION_HEADER } from './pcapng-blocks.js';
import { openPcapng } from './pcapng-reader.js';

/** Bytes that tell the capture formats apart. */
const MAGIC_BYTES = 4;

/** Files that are taken for captures now and then, by their first bytes. */
const OTHER_FORMATS: readonly { readonly starts: string; readonly what: string }[] = [
  { starts: '1f 8b 08', what: 'gzip data within gzip data; unpack it once' },
  { starts: '50 4b 03 04', what: 'a zip archive' },
  { starts: 'fd 37 7a 58', what: 'xz data; unpack it first' },
  { starts: '28 b5 2f fd', what: 'zstd data; unpack it first' },
  { starts: '42 5a 68', what: 'bzip2 data; unpack it first' },
  { starts: '04 22 4d 18', what: 'lz4 data; unpack it first' },
  { starts: '73 6e 6f 6f', what: 'a snoop capture' },
  { starts: '62 74 73 6e', what: 'a Bluetooth snoop capture' },
];

/**
 * Opens the capture at a path, or on standard input for '-'. `supply` has the batches that are filled.
 * Rejects with CaptureError, one sentence for the user, where there is no capture.
 */
export async function openCapture(path: string, supply: BatchSupply = new OneBatch()): Promise<FrameReader> {
  const source = await openByteSource(path);
  try {
    return await recognise(source, supply);
  } catch (error) {
    await source.close();
    throw error;
  }
}

async function recognise(source: ByteSource, supply: BatchSupply): Promise<FrameReader> {
  const window = new ByteWindow(source, supply);
  if (!(await window.atLeast(MAGIC_BYTES))) {
    if (source.failure !== null) throw new CaptureError(`${source.name}: ${source.failure}`);
    if (window.unparsed === 0) {
      throw new CaptureError(`${source.name}: empty file, expected a pcap or pcapng capture`);
    }
    throw new CaptureError(`${source.name}: not a capture: it has only ${window.unparsed} bytes`);
  }
  const { view, start } = window;
  if (isPcapMagic(view, start)) return openPcap(window);
  if (view.getUint32(start) === SECTION_HEADER) return openPcapng(window);
  const starts = Array.from({ length: MAGIC_BYTES }, (_, i) =>
    view
      .getUint8(start + i)
      .toString(16)
      .padStart(2, '0'),
  );
  const hex = starts.join(' ');
  const other = OTHER_FORMATS.find((format) => hex.startsWith(format.starts));
  const hint = other === undefined ? '' : ` (${other.what})`;
  throw new CaptureError(`${source.name}: not a pcap or pcapng capture: it starts with ${hex}${hint}`);
}
