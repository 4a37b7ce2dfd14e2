/**
 * Which rules allow a value of one field: the field's values are cut into intervals within which the answer is the
 * same, and each interval has the row of its rules (row-matrix.ts).
 *
 * A trie of 8 bits per level finds the interval: at most four loads for an address and two for a port, however many
 * rules there are.
 */

import { groupBy } from '../../engine/state/group-by.js';
import { RowBuilder, type RowMatrix } from './row-matrix.js';

const NODE_BITS = 8;
const NODE_SIZE = 1 << NODE_BITS;

/** First and last value that a rule allows, inclusive; whole numbers from 0 on. */
export type ValueRange = readonly [first: number, last: number];

export class IntervalRows {
  /** Nodes of 256 entries, the root first: a row number, or ~position of the node that tells more. */
  private readonly trie: Int32Array;
  private readonly rootShift: number;

  /** `ranges` has the range of every rule; values are below 2 ** bits, and bits is 16 or 32. */
  constructor(ranges: readonly ValueRange[], bits: 16 | 32, matrix: RowMatrix) {
    this.rootShift = bits - NODE_BITS;
    this.trie = makeTrie(makeIntervals(ranges, bits, matrix), this.rootShift);
  }

  /** Number of the row for a value; a value of 32 bits may be signed. */
  find(value: number): number {
    const { trie } = this;
    let shift = this.rootShift;
    let entry = trie[value >>> shift];
    while (entry < 0) {
      shift -= NODE_BITS;
      entry = trie[~entry + ((value >>> shift) & (NODE_SIZE - 1))];
    }
    return entry;
  }
}

/** Interval i is the values [first[i], first[i + 1]), as unsigned numbers; it has row row[i]. */
interface Intervals {
  readonly first: Float64Array;
  readonly row: Int32Array;
}

/** Goes through the values at which rules begin and end to apply. */
function makeIntervals(ranges: readonly ValueRange[], bits: number, matrix: RowMatrix): Intervals {
  const all = [...ranges.keys()];
  const begins = groupBy(all, (rule) => ranges[rule][0]);
  const ends = groupBy(all, (rule) => ranges[rule][1] + 1);
  ends.delete(2 ** bits);
  const rules = new RowBuilder(matrix.words);
  const first = Float64Array.from(new Set([0, ...begins.keys(), ...ends.keys()])).sort();
  const row = Int32Array.from(first, (value) => {
    for (const rule of begins.get(value) ?? []) rules.add(rule);
    for (const rule of ends.get(value) ?? []) rules.remove(rule);
    return matrix.rowOf(rules);
  });
  return { first, row };
}

function makeTrie({ first, row }: Intervals, rootShift: number): Int32Array {
  const nodes: Int32Array[] = [];
  let interval = 0;

  /** Makes the node whose entries are for 2 ** shift values each, from `value` on; returns its position. */
  const addNode = (value: number, shift: number): number => {
    const node = new Int32Array(NODE_SIZE);
    const position = (nodes.push(node) - 1) * NODE_SIZE;
    const span = 2 ** shift;
    for (let i = 0; i < NODE_SIZE; i++, value += span) {
      while (interval + 1 < first.length && first[interval + 1] <= value) interval++;
      const isWhole = interval + 1 === first.length || first[interval + 1] >= value + span;
      node[i] = isWhole ? row[interval] : ~addNode(value, shift - NODE_BITS);
    }
    return position;
  };

  addNode(0, rootShift);
  const trie = new Int32Array(nodes.length * NODE_SIZE);
  nodes.forEach((node, index) => trie.set(node, index * NODE_SIZE));
  return trie;
}
