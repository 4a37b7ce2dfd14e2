/** A capture in memory: filled frame by frame, then read like any other. */

import { FrameBatch, TAILROOM_BYTES, type CaptureInterface, type FrameReader } from './frame-batch.js';
import type { FrameRecord } from './frame-record.js';

const FIRST_BYTES = 64 * 1024;
const FIRST_FRAMES = 256;

export class MemoryCapture implements FrameReader {
  readonly damage = null;
  private batch = new FrameBatch(new Uint8Array(FIRST_BYTES), FIRST_FRAMES);
  private end = 0;
  private isRead = false;

  constructor(
    readonly name: string,
    readonly interfaces: readonly CaptureInterface[],
  ) {}

  /** Frames it holds. */
  get count(): number {
    return this.batch.count;
  }

  /** Copies a frame. */
  add({ bytes, at, length, originalLength, seconds, nanoseconds, interfaceIndex }: FrameRecord): void {
    this.makeRoom(length);
    const { batch } = this;
    batch.bytes.set(bytes.subarray(at, at + length), this.end);
    const i = batch.count++;
    batch.offset[i] = this.end;
    batch.capturedLength[i] = length;
    batch.originalLength[i] = originalLength;
    batch.seconds[i] = seconds;
    batch.nanoseconds[i] = nanoseconds;
    batch.interfaceIndex[i] = interfaceIndex;
    this.end += length;
  }

  /** All frames in one batch, once. */
  next(): Promise<FrameBatch | null> {
    if (this.isRead || this.batch.count === 0) return Promise.resolve(null);
    this.isRead = true;
    return Promise.resolve(this.batch);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private makeRoom(length: number): void {
    const { batch, end } = this;
    const needed = end + length + TAILROOM_BYTES;
    if (needed <= batch.bytes.length && batch.count < batch.capacity) return;
    const size = needed <= batch.bytes.length ? batch.bytes.length : Math.max(needed, 2 * batch.bytes.length);
    const grown = new FrameBatch(
      new Uint8Array(size),
      batch.count < batch.capacity ? batch.capacity : 2 * batch.capacity,
    );
    grown.bytes.set(batch.bytes.subarray(0, end));
    for (const column of [
      'offset',
      'capturedLength',
      'originalLength',
      'seconds',
      'nanoseconds',
      'interfaceIndex',
    ] as const)
      grown[column].set(batch[column]);
    grown.count = batch.count;
    this.batch = grown;
  }
}
