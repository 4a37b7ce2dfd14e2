/**
 * Finds each packet's counterpart while both sides are read. Heads of the two queues of a lane that are equal match at once, which is
 * all there is to captures that match; the others wait, found by hash, until their counterpart comes or the captures end.
 */

import { ChangedForms } from './changed-forms.js';
import { matchWaiting } from './match-waiting.js';
import type { Comparer } from './comparer.js';
import type { Cursor, LaneQueue } from './cursor.js';
import { ACTUAL, EXPECTED, type Lane, type Lanes, type SideIndex } from './lanes.js';
import type { Order } from './options.js';
import { areKeysApart, firstByteApart, Key, type PacketColumns } from './packet-columns.js';
import { NEWER, OLDER, PendingPackets } from './pending-packets.js';
import type { Settlement } from './settlement.js';

/** Packets looked ahead, on both sides, for the next pair of equals. */
const LOOKAHEAD = 24;
/** Packets that wait on both sides, before they are matched all at once; and by how much there have to be more before the next time. */
const FIRST_SWEEP = 4096;
const SWEEP_GROWTH = 2;
/** The same where there was none to match: so it will most likely be the next time. */
const FUTILE_SWEEP_GROWTH = 4;
/** Bytes of waiting packets, and entries of order records, before the older half of what waits is settled. */
const MAXIMUM_HELD_BYTES = 1 << 30;
const MAXIMUM_ORDER_SIZE = 1 << 27;

export interface MatcherLimits {
  readonly heldBytes: number;
  readonly orderSize: number;
}

export class Matcher {
  readonly waiting: readonly [actual: PendingPackets, expected: PendingPackets];
  private nextSweep = FIRST_SWEEP;
  /** Heads that were not found ahead, in a row: the more, the less often it is tried. */
  private futile = 0;
  private pause = 0;
  /** Their keys are void when the prefix changes. */
  private readonly cursors: readonly Cursor[];
  private readonly forms = new ChangedForms();
  private couples = 0;
  /** True where the last heads matched by their forms. */
  private areFormsSame = false;

  constructor(
    private readonly comparer: Comparer,
    private readonly lanes: Lanes,
    private readonly order: Order,
    private readonly settlement: Settlement,
    /** By side. */
    cursors: readonly [actual: readonly Cursor[], expected: readonly Cursor[]],
    private readonly limits: MatcherLimits = { heldBytes: MAXIMUM_HELD_BYTES, orderSize: MAXIMUM_ORDER_SIZE },
  ) {
    const waitingOf = (own: readonly Cursor[]): PendingPackets =>
      new PendingPackets(own.reduce((sum, { inputBytes }) => sum + inputBytes, 0));
    this.waiting = [waitingOf(cursors[ACTUAL]), waitingOf(cursors[EXPECTED])];
    this.cursors = cursors.flat();
  }

  /** Matches the two queues of a lane until one is empty. */
  run(lane: Lane, actual: Cursor, expected: Cursor): void {
    this.matchQueues(lane, actual, expected);
    this.keepBytes();
  }

  /** A function of its own, since V8 throws the code of a loop that is running away at what comes behind it. */
  private matchQueues(lane: Lane, actual: Cursor, expected: Cursor): void {
    const ours = actual.queues[lane.index];
    const theirs = expected.queues[lane.index];
    while (ours.length > 0 && theirs.length > 0) {
      const j = ours.at(0);
      const i = theirs.at(0);
      if (this.matchAsTheyAre(lane, expected, i, actual, j)) {
        taken(actual, ours);
        taken(expected, theirs);
      } else if (this.matchExchanged(lane, actual, ours, expected, theirs)) continue;
      else if (this.matchOrSetAside(lane, actual, ours, expected, theirs)) continue;
      else if (this.takeWaiting(ACTUAL, lane, actual, j)) taken(actual, ours);
      else if (this.takeWaiting(EXPECTED, lane, expected, i)) taken(expected, theirs);
      else this.skip(lane, actual, ours, expected, theirs);
    }
  }

  /** Before batches are gone: what waits of them is copied. */
  private keepBytes(): void {
    for (const packets of this.waiting) packets.copyRun();
  }

  private matchAsTheyAre(lane: Lane, expected: Cursor, i: number, actual: Cursor, j: number): boolean {
    const { comparer } = this;
    if (comparer.matchBytes(lane, expected, i, actual, j)) return true;
    return comparer.matchMasked(lane, expected, i, actual, j) && (this.areFormsSame = true);
  }

  /**
   * Where bytes differ, packets are told apart by their keys, which are needed anyhow if they have to wait; but where the last ones were
   * the same in another form, the next ones will be, too.
   */
  private matchForms(lane: Lane, expected: Cursor, i: number, actual: Cursor, j: number): boolean {
    if (!this.areFormsSame) {
      this.ensureKeys(lane, actual, j);
      this.ensureKeys(lane, expected, i);
      if (areKeysApart(expected, i, actual, j)) return false;
    }
    this.areFormsSame = this.comparer.matchForms(lane, expected, i, actual, j, false);
    return this.areFormsSame;
  }

  /** Matches two neighbours that are exchanged, the most frequent disorder there is: told by their bytes, without keys. */
  private matchExchanged(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): boolean {
    if (lane.waiting[ACTUAL] + lane.waiting[EXPECTED] > 0 || ours.length < 2 || theirs.length < 2) return false;
    const j = ours.at(0);
    const i = theirs.at(0);
    const ourNext = ours.at(1);
    const theirNext = theirs.at(1);
    if (firstByteApart(expected, theirNext, actual, j) >= 0 || firstByteApart(expected, i, actual, ourNext) >= 0)
      return false;
    lane.waiting[EXPECTED]++; // their head, while its neighbour goes before it
    const isNeighbour = this.comparer.matchBytes(lane, expected, theirNext, actual, j);
    const isHead = isNeighbour && this.comparer.matchBytes(lane, expected, i, actual, ourNext);
    lane.waiting[EXPECTED]--;
    if (!isNeighbour) return false;
    taken(actual, ours);
    if (isHead) {
      taken(actual, ours);
      this.settleOrder(lane);
      taken(expected, theirs);
    } else this.arrive(EXPECTED, lane, expected, theirs);
    taken(expected, theirs);
    return true;
  }

  /** Matches the heads if they are the same in another form, or sets them aside if one is the changed form of the other. */
  // prettier-ignore
  private matchOrSetAside(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): boolean {
    const j = ours.at(0);
    const i = theirs.at(0);
    const isChanged = this.forms.isChanged(expected, i, actual, j);
    const areDifferent = isChanged && this.forms.areDifferent && lane.rules.length === 0;
    if (!areDifferent && this.matchForms(lane, expected, i, actual, j)) {
      taken(actual, ours);
      taken(expected, theirs);
      return true;
    }
    if (isChanged) this.setAside(lane, actual, ours, expected, theirs);
    return isChanged;
  }

  /**
   * Heads of which one is the changed form of the other wait together: as a couple, which is not looked up, nor found by others, before all
   * that waits is matched at once. Where many packets differ, looking each of them up in vain takes its time.
   */
  private setAside(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): void {
    const j = ours.at(0);
    const i = theirs.at(0);
    const difference = this.settlement.kindOf(lane, expected, i, actual, j, this.forms);
    const haveNoKeys = actual.hasKey[j] === (Key.None as number) && expected.hasKey[i] === (Key.None as number);
    this.ensureKeys(lane, actual, j);
    if (!haveNoKeys) this.ensureKeys(lane, expected, i);
    else if (this.comparer.makeKeysLike(expected, i, lane)) this.remakeKeys();
    this.ensureKeys(lane, actual, j); // void where the other one was cut shorter than any before
    this.couples++;
    this.waiting[ACTUAL].add(actual, j, lane.index, this.couples, difference);
    this.waiting[EXPECTED].add(expected, i, lane.index, this.couples);
    lane.waiting[ACTUAL]++;
    lane.waiting[EXPECTED]++;
    taken(actual, ours);
    taken(expected, theirs);
    this.keepWithinLimits();
  }

  /** The heads have no counterpart at hand: lets as few packets wait as bring equal ones to the heads, or else one on each side. */
  private skip(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): void {
    let [ourSkip, theirSkip] = [1, 1];
    if (this.pause > 0) this.pause--;
    else {
      let found = this.nearestEquals(lane, actual, ours, expected, theirs);
      if (found < 0) found = this.nearestChanged(actual, ours, expected, theirs);
      if (found >= 0) {
        ourSkip = found >>> 8;
        theirSkip = found & 0xff;
        this.futile = 0;
      } else this.pause = this.futile = Math.min(64, 2 * this.futile + 1);
    }
    for (let k = 0; k < ourSkip; k++) this.arrive(ACTUAL, lane, actual, ours);
    for (let k = 0; k < theirSkip; k++) this.arrive(EXPECTED, lane, expected, theirs);
    this.keepWithinLimits();
  }

  /** How far ahead the nearest packets with equal keys are, as ours << 8 | theirs, or -1; both 0 does not count. */
  private nearestEquals(lane: Lane, actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): number {
    const ourCount = Math.min(LOOKAHEAD, ours.length);
    const theirCount = Math.min(LOOKAHEAD, theirs.length);
    const { prefix } = this.comparer;
    for (let distance = 0; distance < ourCount + theirCount - 1; distance++) {
      if (distance < ourCount) this.ensureKeys(lane, actual, ours.at(distance));
      if (distance < theirCount) this.ensureKeys(lane, expected, theirs.at(distance));
      // One was cut shorter than any before, so that the keys looked at so far are void.
      if (this.comparer.prefix !== prefix) return this.nearestEquals(lane, actual, ours, expected, theirs);
      const last = Math.min(distance, ourCount - 1);
      for (let k = Math.max(0, distance - theirCount + 1); k <= last; k++) {
        const j = ours.at(k);
        const i = theirs.at(distance - k);
        if (actual.keyLow[j] !== expected.keyLow[i] || actual.keyHigh[j] !== expected.keyHigh[i]) continue;
        return distance === 0 ? -1 : (k << 8) | (distance - k);
      }
    }
    return -1;
  }

  /** Lets what is left in a cursor's batch wait, so that it can read on. */
  spill(side: SideIndex, cursor: Cursor): void {
    cursor.queues.forEach((queue, index) => {
      while (queue.length > 0) this.arrive(side, this.lanes.all[index], cursor, queue);
    });
    this.keepBytes();
    this.keepWithinLimits();
  }

  /** The same for the nearest packet that is the changed form of a head, where one side lacks some packets. */
  private nearestChanged(actual: Cursor, ours: LaneQueue, expected: Cursor, theirs: LaneQueue): number {
    const j = ours.at(0);
    const i = theirs.at(0);
    for (let ahead = 1; ahead < LOOKAHEAD; ahead++) {
      if (ahead < ours.length && this.forms.isChanged(expected, i, actual, ours.at(ahead))) return ahead << 8;
      if (ahead < theirs.length && this.forms.isChanged(expected, theirs.at(ahead), actual, j)) return ahead;
    }
    return -1;
  }

  /** The head of a queue: matched with one that waits, or made to wait. */
  private arrive(side: SideIndex, lane: Lane, cursor: Cursor, queue: LaneQueue): void {
    const i = queue.at(0);
    if (!this.takeWaiting(side, lane, cursor, i)) {
      this.ensureKeys(lane, cursor, i);
      this.waiting[side].add(cursor, i, lane.index);
      lane.waiting[side]++;
    }
    taken(cursor, queue);
  }

  /** Matches a packet with the oldest one that waits for it on the other side. */
  private takeWaiting(side: SideIndex, lane: Lane, packets: PacketColumns, i: number): boolean {
    const otherSide = side === ACTUAL ? EXPECTED : ACTUAL;
    if (lane.waiting[otherSide] === 0) return false;
    this.ensureKeys(lane, packets, i);
    const others = this.waiting[otherSide];
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
        this.release(otherSide, lane, place);
        return true;
      }
    return false;
  }

  /** A packet that waited has its counterpart. */
  private release(side: SideIndex, lane: Lane, place: number): void {
    this.waiting[side].remove(place);
    lane.waiting[side]--;
    if (lane.waiting[ACTUAL] + lane.waiting[EXPECTED] === 0) this.settleOrder(lane);
  }

  private settleOrder(lane: Lane): void {
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

  private ensureKeys(lane: Lane, packets: PacketColumns, i: number): void {
    if (packets.hasKey[i] === (Key.None as number) && this.comparer.makeKeys(packets, i, lane)) this.remakeKeys();
  }

  /** A packet was cut shorter than any before: keys are made of as many bytes as it has. */
  private remakeKeys(): void {
    this.keepBytes();
    for (const cursor of this.cursors) cursor.hasKey.fill(Key.None);
    // Among those that wait one may be shorter still.
    for (let isShorter = true; isShorter;) {
      isShorter = false;
      for (const packets of this.waiting) {
        for (const place of packets.inOrder())
          if (this.comparer.makeKeys(packets, place, this.lanes.all[packets.lane[place]])) isShorter = true;
      }
    }
    for (const packets of this.waiting) packets.relink();
  }

  private keepWithinLimits(): void {
    const [actual, expected] = this.waiting;
    if (Math.min(actual.count, expected.count) >= this.nextSweep) this.sweep();
    if (actual.heldBytes + expected.heldBytes > this.limits.heldBytes) {
      this.sweep();
      this.settleOlderHalf();
    } else if (this.lanes.all.some(({ order }) => order.size > this.limits.orderSize)) this.settleAll();
  }

  /** Matches all that wait on both sides and are the same, and binds ports by them. */
  private sweep(): void {
    const [actual, expected] = this.waiting;
    let matched = 0;
    matchWaiting(expected, actual, this.lanes, this.comparer, (expectedPlace, actualPlace, lane) => {
      this.waiting[EXPECTED].remove(expectedPlace);
      this.waiting[ACTUAL].remove(actualPlace);
      lane.waiting[EXPECTED]--;
      lane.waiting[ACTUAL]--;
      matched++;
    });
    const growth = matched > 0 ? SWEEP_GROWTH : FUTILE_SWEEP_GROWTH;
    this.nextSweep = Math.max(FIRST_SWEEP, growth * Math.max(actual.count, expected.count));
    for (const lane of this.lanes.all) if (lane.waiting[ACTUAL] + lane.waiting[EXPECTED] === 0) this.settleOrder(lane);
  }

  /** What waited longest gets no counterpart any more: so much is held at most. */
  private settleOlderHalf(): void {
    const [actual, expected] = this.waiting.map((packets) => {
      const all = packets.inOrder();
      return all.subarray(0, Math.ceil(all.length / 2));
    });
    this.settle(actual, expected);
  }

  /** At the end of both captures: whatever waits is a difference. */
  finish(): void {
    this.sweep();
    this.settleAll();
  }

  /** Nothing waits any more, so that no pair to come can be out of order with one that was. */
  private settleAll(): void {
    this.settle(this.waiting[ACTUAL].inOrder(), this.waiting[EXPECTED].inOrder());
  }

  private forget(side: SideIndex, places: Int32Array): void {
    const { [side]: waiting } = this.waiting;
    if (places.length === waiting.count) {
      for (const lane of this.lanes.all) lane.waiting[side] = 0;
      waiting.clear();
      return;
    }
    for (const place of places) {
      this.lanes.all[waiting.lane[place]].waiting[side]--;
      waiting.remove(place);
    }
  }

  private settle(actualPlaces: Int32Array, expectedPlaces: Int32Array): void {
    const [actual, expected] = this.waiting;
    this.settlement.settle(expected, expectedPlaces, actual, actualPlaces);
    this.forget(ACTUAL, actualPlaces);
    this.forget(EXPECTED, expectedPlaces);
    for (const lane of this.lanes.all) if (lane.waiting[ACTUAL] + lane.waiting[EXPECTED] === 0) this.settleOrder(lane);
  }
}

function taken(cursor: Cursor, queue: LaneQueue): void {
  queue.from++;
  cursor.left--;
}
