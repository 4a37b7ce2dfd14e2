/**
 * Which packet of one lane answered which while others were waiting. Only such pairs can be out of order: of two pairs that cross, the
 * one matched later had a packet waiting when the other was matched. Pairs that are neighbours on both sides are one run, so that a
 * packet that is lost costs no memory for all that come after it; where the order within flows counts, each pair has its flow's hash.
 */

import { findInOrder, inOrder, sortByValue } from './longest-order.js';
import type { Order } from '../options.js';

/** Gets the pairs that are out of order, by their numbers among all packets of each side. */
export type MovedSink = (expected: number, actual: number) => void;

const FIRST_RUNS = 64;

export class OrderRecord {
  /** Runs, with their first packets' numbers and their lengths. */
  private runs = 0;
  private expected = new Float64Array(FIRST_RUNS);
  private actual = new Float64Array(FIRST_RUNS);
  private length = new Float64Array(FIRST_RUNS);
  /** Hash of each pair's flow, run by run. */
  private flows = new Float64Array(0);
  private flowCount = 0;
  private isDisordered = false;
  /** The runs by their expected packets, with the ranks and weights of these; and which of them are in order. */
  private sorted = new Int32Array(FIRST_RUNS);
  private ranks = new Float64Array(FIRST_RUNS);
  private weights = new Float64Array(FIRST_RUNS);
  private isKept = new Uint8Array(FIRST_RUNS);

  constructor(private readonly hasFlows: boolean) {}

  get isEmpty(): boolean {
    return this.runs === 0;
  }

  /** Pairs and runs, as a measure of the memory it takes. */
  get size(): number {
    return this.runs * 3 + this.flowCount;
  }

  add(expected: number, actual: number, flow: number): void {
    const last = this.runs - 1;
    const length = last < 0 ? 0 : this.length[last];
    const isNeighbour =
      length > 0 && expected === this.expected[last] + length && actual === this.actual[last] + length;
    if (isNeighbour) this.length[last]++;
    else this.start(expected, actual, last);
    if (!this.hasFlows) return;
    if (this.flowCount === this.flows.length) this.flows = grown(this.flows);
    this.flows[this.flowCount++] = flow;
  }

  private start(expected: number, actual: number, last: number): void {
    const isBehind = last < 0 || (expected > this.expected[last] && actual > this.actual[last]);
    if (!isBehind) this.isDisordered = true;
    if (this.runs === this.expected.length) {
      this.expected = grown(this.expected);
      this.actual = grown(this.actual);
      this.length = grown(this.length);
    }
    const run = this.runs++;
    this.expected[run] = expected;
    this.actual[run] = actual;
    this.length[run] = 1;
  }

  /** Finds what is out of order, then forgets all. `moved` gets pairs that break the order asked for, `tolerated` the other ones. */
  settle(order: Order, moved: MovedSink, tolerated: MovedSink): void {
    if (this.isDisordered) this.findMoved(order, moved, tolerated);
    this.runs = 0;
    this.flowCount = 0;
    this.isDisordered = false;
  }

  private findMoved(order: Order, moved: MovedSink, tolerated: MovedSink): void {
    const { expected, actual, length, runs: count } = this;
    if (count > this.sorted.length) {
      this.sorted = new Int32Array(expected.length);
      this.ranks = new Float64Array(expected.length);
      this.weights = new Float64Array(expected.length);
      this.isKept = new Uint8Array(expected.length);
    }
    const { sorted, ranks, weights, isKept } = this;
    sortByValue(expected, sorted, count);
    for (let i = 0; i < count; i++) {
      ranks[i] = actual[sorted[i]];
      weights[i] = length[sorted[i]];
    }
    const kept = findInOrder(ranks, weights, count);
    for (let i = 0; i < count; i++) isKept[sorted[i]] = kept[i];
    const breaking = order === 'flow' ? this.movedInFlows() : null;
    for (let run = 0, pair = 0; run < count; run++) {
      for (let i = 0; i < length[run]; i++, pair++) {
        if (breaking ? breaking[pair] === 1 : order === 'strict' && isKept[run] === 0)
          moved(expected[run] + i, actual[run] + i);
        else if (isKept[run] === 0) tolerated(expected[run] + i, actual[run] + i);
      }
    }
  }

  /** 1 for each pair that is out of order in its flow. */
  private movedInFlows(): Uint8Array {
    const { flows, flowCount: pairs } = this;
    const expected = new Float64Array(pairs);
    const actual = new Float64Array(pairs);
    for (let run = 0, pair = 0; run < this.runs; run++)
      for (let i = 0; i < this.length[run]; i++, pair++) {
        expected[pair] = this.expected[run] + i;
        actual[pair] = this.actual[run] + i;
      }
    const byFlow = Int32Array.from({ length: pairs }, (_, i) => i);
    byFlow.sort((a, b) => flows[a] - flows[b] || expected[a] - expected[b]);
    const moved = new Uint8Array(pairs);
    for (let from = 0; from < pairs;) {
      let to = from + 1;
      while (to < pairs && flows[byFlow[to]] === flows[byFlow[from]]) to++;
      const flow = byFlow.subarray(from, to);
      const kept = inOrder(
        Float64Array.from(flow, (pair) => actual[pair]),
        new Uint8Array(flow.length).fill(1),
      );
      flow.forEach((pair, i) => (moved[pair] = 1 - kept[i]));
      from = to;
    }
    return moved;
  }
}

function grown(column: Float64Array): Float64Array<ArrayBuffer> {
  const twice = new Float64Array(Math.max(FIRST_RUNS, 2 * column.length));
  twice.set(column);
  return twice;
}
