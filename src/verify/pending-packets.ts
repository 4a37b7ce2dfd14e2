/**
 * Packets of one side that wait for their counterpart. Their bytes lie one behind the other in one buffer, what is known of them in
 * columns, both in the order the packets came. Where half of that is of packets that are gone, the others move together.
 *
 * Those that came last are found by hash, in two tables that take turns: when the newer one is full, it becomes the older one. Tables for all
 * would be larger than what caches hold, and a look-up in vain, which most are where captures differ, would wait for memory. Packets that
 * wait longer are matched all at once (match-waiting.ts).
 */

import { copyFrame } from '../capture/copy-frame.js';
import type { PacketColumns } from './packet-columns.js';

const FIRST_PACKETS = 1024;
const FIRST_BYTES = 128 * 1024;
/** Bytes behind the last packet that may be read. */
const SLACK_BYTES = 64;
const NONE = -1;
/** Packets of a table, and its chains. */
const TABLE_PACKETS = 4096;
const CHAINS = 2 * TABLE_PACKETS;
/** The two tables. */
export const OLDER = 0;
export const NEWER = 1;

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
  /** Bytes of those that wait. */
  heldBytes = 0;
  /** Places in use, from 0, those of packets that are gone included. */
  private places = 0;
  private end = 0;
  /** First and last place of each chain, side by side: packets by exact key, oldest first. */
  private readonly tables = [new Int32Array(2 * CHAINS).fill(NONE), new Int32Array(2 * CHAINS).fill(NONE)];
  private links = new Int32Array(FIRST_PACKETS);
  /** First places whose packets are in each table. */
  private readonly from = [0, 0];

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
    this.count++;
    if (place - this.from[NEWER] === TABLE_PACKETS) this.turn();
    this.link(place);
  }

  /** The oldest place in a table whose exact key may be `key`, or -1; `next` has the others that share its chain. */
  first(key: number, table: number): number {
    return this.tables[table][2 * (key & (CHAINS - 1))];
  }

  next(place: number): number {
    return this.links[place];
  }

  remove(place: number): void {
    this.unlink(place);
    this.count--;
    this.heldBytes -= this.capturedLength[place];
    this.lane[place] = NONE;
    if (this.count > 0) return;
    this.end = 0;
    this.places = 0;
    this.from.fill(0);
  }

  /** All places, in the order their packets came. */
  inOrder(): Int32Array {
    const all = new Int32Array(this.count);
    let n = 0;
    for (let place = 0; place < this.places; place++) if (this.lane[place] !== NONE) all[n++] = place;
    return all;
  }

  /** Builds the chains anew, after keys or places changed. */
  relink(): void {
    for (const table of this.tables) table.fill(NONE);
    for (let place = this.from[OLDER]; place < this.places; place++) if (this.lane[place] !== NONE) this.link(place);
  }

  /** The newer table becomes the older one; what was in that is found no more. */
  private turn(): void {
    const [older, newer] = this.tables;
    older.fill(NONE);
    this.tables[OLDER] = newer;
    this.tables[NEWER] = older;
    this.from[OLDER] = this.from[NEWER];
    this.from[NEWER] = this.places - 1;
  }

  private link(place: number): void {
    const table = this.tables[place < this.from[NEWER] ? OLDER : NEWER];
    const chain = 2 * (this.exactKey[place] & (CHAINS - 1));
    const tail = table[chain + 1];
    if (tail === NONE) table[chain] = place;
    else this.links[tail] = place;
    table[chain + 1] = place;
    this.links[place] = NONE;
  }

  private unlink(place: number): void {
    if (place < this.from[OLDER]) return;
    const table = this.tables[place < this.from[NEWER] ? OLDER : NEWER];
    const chain = 2 * (this.exactKey[place] & (CHAINS - 1));
    let before = NONE;
    for (let at = table[chain]; at !== place; at = this.links[at]) before = at;
    if (before === NONE) table[chain] = this.links[place];
    else this.links[before] = this.links[place];
    if (table[chain + 1] === place) table[chain + 1] = before;
  }

  /** Moves the bytes together, or doubles the buffer where that would not free half of it. */
  private makeRoom(length: number): void {
    const needed = 2 * (this.heldBytes + length + SLACK_BYTES);
    const bytes = needed > this.bytes.length ? new Uint8Array(Math.max(2 * this.bytes.length, needed)) : this.bytes;
    let end = 0;
    if (this.heldBytes === this.end) {
      bytes.set(this.bytes.subarray(0, this.end));
      end = this.end;
    }
    for (let place = end > 0 ? this.places : 0; place < this.places;) {
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
    if (this.count === this.places) return;
    const kept = this.inOrder();
    this.from.forEach((from, table) => (this.from[table] = kept.filter((place) => place < from).length));
    const runs = runsOf(kept);
    for (const column of this.columns()) moveTogether(column, kept, runs);
    this.lane.fill(NONE, this.count, this.places);
    this.places = this.count;
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
    this.links = grown(this.links, new Int32Array(size));
  }
}

/** Places of a run, on average, from which on whole runs are moved: a call for each costs as much as twenty values one by one. */
const LONG_RUN = 20;

/** Puts the values at the given places, which ascend, one behind the other. */
function moveTogether(column: Column, places: Int32Array, runs: number): void {
  if (places.length < runs * LONG_RUN) {
    for (let i = 0; i < places.length; i++) column[i] = column[places[i]];
    return;
  }
  for (let from = 0; from < places.length;) {
    let to = from + 1;
    while (to < places.length && places[to] === places[from] + to - from) to++;
    column.copyWithin(from, places[from], places[from] + to - from);
    from = to;
  }
}

/** How many runs of neighbours there are among places that ascend. */
function runsOf(places: Int32Array): number {
  let runs = 0;
  for (let i = 0; i < places.length; i++) if (i === 0 || places[i] !== places[i - 1] + 1) runs++;
  return runs;
}
