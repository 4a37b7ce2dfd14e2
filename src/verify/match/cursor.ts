/** Reads the captures of one side, one after the other, batch by batch, and sorts each batch's packets by lane. */

import { FrameBatch, type FrameReader } from '../../capture/frame-batch.js';
import { ACTUAL, type Lanes, type SideIndex } from './lanes.js';
import type { LinkHeaders } from '../packet/link-headers.js';
import { Key, type PacketColumns } from '../packet/packet-columns.js';
import type { VerifiedCapture } from '../verified-capture.js';

/** The packets of one lane that are left in the batch. */
export class LaneQueue {
  private items = new Int32Array(256);
  from = 0;
  to = 0;

  /** Index in the batch of the packet `ahead` of the head. */
  at(ahead: number): number {
    return this.items[this.from + ahead];
  }

  get length(): number {
    return this.to - this.from;
  }

  push(index: number): void {
    if (this.to === this.items.length) {
      const grown = new Int32Array(2 * this.to);
      grown.set(this.items);
      this.items = grown;
    }
    this.items[this.to++] = index;
  }

  clear(): void {
    this.from = 0;
    this.to = 0;
  }
}

/** Several captures of which each names its interface are read side by side, each by a cursor of its own. */
export class Cursor implements PacketColumns {
  bytes = new Uint8Array(0);
  view = new DataView(this.bytes.buffer);
  offset = new Uint32Array(0);
  capturedLength = this.offset;
  originalLength = this.offset;
  seconds = new Float64Array(0);
  nanoseconds = this.offset;
  linkType = new Uint32Array(0);
  sequence = new Uint32Array(0);
  ordinal = new Uint32Array(0);
  hasKey = new Uint8Array(0);
  keyHigh = new Int32Array(0);
  keyLow = new Int32Array(0);
  exactKey = new Int32Array(0);
  portCount = new Uint8Array(0);
  boundAddress = new Int32Array(0);
  boundPort = new Int32Array(0);
  /** By index of the lane. */
  readonly queues: LaneQueue[] = [];
  /** Packets of the batch that were not taken yet. */
  left = 0;
  /** Packets read. */
  packets = 0;
  hasEnded = false;
  /** The first batch, read before the lanes are known. */
  private ahead: FrameBatch | null = null;
  private current = 0;
  /** Lane of each interface of the current capture. */
  private laneOfInterface: number[] = [];

  constructor(
    private readonly captures: readonly VerifiedCapture[],
    private readonly linkHeaders: LinkHeaders,
    /** Numbers packets over all cursors of a side; `capture` counts from this cursor's first. */
    private readonly number: (count: number, capture: number) => number,
  ) {}

  /** Reads the first batch, by which the interfaces of a capture are known. */
  async open(): Promise<void> {
    this.ahead = await this.nextBatch();
  }

  /** How long its captures are, as far as that is known. */
  get inputBytes(): number {
    return this.captures.reduce((sum, { reader }) => sum + (reader.input?.totalBytes ?? 0), 0);
  }

  /** True where no capture of it has any packet; known once it is open. */
  get isEmpty(): boolean {
    return this.ahead === null && this.packets === 0;
  }

  /** True where packets of the lane are left in the batch. */
  hasLeft(lane: number): boolean {
    return lane < this.queues.length && this.queues[lane].length > 0;
  }

  /** Reads the next batch; all packets of the one before must have been taken. False at the end. */
  async advance(lanes: Lanes, side: SideIndex): Promise<boolean> {
    const batch = this.ahead ?? (await this.nextBatch());
    this.ahead = null;
    if (batch === null) {
      this.hasEnded = true;
      return false;
    }
    this.take(batch);
    this.distribute(batch, lanes, side);
    return true;
  }

  /** Numbers the packets and queues them by lane. A function of its own, since asynchronous ones are not optimized while they run. */
  private distribute(batch: FrameBatch, lanes: Lanes, side: SideIndex): void {
    const { reader, interfaceName } = this.captures[this.current];
    const { linkType, sequence, hasKey, ordinal } = this;
    const { interfaceIndex, count } = batch;
    const first = this.number(count, this.current);
    for (const queue of this.queues) queue.clear();
    hasKey.fill(Key.None, 0, count);
    // Packets of one interface often follow each other.
    for (let i = 0; i < count;) {
      const index = interfaceIndex[i];
      const laneIndex = this.laneOfInterface[index] ?? this.findLane(lanes, side, index, reader, interfaceName);
      const lane = lanes.all[laneIndex];
      const { packets } = lane;
      if (side === ACTUAL && lane.firstSequence === 0) lane.firstSequence = first + i;
      const queue = this.queues[laneIndex];
      const link = reader.interfaces[index].linkType;
      const from = i;
      let number = packets[side];
      for (; i < count && interfaceIndex[i] === index; i++) {
        linkType[i] = link;
        sequence[i] = first + i;
        ordinal[i] = number++;
        queue.push(i);
      }
      packets[side] = number;
      if (!this.linkHeaders.areLeft(link)) for (let k = from; k < i; k++) this.linkHeaders.prepare(this, k);
    }
    this.left = count;
    this.packets += count;
  }

  private async nextBatch(): Promise<FrameBatch | null> {
    for (;;) {
      const batch = await this.captures[this.current].reader.next();
      if (batch !== null && batch.count > 0) return batch;
      if (batch !== null) continue;
      if (this.current + 1 === this.captures.length) return null;
      this.current++;
      this.laneOfInterface = [];
    }
  }

  // prettier-ignore
  private findLane(lanes: Lanes, side: SideIndex, index: number, reader: FrameReader, interfaceName: string | null): number {
    const lane = lanes.of(interfaceName ?? reader.interfaces[index].name, side);
    this.laneOfInterface[index] = lane.index;
    while (this.queues.length <= lane.index) this.queues.push(new LaneQueue());
    return lane.index;
  }

  private take(batch: FrameBatch): void {
    this.bytes = batch.bytes as Uint8Array<ArrayBuffer>;
    this.view = batch.view as DataView<ArrayBuffer>;
    this.offset = batch.offset as Uint32Array<ArrayBuffer>;
    this.capturedLength = batch.capturedLength as Uint32Array<ArrayBuffer>;
    this.originalLength = batch.originalLength as Uint32Array<ArrayBuffer>;
    this.seconds = batch.seconds as Float64Array<ArrayBuffer>;
    this.nanoseconds = batch.nanoseconds as Uint32Array<ArrayBuffer>;
    if (batch.capacity <= this.linkType.length) return;
    this.linkType = new Uint32Array(batch.capacity);
    this.sequence = new Uint32Array(batch.capacity);
    this.ordinal = new Uint32Array(batch.capacity);
    this.hasKey = new Uint8Array(batch.capacity);
    this.keyHigh = new Int32Array(batch.capacity);
    this.keyLow = new Int32Array(batch.capacity);
    this.exactKey = new Int32Array(batch.capacity);
    this.portCount = new Uint8Array(batch.capacity);
    this.boundAddress = new Int32Array(batch.capacity);
    this.boundPort = new Int32Array(batch.capacity);
  }
}
