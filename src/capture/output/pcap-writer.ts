/** Writer of classic pcap captures (draft-ietf-opsawg-pcap): little-endian, Ethernet, micro- or nanoseconds. */
import { CaptureWriter, SNAP_LENGTH, type WriterInterface } from './capture-writer.js';
import { copyFrame } from '../copy-frame.js';
import { LINKTYPE_ETHERNET } from '../frame-batch.js';
import type { FrameRecord } from '../frame-record.js';
import type { OutputFile } from './output-file.js';
import { RECORD_HEADER_BYTES, writeRecord } from '../pcap/pcap-record.js';

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const FILE_HEADER_BYTES = 24;

export class PcapWriter extends CaptureWriter {
  /** FrameBatch.recordDigits of batches whose records `writeRecords` takes. */
  readonly recordDigits: number;
  private readonly isNanoseconds: boolean;

  constructor(
    private readonly output: OutputFile,
    timestampDigits: number,
    { linkType = LINKTYPE_ETHERNET, snapLength = SNAP_LENGTH }: Omit<WriterInterface, 'name'> = {},
  ) {
    super();
    this.outputs.push(output);
    this.isNanoseconds = timestampDigits > 6;
    this.recordDigits = this.isNanoseconds ? 9 : 6;
    const at = output.reserve(FILE_HEADER_BYTES);
    const { view } = output;
    view.setUint32(at, this.isNanoseconds ? MAGIC_NANOSECONDS : MAGIC_MICROSECONDS, true);
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
    writeRecord(to, record, seconds, this.unitsOf(nanoseconds), captured, original);
    copyFrame(bytes, view, at, output.bytes, to, record + RECORD_HEADER_BYTES, captured);
    this.frameCount++;
  }

  /** What a record's fraction of a second says: micro- or nanoseconds. */
  unitsOf(nanoseconds: number): number {
    return this.isNanoseconds ? nanoseconds : (nanoseconds / 1000) | 0;
  }

  /** Writes bytes [from, to): whole records as this writer would write them. Throws OutputError. */
  writeRecords(bytes: Uint8Array, from: number, to: number): void {
    this.output.write(bytes, from, to);
  }

  /** Where in the file the next `length` bytes of records go, which somebody else writes there; null where that cannot be. */
  reserveRecords(length: number): number | null {
    return this.output.reserveRange(length);
  }

  /** Writes bytes [from, to) where `reserveRecords` said. Throws OutputError. */
  writeRecordsAt(bytes: Uint8Array, from: number, to: number, position: number): void {
    this.output.writeAt(bytes, from, to, position);
  }

  /** True where `reserveRecords` finds a place. */
  get hasPositions(): boolean {
    return this.output.hasPositions;
  }

  /** The file that reserved records are written to. */
  get descriptor(): number {
    return this.output.descriptor;
  }
}
