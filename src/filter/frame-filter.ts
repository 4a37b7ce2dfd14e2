/**
 * pcap-filter expressions: the part of pcap-filter(7) that asks about headers of Ethernet, VLAN, ARP, IP, TCP, UDP and ICMP.
 *
 *     or := and ('or' and)*    and := not ('and' not)*    not := 'not' not | '(' or ')' | primitive
 *     primitive := [protocol] [direction] [type] id | protocol | 'vlan' [id] | 'less' n | 'greater' n | … | relation of numbers
 */

import type { FrameBatch } from '../capture/frame-batch.js';
import { FAILED, type FilteredFrame, type FrameTest } from './primitives.js';
import { PrimitiveParser } from './primitive-parser.js';
import { FilterError, FilterTokens } from './tokens.js';

/** A filter over frames of one link type, Ethernet. */
export type FrameFilter = (frame: FilteredFrame) => boolean;

/** The filter that the text says. Throws FilterError, whose message is one sentence. */
export function parseFilter(text: string): FrameFilter {
  const tokens = new FilterTokens(text);
  if (tokens.isAtEnd()) throw new FilterError('the filter is empty');
  const parser = new FilterParser(tokens);
  const test = parser.or();
  if (!tokens.isAtEnd()) throw tokens.unexpected('"and", "or" or the end of the filter');
  return (frame) => {
    try {
      return test(frame);
    } catch (error) {
      if (error === FAILED) return false;
      throw error;
    }
  };
}

/** Whether a filter, where there is one, means frame `i` of a batch. */
export function isMeant(filter: FrameFilter | null | undefined, batch: FrameBatch, i: number): boolean {
  if (filter === null || filter === undefined) return true;
  const { view, offset, capturedLength, originalLength } = batch;
  return filter({ view, at: offset[i], length: capturedLength[i], wireLength: originalLength[i] });
}

const DEPTH = 100;

class FilterParser {
  private readonly primitives: PrimitiveParser;
  private depth = 0;

  constructor(private readonly tokens: FilterTokens) {
    this.primitives = new PrimitiveParser(tokens);
  }

  or(): FrameTest {
    const tests = [this.and()];
    while (this.tokens.take('or', '||')) tests.push(this.and());
    return tests.length === 1 ? tests[0] : (frame) => tests.some((test) => test(frame));
  }

  private and(): FrameTest {
    const tests = [this.not()];
    while (this.tokens.take('and', '&&')) tests.push(this.not());
    return tests.length === 1 ? tests[0] : (frame) => tests.every((test) => test(frame));
  }

  private not(): FrameTest {
    const { tokens } = this;
    let isNegated = false;
    while (tokens.take('not', '!')) isNegated = !isNegated;
    const test = this.primitives.relation() ?? (tokens.take('(') ? this.parenthesised() : this.primitives.parse());
    return isNegated ? (frame) => !test(frame) : test;
  }

  private parenthesised(): FrameTest {
    if (++this.depth > DEPTH) throw new FilterError(`the filter has more than ${DEPTH} parentheses within each other`);
    const test = this.or();
    if (!this.tokens.take(')')) throw new FilterError('a parenthesis in the filter is not closed');
    this.depth--;
    return test;
  }
}
