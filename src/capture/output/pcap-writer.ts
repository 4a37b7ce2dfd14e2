/** Writer of classic pcap captures (draft-ietf-opsawg-pcap): little-endian, Ethernet, micro- or nanoseconds. */
import { CaptureWriter, type WriterInterface } from './capture-writer.js';
import { copyFrame } from '../copy-frame.js';
import { LINKTYPE_ETHERNET } from '../frame-batch.js';
import { SNAP_LENGTH, type FrameRecord } from '../frame-record.js';
import type { OutputFile } from './output-file.js';
import { RECORD_HEADER_BYTES, unitsOf, writeRecord } from '../pcap/pcap-record.js';

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const FILE_HEADER_BYTES = 24;

export class PcapWriter extends CaptureWriter {
  /** FrameBatch.recordDigits of batches whose records may be written to `output` as they are. */
  readonly recordDigits: number;

  constructor(
    readonly output: OutputFile,
    timestampDigits: number,
    { linkType = LINKTYPE_ETHERNET, snapLength = SNAP_LENGTH }: Omit<WriterInterface, 'name'> = {},
  ) {
    super();
    this.outputs.push(output);
    this.recordDigits = timestampDigits > 6 ? 9 : 6;
    const at = output.reserve(FILE_HEADER_BYTES);
    const { view } = output;
    view.setUint32(at, timestampDigits > 6 ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS, true);
    view.setUint16(at + 4, 2, true);
    view.setUint16(at + 6, 4, true);
    view.setUint32(at + 8, 0, true);
    view.setUint32(at + 12, 0, true);
    view.setUint32(at + 16, snapLength, true);
    view.setUint32(at + 20, linkType, true);
  }

  write({ bytes, view, at, length, originalLength, seconds, nanoseconds }: FrameRecord): void {
    const { output } = this;
    const captured = length > SNAP_LENGTH ? SNAP_LENGTH : length;
    const record = output.reserve(RECORD_HEADER_BYTES + captured);
    const to = output.view;
    const original = originalLength > length ? originalLength : length;
    writeRecord(to, record, seconds, unitsOf(nanoseconds, this.recordDigits), captured, original);
    copyFrame(bytes, view, at, output.bytes, to, record + RECORD_HEADER_BYTES, captured);
    this.frameCount++;
  }
}
