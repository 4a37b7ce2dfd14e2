/**
 * Finds each packet's counterpart while both sides are read. Packets at the fronts of both that are the same are taken at once, which is all
 * there is to captures that match; the others wait, found by a hash of their bytes when their counterpart comes.
 */

import { Hash64 } from '../packet/hash64.js';
import { haveSameBytes, Packet } from '../packet/packet.js';
import type { Cursor } from './cursor.js';
import type { PacketComparer } from './packet-comparer.js';
import { ACTUAL, EXPECTED, type SideIndex, type Stream, type Streams } from './streams.js';
import type { WaitingSides } from './waiting-sides.js';

/** Which fronts are done with. */
const OURS = 1;
const THEIRS = 2;
const BOTH = OURS | THEIRS;

/** After so many pairs of fronts in a row that had no counterpart, one is looked for only for every eighth: the join finds what is missed. */
const PATIENCE = 1024;

export class FrontMatcher {
  /** The packets at the fronts, by side. */
  private readonly fronts = [new Packet(), new Packet()] as const;
  private readonly other = new Packet();
  private readonly hash = new Hash64();
  /** Pairs of fronts in a row that had no counterpart. */
  private futile = 0;

  constructor(
    private readonly comparer: PacketComparer,
    private readonly streams: Streams,
    private readonly waiting: WaitingSides,
  ) {}

  /** Matches the packets of a stream that both cursors have left, until one has none. */
  matchFronts(stream: Stream, actual: Cursor, expected: Cursor): void {
    const [ours, theirs] = this.fronts;
    const ourQueue = actual.queues[stream.index];
    const theirQueue = expected.queues[stream.index];
    while (ourQueue.length > 0 && theirQueue.length > 0) {
      actual.load(ourQueue.first, ours);
      expected.load(theirQueue.first, theirs);
      const taken = this.matchFront(stream, theirs, ours) || this.waitFor(stream, actual, expected);
      if ((taken & OURS) !== 0) actual.shift(ourQueue);
      if ((taken & THEIRS) !== 0) expected.shift(theirQueue);
    }
    this.waiting.keepWithinLimits();
  }

  private matchFront(stream: Stream, expected: Packet, actual: Packet): number {
    const taken = this.comparer.matchBytes(stream, expected, actual) ? BOTH : this.lookFor(stream, expected, actual);
    this.futile = taken === 0 ? this.futile + 1 : 0;
    return taken;
  }

  private lookFor(stream: Stream, expected: Packet, actual: Packet): number {
    if (this.isResting) return 0;
    if (this.matchWaiting(stream, ACTUAL)) return OURS;
    if (this.matchWaiting(stream, EXPECTED)) return THEIRS;
    return this.comparer.matchForms(stream, expected, actual, false) ? BOTH : 0;
  }

  private get isResting(): boolean {
    return this.futile >= PATIENCE && (this.futile & 7) !== 0;
  }

  /** Lets the fronts wait; only one of them where the packet behind it is the other one: most that are out of order are neighbours. */
  private waitFor(stream: Stream, actual: Cursor, expected: Cursor): number {
    const [ours, theirs] = this.fronts;
    let taken = BOTH;
    if (!this.isResting) {
      if (this.isNext(expected, stream, ours)) taken = THEIRS;
      else if (this.isNext(actual, stream, theirs)) taken = OURS;
    }
    if ((taken & OURS) !== 0) this.wait(stream, ACTUAL);
    if ((taken & THEIRS) !== 0) this.wait(stream, EXPECTED);
    this.waiting.keepWithinLimits();
    return taken;
  }

  private isNext(cursor: Cursor, { index }: Stream, packet: Packet): boolean {
    const queue = cursor.queues[index];
    if (queue.length < 2) return false;
    cursor.load(queue.second, this.other);
    return haveSameBytes(this.other, packet);
  }

  /** Matches a front with the oldest packet on the other side that waits for it and has the same bytes. */
  private matchWaiting(stream: Stream, side: SideIndex): boolean {
    const isOurs = side === ACTUAL;
    const others = isOurs ? EXPECTED : ACTUAL;
    if (stream.waiting[others] === 0) return false;
    const packet = this.fronts[side];
    const { other, comparer } = this;
    const { high, low } = this.hashOf(stream, packet);
    const waiting = this.waiting.packets[others];
    for (let place = waiting.index.first(high, low); place >= 0; place = waiting.index.following(place)) {
      if (waiting.streamOf(place) !== stream.index) continue;
      waiting.load(place, other);
      if (!comparer.matchBytes(stream, isOurs ? other : packet, isOurs ? packet : other)) continue;
      this.waiting.remove(others, place);
      this.waiting.finishOrder(stream);
      return true;
    }
    return false;
  }

  private hashOf({ index }: Stream, { original, linkType, view, at, end }: Packet): Hash64 {
    this.hash.begin(original, linkType ^ (index << 16));
    this.hash.mixBytes(view, at, end);
    return this.hash;
  }

  private wait(stream: Stream, side: SideIndex): void {
    const packet = this.fronts[side];
    this.waiting.packets[side].add(packet, stream.index, this.hashOf(stream, packet));
    stream.waiting[side]++;
  }

  /** Lets what is left in a cursor's batch wait, so that it can read on. */
  spill(cursor: Cursor): void {
    const { side } = cursor;
    for (const [index, queue] of cursor.queues.entries())
      while (queue.length > 0) {
        cursor.load(queue.first, this.fronts[side]);
        if (!this.matchWaiting(this.streams.all[index], side)) this.wait(this.streams.all[index], side);
        cursor.shift(queue);
      }
    this.waiting.keepWithinLimits();
  }
}
