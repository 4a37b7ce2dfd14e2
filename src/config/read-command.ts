/** One line of a script as commands, or a complaint about the word where reading it ended. */

import { isIp6Word } from './arguments.js';
import { Refusal } from './command-row.js';
import type { CommandRow } from './command-row.js';
import type { CommandBody } from './commands.js';
import { childrenNamed, commandTree } from './grammar.js';
import type { CommandNode } from './grammar.js';
import { WordInput } from './matcher.js';
import { nearest } from './suggest.js';
import type { Token } from './tokens.js';

/** What is wrong with a line, and the column where. */
export class Complaint extends Error {
  constructor(
    readonly column: number,
    message: string,
  ) {
    super(message);
  }
}

const quoted = (text: string): string => `"${text}"`;

/** 'a', 'a or b', 'a, b or c' */
export function alternatives(texts: readonly string[]): string {
  const last = texts.at(-1) ?? '';
  return texts.length < 2 ? last : `${texts.slice(0, -1).join(', ')} or ${last}`;
}

/** More names than this are not a help any more. */
const NAMES_AT_MOST = 12;

function columnOf(tokens: readonly Token[], at: number): number {
  const token = tokens.at(at);
  const last = tokens.at(-1);
  return token?.column ?? (last ? last.column + last.text.length : 1);
}

const spoken = (tokens: readonly Token[], end: number): string =>
  tokens
    .slice(0, end)
    .map(({ text }) => text)
    .join(' ');

/** The full words of the command so far, without what the user abbreviated. */
function complainAboutWord(
  tokens: readonly Token[],
  at: number,
  path: readonly string[],
  node: CommandNode,
): Complaint {
  const names = [...node.children.keys()];
  const column = columnOf(tokens, at);
  const following =
    names.length <= NAMES_AT_MOST && at > 0 ? `: after ${quoted(path.join(' '))} comes ${alternatives(names)}` : '';
  const text = tokens.at(at)?.text;
  if (text === undefined) return new Complaint(column, `incomplete command ${quoted(spoken(tokens, at))}${following}`);
  const near = nearest(text, names);
  const hint = near === null ? following : `: did you mean ${quoted([...path, near].join(' '))}?`;
  return new Complaint(column, `unknown command ${quoted(spoken(tokens, at + 1))}${hint}`);
}

/** The command that the first words name, and the index of the word behind them. */
export function findCommand(tokens: readonly Token[]): { readonly row: CommandRow; readonly end: number } {
  let node = commandTree;
  const path: string[] = [];
  for (let at = 0; ; at++) {
    if (node.row && (node.children.size === 0 || at === tokens.length)) return { row: node.row, end: at };
    const text = tokens.at(at)?.text;
    const children = text === undefined ? [] : childrenNamed(node, text);
    if (children.length === 1) {
      const [[name, child]] = children;
      path.push(name);
      node = child;
    } else if (node.row) {
      return { row: node.row, end: at };
    } else if (children.length > 1) {
      const names = children.map(([name]) => quoted(name));
      throw new Complaint(columnOf(tokens, at), `ambiguous ${quoted(text ?? '')}: ${alternatives(names)}`);
    } else {
      throw complainAboutWord(tokens, at, path, node);
    }
  }
}

/** Of the values expected, those that a word of digits may have been meant as, by its marks. */
function likely(kinds: readonly string[], found: string): readonly string[] {
  const shape = found.includes('/') ? /prefix/ : /[.:]/.test(found) ? /address/i : /number|\bid\b|index|\d\)/;
  const fitting = kinds.filter((kind) => shape.test(kind));
  return fitting.length > 0 ? fitting : kinds;
}

const END_OF_LINE = 'the end of the line';

/** More alternatives than this are not listed where one of them is near. */
const ALTERNATIVES_AT_MOST = 4;

function complaintAboutArguments(input: WordInput): Complaint {
  const { tokens, refusal } = input;
  if (refusal) return new Complaint(columnOf(tokens, refusal.at), refusal.message);
  const column = columnOf(tokens, input.furthest);
  const found = input.word(input.furthest);
  const literals = input.expectations.filter(({ literal }) => literal).map(({ text }) => text);
  const kinds = input.expectations.filter(({ literal }) => !literal).map(({ text }) => text);
  const values = kinds.filter((text) => text !== END_OF_LINE);
  const end = kinds.filter((text) => text === END_OF_LINE);
  if (found === null) {
    return new Complaint(
      column,
      `expected ${alternatives([...values, ...literals.map(quoted)])} at the end of the line`,
    );
  }
  if (found === '\\') return new Complaint(column, 'a line is a command: VPP does not continue lines');
  const near = nearest(found, [...literals, ...input.interfaceNames]);
  const isNumeric = /^\d/.test(found) && values.length > 0;
  const texts = isNumeric ? likely(values, found) : [...values, ...literals.map(quoted), ...end];
  const isIp6 = isIp6Word(found) && values.some((text) => text.includes('IPv4'));
  const hint = isIp6 ? ': IPv6 is not modelled' : near === null ? '' : `: did you mean ${quoted(near)}?`;
  if (near !== null && texts.length > ALTERNATIVES_AT_MOST)
    return new Complaint(column, `unexpected ${quoted(found)}${hint}`);
  return new Complaint(column, `expected ${alternatives(texts)}, found ${quoted(found)}${hint}`);
}

/** What `row` makes of the words from `at` on. */
export function readArguments(
  row: CommandRow,
  tokens: readonly Token[],
  at: number,
  interfaceNames: ReadonlySet<string>,
): readonly CommandBody[] {
  const column = columnOf(tokens, 0);
  if (!row.read) throw new Complaint(column, `not modelled: the command ${quoted(row.path)}`);
  const input = new WordInput(tokens, interfaceNames);
  try {
    const bodies = row.read(input, at);
    if (bodies) return bodies;
  } catch (error) {
    if (error instanceof Refusal) throw new Complaint(column, `${quoted(row.path)}: ${error.message}`);
    throw error;
  }
  throw complaintAboutArguments(input);
}
