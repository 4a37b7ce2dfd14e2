/** Pasted text of show commands, taken apart: what was asked, and the lines of the answer. */

import { readPastedLine } from '../pasted-line.js';
import { tokenize } from '../../pipeline/command/tokens.js';
import type { AnswerLine, ShowAnswer, ShowReader } from '../../pipeline/show-answers.js';

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

interface OpenAnswer {
  readonly file: string;
  readonly command: string;
  readonly lines: AnswerLine[];
}

/** The answers in a text, in order; what stands before the first is nobody's unless a reader knows one of its lines. */
export function splitAnswers(text: string, file: string, readers: readonly ShowReader[]): ShowAnswer[] {
  const answers: OpenAnswer[] = [];
  let open: OpenAnswer | null = null;
  text
    .replace(TERMINAL_CODES, '')
    .replace(PAGER, '')
    .split('\n')
    .forEach((content, index) => {
      const asked = askedBy(content);
      const known = asked === null && open === null ? readers.find(({ heading }) => heading.test(content)) : undefined;
      const command = asked ?? known?.command;
      if (command !== undefined) answers.push((open = { file, command, lines: [] }));
      if (asked === null && content.trim() !== '') open?.lines.push({ text: content, line: index + 1 });
    });
  return answers;
}
