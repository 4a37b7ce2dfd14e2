/**
 * Frames that leave where they came in: with their length unchanged, between the records of a classic pcap that is written as
 * such again, neighbours are written together with their record headers, without a copy where they are many.
 */

import { SNAP_LENGTH } from '../capture/capture-writer.js';
import type { FrameBatch } from '../capture/frame-batch.js';
import { RECORD_HEADER_BYTES, type PcapWriter } from '../capture/pcap-writer.js';
import type { PacketBuffer } from '../pipeline/packet-buffer.js';

export class RecordRun {
  private bytes: Uint8Array = new Uint8Array(0);
  private start = 0;
  private end = 0;
  private count = 0;

  constructor(private readonly writer: PcapWriter) {}

  /** Adds frame `i` of a batch, which left as `b`, if it can be written as it stands; false where it has to be written anew. */
  add(b: PacketBuffer, batch: FrameBatch, i: number): boolean {
    const { bytes, at, length } = b;
    if (bytes !== batch.bytes || at !== batch.offset[i] || length !== batch.capturedLength[i]) return false;
    if (length > SNAP_LENGTH || !this.takes(batch)) return false;
    this.extend(batch, i, i + 1);
    return true;
  }

  /** True where a batch's records are such as the writer would write. */
  takes({ recordDigits }: FrameBatch): boolean {
    return recordDigits === this.writer.recordDigits;
  }

  /** Adds frames [first, end) of a batch that it takes. None of them is longer than SNAP_LENGTH. */
  extend({ bytes, offset, capturedLength }: FrameBatch, first: number, end: number): void {
    const record = offset[first] - RECORD_HEADER_BYTES;
    if (record !== this.end || bytes !== this.bytes) {
      this.flush();
      this.bytes = bytes;
      this.start = record;
    }
    this.end = offset[end - 1] + capturedLength[end - 1];
    this.count += end - first;
  }

  /** Writes the run. Throws OutputError. */
  flush(): void {
    if (this.count > 0) this.writer.writeRecords(this.bytes, this.start, this.end, this.count);
    this.count = 0;
    this.end = 0;
  }
}
