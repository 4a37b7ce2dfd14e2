/**
 * The engine under the grammar tables: patterns over words. A pattern is tried at a word and answers with where it ended
 * and what it captured, or with null. Every failure notes what was expected where, and the furthest note becomes the error.
 *
 * Options of VPP's CLI come in any order, because its handlers loop over `unformat` (VPP 19.08 src/vppinfra/unformat.c);
 * `anyOrder` is that loop: the first alternative that matches is taken, and a repeated option overrides the one before.
 */

import type { Token } from './tokens.js';

/** What was expected at a word: a literal word to type, or a kind of value. */
export interface Expectation {
  readonly literal: boolean;
  readonly text: string;
}

/** Words of one command, and the furthest failure so far. */
export class WordInput {
  /** Index of the furthest word that did not fit. */
  furthest = -1;
  expectations: Expectation[] = [];
  /** Why words that VPP understands are not accepted here; the first such reason wins over any expectation. */
  refusal: { readonly at: number; readonly message: string } | null = null;

  constructor(
    readonly tokens: readonly Token[],
    /** Names of interfaces made so far, for names that do not look like one (`# interface: uplink`). */
    readonly interfaceNames: ReadonlySet<string>,
  ) {}

  word(at: number): string | null {
    return at < this.tokens.length ? this.tokens[at].text : null;
  }

  /** What was expected there: words to type, and kinds of values. */
  get literals(): string[] {
    return this.textsOf(true);
  }

  get kinds(): string[] {
    return this.textsOf(false);
  }

  private textsOf(areLiteral: boolean): string[] {
    return [...new Set(this.expectations.flatMap(({ literal, text }) => (literal === areLiteral ? text : [])))];
  }

  /** Notes that `expectation` would have been right at word `at`. */
  expected(at: number, expectation: Expectation): null {
    if (at > this.furthest) {
      this.furthest = at;
      this.expectations = [];
    }
    if (at === this.furthest) this.expectations.push(expectation);
    return null;
  }
}

export interface Match<T> {
  readonly end: number;
  readonly values: T;
}

/** Matches words from `at` on. `T` is an object type: what is captured, by name. */
export type Pattern<T extends object> = (input: WordInput, at: number) => Match<T> | null;

export type Nothing = object;

type Captured<P> = P extends Pattern<infer T> ? T : never;
type Intersection<U> = (U extends object ? (value: U) => void : never) extends (value: infer I) => void ? I : never;
type Keys<U> = U extends unknown ? keyof U : never;
type ValueOf<U, K> = U extends unknown ? (K extends keyof U ? Exclude<U[K], undefined> : never) : never;
type AllOf<P extends readonly Pattern<object>[]> = Intersection<Captured<P[number]>> & object;
type SomeOf<P extends readonly Pattern<object>[]> = {
  [K in Keys<Captured<P[number]>>]?: ValueOf<Captured<P[number]>, K>;
};

/** Reads one word as a value; null where it is not one. */
export interface ArgumentType<V> {
  /** As in "expected an IPv4 address". */
  readonly expects: string;
  readonly read: (word: string, input: WordInput) => V | null;
}

const NOTHING: Nothing = Object.freeze({});

export function word(text: string): Pattern<Nothing> {
  const expectation = { literal: true, text };
  return (input, at) => (input.word(at) === text ? { end: at + 1, values: NOTHING } : input.expected(at, expectation));
}

/** One word or several, and what they stand for: `means('up', { up: true })`. */
export function means<const T extends object>(words: string, values: T): Pattern<T> {
  const literals = words.split(' ').map(word);
  return (input, at) => {
    let end = at;
    for (const literal of literals) {
      const match = literal(input, end);
      if (!match) return null;
      end = match.end;
    }
    return { end, values };
  };
}

/** A word that is a value. */
export function argument<N extends string, V>(name: N, type: ArgumentType<V>): Pattern<Record<N, V>> {
  const expectation = { literal: false, text: type.expects };
  return (input, at) => {
    const text = input.word(at);
    const value = text === null ? null : type.read(text, input);
    if (value === null) return input.expected(at, expectation);
    return { end: at + 1, values: { [name]: value } as Record<N, V> };
  };
}

/** A word that is a value which does not matter. */
export function ignored(type: ArgumentType<unknown>): Pattern<Nothing> {
  const value = argument('ignored', type);
  return (input, at) => {
    const match = value(input, at);
    return match && { end: match.end, values: NOTHING };
  };
}

/** Captures of both; lists of the same name are joined, everything else is the later one's. */
function joined(earlier: object, later: object): object {
  if (later === NOTHING) return earlier;
  if (earlier === NOTHING) return later;
  const values: Record<string, unknown> = { ...earlier };
  for (const [name, value] of Object.entries(later)) {
    const before = values[name];
    values[name] =
      Array.isArray(before) && Array.isArray(value) ? [...(before as unknown[]), ...(value as unknown[])] : value;
  }
  return values;
}

/** One after the other. */
export function sequence<P extends readonly Pattern<object>[]>(...patterns: P): Pattern<AllOf<P>> {
  return (input, at) => {
    let end = at;
    let values = NOTHING;
    for (const pattern of patterns) {
      const match = pattern(input, end);
      if (!match) return null;
      end = match.end;
      values = joined(values, match.values);
    }
    return { end, values: values as AllOf<P> };
  };
}

/** The first that matches. */
export function choice<P extends readonly Pattern<object>[]>(...patterns: P): Pattern<SomeOf<P>> {
  return (input, at) => {
    for (const pattern of patterns) {
      const match = pattern(input, at);
      if (match) return { end: match.end, values: match.values };
    }
    return null;
  };
}

/** One after the other, or nothing. */
export function optional<P extends readonly Pattern<object>[]>(...patterns: P): Pattern<SomeOf<P>> {
  const all: Pattern<object> = sequence(...patterns);
  return (input, at) => all(input, at) ?? { end: at, values: NOTHING };
}

/** Any of them, any number of times, in any order. */
export function anyOrder<P extends readonly Pattern<object>[]>(...patterns: P): Pattern<SomeOf<P>> {
  const any: Pattern<object> = choice(...patterns);
  return (input, at) => {
    let end = at;
    let values = NOTHING;
    for (let match = any(input, end); match && match.end > end; match = any(input, end)) {
      end = match.end;
      values = joined(values, match.values);
    }
    return { end, values: values };
  };
}

/** What the pattern captured, as an element of the list `name`. */
export function collect<N extends string, T extends object>(name: N, pattern: Pattern<T>): Pattern<Record<N, T[]>> {
  return (input, at) => {
    const match = pattern(input, at);
    return match && { end: match.end, values: { [name]: [match.values] } as Record<N, T[]> };
  };
}

/** One or more, separated by `separator`, each an element of the list `name`. */
export function list<N extends string, T extends object>(
  name: N,
  pattern: Pattern<T>,
  separator: string,
): Pattern<Record<N, T[]>> {
  const comma = word(separator);
  return (input, at) => {
    const elements: T[] = [];
    let end = at;
    for (;;) {
      const match = pattern(input, end);
      if (!match) return null;
      elements.push(match.values);
      const more = comma(input, match.end);
      if (!more) return { end: match.end, values: { [name]: elements } as Record<N, T[]> };
      end = more.end;
    }
  };
}

/** A section of startup.conf: what the pattern takes, in braces. */
export const braced = <T extends object>(pattern: Pattern<T>): Pattern<T> =>
  sequence(word('{'), pattern, word('}')) as Pattern<T>;

/** The words that the pattern took, joined, as the value `name`. */
export function withText<N extends string, T extends object>(
  name: N,
  pattern: Pattern<T>,
): Pattern<T & Record<N, string>> {
  return (input, at) => {
    const match = pattern(input, at);
    if (!match) return null;
    const text = input.tokens.slice(at, match.end).map((token) => token.text);
    return { end: match.end, values: { ...match.values, [name]: text.join(' ') } as T & Record<N, string> };
  };
}

/** Words that VPP understands and this program does not model. They match nothing and end the command. */
export function notModelled(words: string, what: string): Pattern<Nothing> {
  const literals = words.split(' ');
  return (input, at) => {
    if (literals.every((text, index) => input.word(at + index) === text))
      input.refusal ??= { at, message: `not modelled: ${what}` };
    return null;
  };
}
