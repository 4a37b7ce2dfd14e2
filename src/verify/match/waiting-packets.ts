/**
 * Packets of one side that wait for their counterpart, found by the hash of their bytes: a record of each, in the order they came, and a copy of
 * its bytes.
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
  /** Places in use, those that are free again included. */
  private places = 0;
  private bytes = new Uint8Array(FIRST_BYTES);
  private view = new DataView(this.bytes.buffer);
  private end = 0;

  add(packet: Packet, stream: number, { high, low }: Hash64): void {
    const { captured } = packet;
    if ((this.places + 1) * RECORD > this.records.length || this.end + captured + COPY_SLACK_BYTES > this.bytes.length)
      this.makeRoom(captured);
    const { records } = this;
    const at = this.places * RECORD;
    records[at + STREAM] = stream;
    records[at + SEQUENCE] = packet.sequence;
    records[at + ORDINAL] = packet.ordinal;
    records[at + AT] = this.end;
    records[at + CAPTURED] = captured;
    records[at + ORIGINAL] = packet.original;
    records[at + LINK_TYPE] = packet.linkType;
    records[at + SECONDS] = packet.seconds;
    records[at + NANOSECONDS] = packet.nanoseconds;
    copyFrame(packet.bytes, packet.view, packet.at, this.bytes, this.view, this.end, captured);
    this.index.add(this.places++, high, low);
    this.end += captured;
    this.count++;
    this.heldBytes += captured;
  }

  /** Loads the packet at a place. */
  load(place: number, into: Packet): void {
    const { records } = this;
    const at = place * RECORD;
    into.bytes = this.bytes;
    into.view = this.view;
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

  /** Moves what waits together where most places are free; then there is twice as much room, if that is not enough. */
  private makeRoom(captured: number): void {
    if (this.count * 2 < this.places) this.moveTogether();
    if ((this.places + 1) * RECORD > this.records.length) {
      const longer = new Float64Array(2 * this.records.length);
      longer.set(this.records);
      this.records = longer;
    }
    if (this.end + captured + COPY_SLACK_BYTES > this.bytes.length) {
      const longer = new Uint8Array(2 * (this.bytes.length + captured));
      longer.set(this.bytes.subarray(0, this.end));
      this.bytes = longer;
      this.view = new DataView(longer.buffer);
    }
  }

  private moveTogether(): void {
    const { records, bytes, index } = this;
    const kept = this.inOrder();
    this.index = new HashIndex(kept.length);
    this.begin();
    for (const place of kept) {
      const to = this.places * RECORD;
      records.copyWithin(to, place * RECORD, (place + 1) * RECORD);
      const at = records[to + AT];
      const captured = records[to + CAPTURED];
      bytes.copyWithin(this.end, at, at + captured);
      records[to + AT] = this.end;
      this.index.add(this.places++, index.high[place], index.low[place]);
      this.end += captured;
    }
  }
}
