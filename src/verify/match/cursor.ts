/** Reads the captures of one side, one after the other, batch by batch, and sorts each batch's packets by stream. */

import { FrameBatch, type FrameReader } from '../../capture/frame-batch.js';
import type { LinkHeaders } from '../packet/link-headers.js';
import { Packet } from '../packet/packet.js';
import type { VerifiedCapture } from '../options.js';
import type { SeenPackets } from './duplicates.js';
import { ACTUAL, type SideIndex, type Stream, type Streams } from './streams.js';

/** Where packet `sequence` of a side is: frames count from 1, in each capture. */
export interface Place {
  readonly capture: number;
  readonly frame: number;
}

/** Numbers packets over all captures of a side, in the order they are read, and tells which frame of which capture each is. */
export class PacketNumbers {
  private readonly segments: { readonly first: number; readonly capture: number; readonly firstFrame: number }[] = [];
  /** Packets read of each capture. */
  private readonly frames: number[] = [];
  private next = 1;

  /** Takes numbers for `count` packets of a capture; returns the first. */
  take(count: number, capture: number): number {
    const first = this.next;
    const before = this.frames[capture] ?? 0;
    if (this.segments.at(-1)?.capture !== capture) this.segments.push({ first, capture, firstFrame: before + 1 });
    this.frames[capture] = before + count;
    this.next += count;
    return first;
  }

  place(sequence: number): Place {
    let [low, high] = [0, this.segments.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.segments[middle].first <= sequence) low = middle;
      else high = middle - 1;
    }
    const { first, capture, firstFrame } = this.segments[low];
    return { capture, frame: firstFrame + sequence - first };
  }
}

/** The packets of one stream that are left in the batch: their indices. */
class Queue {
  private readonly indices: number[] = [];
  private from = 0;

  get length(): number {
    return this.indices.length - this.from;
  }

  get first(): number {
    return this.indices[this.from];
  }

  get second(): number {
    return this.indices[this.from + 1];
  }

  shift(): void {
    this.from++;
  }

  push(index: number): void {
    this.indices.push(index);
  }

  clear(): void {
    this.indices.length = 0;
    this.from = 0;
  }
}

/** Several captures of which each names its interface are read side by side, each by a cursor of its own. */
export class Cursor {
  /** By index of the stream. */
  readonly queues: Queue[] = [];
  /** Packets of the batch that were not taken yet. */
  left = 0;
  /** Packets read. */
  packets = 0;
  hasEnded = false;
  private batch = new FrameBatch(new Uint8Array(0), 0);
  private linkType = new Uint32Array(0);
  private ordinal = new Uint32Array(0);
  private firstSequence = 0;
  /** The first batch, read before the streams are known. */
  private ahead: FrameBatch | null = null;
  private current = 0;
  private readonly packet = new Packet();
  /** Stream of each interface of the current capture. */
  private streamOfInterface: number[] = [];

  constructor(
    readonly side: SideIndex,
    private readonly captures: readonly VerifiedCapture[],
    private readonly linkHeaders: LinkHeaders,
    /** Numbers packets over all cursors of a side; `capture` counts from this cursor's first. */
    private readonly number: (count: number, capture: number) => number,
  ) {}

  /** Reads the first batch, by which the interfaces of a capture are known. */
  async open(): Promise<void> {
    this.ahead = await this.nextBatch();
  }

  /** True where no capture of it has any packet; known once it is open. */
  get isEmpty(): boolean {
    return this.ahead === null && this.packets === 0;
  }

  /** True where packets of the stream are left in the batch. */
  hasLeft(stream: number): boolean {
    return stream < this.queues.length && this.queues[stream].length > 0;
  }

  /** Loads packet i of the batch. */
  load(i: number, into: Packet): void {
    const { bytes, view, offset, capturedLength, originalLength, seconds, nanoseconds } = this.batch;
    into.bytes = bytes;
    into.view = view;
    into.at = offset[i];
    into.captured = capturedLength[i];
    into.original = originalLength[i];
    into.linkType = this.linkType[i];
    into.seconds = seconds[i];
    into.nanoseconds = nanoseconds[i];
    into.sequence = this.firstSequence + i;
    into.ordinal = this.ordinal[i];
  }

  /** Takes the first packet out of a queue. */
  shift(queue: Queue): void {
    queue.shift();
    this.left--;
  }

  /**
   * Reads the next batch; all packets of the one before must have been taken.
   * @param seen where repeated packets do not count; else null
   */
  async advance(streams: Streams, seen: SeenPackets | null): Promise<void> {
    const batch = this.ahead ?? (await this.nextBatch());
    this.ahead = null;
    if (batch === null) this.hasEnded = true;
    else this.distribute(batch, streams, seen);
  }

  /** Numbers the packets and queues them by stream. A function of its own, since asynchronous ones are not optimized while they run. */
  private distribute(batch: FrameBatch, streams: Streams, seen: SeenPackets | null): void {
    const { reader, interfaceName } = this.captures[this.current];
    const { interfaceIndex, count, capacity } = batch;
    if (capacity > this.linkType.length) {
      this.linkType = new Uint32Array(capacity);
      this.ordinal = new Uint32Array(capacity);
    }
    this.batch = batch;
    this.firstSequence = this.number(count, this.current);
    for (const queue of this.queues) queue.clear();
    // Packets of one interface often follow each other.
    for (let i = 0; i < count;) {
      const index = interfaceIndex[i];
      const known = this.streamOfInterface[index] ?? this.findStream(streams, index, reader, interfaceName);
      const stream = streams.all[known];
      const queue = this.queues[known];
      const { linkType } = reader.interfaces[index];
      if (this.side === ACTUAL && stream.firstSequence === 0) stream.firstSequence = this.firstSequence + i;
      const from = i;
      for (; i < count && interfaceIndex[i] === index; i++) {
        this.linkType[i] = linkType;
        this.ordinal[i] = stream.packets[this.side]++;
      }
      if (!this.linkHeaders.areLeft(linkType))
        for (let k = from; k < i; k++) this.linkHeaders.prepare(batch, this.linkType, k);
      for (let k = from; k < i; k++) if (seen === null || this.isNew(stream, k, seen)) queue.push(k);
    }
    this.left = this.queues.reduce((sum, { length }) => sum + length, 0);
    this.packets += count;
  }

  private isNew(stream: Stream, i: number, seen: SeenPackets): boolean {
    this.load(i, this.packet);
    return seen.add(this.side, stream, this.packet);
  }

  private async nextBatch(): Promise<FrameBatch | null> {
    for (;;) {
      const batch = await this.captures[this.current].reader.next();
      if (batch !== null && batch.count > 0) return batch;
      if (batch !== null) continue;
      if (this.current + 1 === this.captures.length) return null;
      this.current++;
      this.streamOfInterface = [];
    }
  }

  private findStream(streams: Streams, index: number, reader: FrameReader, interfaceName: string | null): number {
    const stream = streams.of(interfaceName ?? reader.interfaces[index].name, this.side);
    this.streamOfInterface[index] = stream.index;
    while (this.queues.length <= stream.index) this.queues.push(new Queue());
    return stream.index;
  }
}
