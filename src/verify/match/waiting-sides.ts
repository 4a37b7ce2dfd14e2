/**
 * What waits on both sides until its counterpart comes. What has waited for a while is joined by its normal form, which also finds out which
 * ports stand for which; at the end, or where it is too much, what is left is given up.
 */

import { Hash64 } from '../packet/hash64.js';
import { WHOLE } from '../packet/normal-form.js';
import { Packet } from '../packet/packet.js';
import type { Order } from '../options.js';
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

export class WaitingSides {
  readonly packets = [new WaitingPackets(), new WaitingPackets()] as const;
  private readonly ours = new Packet();
  private readonly theirs = new Packet();
  private readonly hash = new Hash64();
  private nextJoin = FIRST_JOIN;

  constructor(
    private readonly comparer: PacketComparer,
    private readonly streams: Streams,
    private readonly order: Order,
    private readonly unmatched: UnmatchedPackets,
    private readonly limits: WaitingLimits = LIMITS,
  ) {}

  /** Before a batch of a side is gone: what waits of it is copied. */
  keep(side: SideIndex): void {
    this.packets[side].keep();
  }

  /** At the end of both captures: whatever waits still is a difference. */
  *finish(): Generator<void> {
    this.join();
    yield* this.resolve(1);
  }

  /** Joins what can be joined, and gives up on what is too much to wait. */
  keepWithinLimits(): void {
    const [actual, expected] = this.packets;
    if (Math.min(actual.count, expected.count) >= this.nextJoin) this.join();
    if (actual.heldBytes + expected.heldBytes > this.limits.heldBytes) {
      this.join();
      drain(this.resolve(1 / 2));
    }
    if (this.streams.all.some(({ order }) => order.size > this.limits.orderSize)) drain(this.resolve(1));
  }

  /** Gives up on the oldest of the packets that wait; stops after each. */
  private *resolve(part: number): Generator<void> {
    const [actual, expected] = this.packets.map((packets) => {
      const all = packets.inOrder();
      return all.subarray(0, Math.ceil(all.length * part));
    });
    yield* this.unmatched.resolve(this.packets[EXPECTED], expected, this.packets[ACTUAL], actual);
    for (const [side, places] of [actual, expected].entries()) this.forget(side as SideIndex, places);
    for (const stream of this.streams.all) this.finishOrder(stream);
  }

  private forget(side: SideIndex, places: Int32Array): void {
    const packets = this.packets[side];
    if (places.length < packets.count) {
      for (const place of places) this.remove(side, place);
      return;
    }
    for (const stream of this.streams.all) stream.waiting[side] = 0;
    packets.clear();
  }

  remove(side: SideIndex, place: number): void {
    const packets = this.packets[side];
    this.streams.all[packets.stream[place]].waiting[side]--;
    packets.remove(place);
  }

  /** Where nothing of a stream waits any more, it is known what is out of order. */
  finishOrder(stream: Stream): void {
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
    const [actual, expected] = this.packets;
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
    const packets = this.packets[side];
    const joined = new Joined(packets.inOrder());
    const { places } = joined;
    const { ours: packet, hash } = this;
    for (const place of places) {
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
      if (first < 0 || this.packets[EXPECTED].stream[theirs.places[n]] < 0) continue;
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
    const [actual, expected] = this.packets;
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
    const shortest = Math.min(...this.packets.map((packets) => packets.shortestCut()));
    return Math.max(SHORTEST_PREFIX, Math.min(shortest, WHOLE));
  }
}

function drain(steps: Generator<void>): void {
  while (steps.next().done !== true);
}
