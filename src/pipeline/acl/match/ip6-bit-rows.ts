/** Rules for IPv6 by fields: as for IPv4 (acl-match.ts), with a field for each word of both addresses. */

import type { FiveTuple } from '../five-tuple.js';
import type { Rule } from './acl-rules.js';
import { IntervalRows, type ValueRange } from './interval-rows.js';
import type { Ip6PackedRules } from './ip6-rules.js';
import { destinationPorts, NO_PROTOCOL, protocols, sourcePorts } from './port-ranges.js';
import { BLOCK_RULES, RowMatrix, bitOf } from './row-matrix.js';

/** Fields by number; before them the words of the addresses. */
const PROTOCOL = 8;
const SOURCE_PORT = 9;
const DESTINATION_PORT = 10;
const FIELDS = 11;

export class Ip6BitRows {
  private readonly fields: readonly IntervalRows[];
  /** Of the packet that is looked for: its row of each field. */
  private readonly found = new Int32Array(FIELDS);
  private readonly rows: Int32Array;
  private readonly words: number;
  private readonly aggregates: Int32Array;
  private readonly aggregateWords: number;

  constructor(private readonly packed: Ip6PackedRules) {
    const matrix = new RowMatrix(packed.count);
    const rowsOf = (bits: 16 | 32, rangeOf: (rule: Rule, position: number) => ValueRange): IntervalRows =>
      new IntervalRows(packed.rules.map(rangeOf), bits, matrix);
    this.fields = [
      ...Array.from({ length: PROTOCOL }, (_, word) =>
        rowsOf(32, (_rule, position) => packed.wordRange(position, word)),
      ),
      rowsOf(16, protocols),
      rowsOf(16, sourcePorts),
      rowsOf(16, destinationPorts),
    ];
    this.rows = matrix.buildRows();
    this.words = matrix.words;
    this.aggregates = matrix.buildAggregates();
    this.aggregateWords = matrix.aggregateWords;
  }

  match(tuple: FiveTuple, matchNonFirstFragment: boolean): number {
    const { packed, aggregateWords } = this;
    this.findRows(tuple, matchNonFirstFragment);
    for (let a = 0; a < aggregateWords; a++) {
      let aggregate = this.common(this.aggregates, aggregateWords, a);
      while (aggregate !== 0) {
        const word = a * 32 + Math.clz32(aggregate);
        aggregate &= ~bitOf(word);
        let blocks = this.common(this.rows, this.words, word);
        while (blocks !== 0) {
          const block = word * 32 + Math.clz32(blocks);
          blocks &= ~bitOf(block);
          const position = packed.matchLinear(tuple, matchNonFirstFragment, block * BLOCK_RULES, BLOCK_RULES);
          if (position !== -1) return position;
        }
      }
    }
    return -1;
  }

  private findRows(tuple: FiveTuple, matchNonFirstFragment: boolean): void {
    const { fields, found } = this;
    const isL4Known = tuple.l4Valid !== 0;
    const isPortless = tuple.isNonFirstFragment !== 0 && matchNonFirstFragment;
    for (let word = 0; word < PROTOCOL; word++) found[word] = fields[word].find(tuple.addresses[word]);
    const protocol = fields[PROTOCOL].find(isL4Known || isPortless ? tuple.protocol : NO_PROTOCOL);
    found[PROTOCOL] = protocol;
    found[SOURCE_PORT] = isL4Known ? fields[SOURCE_PORT].find(tuple.sourcePort) : protocol;
    found[DESTINATION_PORT] = isL4Known ? fields[DESTINATION_PORT].find(tuple.destinationPort) : protocol;
  }

  /** The bits that a word has in the rows of all fields. */
  private common(rows: Int32Array, words: number, word: number): number {
    const { found } = this;
    let bits = -1;
    for (let field = 0; field < FIELDS; field++) bits &= rows[found[field] * words + word];
    return bits;
  }
}
