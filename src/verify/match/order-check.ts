/**
 * Which packet of one stream answered which while others were waiting. Only such pairs can be out of order: of two pairs that cross, the
 * one matched later had a packet waiting when the other was matched. Pairs that are neighbours on both sides are one run, so that a
 * packet that is lost costs no memory for all that come after it; where the order within flows counts, each pair has its flow.
 */

import type { Order } from '../options.js';

/** Gets the pairs that are out of order, by their numbers among all packets of each side. */
export type MovedSink = (expected: number, actual: number) => void;

export class OrderCheck {
  /** Runs: their first packets' numbers and their lengths. */
  private expected: number[] = [];
  private actual: number[] = [];
  private length: number[] = [];
  /** A hash of each pair's flow, run by run. */
  private flows: number[] = [];
  private isDisordered = false;

  get isEmpty(): boolean {
    return this.length.length === 0;
  }

  /** Pairs and runs, as a measure of the memory it takes. */
  get size(): number {
    return this.length.length * 3 + this.flows.length;
  }

  /** @param flow a hash of the pair's flow; null where it does not matter */
  add(expected: number, actual: number, flow: number | null): void {
    if (flow !== null) this.flows.push(flow);
    const last = this.length.length - 1;
    if (last >= 0) {
      const [length, firstExpected, firstActual] = [this.length[last], this.expected[last], this.actual[last]];
      if (expected === firstExpected + length && actual === firstActual + length) {
        this.length[last]++;
        return;
      }
      if (expected < firstExpected || actual < firstActual) this.isDisordered = true;
    }
    this.expected.push(expected);
    this.actual.push(actual);
    this.length.push(1);
  }

  /** Finds what is out of order, then forgets all. `moved` gets pairs that break the order asked for, `tolerated` the other ones. */
  finish(order: Order, moved: MovedSink, tolerated: MovedSink): void {
    if (this.isDisordered) this.findMoved(order, moved, tolerated);
    this.expected = [];
    this.actual = [];
    this.length = [];
    this.flows = [];
    this.isDisordered = false;
  }

  private findMoved(order: Order, moved: MovedSink, tolerated: MovedSink): void {
    const { expected, actual, length } = this;
    const movedRuns = movedOf(expected, actual, length);
    const breaking = order === 'flow' ? this.movedInFlows() : null;
    for (let run = 0, pair = 0; run < length.length; run++)
      for (let i = 0; i < length[run]; i++, pair++) {
        if (breaking ? breaking[pair] === 1 : order === 'strict' && movedRuns[run] === 1)
          moved(expected[run] + i, actual[run] + i);
        else if (movedRuns[run] === 1) tolerated(expected[run] + i, actual[run] + i);
      }
  }

  /** 1 for each pair that is out of order in its flow. */
  private movedInFlows(): Uint8Array {
    const pairs = new Map<number, { expected: number[]; actual: number[]; pair: number[] }>();
    for (let run = 0, pair = 0; run < this.length.length; run++)
      for (let i = 0; i < this.length[run]; i++, pair++) {
        let own = pairs.get(this.flows[pair]);
        if (!own) pairs.set(this.flows[pair], (own = { expected: [], actual: [], pair: [] }));
        own.expected.push(this.expected[run] + i);
        own.actual.push(this.actual[run] + i);
        own.pair.push(pair);
      }
    const moved = new Uint8Array(this.flows.length);
    for (const { expected, actual, pair } of pairs.values()) {
      if (isRising(expected) && isRising(actual)) continue;
      const own = movedOf(
        expected,
        actual,
        expected.map(() => 1),
      );
      for (let k = 0; k < pair.length; k++) moved[pair[k]] = own[k];
    }
    return moved;
  }
}

const isRising = (values: readonly number[]): boolean => values.every((value, k) => k === 0 || value > values[k - 1]);

/** 1 for each item that has to move to bring both sides into one order. */
function movedOf(
  expected: readonly number[],
  actual: readonly number[],
  weights: readonly number[],
): ArrayLike<number> {
  // Two neighbours that changed places, which most are: the lighter one moves, or else the later.
  if (expected.length === 2) {
    if (expected[0] < expected[1] === actual[0] < actual[1]) return [0, 0];
    const isFirstMoved = expected[0] < expected[1] ? weights[0] < weights[1] : weights[0] <= weights[1];
    return isFirstMoved ? [1, 0] : [0, 1];
  }
  const order = byValue(expected);
  const kept = inOrder(
    order.map((item) => actual[item]),
    order.map((item) => weights[item]),
  );
  const moved = new Uint8Array(order.length);
  for (const [position, item] of order.entries()) moved[item] = 1 - kept[position];
  return moved;
}

/**
 * The fewest packets that have to be moved to bring a sequence into order: those outside of the heaviest increasing subsequence.
 * A Fenwick tree over the ranks holds the best weight of a subsequence that ends at or below each rank: n log n.
 *
 * @param values position of each item in the other sequence; all different
 * @param weights packets each item stands for
 * @returns 1 for each item that is in order
 */
export function inOrder(values: readonly number[], weights: readonly number[]): Uint8Array {
  const count = values.length;
  const rank = new Int32Array(count);
  for (const [position, item] of byValue(values).entries()) rank[item] = position + 1;
  /** Weight and last item of the best subsequence in a node's range of ranks. */
  const best = new Float64Array(count + 1);
  const bestItem = new Int32Array(count + 1).fill(-1);
  const before = new Int32Array(count);
  let heaviest = 0;
  let last = -1;
  for (let item = 0; item < count; item++) {
    let weight = 0;
    let previous = -1;
    for (let node = rank[item]; node > 0; node -= node & -node) {
      if (best[node] <= weight) continue;
      weight = best[node];
      previous = bestItem[node];
    }
    before[item] = previous;
    weight += weights[item];
    for (let node = rank[item]; node <= count; node += node & -node) {
      if (best[node] >= weight) continue;
      best[node] = weight;
      bestItem[node] = item;
    }
    if (weight <= heaviest) continue;
    heaviest = weight;
    last = item;
  }
  const kept = new Uint8Array(count);
  for (let item = last; item >= 0; item = before[item]) kept[item] = 1;
  return kept;
}

/** The items' numbers in the order of their values. */
export const byValue = (values: readonly number[]): number[] =>
  values.map((_, item) => item).sort((a, b) => values[a] - values[b]);
