/** One line of a script as commands, or a complaint about the word where reading it ended. */

import { interfaceName, isIp6Word } from '../pipeline/command/arguments.js';
import { Refusal, type CommandRow, type VppCommand, type CommandBody } from '../pipeline/command/command-row.js';
import { Complaint, NotModelledComplaint, UndeclaredComplaint } from './complaints.js';
import { inOtherWords } from '../releases/equivalents.js';
import { ConfigError, type SourceLocation } from '../pipeline/command/config-error.js';
import { hasCommand, type Release } from '../releases/release.js';
import { touchesNothing } from '../pipeline/not-modelled/touches.js';
import { childrenNamed, type CommandNode, type Entry, type Grammar } from './grammar.js';
import { howToDeclare, isNewName } from '../pipeline/command/interface-hints.js';
import { WordInput } from '../pipeline/command/matcher.js';
import { alternatives, nearest } from '../pipeline/command/suggest.js';
import { tokenize, type Token } from '../pipeline/command/tokens.js';
import { behindOtherLeads, isShellControl } from './pasted-line.js';

export const quoted = (text: string): string => `"${text}"`;

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

const OTHER_COMMENT = /^(\/\/|\/\*|[;!])/;

/** `path` has the full words of the command so far, without what the user abbreviated. */
function complainAboutWord(
  tokens: readonly Token[],
  at: number,
  path: readonly string[],
  node: CommandNode,
): Complaint {
  const names = [...node.children].filter(([, child]) => child.isOfRelease).map(([name]) => name);
  const column = columnOf(tokens, at);
  const following =
    names.length > 0 && names.length <= NAMES_AT_MOST && at > 0
      ? `: after ${quoted(path.join(' '))} comes ${alternatives(names)}`
      : '';
  const text = tokens.at(at)?.text;
  if (text === undefined) return new Complaint(column, `incomplete command ${quoted(spoken(tokens, at))}${following}`);
  const near = nearest(text, node.children.keys());
  const hint =
    near !== null
      ? `: did you mean ${quoted([...path, near].join(' '))}?`
      : OTHER_COMMENT.test(text)
        ? ': a comment begins with #, or is comment { … }'
        : following;
  return new Complaint(column, `unknown command ${quoted(spoken(tokens, at + 1))}${hint}`);
}

/** A command of a script, and the index of the first word behind its own. */
interface FoundCommand {
  readonly entry: Entry;
  readonly end: number;
}

/** The command with the most words that the line begins with in full, where it is modelled: nearly always so. */
function findModelled({ modelled }: Grammar, tokens: readonly Token[]): FoundCommand | null {
  let node = modelled;
  let found: FoundCommand | null = null;
  for (let end = 0; end < tokens.length; end++) {
    const child = node.children.get(tokens[end].text);
    if (!child) break;
    if (child.entry) found = { entry: child.entry, end: end + 1 };
    node = child;
  }
  return found;
}

/** The command that the first words name. */
export function findCommand(grammar: Grammar, tokens: readonly Token[]): FoundCommand {
  const modelled = findModelled(grammar, tokens);
  if (modelled) return modelled;
  let node = grammar.all;
  const path: string[] = [];
  for (let at = 0; ; at++) {
    if (node.entry && (node.children.size === 0 || at === tokens.length)) return { entry: node.entry, end: at };
    const text = tokens.at(at)?.text;
    const children = text === undefined ? [] : childrenNamed(node, text);
    if (children.length === 1) {
      const [[name, child]] = children;
      path.push(name);
      node = child;
    } else if (node.entry) {
      return { entry: node.entry, end: at };
    } else if (children.length > 1) {
      const names = children.map(([name]) => quoted(name));
      throw new Complaint(columnOf(tokens, at), `ambiguous ${quoted(text ?? '')}: ${alternatives(names)}`);
    } else {
      throw complainAboutWord(tokens, at, path, node);
    }
  }
}

/** The words of the command that a line was meant to be, as far as they can be made out. */
export function meantCommand(grammar: Grammar, tokens: readonly Token[]): string {
  let node = grammar.all;
  const path: string[] = [];
  for (const { text } of tokens) {
    const named = childrenNamed(node, text);
    const name = named.length > 0 ? named[0][0] : nearest(text, node.children.keys());
    const child = name === null ? undefined : node.children.get(name);
    if (name === null || !child) break;
    path.push(name);
    node = child;
  }
  return path.join(' ');
}

/** A command's words are no more than this. */
const WORDS_AT_MOST = 6;

/** Whether a line that may be anything reads as the beginning of a command: its first two words are those of one. */
export function looksLikeCommand(grammar: Grammar, tokens: readonly Token[]): boolean {
  const words = tokens.slice(0, WORDS_AT_MOST).map(({ text }) => text);
  // `set interface state: unknown interface` is what VPP says of a command.
  if (words.some((word) => word.endsWith(':'))) return false;
  const root = grammar.all.children.get(words[0]);
  if (!root) return false;
  if (root.children.size === 0) return true;
  return words[0] !== 'show' && words.length > 1 && childrenNamed(root, words[1]).length > 0;
}

/** Enough of a command to know that it is one. */
const HIDDEN_COMMAND_LENGTH = 200;

/** Where a command starts behind what is not understood. */
const hiddenCommand = (grammar: Grammar, line: string): number | undefined =>
  behindOtherLeads(line).find((start) =>
    looksLikeCommand(grammar, tokenize(line.slice(start, start + HIDDEN_COMMAND_LENGTH))),
  );

/** Throws ConfigError for a line with a command that would be lost: behind what is not understood, or in what a shell decides about. */
export function requireNoCommand(grammar: Grammar, line: string, at: SourceLocation): void {
  const hidden = hiddenCommand(grammar, line);
  if (hidden !== undefined)
    throw new ConfigError(
      { ...at, column: hidden + 1 },
      'what stands before this command is not understood: begin the line with vppctl or the prompt, or take it out',
    );
  if (isShellControl(line))
    throw new ConfigError(
      at,
      "what a shell repeats, or does on a condition, depends on what it finds on the node: write the commands out (sed 's/vppctl/echo vppctl/' SCRIPT | bash prints them there)",
    );
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

/** Words that were left out: with one of them before the word where reading ended, the whole line would be right. A number says too little. */
function forgotten(row: CommandRow, input: WordInput, at: number): string | null {
  const { tokens, furthest, interfaceNames } = input;
  const token = tokens.at(furthest);
  if (!token || /^\d+$/.test(token.text)) return null;
  const fitting = input.literals.filter((text) => {
    const completed = [...tokens.slice(0, furthest), { text, column: token.column }, ...tokens.slice(furthest)];
    try {
      return row.read(new WordInput(completed, interfaceNames), at);
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  });
  return fitting.length === 0 ? null : alternatives(fitting.map((text) => quoted(`${text} ${token.text}`)));
}

const INTERFACE_NAME = interfaceName.expects;

const NO_IP6 = ': IPv6 is not modelled here';

/** What helps where `found` was not expected: the end of the sentence, or nothing. */
function hintFor(row: CommandRow, input: WordInput, at: number, found: string): string {
  const { literals, kinds: values, interfaceNames: names } = input;
  if (found === 'all' && values.includes(INTERFACE_NAME)) return ': VPP takes one interface at a time';
  if (found.startsWith('$')) return ': variables of a shell have no value here';
  if (isIp6Word(found) && values.some((text) => text.includes('IPv4'))) return NO_IP6;
  // A word that is a value is not misspelt, but out of place.
  const isValue = names.has(found) || /\d/.test(found);
  const leftOut = isValue ? forgotten(row, input, at) : null;
  if (leftOut !== null) return `: did you mean ${leftOut}?`;
  const near = nearest(found, names.has(found) ? literals : [...literals, ...names]);
  if (near !== null && near !== found) return `: did you mean ${quoted(near)}?`;
  const isName = values.includes(INTERFACE_NAME) && literals.length + values.length === 1 && isNewName(found);
  return isName ? `: ${howToDeclare(found)}` : '';
}

function complaintAboutArguments(row: CommandRow, input: WordInput, at: number): Complaint {
  const { tokens, refusal, literals, kinds } = input;
  if (refusal) return new NotModelledComplaint(columnOf(tokens, refusal.at), refusal.message, row.path);
  const column = columnOf(tokens, input.furthest);
  const found = input.word(input.furthest);
  const values = kinds.filter((text) => text !== END_OF_LINE);
  const end = kinds.filter((text) => text === END_OF_LINE);
  const wanted = [...values, ...literals.map(quoted)];
  if (found === null) return new Complaint(column, `expected ${alternatives(wanted)} at the end of the line`);
  if (found === '\\') return new Complaint(column, 'a line is a command: VPP does not continue lines');
  const isNumeric = /^\d/.test(found) && values.length > 0;
  const texts = isNumeric ? likely(values, found) : [...wanted, ...end];
  const hint = hintFor(row, input, at, found);
  const message =
    hint !== '' && texts.length > ALTERNATIVES_AT_MOST
      ? `unexpected ${quoted(found)}${hint}`
      : `expected ${alternatives(texts)}, found ${quoted(found)}${hint}`;
  if (hint === NO_IP6) return new NotModelledComplaint(column, message, row.path);
  const isUndeclared = hint !== '' && hint === `: ${howToDeclare(found)}`;
  return isUndeclared ? new UndeclaredComplaint(column, message, found) : new Complaint(column, message);
}

/** A complaint about a line that is right in another release's words says how this one words it. */
export function inWordsOf(
  { release: { name, commandList }, rowOf }: Grammar,
  tokens: readonly Token[],
  complaint: Complaint,
): Complaint {
  const other = inOtherWords(
    tokens.map(({ text }) => text),
    commandList,
  );
  if (other === null || rowOf.has(other.words)) return complaint;
  const { release, words, instead } = other;
  const here = instead === '' ? 'needs no such command' : `has ${quoted(instead)} in its place`;
  return new Complaint(tokens[0].column, `${quoted(words)} is a command of VPP ${release}; VPP ${name} ${here}`);
}

/** What there is to know of a command that leaves packets alone; null for any other. */
export const remarkOf = (vpp: VppCommand, of: Release): string | null =>
  vpp.withoutEffect ??
  (hasCommand(of, vpp) && touchesNothing(vpp.path) ? 'it is not modelled; by itself it touches no packets' : null);

/** Why a command that VPP has is an error. */
export function whyNotModelled(vpp: VppCommand, of: Release, column: number): Complaint {
  const { path, plugin, releases } = vpp;
  const where = plugin === null ? '' : ` (plugin ${plugin})`;
  return hasCommand(of, vpp)
    ? new NotModelledComplaint(column, `VPP has the command ${quoted(path)}${where}, but it is not modelled`, path)
    : new Complaint(
        column,
        `${quoted(path)} is a command of VPP ${releases.join(' and ')}${where}; VPP ${of.name}, which is modelled, does not have it`,
      );
}

/** What `row` makes of the words from `at` on. */
export function readArguments(
  row: CommandRow,
  tokens: readonly Token[],
  at: number,
  interfaceNames: ReadonlySet<string>,
): readonly CommandBody[] {
  const input = new WordInput(tokens, interfaceNames);
  try {
    const bodies = row.read(input, at);
    if (bodies) return bodies;
  } catch (error) {
    if (error instanceof Refusal) throw new Complaint(columnOf(tokens, 0), `${quoted(row.path)}: ${error.message}`);
    throw error;
  }
  throw complaintAboutArguments(row, input, at);
}
