/**
 * Which rules allow a value of one field: the field's values are cut into intervals within which the answer is the
 * same, and each interval has the row of its rules (row-matrix.ts).
 *
 * Few intervals are searched by halving. Many get a trie besides, of 16, 8 and 8 bits as VPP's mtrie for addresses,
 * whose first level is all that ports need: at most three loads, however many rules there are.
 */

import { RowBuilder, type RowMatrix } from './row-matrix.js';

/** More intervals than this get a trie, whose first level alone takes 256 KiB. */
const HALVING_LIMIT = 256;
const ROOT_BITS = 16;
const NODE_BITS = 8;
const NODE_SIZE = 1 << NODE_BITS;

/** First and last value that a rule allows, inclusive; whole numbers from 0 on. */
export type ValueRange = readonly [first: number, last: number];

export class IntervalRows {
  /** Interval i is the values [first[i], first[i + 1]), as unsigned numbers; its row starts at row[i]. */
  private readonly first: Float64Array;
  private readonly row: Int32Array;
  /** Root, then nodes: a row's start, or ~position of a node. Empty without a trie. */
  private trie: Int32Array = new Int32Array(0);
  private readonly rootShift: number;

  /** `ranges` has the range of every rule; values are below 2 ** bits, and bits is 16 or 32. */
  constructor(ranges: readonly ValueRange[], bits: number, matrix: RowMatrix) {
    const toggles = new Map<number, number[]>([[0, []]]);
    const toggle = (value: number, position: number): void => {
      const positions = toggles.get(value);
      if (positions) positions.push(position);
      else toggles.set(value, [position]);
    };
    ranges.forEach(([first, last], position) => {
      toggle(first, position);
      if (last + 1 < 2 ** bits) toggle(last + 1, position);
    });
    const rules = new RowBuilder(matrix.ruleWords);
    this.first = Float64Array.from(toggles.keys()).sort();
    this.row = Int32Array.from(this.first, (value) => {
      for (const position of toggles.get(value) ?? []) rules.toggle(position);
      return matrix.startOf(rules);
    });
    this.rootShift = bits - ROOT_BITS;
    if (this.first.length > HALVING_LIMIT) this.trie = this.makeTrie();
  }

  /** Start of the row for a value; a value of 32 bits may be signed. */
  find(value: number): number {
    const { trie } = this;
    if (trie.length === 0) return this.row[this.intervalOf(value >>> 0)];
    let entry = trie[value >>> this.rootShift];
    if (entry < 0) entry = trie[~entry + ((value >>> NODE_BITS) & (NODE_SIZE - 1))];
    if (entry < 0) entry = trie[~entry + (value & (NODE_SIZE - 1))];
    return entry;
  }

  /** The last interval that starts at or before a value. */
  private intervalOf(value: number): number {
    const { first } = this;
    let low = 0;
    let high = first.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (first[middle] <= value) low = middle;
      else high = middle;
    }
    return low;
  }

  private makeTrie(): Int32Array {
    const root = new Int32Array(1 << ROOT_BITS);
    const nodes: Int32Array[] = [];
    this.fillNode(root, 0, this.rootShift, nodes);
    const trie = new Int32Array(root.length + nodes.length * NODE_SIZE);
    trie.set(root);
    nodes.forEach((node, index) => trie.set(node, root.length + index * NODE_SIZE));
    return trie;
  }

  /** Fills a node's entries, each for 2 ** shift values, the first from `value` on; those with several intervals get a node. */
  private fillNode(entries: Int32Array, value: number, shift: number, nodes: Int32Array[]): void {
    const { first, row } = this;
    const span = 2 ** shift;
    let interval = this.intervalOf(value);
    for (let i = 0; i < entries.length; i++, value += span) {
      while (interval + 1 < first.length && first[interval + 1] <= value) interval++;
      if (interval + 1 === first.length || first[interval + 1] >= value + span) {
        entries[i] = row[interval];
        continue;
      }
      const node = new Int32Array(NODE_SIZE);
      entries[i] = ~((1 << ROOT_BITS) + (nodes.push(node) - 1) * NODE_SIZE);
      this.fillNode(node, value, shift - NODE_BITS, nodes);
    }
  }
}
