/**
 * Packets of one side that wait for their counterpart, found by the hash of their bytes. What is known of them is in records, in the order
 * they came. Those of the batch that is being read stay where they are: most find their counterpart before they would have to be copied.
 */

import { copyFrame, COPY_SLACK_BYTES } from '../../capture/copy-frame.js';
import type { Hash64 } from '../packet/hash64.js';
import type { Packet } from '../packet/packet.js';
import { HashIndex } from './hash-index.js';

const FIRST_PACKETS = 1024;
const FIRST_BYTES = 64 * 1024;

/** Places in a record. A place that is free has NONE for its stream. */
const STREAM = 0;
const SEQUENCE = 1;
const ORDINAL = 2;
const AT = 3;
const CAPTURED = 4;
const ORIGINAL = 5;
const LINK_TYPE = 6;
const SECONDS = 7;
const NANOSECONDS = 8;
const RECORD = 9;
const NONE = -1;

export class WaitingPackets {
  /** Packets that wait, and their bytes. */
  count = 0;
  heldBytes = 0;
  /** Places by the hash of their packets' bytes. */
  index = new HashIndex();
  private records = new Float64Array(RECORD * FIRST_PACKETS);
  /** Places in use, those that are free again included; of these so many are copied, into this buffer, up to here. */
  private places = 0;
  private copied = 0;
  private bytes = new Uint8Array(FIRST_BYTES);
  private view = new DataView(this.bytes.buffer);
  private end = 0;
  /** Where the others are. */
  private batchBytes: Uint8Array = this.bytes;
  private batchView: DataView = this.view;

  /** Takes in a packet of a batch; `keep` has to be called before the batch is gone. */
  add(packet: Packet, stream: number, { high, low }: Hash64): void {
    if (packet.bytes !== this.batchBytes) this.keep();
    this.batchBytes = packet.bytes;
    this.batchView = packet.view;
    const at = this.places * RECORD;
    if (at === this.records.length) {
      const longer = new Float64Array(4 * at);
      longer.set(this.records);
      this.records = longer;
    }
    const { records } = this;
    records[at + STREAM] = stream;
    records[at + SEQUENCE] = packet.sequence;
    records[at + ORDINAL] = packet.ordinal;
    records[at + AT] = packet.at;
    records[at + CAPTURED] = packet.captured;
    records[at + ORIGINAL] = packet.original;
    records[at + LINK_TYPE] = packet.linkType;
    records[at + SECONDS] = packet.seconds;
    records[at + NANOSECONDS] = packet.nanoseconds;
    this.index.add(this.places++, high, low);
    this.count++;
    this.heldBytes += packet.captured;
  }

  /** Loads the packet at a place. */
  load(place: number, into: Packet): void {
    const { records } = this;
    const at = place * RECORD;
    const isCopied = place < this.copied;
    into.bytes = isCopied ? this.bytes : this.batchBytes;
    into.view = isCopied ? this.view : this.batchView;
    into.sequence = records[at + SEQUENCE];
    into.ordinal = records[at + ORDINAL];
    into.at = records[at + AT];
    into.captured = records[at + CAPTURED];
    into.original = records[at + ORIGINAL];
    into.linkType = records[at + LINK_TYPE];
    into.seconds = records[at + SECONDS];
    into.nanoseconds = records[at + NANOSECONDS];
  }

  /** Index of the stream of the packet at a place, or -1 for a place that is free. */
  streamOf(place: number): number {
    return this.records[place * RECORD + STREAM];
  }

  sequenceOf(place: number): number {
    return this.records[place * RECORD + SEQUENCE];
  }

  remove(place: number): void {
    this.index.remove(place);
    this.records[place * RECORD + STREAM] = NONE;
    this.count--;
    this.heldBytes -= this.records[place * RECORD + CAPTURED];
    if (this.count === 0) this.begin();
  }

  clear(): void {
    this.records.fill(NONE);
    this.index = new HashIndex();
    this.count = 0;
    this.heldBytes = 0;
    this.begin();
  }

  private begin(): void {
    this.places = 0;
    this.copied = 0;
    this.end = 0;
  }

  /** All places, in the order their packets came. */
  inOrder(): Int32Array {
    const all = new Int32Array(this.count);
    for (let place = 0, n = 0; n < all.length; place++) if (this.streamOf(place) !== NONE) all[n++] = place;
    return all;
  }

  /** Captured bytes of the packet that was cut shortest; Infinity where none was. */
  shortestCut(): number {
    let shortest = Infinity;
    for (const place of this.inOrder()) {
      const captured = this.records[place * RECORD + CAPTURED];
      if (captured < this.records[place * RECORD + ORIGINAL]) shortest = Math.min(shortest, captured);
    }
    return shortest;
  }

  /** Copies the packets that are still where they were read. Where most places are free, the others move together. */
  keep(): void {
    const { copied, places } = this;
    if (copied === places) return;
    for (let place = copied; place < places; place++)
      if (this.streamOf(place) !== NONE) this.copy(place, this.batchBytes, this.batchView);
    this.copied = places;
    if (places > FIRST_PACKETS && this.count * 2 < places) this.moveTogether();
  }

  private copy(place: number, bytes: Uint8Array, view: DataView): void {
    const at = place * RECORD;
    const length = this.records[at + CAPTURED];
    if (this.end + length + COPY_SLACK_BYTES > this.bytes.length) {
      const longer = new Uint8Array(3 * (this.bytes.length + length));
      longer.set(this.bytes.subarray(0, this.end));
      this.bytes = longer;
      this.view = new DataView(longer.buffer);
    }
    copyFrame(bytes, view, this.records[at + AT], this.bytes, this.view, this.end, length);
    this.records[at + AT] = this.end;
    this.end += length;
  }

  private moveTogether(): void {
    const kept = this.inOrder();
    const { bytes, view, index, records } = this;
    this.bytes = new Uint8Array(2 * this.heldBytes + FIRST_BYTES);
    this.view = new DataView(this.bytes.buffer);
    this.end = 0;
    this.index = new HashIndex();
    for (let place = 0; place < kept.length; place++) {
      const from = kept[place];
      this.copy(from, bytes, view);
      records.copyWithin(place * RECORD, from * RECORD, (from + 1) * RECORD);
      this.index.add(place, index.high[from], index.low[from]);
    }
    this.places = kept.length;
    this.copied = kept.length;
  }
}
