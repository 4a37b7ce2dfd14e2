/**
 * Copies a capture without some of its frames. The rest stays byte for byte: the format, interfaces and their names, timestamps,
 * lengths, flags and comments; only gzip is unpacked.
 */

import { openWindow } from '../source/open-source.js';
import type { ByteWindow } from '../source/byte-window.js';
import { CaptureError } from '../frame-batch.js';
import { OutputFile } from '../output/output-file.js';
import { FILE_HEADER_BYTES, isPcapMagic, lengthsAt, readHeader } from '../pcap/pcap-reader.js';
import * as blocks from '../pcapng/pcapng-blocks.js';

/**
 * @param leftOut numbers of the frames that are left out, from 1
 * Rejects with CaptureError for a capture that has changed since it was read whole, and with OutputError.
 */
export async function copyWithout(from: string, to: string, leftOut: ReadonlySet<number>): Promise<void> {
  const window = await openWindow(from);
  try {
    const file = OutputFile.open(to);
    try {
      const isWhole = (await window.atLeast(4)) && (await copyRecords(window, file, leftOut));
      if (!isWhole) throw new CaptureError(`${from}: has changed while it was copied`);
      await file.close();
    } catch (error) {
      await file.abort();
      throw error;
    }
  } finally {
    await window.source.close();
  }
}

const copyRecords = (window: ByteWindow, file: OutputFile, leftOut: ReadonlySet<number>): Promise<boolean> =>
  isPcapMagic(window.view, window.start) ? copyPcap(window, file, leftOut) : copyPcapng(window, file, leftOut);

/** False where the capture ends within a record. */
async function copyPcap(window: ByteWindow, file: OutputFile, leftOut: ReadonlySet<number>): Promise<boolean> {
  if (!(await window.atLeast(FILE_HEADER_BYTES))) return false;
  const header = readHeader(window.view, window.start);
  const headerBytes = header.recordHeaderBytes;
  pass(window, FILE_HEADER_BYTES, file);
  for (let number = 1; await window.atLeast(headerBytes); number++) {
    const [captured] = lengthsAt(header, window.view, window.start);
    if (!(await window.atLeast(headerBytes + captured))) return false;
    pass(window, headerBytes + captured, leftOut.has(number) ? null : file);
  }
  return window.unparsed === 0;
}

async function copyPcapng(window: ByteWindow, file: OutputFile, leftOut: ReadonlySet<number>): Promise<boolean> {
  let [little, number] = [true, 0];
  while (await window.atLeast(blocks.MINIMUM_BLOCK_BYTES)) {
    const type = window.view.getUint32(window.start, little);
    if (type === blocks.SECTION_HEADER)
      little = window.view.getUint32(window.start + 8, true) === blocks.BYTE_ORDER_MAGIC;
    const total = window.view.getUint32(window.start + 4, little);
    if (total < blocks.MINIMUM_BLOCK_BYTES || !(await window.atLeast(total))) return false;
    if (blocks.isPacket(type)) number++;
    pass(window, total, blocks.isPacket(type) && leftOut.has(number) ? null : file);
  }
  return window.unparsed === 0;
}

/** Goes on by `length` bytes, which go to the file, if any. */
function pass(window: ByteWindow, length: number, file: OutputFile | null): void {
  file?.write(window.bytes, window.start, window.start + length);
  window.start += length;
}
