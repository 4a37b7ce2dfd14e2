/**
 * Relations between numbers in a pcap-filter expression: `tcp[tcpflags] & tcp-syn != 0`, `ip[2:2] > 576`, `len % 2 = 1`.
 * As in libpcap, numbers have 32 bits without a sign, and bytes of a protocol's header are asked only of packets that have one.
 *
 *     relation := sum operator sum, with the operators > < >= <= = == !=
 *     sum: as in C, | binds loosest, then ^, &, << >>, + -, * / %, a - in front and ( ) around
 *     number := 0x2a | a constant's name | len | protocol [ sum : size ], with the sizes 1, 2 and 4
 */

import { CONSTANTS } from './constants.js';
import { FAILED, load, type FilteredFrame, type FrameTest, type Primitives } from './primitives.js';
import { FilterError, type FilterTokens } from './tokens.js';

type NumberOf = (frame: FilteredFrame) => number;

/** The divisor; zero fails the whole expression. */
function divisor(number: number): number {
  if (number === 0) throw FAILED;
  return number;
}

/** From the loosest to the tightest. */
const OPERATORS: readonly Readonly<Record<string, (left: number, right: number) => number>>[] = [
  { '|': (left, right) => left | right },
  { '^': (left, right) => left ^ right },
  { '&': (left, right) => left & right },
  { '<<': (left, right) => (right > 31 ? 0 : left << right), '>>': (left, right) => (right > 31 ? 0 : left >>> right) },
  { '+': (left, right) => left + right, '-': (left, right) => left - right },
  {
    '*': Math.imul,
    '/': (left, right) => Math.floor(left / divisor(right)),
    '%': (left, right) => left % divisor(right),
  },
];

const RELATIONS: Readonly<Record<string, (left: number, right: number) => boolean>> = {
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
  '=': (left, right) => left === right,
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};

const SIZES = ['1', '2', '4'];
const ALL_OPERATORS: readonly string[] = [...OPERATORS, RELATIONS].flatMap(Object.keys);
const NUMBER = /^(?:0x[\da-f]+|\d+)$/i;
const DEPTH = 100;

/** True where a relation begins, and no primitive. */
export function relationFollows(tokens: FilterTokens, protocols: readonly string[]): boolean {
  const word = tokens.peek();
  if (word === '(') return ALL_OPERATORS.includes(tokens.peek(tokens.bracketLength()));
  if (word === 'len' || word.startsWith('-') || CONSTANTS.has(word)) return true;
  if (protocols.includes(word)) return tokens.peek(1) === '[';
  return NUMBER.test(word) && ALL_OPERATORS.includes(tokens.peek(1));
}

/** Reads one relation. */
export class RelationParser {
  /** The headers that the relation asks of, each once. */
  private readonly layers = new Map<string, FrameTest>();
  private depth = 0;

  constructor(
    private readonly tokens: FilterTokens,
    private readonly primitives: Primitives,
  ) {}

  parse(): FrameTest {
    const { tokens } = this;
    const left = this.sum();
    const sign = Object.keys(RELATIONS).find((each) => tokens.take(each));
    if (sign === undefined) throw tokens.unexpected('a comparison: >, <, >=, <=, = or !=');
    const relation = RELATIONS[sign];
    const right = this.sum();
    const layers = [...this.layers.values()];
    return (frame) => layers.every((has) => has(frame)) && relation(left(frame), right(frame));
  }

  private sum(level = 0): NumberOf {
    if (level === OPERATORS.length) return this.number();
    let left = this.sum(level + 1);
    for (;;) {
      this.tokens.splitWord();
      const sign = Object.keys(OPERATORS[level]).find((each) => this.tokens.take(each));
      if (sign === undefined) return left;
      const operator = OPERATORS[level][sign];
      const [first, second] = [left, this.sum(level + 1)];
      left = (frame) => operator(first(frame), second(frame)) >>> 0;
    }
  }

  private number(): NumberOf {
    const { tokens } = this;
    tokens.splitWord();
    if (tokens.take('(')) return this.within(')');
    if (tokens.take('-')) {
      const number = this.number();
      return (frame) => -number(frame) >>> 0;
    }
    if (tokens.take('len')) return ({ wireLength }) => wireLength;
    const word = tokens.peek();
    const constant = NUMBER.test(word) ? Number(word) : CONSTANTS.get(word);
    if (constant !== undefined && constant <= 0xffffffff) {
      tokens.word();
      return () => constant;
    }
    const layer = tokens.peek(1) === '[' ? this.primitives.layer(word) : null;
    if (layer === null) throw tokens.unexpected('a number or bytes such as tcp[13] or ip[2:2]');
    this.layers.set(word, layer.has);
    tokens.word();
    tokens.word();
    return this.bytes(layer.start);
  }

  private bytes(start: NumberOf): NumberOf {
    const { tokens } = this;
    const place = this.nested(() => this.sum());
    let size = '1';
    if (tokens.take(':')) {
      size = tokens.peek();
      if (!SIZES.includes(size)) throw tokens.unexpected('1, 2 or 4 bytes');
      tokens.word();
    }
    if (!tokens.take(']')) throw tokens.unexpected('"]"');
    const count = Number(size);
    return (frame) => load(frame, start(frame) + place(frame), count);
  }

  private within(end: string): NumberOf {
    const sum = this.nested(() => this.sum());
    if (!this.tokens.take(end)) throw this.tokens.unexpected(`"${end}"`);
    return sum;
  }

  private nested<T>(read: () => T): T {
    if (++this.depth > DEPTH) throw new FilterError(`the filter has more than ${DEPTH} parentheses within each other`);
    const result = read();
    this.depth--;
    return result;
  }
}
