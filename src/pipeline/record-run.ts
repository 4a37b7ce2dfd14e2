/**
 * Frames that leave where they came in: with their length unchanged, between the records of a classic pcap that is written as
 * such again, neighbours are copied together with their record headers. This saves 15 % of a replay of 60-byte frames
 * (bench/README.md, "record runs").
 */

import { SNAP_LENGTH } from '../capture/capture-writer.js';
import { RECORD_HEADER_BYTES, type PcapWriter } from '../capture/pcap-writer.js';
import type { Ingress } from './ingress.js';
import type { PacketBuffer } from './packet-buffer.js';

export class RecordRun {
  private bytes: Uint8Array = new Uint8Array(0);
  private start = 0;
  private end = 0;
  private count = 0;

  constructor(private readonly writer: PcapWriter) {}

  /** Adds the frame that is running, if it can be copied as it stands; false where it has to be written anew. */
  add(b: PacketBuffer, { chunk, offset, capturedLength, recordDigits }: Ingress): boolean {
    const { bytes, at, length } = b;
    if (bytes !== chunk || at !== offset || length !== capturedLength || length > SNAP_LENGTH) return false;
    if (recordDigits !== this.writer.recordDigits) return false;
    const record = at - RECORD_HEADER_BYTES;
    if (record !== this.end || bytes !== this.bytes) {
      this.flush();
      this.bytes = bytes;
      this.start = record;
    }
    this.end = at + length;
    this.count++;
    return true;
  }

  /** Writes the run. Throws OutputError. */
  flush(): void {
    if (this.count > 0) this.writer.writeRecords(this.bytes, this.start, this.end, this.count);
    this.count = 0;
    this.end = 0;
  }
}
