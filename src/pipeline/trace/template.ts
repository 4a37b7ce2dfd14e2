/**
 * Templates of trace lines: one text from which a line is printed and by which it is parsed.
 *
 * `{name:type}` is a field (field-types.ts; `one|two` is a choice of words by number), `[…]` an optional part: it prints where all
 * of its fields have a text, and may be absent where it is parsed. A space stands for any white space, `\[` for a bracket. Behind
 * the type of a field may stand, in this order,
 * - `@12`: where the field is in the header that the line shows; it is printed from there,
 * - `=`: it is compared when a trace is judged, by its text, or as an index (`=FIB`, IndexKind); `=some releases`: by its text
 *   where it is there; `~`: by its text, which NAT44 writes or which shows what NAT44 wrote,
 * - `"next hop"`: its words in a report, where its name is not enough.
 *
 * Parsing knows nothing of indentation, which mails lose. A line may be cut off. A template then still matches as far as the
 * line goes, and has the fields that something followed: `ttl 6` may have been `ttl 64`. A field of varying
 * width at the very end of a line that is otherwise complete is `isOpen` for the same reason. What follows a template on its
 * line is an addition of another release.
 */

import { choiceOf, FIELD_TYPES, type FieldType, type FieldValue } from './field-types.js';
import type { TraceContext } from './trace-context.js';

/** A field's text, and whether more of it may have stood there. */
export interface Value {
  readonly text: string;
  readonly isOpen: boolean;
}

export type Values = Readonly<Record<string, Value | undefined>>;

export interface LineMatch {
  readonly values: Values;
  /** The line ends before the template does. */
  readonly isCut: boolean;
  /** More stands behind it, which another release may have added. */
  readonly hasMore: boolean;
}

/**
 * Indices that follow the order in which a node was configured or used, with VPP's words for them. Another number is no
 * difference where it stands for the same thing throughout; -1 is -1.
 */
const INDEX_WORDS = {
  interface: 'sw_if_index',
  adjacency: 'dpo-idx',
  'load balance': 'dpo-idx',
  /** At ip4-load-balance: 2018 prints the load balance again, 19.08 the adjacency that the packet goes to. */
  'object behind a load balance': 'dpo-idx',
  FIB: 'fib',
  ACL: 'acl',
  'NAT44 session': 'session',
  'bridge domain': 'bd_index',
} as const;
export type IndexKind = keyof typeof INDEX_WORDS;
const isIndexKind = (kind: string): kind is IndexKind => Object.hasOwn(INDEX_WORDS, kind);

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  /** Offset in the header, or -1. */
  readonly at: number;
  /** How it is compared: null not at all, 'text', or as an index. */
  readonly comparison: 'text' | IndexKind | null;
  /** NAT44 writes it, or it shows what NAT44 wrote. */
  readonly isTranslated: boolean;
  /** Not every release prints it. */
  readonly isOfSomeReleases: boolean;
  /** For a report: 'IPv4 ttl', 'TCP port of the source'. */
  readonly words: string;
}

type Part = string | Field | readonly Part[];

/** Positions that are none. */
const NO_MATCH = -1;
const CUT = -2;

type Found = Map<Field, { readonly text: string; readonly end: number }>;
type Print = (values: PrintValues, context: TraceContext | null, bytes: Uint8Array, at: number) => string;
export type PrintValues = Readonly<Record<string, FieldValue | undefined>>;

const NO_BYTES = new Uint8Array(0);

export interface LineOptions {
  /** Without its record the line says what it is; others would match any prose. */
  readonly isDistinct?: boolean;
  /** A record may have several of it. */
  readonly isRepeating?: boolean;
}

export class LineTemplate {
  readonly isDistinct: boolean;
  readonly isRepeating: boolean;
  private made: ReturnType<typeof parsed> | null = null;

  constructor(
    /** What releases word differently has one name. */
    readonly name: string,
    readonly source: string,
    private readonly words: string | undefined,
    { isDistinct = true, isRepeating = false }: LineOptions = {},
  ) {
    this.isDistinct = isDistinct;
    this.isRepeating = isRepeating;
  }

  /** Made when somebody first asks: replays that print no trace would wait for all templates. */
  get parsed(): ReturnType<typeof parsed> {
    return (this.made ??= parsed(this.source, this.words));
  }

  /** The line of these values. */
  print(values: PrintValues, context: TraceContext | null = null): string {
    return this.parsed.toText(values, context, NO_BYTES, 0);
  }

  /** The line of a header that begins at `at`, with values that are no single field of it. */
  printHeader(bytes: Uint8Array, at: number, values: PrintValues = {}): string {
    return this.parsed.toText(values, null, bytes, at);
  }

  /** Matches a line without white space around it; null where it is another. */
  match(line: string): LineMatch | null {
    const { parts } = this.parsed;
    const [first] = parts;
    if (typeof first === 'string' && line.charCodeAt(0) !== first.charCodeAt(0)) return null;
    const found: Found = new Map();
    const end = run(parts, line, 0, found);
    if (end === NO_MATCH) return null;
    const isCut = end === CUT;
    const hasMore = !isCut && end < line.length;
    if (hasMore && !/[\s,]/.test(line[end])) return null;
    // Without one of the template's own words, the beginning of a line may be anything.
    if (isCut && !this.hasWords(line, found)) return null;
    const values: Record<string, Value> = {};
    for (const [{ name, type }, { text, end: at }] of found) {
      const isOpen = at === line.length && type.isFixed !== true;
      if (!isCut || !isOpen) values[name] = { text, isOpen };
    }
    return { values, isCut, hasMore };
  }

  /** True where a line has the words that the template begins with, or those behind the field that it begins with. */
  private hasWords(line: string, found: Found): boolean {
    const [first, second] = this.parsed.parts;
    if (typeof first === 'string') return line.startsWith(first.trimEnd());
    const at = 'name' in first ? found.get(first)?.end : undefined;
    return at !== undefined && typeof second === 'string' && skipLiteral(second, line, at) >= 0;
  }
}

function parsed(source: string, words: string | undefined) {
  // White space around a line and how much of it is in the line is no part of what is parsed.
  const parts = parseParts(source.trim().replace(/ +/g, ' '), words);
  const fields = fieldsOf(parts);
  return {
    parts,
    toText: compile(parseParts(source, words)),
    fields: new Map(fields.map((field) => [field.name, field])),
    inHeader: fields.filter(({ at }) => at >= 0),
    compared: fields.filter(({ comparison }) => comparison !== null),
  };
}

/** @param words what those of all its fields begin with in a report: 'IPv4' */
export const line = (name: string, source: string, words?: string, options?: LineOptions): LineTemplate =>
  new LineTemplate(name, source, words, options);

/** A line that any prose may look like: it is read in a record of its node only. */
export const vagueLine = (name: string, source: string): LineTemplate =>
  new LineTemplate(name, source, undefined, { isDistinct: false });

const TOKEN = /\{[^{}]+\}|\\.|[[\]]|[^{[\]\\]+/g;
const FIELD = /^\{(\w+):([^@=~"]+)(?:@(\d+))?(~|=[\w ]*)? ?(?:"([^"]*)")?\}$/;

function parseParts(source: string, before: string | undefined): readonly Part[] {
  const stack: Part[][] = [[]];
  for (const token of source.match(TOKEN) ?? []) {
    const top = stack[stack.length - 1];
    if (token === '[') stack.push([]);
    else if (token === ']') {
      stack.pop();
      stack[stack.length - 1].push(top);
    } else if (token.startsWith('{')) top.push(parseField(token, before));
    else {
      const text = token.replace(/^\\/, '');
      const before = top.at(-1);
      if (typeof before === 'string') top[top.length - 1] = before + text;
      else top.push(text);
    }
  }
  return stack[0];
}

function parseField(token: string, before: string | undefined): Field {
  const parts = FIELD.exec(token);
  if (parts === null) throw new Error(`no field: ${token}`);
  const [, name, typeName, at, mark, words] = parts as (string | undefined)[] as [string, string, string, ...string[]];
  const type = typeName.includes('|')
    ? choiceOf(typeName.trim().split('|'))
    : (FIELD_TYPES as Readonly<Record<string, FieldType | undefined>>)[typeName.trim()];
  if (type === undefined) throw new Error(`unknown type: ${token}`);
  const kind = (mark as string | undefined)?.replace('=', '').trim();
  const isIndex = kind !== undefined && isIndexKind(kind);
  if (!isIndex && !['', '~', 'some releases', undefined].includes(kind)) throw new Error(`kind of ${token}`);
  const own = (words as string | undefined) ?? (isIndex ? INDEX_WORDS[kind] : name);
  return {
    name,
    type,
    at: (at as string | undefined) === undefined ? -1 : Number(at),
    comparison: isIndex ? kind : kind === undefined ? null : 'text',
    isTranslated: kind === '~',
    isOfSomeReleases: kind === 'some releases',
    words: before === undefined ? own : `${before} ${own}`,
  };
}

const fieldsOf = (parts: readonly Part[]): Field[] =>
  parts.flatMap((part) => (typeof part === 'string' ? [] : 'name' in part ? [part] : fieldsOf(part)));

/** Source of the function that prints: it joins texts as fast as a function written by hand. */
function compile(parts: readonly Part[]): Print {
  const fields: Field[] = [];
  const textOf = (field: Field): string => {
    const i = fields.push(field) - 1;
    const { name, type, at } = field;
    if (at < 0) return `t${i}(v.${name}, c)`;
    if (type.printOctets) return `o${i}(b, a + ${at})`;
    const octets = Array.from({ length: type.octets ?? 0 }, (_, k) => `b[a + ${at + k}]`);
    return `t${i}(${octets.reduce((sum, octet) => (sum === '' ? octet : `((${sum} << 8) | ${octet})`), '')}, c)`;
  };
  const join = (some: readonly Part[]): string =>
    some
      .map((part) => {
        if (typeof part === 'string') return JSON.stringify(part);
        if ('name' in part) return textOf(part);
        return `(${conditionOf(part)} ? ${join(part)} : '')`;
      })
      .join(' + ') || "''";
  /** Of an optional part: all of its fields have a text; where it has none of its own, those of a part in it. */
  const conditionOf = (some: readonly Part[]): string => {
    const own = some.filter((part): part is Field => typeof part === 'object' && 'name' in part);
    const there = own.map(
      (field) => `v.${field.name} !== undefined${field.type.mayBeEmpty === true ? ` && ${textOf(field)} !== ''` : ''}`,
    );
    const inner = some.filter((part): part is readonly Part[] => typeof part === 'object' && !('name' in part));
    return there.join(' && ') || inner.map((part) => conditionOf(part)).join(' || ') || 'false';
  };
  const body = join(parts);
  const names = fields.flatMap((_, i) => [`t${i}`, `o${i}`]);
  // The source is made of the templates of this program only.
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const make = new Function(...names, `return (v, c, b, a) => ${body};`) as (...given: unknown[]) => Print;
  return make(...fields.flatMap(({ type }) => [type.print, type.printOctets]));
}

/** Matches parts from `at` on; returns the position behind them, NO_MATCH or CUT. */
function run(parts: readonly Part[], line: string, at: number, found: Found): number {
  for (const part of parts) {
    if (typeof part === 'string') at = skipLiteral(part, line, at);
    else if ('name' in part) at = readField(part, line, at, found);
    else if (at < line.length) {
      const inner: Found = new Map();
      const end = run(part, line, at, inner);
      if (end === NO_MATCH) continue;
      for (const [field, value] of inner) found.set(field, value);
      at = end;
    }
    if (at < 0) return at;
  }
  return at;
}

function skipLiteral(text: string, line: string, at: number): number {
  for (const character of text) {
    if (at === line.length) return at > 0 ? CUT : NO_MATCH;
    if (character === ' ') {
      if (!isSpace(line, at)) return NO_MATCH;
      while (isSpace(line, at)) at++;
    } else if (line[at] === character) at++;
    else return NO_MATCH;
  }
  return at;
}

const isSpace = (line: string, at: number): boolean => line[at] === ' ' || line[at] === '\t';

const WORD_BEGINNING = /^[0-9a-zA-Z_:.-]*$/;

function readField(field: Field, line: string, at: number, found: Found): number {
  const { pattern, isBeginning } = field.type;
  if (at === line.length && field.type !== FIELD_TYPES.rest) return at > 0 ? CUT : NO_MATCH;
  pattern.lastIndex = at;
  const match = pattern.exec(line);
  if (match) {
    const end = at + match[0].length;
    found.set(field, { text: match[0], end });
    return end;
  }
  const rest = line.slice(at);
  return at > 0 && (isBeginning?.(rest) ?? WORD_BEGINNING.test(rest)) ? CUT : NO_MATCH;
}
