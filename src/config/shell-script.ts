/**
 * What a shell does with a script before vppctl sees a command of it: loops over words that stand there, variables with values that stand
 * there, and texts that vppctl reads.
 *
 *     for i in 1 2 3; do vppctl create tap id $i; done
 *     VPPCTL="vppctl -s /run/vpp/cli.sock"
 *     vppctl <<EOF
 */

import { readPastedLine } from './pasted-line.js';

export interface ShellLine {
  /** From 0. */
  readonly index: number;
  readonly text: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A word in quotes, which vppctl does not see. */
const QUOTED_WORD = /(["'])([\w.:/-]+)\1/g;
const MAY_HAVE_SHELL = /["'][\w.:/-]+["']|<<|\||\b\w+=|\b(?:for|while|until|if)\b/;

const FOR_WORDS = /^\s*for\s+(\w+)\s+in\s+(.*?)\s*(?:;\s*do\b\s*(.*))?$/;
const FOR_COUNT =
  /^\s*for\s*\(\(\s*(\w+)\s*=\s*(\d+)\s*;\s*\w+\s*(<=?)\s*(\d+)\s*;\s*\w+\+\+\s*\)\)\s*(?:;\s*do\b\s*(.*))?$/;
const OTHER_BLOCK = /^\s*(?:while|until|if)\s.*?(?:;\s*(?:do|then)\b\s*(.*))?$/;
const BEGINS_BLOCK = /^\s*(?:>\s+)?(?:for|while|until|if)\b/;
/** Where a body begins: on the line itself, or on the next. */
const HAS_DO = /;\s*(?:do|then)\b/;
const IS_DO = /^\s*(?:>\s+)?(?:do|then)\b/;
const ENDS_BLOCK = /(?:^|;)\s*(?:done|fi)\b/;
const ASSIGNMENT = /^\s*(?:export\s+|local\s+|readonly\s+)?(\w+)=("[^"]*"|'[^']*'|[^\s"';]*)\s*;?$/;
const HERE_TEXT = /^(.*\bvppctl\b[^<|]*?|.*)<<-?\s*["']?(\w+)["']?\s*(\|.*\bvppctl\b.*)?$/;
const ECHOED = /^\s*(?:echo|printf)\s+(?:-\w+\s+)?(["']?)(.*)\1\s*\|\s*(.*\bvppctl\b[^|]*)$/;

/** The prompt of a shell for the lines of what it has not read to the end. */
const CONTINUED = /^\s*>\s+/;

const LINES = 100_000;

/** The lines as a shell would run them; null where there is nothing for one to do. */
export function shellLines(text: string): readonly ShellLine[] | null {
  if (!text.includes('vppctl') || !MAY_HAVE_SHELL.test(text)) return null;
  const given = text.split('\n');
  const out: ShellLine[] = [];
  run(
    given.map((line, index) => ({ index, text: line })),
    {},
    out,
  );
  const isSame = out.length === given.length && out.every((line, i) => line.text === given[i]);
  return isSame ? null : out;
}

function run(lines: readonly ShellLine[], outer: Variables, out: ShellLine[]): void {
  let variables = outer;
  for (let i = 0; i < lines.length; i++) {
    const { index, text } = lines[i];
    const { lead, start } = readPastedLine(text);
    const own = lead === 'shell-prompt' ? text.slice(start) : text;
    if (/^\s*#/.test(own) || lead === 'vpp-prompt') {
      out.push(lines[i]);
      continue;
    }
    const loop = loopOf(own, lines.at(i + 1)?.text ?? '', variables);
    if (loop !== null) {
      const block = blockAt(lines, i, loop.rest);
      i = block.last;
      const { words } = loop;
      if (words === null || out.length + words.length * block.body.length > LINES) {
        const isMeant = [lines[i], ...block.body].some((one) => withValues(one.text, variables).includes('vppctl'));
        if (isMeant) out.push({ index, text: HAS_DO.test(loop.head) ? loop.head : `${loop.head}; do` });
      } else for (const word of words) run(block.body, { ...variables, [loop.name]: word }, out);
      continue;
    }
    const here = HERE_TEXT.exec(own);
    const runner = /\bvppctl\b/.test(here?.[1] ?? '') ? here?.[1] : here?.[3]?.slice(1);
    if (here && runner !== undefined) {
      const end = lines.findIndex((line, k) => k > i && line.text.replace(CONTINUED, '').trim() === here[2]);
      const to = end < 0 ? lines.length : end;
      for (const line of lines.slice(i + 1, to))
        pushCommand(out, line.index, runner, withValues(line.text.replace(CONTINUED, ''), variables));
      i = to;
      continue;
    }
    const assigned = ASSIGNMENT.exec(own);
    if (assigned && !assigned[2].includes('`') && !assigned[2].includes('$('))
      variables = { ...variables, [assigned[1]]: withValues(assigned[2].replace(/^["']|["']$/g, ''), variables) };
    const told = withValues(text, variables);
    const echoed = ECHOED.exec(withValues(own, variables));
    if (echoed) for (const one of echoed[2].split('\\n')) pushCommand(out, index, echoed[3], one);
    else out.push({ index, text: told.includes('vppctl') ? told.replace(QUOTED_WORD, '$2') : told });
  }
}

function pushCommand(out: ShellLine[], index: number, runner: string, command: string): void {
  if (command.trim() !== '') out.push({ index, text: `${runner.trim()} ${command.trim()}` });
}

interface Loop {
  /** The line up to its body. */
  readonly head: string;
  readonly name: string;
  /** null where nobody knows here what they are. */
  readonly words: readonly string[] | null;
  /** What stands behind `do` on the line itself. */
  readonly rest: string;
}

function loopOf(line: string, next: string, variables: Variables): Loop | null {
  if (!BEGINS_BLOCK.test(line) || !(HAS_DO.test(line) || IS_DO.test(next))) return null;
  const headOf = (rest: string): string => line.slice(0, line.length - rest.length).trimEnd();
  const words = FOR_WORDS.exec(line);
  if (words) {
    const [, name, given, rest = ''] = words;
    return { head: headOf(rest), name, words: wordsOf(withValues(given, variables)), rest };
  }
  const count = FOR_COUNT.exec(line);
  if (count) {
    const [, name, from, sign, to, rest = ''] = count;
    return { head: headOf(rest), name, words: numbers(Number(from), Number(to) - (sign === '<' ? 1 : 0)), rest };
  }
  const other = OTHER_BLOCK.exec(line);
  if (!other) return null;
  const [, rest = ''] = other;
  return { head: headOf(rest), name: '', words: null, rest };
}

/** The body of the block that begins on line `i`, and its last line. */
function blockAt(
  lines: readonly ShellLine[],
  i: number,
  rest: string,
): { readonly body: readonly ShellLine[]; readonly last: number } {
  const { index } = lines[i];
  const commands = (text: string): ShellLine[] =>
    text
      .split(';')
      .filter((one) => one.trim() !== '')
      .map((one) => ({ index, text: one.trim() }));
  const end = ENDS_BLOCK.exec(rest);
  if (end) return { body: commands(rest.slice(0, end.index)), last: i };
  const body = commands(rest);
  let depth = 1;
  for (let k = i + 1; k < lines.length; k++) {
    const text = lines[k].text.replace(CONTINUED, '');
    if (BEGINS_BLOCK.test(text) && !ENDS_BLOCK.test(text)) depth++;
    else if (!BEGINS_BLOCK.test(text) && ENDS_BLOCK.test(text) && --depth === 0) return { body, last: k };
    const own = text.replace(/^\s*(?:do|then)(?:\s+|$)/, '');
    if (own !== '') body.push({ index: lines[k].index, text: own });
  }
  return { body, last: lines.length - 1 };
}

/** `1 2 3`, `{1..3}`, `$(seq 1 3)`; null where only the shell knows them. */
function wordsOf(given: string): readonly string[] | null {
  const sequences = given.replace(
    /(?:\$\(|`)\s*seq\s+(?:(\d+)\s+)?(\d+)\s*[)`]/g,
    (_, from: string | undefined, to: string) => numbers(Number(from ?? 1), Number(to)).join(' '),
  );
  if (/[$`*?]/.test(sequences)) return null;
  return sequences
    .split(/\s+/)
    .filter((word) => word !== '')
    .flatMap((word) => {
      const range = /^(.*)\{(\d+)\.\.(\d+)\}(.*)$/.exec(word);
      if (range) return numbers(Number(range[2]), Number(range[3])).map((n) => `${range[1]}${n}${range[4]}`);
      return [word.replace(/^["']|["']$/g, '')];
    });
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: Math.min(LINES, Math.max(0, to - from + 1)) }, (_, i) => String(from + i));

/** `$i`, `${i}` and `$((i + 1))`, where `i` is known. */
function withValues(text: string, variables: Variables): string {
  if (!text.includes('$')) return text;
  const valueOf = (word: string): number =>
    Number(/^\d+$/.test(word) ? word : (variables[word.replace(/^\$/, '')] ?? NaN));
  return text
    .replace(/\$\(\(\s*(\$?\w+)\s*([-+*])\s*(\$?\w+)\s*\)\)/g, (whole, a: string, sign: string, b: string) => {
      const [left, right] = [valueOf(a), valueOf(b)];
      const value = sign === '+' ? left + right : sign === '-' ? left - right : left * right;
      return Number.isNaN(value) ? whole : String(value);
    })
    .replace(
      /\$(?:(\w+)|\{(\w+)\})/g,
      (whole, plain?: string, braced?: string) => variables[plain ?? braced ?? ''] ?? whole,
    );
}
