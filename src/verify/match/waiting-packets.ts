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

  /** Moves what waits together, with as much room again and `bytes` more. */
  private makeRoom(bytes: number): void {
    const { records, view, index } = this;
    const { bytes: packets } = this;
    const kept = this.inOrder();
    this.records = new Float64Array(RECORD * (2 * kept.length + FIRST_PACKETS));
    this.bytes = new Uint8Array(2 * this.heldBytes + bytes + FIRST_BYTES);
    this.view = new DataView(this.bytes.buffer);
    this.index = new HashIndex(this.records.length / RECORD);
    this.begin();
    for (const place of kept) {
      const from = place * RECORD;
      const captured = records[from + CAPTURED];
      const to = this.places * RECORD;
      for (let k = 0; k < RECORD; k++) this.records[to + k] = records[from + k];
      this.records[to + AT] = this.end;
      copyFrame(packets, view, records[from + AT], this.bytes, this.view, this.end, captured);
      this.index.add(this.places++, index.high[place], index.low[place]);
      this.end += captured;
    }
  }
}
