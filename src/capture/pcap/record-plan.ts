/**
 * Which records of a classic pcap come of a batch of frames, in order: runs of the batch's own frames, and records that were
 * made aside. A plan is in memory that threads can share: one makes it, another may write what it says.
 */

import { copyFrame, COPY_SLACK_BYTES } from '../copy-frame.js';
import type { FrameBatch } from '../frame-batch.js';
import type { FrameRecord } from '../frame-record.js';
import { RECORD_HEADER_BYTES, unitsOf, writeRecord } from './pcap-record.js';

/** Segments of a plan, and bytes of records made aside: as much as a chunk of small frames that all change places. */
const SEGMENTS = 4096;
const SIDE_BYTES = 128 * 1024;

/** Words of a plan's memory: how many segments, how many bytes aside; then kind, from, to and growth of each segment. */
const COUNT = 0;
const SIDE_USED = 1;
const HEADER_WORDS = 2;
const SEGMENT_WORDS = 4;
/** Kinds: frames [from, to) of the batch, bytes [from, to) of the side buffer, frames of which some will have another length. */
const FRAMES = 0;
const SIDE = 1;
const RESIZED = 2;

export const PLAN_BYTES = (HEADER_WORDS + SEGMENTS * SEGMENT_WORDS) * 4 + SIDE_BYTES + COPY_SLACK_BYTES + 1;

export class RecordPlan {
  private readonly words: Int32Array;
  private readonly side: Uint8Array;
  private readonly sideView: DataView;

  /** @param memory PLAN_BYTES of it */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(PLAN_BYTES)) {
    this.words = new Int32Array(memory, 0, HEADER_WORDS + SEGMENTS * SEGMENT_WORDS);
    this.side = new Uint8Array(memory, this.words.byteLength);
    this.sideView = new DataView(memory, this.words.byteLength);
  }

  clear(): void {
    this.words[COUNT] = 0;
    this.words[SIDE_USED] = 0;
  }

  /** True where there is room for any one frame more, of which `length` bytes are put aside. */
  hasRoom(length: number): boolean {
    return this.words[COUNT] < SEGMENTS && this.words[SIDE_USED] + RECORD_HEADER_BYTES + length <= SIDE_BYTES;
  }

  /** Frames [first, end) of the batch come next. */
  addFrames(first: number, end: number): void {
    this.add(FRAMES, first, end, 0);
  }

  /** The same of frames whose places and lengths in the batch are not final before `emit`; together they grow by so many bytes. */
  addResized(first: number, end: number, growth: number): void {
    this.add(RESIZED, first, end, growth);
  }

  /**
   * A frame from elsewhere comes next: its record is made now, with so many of its bytes. `hasRoom(captured)` must be true.
   * @param digits as `emit` takes them
   */
  addAside(frame: FrameRecord, captured: number, digits: number): void {
    const { words, side, sideView } = this;
    const units = unitsOf(frame.nanoseconds, digits);
    const record = words[SIDE_USED];
    writeRecord(sideView, record, frame.seconds, units, captured, frame.originalLength);
    copyFrame(frame.bytes, frame.view, frame.at, side, sideView, record + RECORD_HEADER_BYTES, captured);
    words[SIDE_USED] = record + RECORD_HEADER_BYTES + captured;
    this.add(SIDE, record, words[SIDE_USED], 0);
  }

  /** Bytes of all its records; `digits` as `emit` takes them. */
  totalBytes({ offset, capturedLength, recordDigits }: FrameBatch, digits: number): number {
    const { words } = this;
    let total = 0;
    for (let k = 0; k < words[COUNT]; k++) {
      const at = HEADER_WORDS + k * SEGMENT_WORDS;
      const from = words[at + 1];
      const to = words[at + 2];
      total += words[at + 3];
      if (words[at] === SIDE) total += to - from;
      else if (words[at] === FRAMES && recordDigits === digits)
        total += offset[to - 1] + capturedLength[to - 1] - offset[from] + RECORD_HEADER_BYTES;
      else for (let i = from; i < to; i++) total += RECORD_HEADER_BYTES + capturedLength[i];
    }
    return total;
  }

  /**
   * Hands all records out in order, whole ones, in pieces.
   * @param digits decimal digits of a second in timestamps, 6 or 9
   * @param gather for records that are not in one piece
   */
  emit(batch: FrameBatch, digits: number, gather: RecordGatherer): void {
    const { words, side, sideView } = this;
    const isInPlace = batch.recordDigits === digits;
    for (let k = 0; k < words[COUNT]; k++) {
      const at = HEADER_WORDS + k * SEGMENT_WORDS;
      const from = words[at + 1];
      const to = words[at + 2];
      if (words[at] === SIDE) gather.addBytes(side, sideView, from, to);
      else if (words[at] === FRAMES && isInPlace) {
        const { bytes, view, offset, capturedLength } = batch;
        const end = offset[to - 1] + capturedLength[to - 1];
        gather.addBytes(bytes, view, offset[from] - RECORD_HEADER_BYTES, end);
      } else for (let i = from; i < to; i++) gather.addFrame(batch, i, digits);
    }
    gather.flush();
  }

  private add(kind: number, from: number, to: number, growth: number): void {
    const { words } = this;
    const last = HEADER_WORDS + (words[COUNT] - 1) * SEGMENT_WORDS;
    if (words[COUNT] > 0 && words[last] === kind && words[last + 2] === from) {
      words[last + 2] = to;
      words[last + 3] += growth;
      return;
    }
    const at = last + SEGMENT_WORDS;
    words[at] = kind;
    words[at + 1] = from;
    words[at + 2] = to;
    words[at + 3] = growth;
    words[COUNT]++;
  }
}

/** Pieces that are long go out as they are, short ones are gathered first: a system call takes as long as copying so much. */
const LONG_BYTES = 16 * 1024;
const GATHER_BYTES = 256 * 1024;

/** Writes pieces of records out: few of them, whatever their length. */
export class RecordGatherer {
  private bytes = new Uint8Array(0);
  private view = new DataView(this.bytes.buffer);
  private used = 0;

  /** @param write takes bytes [from, to); they are lent for the call */
  constructor(private readonly write: (bytes: Uint8Array, from: number, to: number) => void) {}

  addBytes(bytes: Uint8Array, view: DataView, from: number, to: number): void {
    const length = to - from;
    if (length >= LONG_BYTES) {
      this.flush();
      this.write(bytes, from, to);
      return;
    }
    const at = this.reserve(length);
    copyFrame(bytes, view, from, this.bytes, this.view, at, length);
  }

  /** A record for frame `i` of a batch. */
  addFrame({ bytes, view, offset, capturedLength, seconds, nanoseconds }: FrameBatch, i: number, digits: number): void {
    const length = capturedLength[i];
    const at = this.reserve(RECORD_HEADER_BYTES + length);
    writeRecord(this.view, at, seconds[i], unitsOf(nanoseconds[i], digits), length, length);
    copyFrame(bytes, view, offset[i], this.bytes, this.view, at + RECORD_HEADER_BYTES, length);
  }

  flush(): void {
    if (this.used > 0) this.write(this.bytes, 0, this.used);
    this.used = 0;
  }

  private reserve(length: number): number {
    if (this.used + length > this.bytes.length - COPY_SLACK_BYTES) {
      this.flush();
      if (length > this.bytes.length - COPY_SLACK_BYTES) {
        this.bytes = new Uint8Array(Math.max(length, GATHER_BYTES) + COPY_SLACK_BYTES);
        this.view = new DataView(this.bytes.buffer);
      }
    }
    const at = this.used;
    this.used += length;
    return at;
  }
}
