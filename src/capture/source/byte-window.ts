/**
 * The part of a capture that is in memory: one chunk that slides over the byte source.
 *
 *      0      LEAD          start              end       limit      bytes.length
 *      +------+-------------+------------------+---------+----------+
 *      | room | parsed      | not parsed yet   | free    | room     |
 *      +------+-------------+------------------+---------+----------+
 *
 * The rooms at both ends give every frame its headroom and tailroom (see frame-batch.ts).
 */
import type { ByteSource } from './byte-source.js';
import { BATCH_FRAMES, FrameBatch, HEADROOM_BYTES, TAILROOM_BYTES } from '../frame-batch.js';

/** 512 KiB keeps the chunk in the second-level cache between the read and the replay of its frames. */
const CHUNK_BYTES = 512 * 1024;
const LEAD_BYTES = Math.max(64, HEADROOM_BYTES);

/** Bytes of the chunk that a batch is made with. */
export const BATCH_BYTES = LEAD_BYTES + CHUNK_BYTES + TAILROOM_BYTES;

/** Where a reader gets the batches that it fills. Somebody else may supply them from some time on. */
export interface BatchSupply {
  /** The next one: with a chunk of BATCH_BYTES or more, and not in use any more. */
  take: () => FrameBatch;
}

/** One batch, filled again and again. */
export function oneBatch(): BatchSupply {
  const batch = new FrameBatch(new Uint8Array(BATCH_BYTES), BATCH_FRAMES);
  return { take: () => batch };
}

export class ByteWindow {
  batch: FrameBatch;
  /** The bytes not parsed yet are [start, end). */
  start = LEAD_BYTES;
  end = LEAD_BYTES;
  private limit: number;
  /** Offset in the capture of bytes[0]; negative at first. */
  private base = -LEAD_BYTES;
  private isLent = false;

  constructor(
    readonly source: ByteSource,
    private readonly supply = oneBatch(),
  ) {
    this.batch = supply.take();
    this.limit = this.bytes.length - TAILROOM_BYTES;
  }

  get bytes(): Uint8Array {
    return this.batch.bytes;
  }

  get view(): DataView {
    return this.batch.view;
  }

  /** The batch to fill, with no frames in it. If the one before was lent, what is not parsed yet is now in the next one's chunk. */
  renew(): FrameBatch {
    if (this.isLent) this.moveTo(this.supply.take());
    this.isLent = false;
    this.batch.count = 0;
    return this.batch;
  }

  /** The batch, now that it is filled: it belongs to whoever reads, until the supply gives it out again. */
  lend(): FrameBatch {
    this.isLent = true;
    return this.batch;
  }

  /** Byte offset in the uncompressed capture of the first byte not parsed yet. */
  get position(): number {
    return this.base + this.start;
  }

  /** Bytes read but not parsed yet. */
  get unparsed(): number {
    return this.end - this.start;
  }

  /** Reads more bytes, at least one; false at the end of the source. Moves what is not parsed yet, so frames are lost. */
  async more(): Promise<boolean> {
    this.makeRoom();
    const count = await this.source.read(this.bytes, this.end, this.limit - this.end);
    this.end += count;
    return count > 0;
  }

  /** Reads until `length` bytes are there to parse; false when the source ends before. */
  async atLeast(length: number): Promise<boolean> {
    while (this.unparsed < length) if (!(await this.more())) return false;
    return true;
  }

  /** Passes over bytes without keeping them. Returns how many of them the source did not have. */
  async skip(length: number): Promise<number> {
    let left = length;
    for (;;) {
      const here = Math.min(left, this.unparsed);
      this.start += here;
      left -= here;
      if (left === 0 || !(await this.more())) return left;
    }
  }

  /** Half a chunk of free space at least, so that reads stay large; grows for a record larger than the chunk. */
  private makeRoom(): void {
    if (this.limit - this.end >= CHUNK_BYTES / 2 && this.start < this.end) return;
    this.base += this.start - LEAD_BYTES;
    if (this.start !== LEAD_BYTES) this.bytes.copyWithin(LEAD_BYTES, this.start, this.end);
    this.end -= this.start - LEAD_BYTES;
    this.start = LEAD_BYTES;
    // Doubling only when the bytes are really there: a record that merely claims to be large allocates nothing.
    if (this.end === this.limit) this.grow();
  }

  private moveTo(batch: FrameBatch): void {
    if (batch === this.batch) return;
    const { bytes, start, end } = this;
    const needed = LEAD_BYTES + end - start + TAILROOM_BYTES;
    if (needed > batch.bytes.length) batch.replaceChunk(new Uint8Array(needed));
    batch.bytes.set(bytes.subarray(start, end), LEAD_BYTES);
    this.base += start - LEAD_BYTES;
    this.start = LEAD_BYTES;
    this.end = LEAD_BYTES + end - start;
    this.batch = batch;
    this.limit = this.bytes.length - TAILROOM_BYTES;
  }

  private grow(): void {
    this.limit = LEAD_BYTES + 2 * (this.limit - LEAD_BYTES);
    const bytes = new Uint8Array(this.limit + TAILROOM_BYTES);
    bytes.set(this.bytes.subarray(0, this.end));
    this.batch.replaceChunk(bytes);
  }
}
