/** A frame on its way into a capture. Whoever hands on many fills one record anew for each, so that nothing is made per frame. */

import { DIRECTION_UNKNOWN, type FrameBatch } from './frame-batch.js';
import type { MemoryFrame } from './memory-capture.js';

/** libpcap's MAXIMUM_SNAPLEN: readers refuse longer records, so longer frames are cut (their original length tells). */
export const SNAP_LENGTH = 262144;

const NOTHING = new Uint8Array(0);
const NO_COMMENTS: readonly string[] = [];

/** What stands in a record besides the frame's bytes. */
type Stamp = Omit<MemoryFrame, 'bytes'> & Partial<Pick<FrameRecord, 'comments' | 'direction'>>;

export class FrameRecord {
  /** The frame is bytes [at, at + length); `view` is over the same bytes. They are lent for as long as the record is read. */
  bytes: Uint8Array = NOTHING;
  view: DataView = new DataView(NOTHING.buffer);
  at = 0;
  length = 0;
  /** Bytes the frame had on the wire. */
  originalLength = 0;
  /** Since 1970, and within that second. */
  seconds = 0;
  nanoseconds = 0;
  /** Index in the interfaces that the capture has announced. */
  interfaceIndex = 0;
  /** Comments and DIRECTION_ go where a format has a place for them. */
  comments: readonly string[] = NO_COMMENTS;
  direction = DIRECTION_UNKNOWN;

  static of(bytes: Uint8Array, stamp: Stamp): FrameRecord {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const record = new FrameRecord().setBytes(bytes, view, 0, bytes.length);
    return Object.assign(record, stamp);
  }

  /** The same, with bytes of its own. */
  copy(): FrameRecord {
    const bytes = this.bytes.slice(this.at, this.at + this.length);
    return Object.assign(new FrameRecord(), this).setBytes(bytes, new DataView(bytes.buffer), 0, bytes.length);
  }

  setBytes(bytes: Uint8Array, view: DataView, at: number, length: number): this {
    this.bytes = bytes;
    this.view = view;
    this.at = at;
    this.length = length;
    return this;
  }

  setTime(seconds: number, nanoseconds: number): this {
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    return this;
  }

  setFrame(batch: FrameBatch, i: number): this {
    this.setBytes(batch.bytes, batch.view, batch.offset[i], batch.capturedLength[i]);
    this.originalLength = batch.originalLength[i];
    return this.setTime(batch.seconds[i], batch.nanoseconds[i]);
  }
}
