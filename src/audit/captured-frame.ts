/** Frames of captures that are kept for a while: their bytes lie one behind the other in chunks. */

import type { Way } from './dispatch/way.js';

/** Frames that arrived with nothing sent in between: VPP may have run them as one vector. */
export interface Run {
  /** Numbers of its first and last frame among those that arrived, from 0. */
  readonly first: number;
  last: number;
  /** What is not as expected of them. */
  differences: number;
}

/** A frame with what its capture says of it. */
export class CapturedFrame {
  chunk: Chunk | null = null;
  bytes: Uint8Array = NOTHING;
  view: DataView = NO_VIEW;
  at = 0;
  /** Bytes captured, and on the wire. */
  length = 0;
  originalLength = 0;
  /** Where what was captured begins: behind the MAC addresses on links that have none, and in SLL, which lacks one of them. */
  comparedFrom = 0;
  seconds = 0;
  nanoseconds = 0;
  /** Interface that it came or left by; -1 where that is not known. */
  swIfIndex = -1;
  /** Index in the merged input, the capture it is of, and its number there. */
  index = 0;
  capture = 0;
  number = 0;
  /** The run that it is of, or that came before it; null for a frame that came alone. */
  run: Run | null = null;
  /** What is found of it is told: of a frame that was sent, once it is the model's. */
  isMeant = true;

  /** Where it stands in the captures. */
  get place() {
    const { index, capture, number, seconds, nanoseconds, run } = this;
    return { index, capture, number, seconds, nanoseconds, run };
  }

  /** The captured bytes. */
  get content(): Uint8Array {
    return this.bytes.subarray(this.at, this.at + this.length);
  }

  /** Seconds; for comparisons that need no nanoseconds. */
  get time(): number {
    return this.seconds + this.nanoseconds * 1e-9;
  }

  /** Since 1970. */
  get microseconds(): number {
    return this.seconds * 1e6 + Math.floor(this.nanoseconds / 1000);
  }

  /** Seconds since another frame. */
  since(other: { readonly seconds: number; readonly nanoseconds: number }): number {
    return this.seconds - other.seconds + (this.nanoseconds - other.nanoseconds) * 1e-9;
  }
}

/** A frame that arrived. */
export class ReceivedFrame extends CapturedFrame {
  /** Its number among those that arrived, from 0. */
  arrival = 0;
  /** It is of the vector of the one before it. */
  joins = false;
  /** Its way through the graph, where the capture is a dispatch trace. */
  way: Way | null = null;
}

const NOTHING = new Uint8Array(0);
const NO_VIEW = new DataView(NOTHING.buffer);

const CHUNK_BYTES = 1 << 20;

/** Bytes of several frames, which are used again when none of them is kept any more. */
class Chunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  used = 0;
  frames = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.view = new DataView(this.bytes.buffer);
  }
}

export class FrameStore {
  private chunk = new Chunk(CHUNK_BYTES);
  private readonly free: Chunk[] = [];

  /** Gives a frame bytes of its own. */
  keep(frame: CapturedFrame, from: Uint8Array, at: number, length: number): void {
    if (this.chunk.used + length > this.chunk.bytes.length)
      this.chunk = length > CHUNK_BYTES ? new Chunk(length) : (this.free.pop() ?? new Chunk(CHUNK_BYTES));
    // A packet is short: a loop is faster than a subarray.
    const { chunk } = this;
    const { bytes, used } = chunk;
    for (let i = 0; i < length; i++) bytes[used + i] = from[at + i];
    frame.chunk = chunk;
    frame.bytes = bytes;
    frame.view = chunk.view;
    frame.at = used;
    frame.length = length;
    chunk.used += length;
    chunk.frames++;
  }

  /** Nobody looks at the frame any more. */
  release({ chunk }: CapturedFrame): void {
    if (chunk === null || --chunk.frames > 0 || chunk === this.chunk) return;
    chunk.used = 0;
    if (chunk.bytes.length === CHUNK_BYTES) this.free.push(chunk);
  }
}

/** First in, first out. */
export class FrameQueue<F extends CapturedFrame> {
  private frames: (F | null)[] = new Array<F | null>(1 << 10).fill(null);
  private first = 0;
  length = 0;

  get front(): F | null {
    return this.at(0);
  }

  push(frame: F): void {
    if (this.length === this.frames.length) this.grow();
    this.frames[(this.first + this.length) & (this.frames.length - 1)] = frame;
    this.length++;
  }

  shift(): F | null {
    const { front } = this;
    if (front === null) return null;
    this.frames[this.first] = null;
    this.first = (this.first + 1) & (this.frames.length - 1);
    this.length--;
    return front;
  }

  /** The frame with so many before it; null behind the last. */
  at(i: number): F | null {
    return i < this.length ? this.frames[(this.first + i) & (this.frames.length - 1)] : null;
  }

  *all(): Generator<F> {
    for (let i = 0; i < this.length; i++) {
      const frame = this.at(i);
      if (frame !== null) yield frame;
    }
  }

  private grow(): void {
    const all = [...this.all()];
    this.frames = [...all, ...new Array<null>(all.length).fill(null)];
    this.first = 0;
  }
}
