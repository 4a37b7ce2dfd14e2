/**
 * Finds each packet's counterpart while both sides are read. Packets at the fronts of both that are the same are taken at once, which is all
 * there is to captures that match; the others wait, found by a hash of their bytes when their counterpart comes.
 */

import { Hash64 } from '../packet/hash64.js';
import { firstWordApart, Packet } from '../packet/packet.js';
import type { Cursor, Queue } from './cursor.js';
import type { PacketComparer } from './packet-comparer.js';
import { ACTUAL, EXPECTED, type SideIndex, type Stream, type Streams } from './streams.js';
import type { WaitingSides } from './waiting-sides.js';

/** A packet at the front of a queue, once it is loaded; with the hash of its bytes, once that is asked for. */
class Front {
  readonly packet = new Packet();
  readonly hash = new Hash64();
  isLoaded = false;
  hasHash = false;
}

/** What comes of two fronts: which of them is done with. */
const OURS = 1;
const THEIRS = 2;
const BOTH = OURS | THEIRS;

/** After so many packets in a row that had no counterpart, one is looked for only for every eighth: the join finds what is missed. */
const PATIENCE = 1024;

export class FrontMatcher {
  private readonly fronts = [new Front(), new Front()] as const;
  private readonly other = new Packet();
  /** True where the last fronts were the same by their forms: so will the next ones most likely be. */
  private areFormsSame = false;
  /** Pairs of fronts in a row that had no counterpart. */
  private futile = 0;

  constructor(
    private readonly comparer: PacketComparer,
    private readonly streams: Streams,
    private readonly waiting: WaitingSides,
  ) {}

  /** Matches the packets of a stream that both cursors have left, until one has none. */
  matchFronts(stream: Stream, actual: Cursor, expected: Cursor): void {
    const ours = this.fronts[ACTUAL];
    const theirs = this.fronts[EXPECTED];
    const ourQueue = actual.queues[stream.index];
    const theirQueue = expected.queues[stream.index];
    ours.isLoaded = false;
    theirs.isLoaded = false;
    while (ourQueue.length > 0 && theirQueue.length > 0) {
      load(ours, actual, ourQueue);
      load(theirs, expected, theirQueue);
      let taken = this.matchFront(stream, theirs.packet, ours.packet);
      if (taken === 0) taken = this.waitFor(stream, actual, ourQueue, expected, theirQueue);
      if ((taken & OURS) !== 0) shift(ours, actual, ourQueue);
      if ((taken & THEIRS) !== 0) shift(theirs, expected, theirQueue);
    }
    this.waiting.keepWithinLimits();
  }

  private matchFront(stream: Stream, expected: Packet, actual: Packet): number {
    const apart = firstWordApart(expected, actual);
    if (apart < 0 && this.comparer.matchSame(stream, expected, actual)) {
      this.futile = 0;
      return BOTH;
    }
    if (this.isResting) {
      this.futile++;
      return 0;
    }
    const taken = this.lookFor(stream, expected, actual, this.comparer.mayHide(stream, actual, apart));
    this.futile = taken === 0 ? this.futile + 1 : 0;
    return taken;
  }

  private get isResting(): boolean {
    return this.futile >= PATIENCE && (this.futile & 7) !== 0;
  }

  /** Lets the fronts wait; only one of them where the packet behind it is the other one: most that are out of order are neighbours. */
  private waitFor(stream: Stream, actual: Cursor, ours: Queue, expected: Cursor, theirs: Queue): number {
    let taken = BOTH;
    if (!this.isResting) {
      const [{ packet: first }, { packet: second }] = this.fronts;
      if (theirs.length > 1 && this.isNext(expected, theirs, first)) taken = THEIRS;
      else if (ours.length > 1 && this.isNext(actual, ours, second)) taken = OURS;
    }
    if ((taken & OURS) !== 0) this.wait(stream, ACTUAL);
    if ((taken & THEIRS) !== 0) this.wait(stream, EXPECTED);
    this.waiting.keepWithinLimits();
    return taken;
  }

  private isNext(cursor: Cursor, queue: Queue, packet: Packet): boolean {
    cursor.load(queue.at(1), this.other);
    return firstWordApart(this.other, packet) < 0;
  }

  private lookFor(stream: Stream, expected: Packet, actual: Packet, mayBeSame: boolean): number {
    const { comparer, areFormsSame } = this;
    if (mayBeSame && areFormsSame && comparer.matchForms(stream, expected, actual, false)) return BOTH;
    if (this.matchWaiting(stream, ACTUAL)) return OURS;
    if (this.matchWaiting(stream, EXPECTED)) return THEIRS;
    this.areFormsSame = mayBeSame && !areFormsSame && comparer.matchForms(stream, expected, actual, false);
    return this.areFormsSame ? BOTH : 0;
  }

  /** Matches a front with the oldest packet on the other side that waits for it and has the same bytes. */
  private matchWaiting(stream: Stream, side: SideIndex): boolean {
    const isOurs = side === ACTUAL;
    const others = isOurs ? EXPECTED : ACTUAL;
    if (stream.waiting[others] === 0) return false;
    const { packet } = this.fronts[side];
    const { high, low } = this.hashOf(stream, side);
    const waiting = this.waiting.packets[others];
    const { other } = this;
    for (let place = waiting.first(high, low); place >= 0; place = waiting.following(place)) {
      if (waiting.stream[place] !== stream.index) continue;
      waiting.load(place, other);
      const isMatch = isOurs
        ? this.comparer.matchBytes(stream, other, packet)
        : this.comparer.matchBytes(stream, packet, other);
      if (!isMatch) continue;
      this.waiting.remove(others, place);
      this.waiting.finishOrder(stream);
      return true;
    }
    return false;
  }

  private hashOf(stream: Stream, side: SideIndex): Hash64 {
    const front = this.fronts[side];
    const { packet, hash } = front;
    if (front.hasHash) return hash;
    front.hasHash = true;
    hash.begin(packet.original, packet.linkType ^ (stream.index << 16));
    hash.mixBytes(packet.view, packet.at, packet.end);
    return hash;
  }

  private wait(stream: Stream, side: SideIndex): void {
    const hash = this.isResting ? null : this.hashOf(stream, side);
    this.waiting.packets[side].add(this.fronts[side].packet, stream.index, hash);
    stream.waiting[side]++;
  }

  /** Lets what is left in a cursor's batch wait, so that it can read on. */
  spill(cursor: Cursor): void {
    const { side } = cursor;
    const front = this.fronts[side];
    cursor.queues.forEach((queue, index) => {
      front.isLoaded = false;
      while (queue.length > 0) {
        load(front, cursor, queue);
        if (!this.matchWaiting(this.streams.all[index], side)) this.wait(this.streams.all[index], side);
        shift(front, cursor, queue);
      }
    });
    this.waiting.keepWithinLimits();
  }
}

function load(front: Front, cursor: Cursor, queue: Queue): void {
  if (front.isLoaded) return;
  cursor.load(queue.at(0), front.packet);
  front.isLoaded = true;
  front.hasHash = false;
}

function shift(front: Front, cursor: Cursor, queue: Queue): void {
  cursor.shift(queue);
  front.isLoaded = false;
}
