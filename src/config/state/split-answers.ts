/** Pasted text of show commands, taken apart: what was asked, and the lines of the answer. */

import { readPastedLine } from '../pasted-line.js';
import { tokenize } from '../../pipeline/command/tokens.js';
import type { AnswerLine, ShowAnswer } from '../../pipeline/show-answers.js';

/** What pagers and terminals leave in a text. */
const ESCAPE = '\x1b';
const TERMINAL_CODES = new RegExp(`${ESCAPE}\\[[\\d;?]*[A-Za-z]|\\r`, 'g');
const PAGER = /-- ?more ?--[^\n]*?(?=\S|$)/gi;

/** `### show clock`, and VPP's own `--------show clock` of scripts. */
const HEADING = /^\s*(?:#{2,}|-{4,}|={3,})\s*(sh(?:ow?)?\s.*?)\s*[-=]*$/;
/** A command that was echoed alone on its line. */
const ECHO = /^(?:sh|sho|show)(?:\s+[\w.:/-]+){1,8}$/;

/** The command that a line asks; null for a line of an answer. */
function askedBy(line: string): string | null {
  const heading = HEADING.exec(line);
  if (heading) return heading[1];
  const { lead, start, end } = readPastedLine(line);
  if (lead === 'vpp-prompt' || lead === 'vppctl') return line.slice(start, end).trim();
  return ECHO.test(line.trim()) ? line.trim() : null;
}

/** True where the words of a command, each perhaps abbreviated, begin with those of another. */
export function beginsWith(command: string, words: string): boolean {
  const asked = tokenize(command).map(({ text }) => text);
  return words.split(' ').every((word, at) => asked.length > at && word.startsWith(asked[at]));
}

/**
 * Which of several commands was asked: the one with the most words, and of these the one of which most were written in full, since `show ip
 * fib` is short for `show ip6 fib` only where there is no such command.
 */
export function commandAsked<T extends { readonly command: string }>(asked: string, among: readonly T[]): T | null {
  const written = tokenize(asked).map(({ text }) => text);
  const inFull = (words: readonly string[]): number => words.filter((word, at) => written.at(at) === word).length;
  let best: T | null = null;
  let [most, full] = [0, 0];
  for (const one of among) {
    if (!beginsWith(asked, one.command)) continue;
    const words = one.command.split(' ');
    const exact = inFull(words);
    if (words.length < most || (words.length === most && exact <= full)) continue;
    [best, most, full] = [one, words.length, exact];
  }
  return best;
}

interface OpenAnswer {
  readonly file: string;
  readonly command: string;
  readonly lines: AnswerLine[];
}

/** What a command's answers begin with, for text without commands. */
export interface AnswerHeading {
  readonly command: string;
  readonly heading?: RegExp;
}

/**
 * The answers in a text, in order. In text without commands, lines that only one command's answers have tell whose they are; what stands
 * before the first is nobody's.
 * @param asks the command that the text begins with the answer to; null where the text says so itself
 */
export function splitAnswers(
  text: string,
  file: string,
  headings: readonly AnswerHeading[],
  asks: string | null = null,
): ShowAnswer[] {
  const answers: OpenAnswer[] = [];
  let open: OpenAnswer | null = asks === null ? null : { file, command: asks, lines: [] };
  if (open) answers.push(open);
  let isAsked = open !== null;
  text
    .replace(TERMINAL_CODES, '')
    .replace(PAGER, '')
    .split('\n')
    .forEach((content, index) => {
      const asked = askedBy(content);
      const known = asked === null && !isAsked ? headings.find(({ heading }) => heading?.test(content)) : undefined;
      const command = asked ?? known?.command;
      if (asked !== null) isAsked = true;
      if (command !== undefined && (asked !== null || command !== open?.command))
        answers.push((open = { file, command, lines: [] }));
      if (asked === null && content.trim() !== '') open?.lines.push({ text: content, line: index + 1 });
    });
  return answers;
}
