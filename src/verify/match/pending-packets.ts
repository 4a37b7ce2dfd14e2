/**
 * Packets of one side that wait for their counterpart. Their bytes lie one behind the other in one buffer, what is known of them in
 * columns, both in the order the packets came. Where half of that is of packets that are gone, the others move together.
 *
 * Those that came last are found by hash, in two tables that take turns: when the newer one is full, it becomes the older one. Tables for all
 * would be larger than what caches hold, and a look-up in vain, which most are where captures differ, would wait for memory. Packets that
 * wait longer are matched all at once (match-waiting.ts).
 */

import { copyFrame } from '../../capture/copy-frame.js';
import type { PacketColumns } from '../packet/packet-columns.js';
import { BULK_PACKETS, GROWTH, NONE, WaitingColumns, type Column } from './waiting-columns.js';

const FIRST_BYTES = 128 * 1024;
/** Bytes of a run with what is between its packets, to those of the packets: with all that may wait, less than two GiB. */
const MAXIMUM_OVERHEAD = 1.75;
/** Beyond, the buffer gets as long as the captures are: what is not used takes no memory, and what grows has to be copied. */
const FEW_BYTES = 1024 * 1024;
const MOST_BYTES = 1 << 30;
const MOST_PLACES = 1 << 24;
/** Bytes behind the last packet that may be read. */
const SLACK_BYTES = 64;
/** Packets of a table, and its chains. */
const TABLE_PACKETS = 4096;
const CHAINS = 2 * TABLE_PACKETS;
/** The two tables. */
export const OLDER = 0;
export const NEWER = 1;

export class PendingPackets extends WaitingColumns implements PacketColumns {
  bytes = new Uint8Array(FIRST_BYTES);
  view = new DataView(this.bytes.buffer);
  /** Packets that wait. */
  count = 0;
  /** Bytes of those that wait. */
  heldBytes = 0;
  /** Places in use, from 0, those of packets that are gone included. */
  private places = 0;
  private end = 0;
  /** First and last place of each chain, side by side: packets by exact key, oldest first. */
  private readonly tables = [new Int32Array(2 * CHAINS).fill(NONE), new Int32Array(2 * CHAINS).fill(NONE)];
  /** First places whose packets are in each table. */
  private readonly starts = [0, 0];
  /** The run of packets that are not copied yet: where they are, the first, the one behind the last, and the first one's place. */
  private from: PacketColumns | null = null;
  private runFrom = 0;
  private runEnd = 0;
  private runPlace = 0;
  /** Places whose packets are copied. */
  private copied = 0;

  /** @param inputBytes how long the captures of this side are, as far as that is known */
  constructor(private readonly inputBytes = 0) {
    super();
  }

  /**
   * Takes in a packet whose keys are made. It is found at once, but copied with those that follow it in the batch: `copyRun` is to be
   * called before it is looked at, and before the batch is gone. Other packets may change their places.
   *
   * @param couple number of the couple that it is in, from 1: those of a couple are not found by hash
   * @param difference kind of the difference between the two, if it is known
   */
  add(from: PacketColumns, i: number, lane: number, couple = 0, difference = NONE): void {
    if (from !== this.from || i !== this.runEnd) this.beginRun(from, i);
    if (this.places === this.offset.length) {
      this.copyRun();
      this.makePlaces();
      this.beginRun(from, i);
    }
    const place = this.places++;
    this.runEnd = i + 1;
    this.heldBytes += from.capturedLength[i];
    this.keyHigh[place] = from.keyHigh[i];
    this.keyLow[place] = from.keyLow[i];
    this.exactKey[place] = from.exactKey[i];
    this.lane[place] = lane;
    this.couple[place] = couple;
    this.count++;
    if (couple !== 0) {
      this.difference[place] = difference;
      return;
    }
    if (place - this.starts[NEWER] >= TABLE_PACKETS) this.turn();
    this.link(place);
  }

  private beginRun(from: PacketColumns, i: number): void {
    this.copyRun();
    this.from = from;
    this.runEnd = i;
    this.runFrom = i;
    this.runPlace = this.places;
  }

  /** Copies the packets of the last run. */
  copyRun(): void {
    const { from, runFrom, runPlace } = this;
    this.from = null;
    if (from === null) return;
    const count = this.runEnd - runFrom;
    this.copyColumns(from, runFrom, runPlace, count);
    const span = count < BULK_PACKETS ? 0 : spanOf(from, runFrom, count);
    if (span === 0) {
      for (let k = 0; k < count; k++) this.copyBytes(from, runFrom + k);
      return;
    }
    // With what is between them in the capture: the headers of records or blocks.
    if (this.end + span + SLACK_BYTES > this.bytes.length) this.makeRoom(span);
    this.bytes.set(from.bytes.subarray(from.offset[runFrom], from.offset[runFrom] + span), this.end);
    const shift = this.end - from.offset[runFrom];
    for (let k = 0; k < count; k++) this.offset[runPlace + k] = from.offset[runFrom + k] + shift;
    this.end += span;
    this.copied = this.places;
  }

  private copyBytes(from: PacketColumns, i: number): void {
    const length = from.capturedLength[i];
    if (this.end + length + SLACK_BYTES > this.bytes.length) this.makeRoom(length);
    copyFrame(from.bytes, from.view, from.offset[i], this.bytes, this.view, this.end, length);
    this.offset[this.copied++] = this.end;
    this.end += length;
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
    if (this.count === 0) this.begin();
  }

  /** Lets go of all packets. */
  clear(): void {
    this.lane.fill(NONE, 0, this.places);
    for (const table of this.tables) table.fill(NONE);
    this.count = 0;
    this.heldBytes = 0;
    this.begin();
  }

  private begin(): void {
    this.end = 0;
    this.copied = 0;
    this.places = 0;
    this.starts.fill(0);
  }

  /** All places, in the order their packets came. */
  inOrder(): Int32Array {
    this.copyRun();
    const all = new Int32Array(this.count);
    let n = 0;
    for (let place = 0; place < this.places; place++) if (this.lane[place] !== NONE) all[n++] = place;
    return all;
  }

  /** Builds the chains anew, after keys or places changed. */
  relink(): void {
    for (const table of this.tables) table.fill(NONE);
    for (let place = this.starts[OLDER]; place < this.places; place++)
      if (this.lane[place] !== NONE && this.couple[place] === 0) this.link(place);
  }

  /** The newer table becomes the older one; what was in that is found no more. */
  private turn(): void {
    const [older, newer] = this.tables;
    older.fill(NONE);
    this.tables[OLDER] = newer;
    this.tables[NEWER] = older;
    this.starts[OLDER] = this.starts[NEWER];
    this.starts[NEWER] = this.places - 1;
  }

  private link(place: number): void {
    const table = this.tables[place < this.starts[NEWER] ? OLDER : NEWER];
    const chain = 2 * (this.exactKey[place] & (CHAINS - 1));
    const tail = table[chain + 1];
    if (tail === NONE) table[chain] = place;
    else this.links[tail] = place;
    table[chain + 1] = place;
    this.links[place] = NONE;
  }

  private unlink(place: number): void {
    if (place < this.starts[OLDER] || this.couple[place] !== 0) return;
    const table = this.tables[place < this.starts[NEWER] ? OLDER : NEWER];
    const chain = 2 * (this.exactKey[place] & (CHAINS - 1));
    let before = NONE;
    for (let at = table[chain]; at !== place; at = this.links[at]) before = at;
    if (before === NONE) table[chain] = this.links[place];
    else this.links[before] = this.links[place];
    if (table[chain + 1] === place) table[chain + 1] = before;
  }

  /** Moves the bytes together, or takes a larger buffer where that would not free half of it. */
  private makeRoom(length: number): void {
    const isAllLeft = this.count === this.places;
    const needed = 2 * ((isAllLeft ? this.end : this.heldBytes) + length + SLACK_BYTES);
    const ahead = needed < FEW_BYTES ? GROWTH * this.bytes.length : Math.min(this.inputBytes + FEW_BYTES, MOST_BYTES);
    const bytes = needed > this.bytes.length ? new Uint8Array(Math.max(ahead, needed)) : this.bytes;
    let end = 0;
    if (isAllLeft) {
      bytes.set(this.bytes.subarray(0, this.end));
      end = this.end;
    }
    for (let place = isAllLeft ? this.copied : 0; place < this.copied;) {
      if (this.lane[place] === NONE) {
        place++;
        continue;
      }
      // Packets that lie one behind the other move at once.
      const from = this.offset[place];
      const to = end;
      for (; place < this.copied && this.lane[place] !== NONE && this.offset[place] - from === end - to; place++) {
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

  /** Moves the packets to the first places, or makes the columns longer where that would not free half of them. */
  private makePlaces(): void {
    if (this.count * 2 > this.places) {
      const packets = Math.ceil((this.inputBytes / (this.end + 1)) * this.places);
      this.growColumns(Math.min(Math.max(packets, GROWTH * this.places), MOST_PLACES));
    }
    if (this.count === this.places) return;
    const kept = this.inOrder();
    this.starts.forEach((first, table) => (this.starts[table] = kept.filter((place) => place < first).length));
    const runs = runsOf(kept);
    for (const column of this.columns()) moveTogether(column, kept, runs);
    this.lane.fill(NONE, this.count, this.places);
    this.places = this.count;
    this.copied = this.count;
    this.relink();
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

/** Bytes from the first packet of a run to the end of the last, if they lie in order and little else is between them; else 0. */
function spanOf({ offset, capturedLength }: PacketColumns, first: number, count: number): number {
  let bytes = 0;
  let end = offset[first];
  for (let i = first; i < first + count; i++) {
    if (offset[i] < end) return 0;
    end = offset[i] + capturedLength[i];
    bytes += capturedLength[i];
  }
  const span = end - offset[first];
  return span > MAXIMUM_OVERHEAD * bytes ? 0 : span;
}
