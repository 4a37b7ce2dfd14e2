/** The frame that runs as it was received, for outputs that show it so: nodes rewrite frames in place. */

import type { CaptureWriter } from '../capture/output/capture-writer.js';
import { DIRECTION_INBOUND, type FrameBatch } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';

export class ReceivedFrame {
  private readonly frame = new FrameRecord();
  private bytes = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);

  /** Before a frame runs. */
  keep(batch: FrameBatch, index: number): void {
    const { bytes, offset, capturedLength, originalLength, seconds, nanoseconds } = batch;
    const length = capturedLength[index];
    if (this.bytes.length < length) {
      this.bytes = new Uint8Array(length * 2);
      this.view = new DataView(this.bytes.buffer);
    }
    this.bytes.set(bytes.subarray(offset[index], offset[index] + length));
    this.frame.setBytes(this.bytes, this.view, 0, length).setTime(seconds[index], nanoseconds[index]);
    this.frame.originalLength = Math.max(originalLength[index], length);
    this.frame.direction = DIRECTION_INBOUND;
  }

  /** Throws OutputError. */
  writeTo(writer: CaptureWriter, interfaceIndex: number, comments: readonly string[]): void {
    this.frame.interfaceIndex = interfaceIndex;
    this.frame.comments = comments;
    writer.write(this.frame);
  }
}
