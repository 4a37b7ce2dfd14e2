/**
 * Finds each packet's counterpart. Packets at the fronts of both sides that are the same are taken at once, which is all there is to captures
 * that match; the others wait, found by a hash of their bytes when their counterpart comes. What has waited on both sides for a while is
 * joined by its normal form, which also finds out which ports stand for which.
 */

import { Hash64 } from '../packet/hash64.js';
import { WHOLE } from '../packet/normal-form.js';
import { firstWordApart, Packet } from '../packet/packet.js';
import type { Order } from '../options.js';
import type { Cursor, Queue } from './cursor.js';
import { HashIndex } from './hash-index.js';
import { Ports, type PacketComparer } from './packet-comparer.js';
import type { UnmatchedPackets } from './resolve-unmatched.js';
import { ACTUAL, EXPECTED, type SideIndex, type Stream, type Streams } from './streams.js';
import { WaitingPackets } from './waiting-packets.js';

/** Packets that wait on both sides, before they are joined; and how many times as many there have to be the next time, if none matched. */
const FIRST_JOIN = 4096;
const JOIN_GROWTH = 8;
/** Packets looked at for one whose ports are not bound: those that are the same but for their ports are seldom many. */
const MAXIMUM_CANDIDATES = 256;
/** Packets that were cut to less than this are found by their place, not by their hash. */
const SHORTEST_PREFIX = 64;

/** What may wait before the older half of it is a difference: bytes of packets, and entries of order checks. */
export interface WaitingLimits {
  readonly heldBytes: number;
  readonly orderSize: number;
}

const LIMITS: WaitingLimits = { heldBytes: 1 << 30, orderSize: 1 << 27 };

const NONE = -1;

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

/** Packets that wait on one side, with the hashes of their forms. */
class Joined {
  count = 0;
  readonly high: Int32Array;
  readonly low: Int32Array;

  constructor(readonly places: Int32Array) {
    this.high = new Int32Array(places.length);
    this.low = new Int32Array(places.length);
  }

  add(place: number, { high, low }: Hash64): void {
    this.places[this.count] = place;
    this.high[this.count] = high;
    this.low[this.count++] = low;
  }

  /** Their numbers by their hashes. */
  index(): HashIndex {
    const index = new HashIndex(this.count);
    for (let n = 0; n < this.count; n++) index.add(n, this.high[n], this.low[n]);
    return index;
  }
}

export class PacketJoin {
  private readonly waiting = [new WaitingPackets(), new WaitingPackets()] as const;
  private readonly fronts = [new Front(), new Front()] as const;
  private readonly ours = new Packet();
  private readonly theirs = new Packet();
  private readonly hash = new Hash64();
  private nextJoin = FIRST_JOIN;
  /** True where the last fronts were the same by their forms: so will the next ones most likely be. */
  private areFormsSame = false;
  /** Pairs of fronts in a row that had no counterpart. */
  private futile = 0;

  constructor(
    private readonly comparer: PacketComparer,
    private readonly streams: Streams,
    private readonly order: Order,
    private readonly unmatched: UnmatchedPackets,
    private readonly limits: WaitingLimits = LIMITS,
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
    this.keepWithinLimits();
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
    this.keepWithinLimits();
    return taken;
  }

  private isNext(cursor: Cursor, queue: Queue, packet: Packet): boolean {
    cursor.load(queue.at(1), this.ours);
    return firstWordApart(this.ours, packet) < 0;
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
    const waiting = this.waiting[others];
    const other = isOurs ? this.theirs : this.ours;
    for (let place = waiting.first(high, low); place >= 0; place = waiting.following(place)) {
      if (waiting.stream[place] !== stream.index) continue;
      waiting.load(place, other);
      const isMatch = isOurs
        ? this.comparer.matchBytes(stream, other, packet)
        : this.comparer.matchBytes(stream, packet, other);
      if (!isMatch) continue;
      this.remove(others, place);
      this.finishOrder(stream);
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
    this.waiting[side].add(this.fronts[side].packet, stream.index, hash);
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
    this.keepWithinLimits();
  }

  /** Before a batch of a side is gone: what waits of it is copied. */
  keep(side: SideIndex): void {
    this.waiting[side].keep();
  }

  /** At the end of both captures: whatever waits still is a difference. */
  *finish(): Generator<void> {
    this.join();
    yield* this.resolve(1);
  }

  /** Joins what can be joined, and gives up on what is too much to wait. */
  private keepWithinLimits(): void {
    const [actual, expected] = this.waiting;
    if (Math.min(actual.count, expected.count) >= this.nextJoin) this.join();
    if (actual.heldBytes + expected.heldBytes > this.limits.heldBytes) {
      this.join();
      drain(this.resolve(1 / 2));
    }
    if (this.streams.all.some(({ order }) => order.size > this.limits.orderSize)) drain(this.resolve(1));
  }

  /** Gives up on the oldest of the packets that wait; stops after each. */
  private *resolve(part: number): Generator<void> {
    const [actual, expected] = this.waiting.map((packets) => {
      const all = packets.inOrder();
      return all.subarray(0, Math.ceil(all.length * part));
    });
    yield* this.unmatched.resolve(this.waiting[EXPECTED], expected, this.waiting[ACTUAL], actual);
    for (const [side, places] of [actual, expected].entries()) this.forget(side as SideIndex, places);
    for (const stream of this.streams.all) this.finishOrder(stream);
  }

  private forget(side: SideIndex, places: Int32Array): void {
    const packets = this.waiting[side];
    if (places.length < packets.count) {
      for (const place of places) this.remove(side, place);
      return;
    }
    for (const stream of this.streams.all) stream.waiting[side] = 0;
    packets.clear();
  }

  private remove(side: SideIndex, place: number): void {
    const packets = this.waiting[side];
    this.streams.all[packets.stream[place]].waiting[side]--;
    packets.remove(place);
  }

  /** Where nothing of a stream waits any more, it is known what is out of order. */
  private finishOrder(stream: Stream): void {
    if (stream.order.isEmpty || stream.waiting[ACTUAL] + stream.waiting[EXPECTED] > 0) return;
    stream.order.finish(
      this.order,
      (expected, actual) => {
        this.unmatched.moved(stream, expected, actual);
      },
      (_expected, actual) => {
        this.unmatched.movedWithLeave(stream, actual);
      },
    );
  }

  /**
   * Matches all that wait on both sides and are the same. Of packets that are the same but for their ports, those that occur once on each
   * side come first, since they leave no choice; then those whose ports are bound by now; then the others, in their order.
   */
  private join(): void {
    const [actual, expected] = this.waiting;
    if (actual.count === 0 || expected.count === 0) return;
    const before = actual.count;
    const limit = this.shortestCut();
    this.joinBy(Ports.Expected, limit);
    if (this.comparer.hasPorts) {
      const ours = this.joined(ACTUAL, Ports.None, limit);
      const theirs = this.joined(EXPECTED, Ports.None, limit);
      if (ours.count > 0 && theirs.count > 0) {
        if (this.matchOnly(theirs, ours)) this.joinBy(Ports.Expected, limit);
        this.matchAll(theirs, ours, true);
      }
    }
    const growth = actual.count < before ? 1 : JOIN_GROWTH;
    const [less, more] = [Math.min(actual.count, expected.count), Math.max(actual.count, expected.count)];
    this.nextJoin = Math.max(FIRST_JOIN, growth * less, 2 * less, more >> 3);
    for (const stream of this.streams.all) this.finishOrder(stream);
  }

  private joinBy(ports: Ports, limit: number): void {
    const ours = this.joined(ACTUAL, ports, limit);
    this.matchAll(this.joined(EXPECTED, ports, limit), ours, false);
  }

  /** Packets that wait on a side; without their ports those alone that have any. */
  private joined(side: SideIndex, ports: Ports, limit: number): Joined {
    const packets = this.waiting[side];
    const joined = new Joined(packets.inOrder());
    const { places } = joined;
    const { ours: packet, hash } = this;
    for (let n = 0; n < places.length; n++) {
      const place = places[n];
      packets.load(place, packet);
      const stream = this.streams.all[packets.stream[place]];
      const hasPorts = this.comparer.hash(hash, side, packet, stream, ports, limit);
      if (hasPorts || ports !== Ports.None) joined.add(place, hash);
    }
    return joined;
  }

  /** Matches packets that are the only ones of their hash on both sides; true where there were any. */
  private matchOnly(theirs: Joined, ours: Joined): boolean {
    const theirIndex = theirs.index();
    const ourIndex = ours.index();
    let areAny = false;
    for (let n = 0; n < theirs.count; n++) {
      const k = ourIndex.first(theirs.high[n], theirs.low[n]);
      if (k < 0 || ourIndex.following(k) >= 0) continue;
      if (theirIndex.first(theirs.high[n], theirs.low[n]) !== n || theirIndex.following(n) >= 0) continue;
      if (this.matchPair(theirs.places[n], ours.places[k], true)) areAny = true;
    }
    return areAny;
  }

  private matchAll(theirs: Joined, ours: Joined, mayBind: boolean): void {
    const index = ours.index();
    for (let n = 0; n < theirs.count; n++) {
      const first = index.first(theirs.high[n], theirs.low[n]);
      if (first < 0 || this.waiting[EXPECTED].stream[theirs.places[n]] < 0) continue;
      let found = this.matchOneOf(theirs.places[n], ours, index, first, false);
      if (found < 0 && mayBind) found = this.matchOneOf(theirs.places[n], ours, index, first, true);
      if (found >= 0) index.remove(found);
    }
  }

  private matchOneOf(place: number, ours: Joined, index: HashIndex, first: number, mayBind: boolean): number {
    let k = first;
    for (let candidates = 0; k >= 0 && candidates < MAXIMUM_CANDIDATES; candidates++, k = index.following(k))
      if (this.matchPair(place, ours.places[k], mayBind)) return k;
    return NONE;
  }

  private matchPair(place: number, ourPlace: number, mayBind: boolean): boolean {
    const [actual, expected] = this.waiting;
    const stream = actual.stream[ourPlace];
    if (stream < 0 || stream !== expected.stream[place]) return false;
    actual.load(ourPlace, this.ours);
    expected.load(place, this.theirs);
    if (!this.comparer.match(this.streams.all[stream], this.theirs, this.ours, mayBind)) return false;
    this.remove(EXPECTED, place);
    this.remove(ACTUAL, ourPlace);
    return true;
  }

  /** As many bytes as all packets that wait have: of these hashes are made. */
  private shortestCut(): number {
    const shortest = Math.min(...this.waiting.map((packets) => packets.shortestCut()));
    return Math.max(SHORTEST_PREFIX, Math.min(shortest, WHOLE));
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

function drain(steps: Generator<void>): void {
  while (steps.next().done !== true);
}
