/**
 * Packets of one side that wait for their counterpart, found by hash. Their bytes lie one behind the other in one buffer, what is known
 * of them in columns, both in the order the packets came. Where half of that is of packets that are gone, the others move together.
 */

import { copyFrame } from '../capture/copy-frame.js';
import type { PacketColumns } from './packet-columns.js';

const FIRST_PACKETS = 1024;
const FIRST_BYTES = 128 * 1024;
/** Bytes behind the last packet that may be read. */
const SLACK_BYTES = 64;
const NONE = -1;

type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

export class PendingPackets implements PacketColumns {
  bytes = new Uint8Array(FIRST_BYTES);
  view = new DataView(this.bytes.buffer);
  offset = new Uint32Array(FIRST_PACKETS);
  capturedLength = new Uint32Array(FIRST_PACKETS);
  originalLength = new Uint32Array(FIRST_PACKETS);
  seconds = new Float64Array(FIRST_PACKETS);
  nanoseconds = new Uint32Array(FIRST_PACKETS);
  linkType = new Uint16Array(FIRST_PACKETS);
  sequence = new Uint32Array(FIRST_PACKETS);
  ordinal = new Uint32Array(FIRST_PACKETS);
  hasKey = new Uint8Array(FIRST_PACKETS);
  keyHigh = new Int32Array(FIRST_PACKETS);
  keyLow = new Int32Array(FIRST_PACKETS);
  exactKey = new Int32Array(FIRST_PACKETS);
  portCount = new Uint8Array(FIRST_PACKETS);
  boundAddress = new Int32Array(FIRST_PACKETS);
  boundPort = new Int32Array(FIRST_PACKETS);
  /** Index of the lane, or -1 for a place that is free. */
  lane = new Int32Array(FIRST_PACKETS).fill(NONE);
  /** Packets that wait. */
  count = 0;
  /** Packets among them with ports that may be bound. */
  withPorts = 0;
  /** Bytes of those that wait. */
  heldBytes = 0;
  /** Places in use, from 0, those of packets that are gone included. */
  private places = 0;
  private end = 0;
  /** Chains by exact key: oldest first. */
  private heads = new Int32Array(2 * FIRST_PACKETS).fill(NONE);
  private tails = new Int32Array(2 * FIRST_PACKETS).fill(NONE);
  private links = new Int32Array(FIRST_PACKETS);

  /** Copies a packet whose keys are made. Other packets may change their places. */
  add(from: PacketColumns, i: number, lane: number): void {
    const length = from.capturedLength[i];
    if (this.places === this.offset.length) this.makePlaces();
    if (this.end + length + SLACK_BYTES > this.bytes.length) this.makeRoom(length);
    const place = this.places++;
    copyFrame(from.bytes, from.view, from.offset[i], this.bytes, this.view, this.end, length);
    this.offset[place] = this.end;
    this.end += length;
    this.heldBytes += length;
    this.capturedLength[place] = length;
    this.originalLength[place] = from.originalLength[i];
    this.seconds[place] = from.seconds[i];
    this.nanoseconds[place] = from.nanoseconds[i];
    this.linkType[place] = from.linkType[i];
    this.sequence[place] = from.sequence[i];
    this.ordinal[place] = from.ordinal[i];
    this.hasKey[place] = from.hasKey[i];
    this.keyHigh[place] = from.keyHigh[i];
    this.keyLow[place] = from.keyLow[i];
    this.exactKey[place] = from.exactKey[i];
    this.portCount[place] = from.portCount[i];
    this.boundAddress[place] = from.boundAddress[i];
    this.boundPort[place] = from.boundPort[i];
    this.lane[place] = lane;
    if (from.portCount[i] > 0) this.withPorts++;
    this.count++;
    this.link(place);
  }

  /** The oldest place whose exact key is `key`, or -1; `next` has the others that share its chain. */
  first(key: number): number {
    return this.heads[key & (this.heads.length - 1)];
  }

  next(place: number): number {
    return this.links[place];
  }

  remove(place: number): void {
    this.unlink(place);
    this.count--;
    this.heldBytes -= this.capturedLength[place];
    if (this.portCount[place] > 0) this.withPorts--;
    this.lane[place] = NONE;
    if (this.count > 0) return;
    this.end = 0;
    this.places = 0;
  }

  /** All places, in the order their packets came. */
  inOrder(): Int32Array {
    const all = new Int32Array(this.count);
    let n = 0;
    for (let place = 0; place < this.places; place++) if (this.lane[place] !== NONE) all[n++] = place;
    return all;
  }

  /** Builds the chains anew, after the keys changed. */
  relink(): void {
    this.heads.fill(NONE);
    this.tails.fill(NONE);
    for (let place = 0; place < this.places; place++) if (this.lane[place] !== NONE) this.link(place);
  }

  private link(place: number): void {
    const bucket = this.exactKey[place] & (this.heads.length - 1);
    const tail = this.tails[bucket];
    if (tail === NONE) this.heads[bucket] = place;
    else this.links[tail] = place;
    this.tails[bucket] = place;
    this.links[place] = NONE;
  }

  private unlink(place: number): void {
    const bucket = this.exactKey[place] & (this.heads.length - 1);
    let before = NONE;
    for (let at = this.heads[bucket]; at !== place; at = this.links[at]) before = at;
    if (before === NONE) this.heads[bucket] = this.links[place];
    else this.links[before] = this.links[place];
    if (this.tails[bucket] === place) this.tails[bucket] = before;
  }

  /** Moves the bytes together, or doubles the buffer where that would not free half of it. */
  private makeRoom(length: number): void {
    const needed = 2 * (this.heldBytes + length + SLACK_BYTES);
    const bytes = needed > this.bytes.length ? new Uint8Array(Math.max(2 * this.bytes.length, needed)) : this.bytes;
    let end = 0;
    for (let place = 0; place < this.places;) {
      if (this.lane[place] === NONE) {
        place++;
        continue;
      }
      // Packets that lie one behind the other move at once.
      const from = this.offset[place];
      const to = end;
      for (; place < this.places && this.lane[place] !== NONE && this.offset[place] - from === end - to; place++) {
        this.offset[place] = end;
        end += this.capturedLength[place];
      }
      // The same buffer or another: Uint8Array's set takes overlapping parts.
      bytes.set(this.bytes.subarray(from, from + end - to), to);
    }
    this.end = end;
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer);
  }

  /** Moves the packets to the first places, or doubles the columns where that would not free half of them. */
  private makePlaces(): void {
    if (this.count * 2 > this.places) this.growColumns();
    if (this.count < this.places) {
      const kept = this.inOrder();
      for (const column of this.columns()) moveTogether(column, kept);
      this.lane.fill(NONE, this.count, this.places);
      this.places = this.count;
    }
    this.relink();
  }

  private columns(): readonly Column[] {
    const { offset, capturedLength, originalLength, seconds, nanoseconds, linkType, sequence, ordinal } = this;
    const { hasKey, keyHigh, keyLow, exactKey, portCount, boundAddress, boundPort, lane } = this;
    // prettier-ignore
    return [offset, capturedLength, originalLength, seconds, nanoseconds, linkType, sequence, ordinal, hasKey, keyHigh, keyLow, exactKey, portCount, boundAddress, boundPort, lane];
  }

  private growColumns(): void {
    const size = 2 * this.offset.length;
    const grown = <T extends Column>(column: T, into: T): T => {
      into.set(column);
      return into;
    };
    this.offset = grown(this.offset, new Uint32Array(size));
    this.capturedLength = grown(this.capturedLength, new Uint32Array(size));
    this.originalLength = grown(this.originalLength, new Uint32Array(size));
    this.seconds = grown(this.seconds, new Float64Array(size));
    this.nanoseconds = grown(this.nanoseconds, new Uint32Array(size));
    this.linkType = grown(this.linkType, new Uint16Array(size));
    this.sequence = grown(this.sequence, new Uint32Array(size));
    this.ordinal = grown(this.ordinal, new Uint32Array(size));
    this.hasKey = grown(this.hasKey, new Uint8Array(size));
    this.keyHigh = grown(this.keyHigh, new Int32Array(size));
    this.keyLow = grown(this.keyLow, new Int32Array(size));
    this.exactKey = grown(this.exactKey, new Int32Array(size));
    this.portCount = grown(this.portCount, new Uint8Array(size));
    this.boundAddress = grown(this.boundAddress, new Int32Array(size));
    this.boundPort = grown(this.boundPort, new Int32Array(size));
    this.lane = grown(this.lane, new Int32Array(size).fill(NONE));
    this.links = new Int32Array(size);
    this.heads = new Int32Array(2 * size);
    this.tails = new Int32Array(2 * size);
  }
}

/** Puts the values at the given places, which ascend, one behind the other. */
function moveTogether(column: Column, places: Int32Array): void {
  for (let i = 0; i < places.length; i++) column[i] = column[places[i]];
}
