/** A capture in memory, read like any other. */

import {
  DIRECTION_UNKNOWN,
  FrameBatch,
  HEADROOM_BYTES,
  TAILROOM_BYTES,
  type CaptureInterface,
  type CopiedFrame,
  type FrameReader,
} from './frame-batch.js';

export interface MemoryFrame extends CopiedFrame {
  readonly interfaceIndex: number;
  /** DIRECTION_UNKNOWN where it is left out. */
  readonly direction?: number;
}

export class MemoryCapture implements FrameReader {
  readonly damage = null;
  private batch: FrameBatch | null = null;

  constructor(
    readonly name: string,
    readonly interfaces: readonly CaptureInterface[],
    frames: readonly MemoryFrame[],
  ) {
    if (frames.length === 0) return;
    const length = frames.reduce((sum, { bytes }) => sum + HEADROOM_BYTES + bytes.length, 0);
    const batch = new FrameBatch(new Uint8Array(length + TAILROOM_BYTES), frames.length + (frames.length % 2));
    let end = 0;
    for (const [
      i,
      { bytes, originalLength, seconds, nanoseconds, interfaceIndex, direction = DIRECTION_UNKNOWN },
    ] of frames.entries()) {
      end += HEADROOM_BYTES;
      batch.bytes.set(bytes, end);
      batch.offset[i] = end;
      batch.capturedLength[i] = bytes.length;
      batch.originalLength[i] = originalLength;
      batch.seconds[i] = seconds;
      batch.nanoseconds[i] = nanoseconds;
      batch.interfaceIndex[i] = interfaceIndex;
      batch.direction[i] = direction;
      batch.hasDirections ||= direction !== DIRECTION_UNKNOWN;
      end += bytes.length;
    }
    batch.count = frames.length;
    this.batch = batch;
  }

  /** All frames in one batch, once. */
  next(): Promise<FrameBatch | null> {
    const { batch } = this;
    this.batch = null;
    return Promise.resolve(batch);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
