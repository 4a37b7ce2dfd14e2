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
import { HEADROOM_BYTES, TAILROOM_BYTES } from './frame-batch.js';

/** 512 KiB keeps the chunk in the second-level cache between the read and the replay of its frames. */
const CHUNK_BYTES = 512 * 1024;
const LEAD_BYTES = Math.max(64, HEADROOM_BYTES);

export class ByteWindow {
  bytes: Uint8Array;
  view: DataView;
  /** The bytes not parsed yet are [start, end). */
  start = LEAD_BYTES;
  end = LEAD_BYTES;
  private limit: number;
  /** Offset in the capture of bytes[0]; negative at first. */
  private base = -LEAD_BYTES;

  constructor(readonly source: ByteSource) {
    this.limit = LEAD_BYTES + CHUNK_BYTES;
    this.bytes = new Uint8Array(this.limit + TAILROOM_BYTES);
    this.view = new DataView(this.bytes.buffer);
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

  private grow(): void {
    this.limit = LEAD_BYTES + 2 * (this.limit - LEAD_BYTES);
    const bytes = new Uint8Array(this.limit + TAILROOM_BYTES);
    bytes.set(this.bytes.subarray(0, this.end));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }
}
