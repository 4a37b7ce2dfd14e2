/**
 * What waits on both sides until its counterpart comes: found by hash when it does, matched all at once now and then, and settled when the
 * captures end, or when there is too much of it.
 */

import type { Comparer } from './comparer.js';
import type { Cursor } from './cursor.js';
import { ACTUAL, EXPECTED, type Lane, type Lanes, type SideIndex } from './lanes.js';
import { matchWaiting } from './match-waiting.js';
import type { Order } from '../options.js';
import { Key, type PacketColumns } from '../packet/packet-columns.js';
import { NEWER, OLDER, PendingPackets } from './pending-packets.js';
import type { Settlement } from './settlement.js';

/** Packets that wait on both sides, before they are matched all at once; and by how much there have to be more before the next time. */
const FIRST_SWEEP = 4096;
const SWEEP_GROWTH = 2;
/** The same where there was none to match: so it will most likely be the next time. */
const FUTILE_SWEEP_GROWTH = 4;
/** Bytes of waiting packets, and entries of order records, before the older half of what waits is settled. */
const MAXIMUM_HELD_BYTES = 1 << 30;
const MAXIMUM_ORDER_SIZE = 1 << 27;

export interface PendingLimits {
  readonly heldBytes: number;
  readonly orderSize: number;
}

export class PendingSides {
  private readonly sides: readonly [actual: PendingPackets, expected: PendingPackets];
  private nextSweep = FIRST_SWEEP;
  private couples = 0;
  /** Their keys are void when the prefix changes. */
  private readonly cursors: readonly Cursor[];

  constructor(
    private readonly comparer: Comparer,
    private readonly lanes: Lanes,
    private readonly order: Order,
    private readonly settlement: Settlement,
    /** By side. */
    cursors: readonly [actual: readonly Cursor[], expected: readonly Cursor[]],
    private readonly limits: PendingLimits = { heldBytes: MAXIMUM_HELD_BYTES, orderSize: MAXIMUM_ORDER_SIZE },
  ) {
    const pendingOf = (own: readonly Cursor[]): PendingPackets =>
      new PendingPackets(own.reduce((sum, { inputBytes }) => sum + inputBytes, 0));
    this.sides = [pendingOf(cursors[ACTUAL]), pendingOf(cursors[EXPECTED])];
    this.cursors = cursors.flat();
  }

  /** Before batches are gone: what waits of them is copied, unless records of its order are too many. */
  keepBytes(): void {
    for (const packets of this.sides) packets.copyRun();
    if (this.lanes.all.some(({ order }) => order.size > this.limits.orderSize)) this.settleAll();
  }

  /** A packet of a batch waits for its counterpart. */
  add(side: SideIndex, lane: Lane, packets: Cursor, i: number): void {
    this.ensureKeys(lane, packets, i);
    this.sides[side].add(packets, i, lane.index);
    lane.waiting[side]++;
  }

  /**
   * Two packets of which one is the changed form of the other wait together: as a couple, which is not looked up, nor found by others, before
   * all that waits is matched at once. Where many packets differ, looking each of them up in vain takes its time.
   *
   * @param difference its kind, or -1
   */
  // prettier-ignore
  addCouple(lane: Lane, actual: PacketColumns, j: number, expected: PacketColumns, i: number, difference: number): void {
    const { keys } = this.comparer;
    const { prefix } = keys;
    const haveNoKeys = actual.hasKey[j] === (Key.None as number) && expected.hasKey[i] === (Key.None as number);
    this.ensureKeys(lane, actual, j);
    // If the keys of all others were made anew, the last ones made are not those of the other one.
    if (!haveNoKeys || keys.prefix !== prefix) this.ensureKeys(lane, expected, i);
    else if (keys.makeLike(expected, i, lane)) this.remakeKeys();
    this.ensureKeys(lane, actual, j); // void where the other one was cut shorter than any before
    this.couples++;
    this.sides[ACTUAL].add(actual, j, lane.index, this.couples, difference);
    this.sides[EXPECTED].add(expected, i, lane.index, this.couples);
    lane.waiting[ACTUAL]++;
    lane.waiting[EXPECTED]++;
  }

  /** Matches a packet with the oldest one that waits for it on the other side. */
  take(side: SideIndex, lane: Lane, packets: PacketColumns, i: number): boolean {
    const otherSide = side === ACTUAL ? EXPECTED : ACTUAL;
    if (lane.waiting[otherSide] === 0) return false;
    this.ensureKeys(lane, packets, i);
    const others = this.sides[otherSide];
    const key = this.comparer.counterpartKey(packets, i, side, lane);
    for (const table of [OLDER, NEWER])
      for (let place = others.first(key, table); place >= 0; place = others.next(place)) {
        if (others.exactKey[place] !== key || others.lane[place] !== lane.index) continue;
        if (others.keyLow[place] !== packets.keyLow[i] || others.keyHigh[place] !== packets.keyHigh[i]) continue;
        others.copyRun();
        const isMatch =
          side === ACTUAL
            ? this.comparer.match(lane, others, place, packets, i)
            : this.comparer.match(lane, packets, i, others, place);
        if (!isMatch) continue;
        this.remove(otherSide, lane, place);
        if (lane.waiting[ACTUAL] + lane.waiting[EXPECTED] === 0) this.settleOrder(lane);
        return true;
      }
    return false;
  }

  ensureKeys(lane: Lane, packets: PacketColumns, i: number): void {
    if (packets.hasKey[i] === (Key.None as number) && this.comparer.keys.make(packets, i, lane)) this.remakeKeys();
  }

  /** Nothing of a lane waits any more: what is out of order is known. */
  settleOrder(lane: Lane): void {
    if (!lane.order.isEmpty)
      lane.order.settle(
        this.order,
        (expected, actual) => {
          this.settlement.moved(lane, expected, actual);
        },
        (_expected, actual) => {
          this.settlement.movedWithLeave(lane, actual);
        },
      );
  }

  /** Matches what can be matched, and settles what is too much to wait. */
  keepWithinLimits(): void {
    const [actual, expected] = this.sides;
    if (Math.min(actual.count, expected.count) >= this.nextSweep) this.sweep();
    if (actual.heldBytes + expected.heldBytes <= this.limits.heldBytes) return;
    this.sweep();
    this.settleOlderHalf();
  }

  /** At the end of both captures: whatever waits is a difference. */
  finish(): void {
    this.sweep();
    this.settleAll();
  }

  /** A packet was cut shorter than any before: keys are made of as many bytes as it has. */
  private remakeKeys(): void {
    for (const packets of this.sides) packets.copyRun();
    for (const cursor of this.cursors) cursor.hasKey.fill(Key.None);
    // Among those that wait one may be shorter still.
    for (let isShorter = true; isShorter;) {
      isShorter = false;
      for (const packets of this.sides) {
        for (const place of packets.inOrder())
          if (this.comparer.keys.make(packets, place, this.lanes.all[packets.lane[place]])) isShorter = true;
      }
    }
    for (const packets of this.sides) packets.relink();
  }

  /** Matches all that wait on both sides and are the same, and binds ports by them. */
  private sweep(): void {
    const [actual, expected] = this.sides;
    let matched = 0;
    matchWaiting(expected, actual, this.lanes, this.comparer, (expectedPlace, actualPlace, lane) => {
      this.remove(EXPECTED, lane, expectedPlace);
      this.remove(ACTUAL, lane, actualPlace);
      matched++;
    });
    const growth = matched > 0 ? SWEEP_GROWTH : FUTILE_SWEEP_GROWTH;
    this.nextSweep = Math.max(FIRST_SWEEP, growth * Math.max(actual.count, expected.count));
    this.settleOrders();
  }

  /** What waited longest gets no counterpart any more: so much is held at most. */
  private settleOlderHalf(): void {
    const [actual, expected] = this.sides.map((packets) => {
      const all = packets.inOrder();
      return all.subarray(0, Math.ceil(all.length / 2));
    });
    this.settle(actual, expected);
  }

  /** Nothing waits any more, so that no pair to come can be out of order with one that was. */
  private settleAll(): void {
    this.settle(this.sides[ACTUAL].inOrder(), this.sides[EXPECTED].inOrder());
  }

  private settle(actualPlaces: Int32Array, expectedPlaces: Int32Array): void {
    const [actual, expected] = this.sides;
    this.settlement.settle(expected, expectedPlaces, actual, actualPlaces);
    this.forget(ACTUAL, actualPlaces);
    this.forget(EXPECTED, expectedPlaces);
    this.settleOrders();
  }

  private settleOrders(): void {
    for (const lane of this.lanes.all) if (lane.waiting[ACTUAL] + lane.waiting[EXPECTED] === 0) this.settleOrder(lane);
  }

  private forget(side: SideIndex, places: Int32Array): void {
    const packets = this.sides[side];
    if (places.length < packets.count) {
      for (const place of places) this.remove(side, this.lanes.all[packets.lane[place]], place);
      return;
    }
    for (const lane of this.lanes.all) lane.waiting[side] = 0;
    packets.clear();
  }

  private remove(side: SideIndex, lane: Lane, place: number): void {
    this.sides[side].remove(place);
    lane.waiting[side]--;
  }
}
