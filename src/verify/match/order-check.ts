/**
 * Which packet of one stream answered which while others were waiting. Only such pairs can be out of order: of two pairs that cross, the
 * one matched later had a packet waiting when the other was matched. Pairs that are neighbours on both sides are one run, so that a
 * packet that is lost costs no memory for all that come after it; where the order within flows counts, each pair has its flow's number.
 */

import type { Order } from '../options.js';
import { HashIndex } from './hash-index.js';
import { findInOrder, sortByValue } from './longest-order.js';

/** Gets the pairs that are out of order, by their numbers among all packets of each side. */
export type MovedSink = (expected: number, actual: number) => void;

const FIRST_RUNS = 64;

export class OrderCheck {
  /** Runs, with their first packets' numbers and their lengths. */
  private runs = 0;
  private expected = new Float64Array(FIRST_RUNS);
  private actual = new Float64Array(FIRST_RUNS);
  private length = new Float64Array(FIRST_RUNS);
  /** Number of each pair's flow, run by run. */
  private flows = new Int32Array(0);
  private pairs = 0;
  private readonly flowNumbers = new HashIndex();
  private isDisordered = false;
  /** The runs by their expected packets. */
  private sorted = new Int32Array(FIRST_RUNS);

  get isEmpty(): boolean {
    return this.runs === 0;
  }

  /** Pairs and runs, as a measure of the memory it takes. */
  get size(): number {
    return this.runs * 3 + this.pairs;
  }

  /** Adds a pair whose flow does not matter. */
  add(expected: number, actual: number): void {
    const last = this.runs - 1;
    const length = last < 0 ? 0 : this.length[last];
    const isNeighbour =
      length > 0 && expected === this.expected[last] + length && actual === this.actual[last] + length;
    if (isNeighbour) this.length[last]++;
    else this.start(expected, actual, last);
  }

  /** Adds a pair of a flow, which is given by its hash. */
  addOfFlow(expected: number, actual: number, { high, low }: { readonly high: number; readonly low: number }): void {
    this.add(expected, actual);
    let flow = this.flowNumbers.first(high, low);
    if (flow < 0) this.flowNumbers.add((flow = this.flowNumbers.size), high, low);
    if (this.pairs === this.flows.length) this.flows = grown(this.flows, new Int32Array(2 * this.pairs + FIRST_RUNS));
    this.flows[this.pairs++] = flow;
  }

  private start(expected: number, actual: number, last: number): void {
    const isBehind = last < 0 || (expected > this.expected[last] && actual > this.actual[last]);
    if (!isBehind) this.isDisordered = true;
    const { length: size } = this.expected;
    if (this.runs === size) {
      this.expected = grown(this.expected, new Float64Array(2 * size));
      this.actual = grown(this.actual, new Float64Array(2 * size));
      this.length = grown(this.length, new Float64Array(2 * size));
    }
    const run = this.runs++;
    this.expected[run] = expected;
    this.actual[run] = actual;
    this.length[run] = 1;
  }

  /** Finds what is out of order, then forgets all. `moved` gets pairs that break the order asked for, `tolerated` the other ones. */
  finish(order: Order, moved: MovedSink, tolerated: MovedSink): void {
    if (this.isDisordered) this.findMoved(order, moved, tolerated);
    this.runs = 0;
    this.pairs = 0;
    if (this.flowNumbers.size > 0) this.flowNumbers.clear();
    this.isDisordered = false;
  }

  private findMoved(order: Order, moved: MovedSink, tolerated: MovedSink): void {
    const { expected, actual, length, runs } = this;
    if (runs > this.sorted.length) this.sorted = new Int32Array(expected.length);
    const { sorted } = this;
    sortByValue(expected, sorted, runs);
    const kept = findInOrder(actual, length, sorted, runs);
    const breaking = order === 'flow' ? this.movedInFlows() : null;
    for (let run = 0, pair = 0; run < runs; run++)
      for (let i = 0; i < length[run]; i++, pair++) {
        if (breaking ? breaking[pair] === 1 : order === 'strict' && kept[run] === 0)
          moved(expected[run] + i, actual[run] + i);
        else if (kept[run] === 0) tolerated(expected[run] + i, actual[run] + i);
      }
  }

  /** 1 for each pair that is out of order in its flow. */
  private movedInFlows(): Uint8Array {
    const { flows, pairs } = this;
    const [expected, actual] = [new Float64Array(pairs), new Float64Array(pairs)];
    const weights = new Uint8Array(pairs).fill(1);
    const ends = new Int32Array(this.flowNumbers.size + 1);
    for (let run = 0, pair = 0; run < this.runs; run++)
      for (let i = 0; i < this.length[run]; i++, pair++) {
        expected[pair] = this.expected[run] + i;
        actual[pair] = this.actual[run] + i;
        ends[flows[pair] + 1]++;
      }
    for (let flow = 1; flow < ends.length; flow++) ends[flow] += ends[flow - 1];
    const byFlow = new Int32Array(pairs);
    for (let pair = 0; pair < pairs; pair++) byFlow[ends[flows[pair]]++] = pair;
    const moved = new Uint8Array(pairs);
    for (let flow = 0, from = 0; from < pairs; from = ends[flow++]) {
      const own = byFlow.subarray(from, ends[flow]);
      if (
        own.every((pair, k) => k === 0 || (expected[pair] > expected[own[k - 1]] && actual[pair] > actual[own[k - 1]]))
      )
        continue;
      own.sort((a, b) => expected[a] - expected[b]);
      const kept = findInOrder(actual, weights, own, own.length);
      for (const pair of own) moved[pair] = 1 - kept[pair];
    }
    return moved;
  }
}

function grown<T extends Int32Array | Float64Array>(column: T, longer: T): T {
  longer.set(column);
  return longer;
}
