/**
 * Packets of one side that wait for their counterpart, found by the hash of their bytes. What is known of them is in columns, in the order
 * they came. Those of the batch that is being read stay where they are: most find their counterpart before they would have to be copied.
 */

import { copyFrame, COPY_SLACK_BYTES } from '../../capture/copy-frame.js';
import type { Hash64 } from '../packet/hash64.js';
import type { Packet } from '../packet/packet.js';
import { HashIndex } from './hash-index.js';

const FIRST_PACKETS = 1024;
const FIRST_BYTES = 64 * 1024;
const NONE = -1;

type Column = Uint8Array | Uint32Array | Int32Array | Float64Array;

export class WaitingPackets {
  /** Packets that wait, and their bytes. */
  count = 0;
  heldBytes = 0;
  /** Index of each packet's stream, or -1 for a place that is free. */
  stream = new Int32Array(FIRST_PACKETS);
  sequence = new Uint32Array(FIRST_PACKETS);
  ordinal = new Uint32Array(FIRST_PACKETS);
  private captured = new Uint32Array(FIRST_PACKETS);
  private original = new Uint32Array(FIRST_PACKETS);
  private linkType = new Uint32Array(FIRST_PACKETS);
  private seconds = new Float64Array(FIRST_PACKETS);
  private nanoseconds = new Uint32Array(FIRST_PACKETS);
  private at = new Uint32Array(FIRST_PACKETS);
  /** Hash of the bytes of those that can be found by it. */
  private isIndexed = new Uint8Array(FIRST_PACKETS);
  private high = new Int32Array(FIRST_PACKETS);
  private low = new Int32Array(FIRST_PACKETS);
  private index = new HashIndex();
  /** Places in use, those that are free again included; of these so many are copied, into this buffer, up to here. */
  private places = 0;
  private copied = 0;
  private bytes = new Uint8Array(FIRST_BYTES);
  private view = new DataView(this.bytes.buffer);
  private end = 0;
  /** Where the others are. */
  private batchBytes: Uint8Array = this.bytes;
  private batchView: DataView = this.view;

  /**
   * Takes in a packet of a batch; `keep` has to be called before the batch is gone.
   * @param hash of its bytes; null for one that is found by joins alone
   */
  add(packet: Packet, stream: number, hash: Hash64 | null): void {
    const { bytes, view } = packet;
    if (bytes !== this.batchBytes) this.keep();
    this.batchBytes = bytes;
    this.batchView = view;
    if (this.places === this.stream.length) this.growColumns();
    const place = this.places++;
    this.stream[place] = stream;
    this.sequence[place] = packet.sequence;
    this.ordinal[place] = packet.ordinal;
    this.captured[place] = packet.captured;
    this.original[place] = packet.original;
    this.linkType[place] = packet.linkType;
    this.seconds[place] = packet.seconds;
    this.nanoseconds[place] = packet.nanoseconds;
    this.at[place] = packet.at;
    this.isIndexed[place] = hash === null ? 0 : 1;
    if (hash !== null) {
      this.high[place] = hash.high;
      this.low[place] = hash.low;
      this.index.add(place, hash.high, hash.low);
    }
    this.count++;
    this.heldBytes += packet.captured;
  }

  /** Loads the packet at a place. */
  load(place: number, into: Packet): void {
    const isCopied = place < this.copied;
    into.bytes = isCopied ? this.bytes : this.batchBytes;
    into.view = isCopied ? this.view : this.batchView;
    into.at = this.at[place];
    into.captured = this.captured[place];
    into.original = this.original[place];
    into.linkType = this.linkType[place];
    into.seconds = this.seconds[place];
    into.nanoseconds = this.nanoseconds[place];
    into.sequence = this.sequence[place];
    into.ordinal = this.ordinal[place];
  }

  /** The oldest place whose packet has a hash, or -1; `following` has the others. */
  first(high: number, low: number): number {
    return this.index.first(high, low);
  }

  following(place: number): number {
    return this.index.following(place);
  }

  remove(place: number): void {
    if (this.isIndexed[place] === 1) this.index.remove(place);
    this.stream[place] = NONE;
    this.count--;
    this.heldBytes -= this.captured[place];
    if (this.count === 0) this.begin();
  }

  clear(): void {
    this.stream.fill(NONE, 0, this.places);
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
    for (let place = 0, n = 0; n < all.length; place++) if (this.stream[place] !== NONE) all[n++] = place;
    return all;
  }

  /** Captured bytes of the packet that was cut shortest; Infinity where none was. */
  shortestCut(): number {
    let shortest = Infinity;
    for (let place = 0; place < this.places; place++) {
      const captured = this.captured[place];
      if (this.stream[place] !== NONE && captured < this.original[place]) shortest = Math.min(shortest, captured);
    }
    return shortest;
  }

  /** Copies the packets that are still where they were read. Where most places are free, the others move together. */
  keep(): void {
    const { copied, places } = this;
    if (copied === places) return;
    for (let place = copied; place < places; place++)
      if (this.stream[place] !== NONE) this.copy(place, this.batchBytes, this.batchView);
    this.copied = places;
    if (places > FIRST_PACKETS && this.count * 2 < places) this.moveTogether();
  }

  private copy(place: number, bytes: Uint8Array, view: DataView): void {
    const length = this.captured[place];
    if (this.end + length + COPY_SLACK_BYTES > this.bytes.length) {
      const longer = new Uint8Array(3 * (this.bytes.length + length));
      longer.set(this.bytes.subarray(0, this.end));
      this.bytes = longer;
      this.view = new DataView(longer.buffer);
    }
    copyFrame(bytes, view, this.at[place], this.bytes, this.view, this.end, length);
    this.at[place] = this.end;
    this.end += length;
  }

  private moveTogether(): void {
    const kept = this.inOrder();
    const { bytes, view } = this;
    this.bytes = new Uint8Array(2 * this.heldBytes + FIRST_BYTES);
    this.view = new DataView(this.bytes.buffer);
    this.end = 0;
    this.index = new HashIndex();
    for (const place of kept) this.copy(place, bytes, view);
    for (const column of this.columns()) for (let k = 0; k < kept.length; k++) column[k] = column[kept[k]];
    for (let place = 0; place < kept.length; place++)
      if (this.isIndexed[place] === 1) this.index.add(place, this.high[place], this.low[place]);
    this.places = kept.length;
    this.copied = kept.length;
  }

  private columns(): Column[] {
    const { stream, sequence, ordinal, captured, original, linkType, seconds, nanoseconds, at, isIndexed, high, low } =
      this;
    return [stream, sequence, ordinal, captured, original, linkType, seconds, nanoseconds, at, isIndexed, high, low];
  }

  private growColumns(): void {
    const grown = <T extends Column>(column: T, longer: T): T => {
      longer.set(column);
      return longer;
    };
    const size = 4 * this.places;
    this.stream = grown(this.stream, new Int32Array(size));
    this.sequence = grown(this.sequence, new Uint32Array(size));
    this.ordinal = grown(this.ordinal, new Uint32Array(size));
    this.captured = grown(this.captured, new Uint32Array(size));
    this.original = grown(this.original, new Uint32Array(size));
    this.linkType = grown(this.linkType, new Uint32Array(size));
    this.seconds = grown(this.seconds, new Float64Array(size));
    this.nanoseconds = grown(this.nanoseconds, new Uint32Array(size));
    this.at = grown(this.at, new Uint32Array(size));
    this.isIndexed = grown(this.isIndexed, new Uint8Array(size));
    this.high = grown(this.high, new Int32Array(size));
    this.low = grown(this.low, new Int32Array(size));
  }
}
