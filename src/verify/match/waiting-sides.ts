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

/** Packets that wait on one side, by the hashes of their forms: the index has their numbers in `places`. */
interface Hashed {
  readonly places: Int32Array;
  readonly index: HashIndex;
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
    this.streams.all[packets.streamOf(place)].waiting[side]--;
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
      const ours = this.hashed(ACTUAL, Ports.None, limit);
      const theirs = this.hashed(EXPECTED, Ports.None, limit);
      if (this.matchOnly(theirs, ours)) this.joinBy(Ports.Expected, limit);
      this.matchAll(theirs, ours, true);
    }
    const growth = actual.count < before ? 1 : JOIN_GROWTH;
    const [less, more] = [Math.min(actual.count, expected.count), Math.max(actual.count, expected.count)];
    this.nextJoin = Math.max(FIRST_JOIN, growth * less, 2 * less, more >> 3);
    for (const stream of this.streams.all) this.finishOrder(stream);
  }

  private joinBy(ports: Ports, limit: number): void {
    const ours = this.hashed(ACTUAL, ports, limit);
    this.matchAll(this.hashed(EXPECTED, ports, limit), ours, false);
  }

  /** Packets that wait on a side; without their ports those alone that have any. */
  private hashed(side: SideIndex, ports: Ports, limit: number): Hashed {
    const packets = this.packets[side];
    const places = packets.inOrder();
    const index = new HashIndex(places.length);
    const { ours: packet, hash } = this;
    for (const place of places) {
      packets.load(place, packet);
      const stream = this.streams.all[packets.streamOf(place)];
      if (!this.comparer.hash(hash, side, packet, stream, ports, limit) && ports === Ports.None) continue;
      places[index.size] = place;
      index.add(index.size, hash.high, hash.low);
    }
    return { places: places.subarray(0, index.size), index };
  }

  /** Matches packets that are the only ones of their hash on both sides; true where there were any. */
  private matchOnly({ places: theirs, index: theirIndex }: Hashed, { places: ours, index: ourIndex }: Hashed): boolean {
    let areAny = false;
    for (let n = 0; n < theirs.length; n++) {
      const high = theirIndex.high[n];
      const low = theirIndex.low[n];
      const k = ourIndex.first(high, low);
      if (k < 0 || ourIndex.following(k) >= 0) continue;
      if (theirIndex.first(high, low) !== n || theirIndex.following(n) >= 0) continue;
      if (this.matchPair(theirs[n], ours[k], true)) areAny = true;
    }
    return areAny;
  }

  private matchAll({ places: theirs, index: theirIndex }: Hashed, ours: Hashed, mayBind: boolean): void {
    for (let n = 0; n < theirs.length; n++) {
      const first = ours.index.first(theirIndex.high[n], theirIndex.low[n]);
      if (first < 0 || this.packets[EXPECTED].streamOf(theirs[n]) < 0) continue;
      let found = this.matchOneOf(theirs[n], ours, first, false);
      if (found < 0 && mayBind) found = this.matchOneOf(theirs[n], ours, first, true);
      if (found >= 0) ours.index.remove(found);
    }
  }

  private matchOneOf(place: number, { places, index }: Hashed, first: number, mayBind: boolean): number {
    let k = first;
    for (let candidates = 0; k >= 0 && candidates < MAXIMUM_CANDIDATES; candidates++, k = index.following(k))
      if (this.matchPair(place, places[k], mayBind)) return k;
    return NONE;
  }

  private matchPair(place: number, ourPlace: number, mayBind: boolean): boolean {
    const [actual, expected] = this.packets;
    const stream = actual.streamOf(ourPlace);
    if (stream < 0 || stream !== expected.streamOf(place)) return false;
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
