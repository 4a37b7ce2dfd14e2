/**
 * Lines that differ from one read before in their prefix alone: nearly all of a script with very many routes. They are known by
 * what stands around the prefix; what they say follows from what that line said. They are not kept as commands, which would take
 * 400 bytes each, but read again whenever somebody goes through the script, at a fifth of a microsecond.
 */

import type { Command, CommandBody, CommandRow } from '../pipeline/command/command-row.js';
import type { Prefix } from '../pipeline/command/config-error.js';
import type { Commands } from './node-script.js';

const [ZERO, NINE, DOT, SLASH, SPACE] = Array.from('09./ ', (character) => character.charCodeAt(0));

/** Digits from `at` on, at most three of them: the number, and in `next` where it ends. -1 where there is none up to `maximum`. */
class DigitReader {
  next = 0;

  read(text: string, at: number, maximum: number): number {
    let value = 0;
    let end = at;
    for (; end < at + 3; end++) {
      const code = text.charCodeAt(end);
      if (!(code >= ZERO && code <= NINE)) break;
      value = value * 10 + code - ZERO;
    }
    this.next = end;
    return end === at || value > maximum ? -1 : value;
  }
}

/** The value of a macro may be another one in the next line, and a second prefix makes another route. */
const UNLIKE = /\$|\s[\d.]+\//;

interface AlikeLine {
  readonly body: CommandBody;
  readonly row: CommandRow;
}

export class AlikeLines {
  private readonly digits = new DigitReader();
  private readonly rows: readonly { readonly head: string; readonly row: CommandRow }[];
  /** A line of each kind, by its words before and behind the prefix. */
  private readonly known: readonly Map<string, CommandBody>[];

  constructor(rows: Iterable<CommandRow>) {
    this.rows = [...rows].flatMap((row) => (row.alike ? [{ head: `${row.alike.words} `, row }] : []));
    this.known = this.rows.map(() => new Map());
  }

  /** Remembers a line that was read whole. */
  learn(text: string, from: number, to: number, { row, body }: Command): void {
    const index = this.rows.findIndex((one) => one.row === row);
    if (index < 0 || !text.startsWith(this.rows[index].head, from)) return;
    const end = this.prefixEnd(text, from + this.rows[index].head.length);
    const rest = end < 0 ? '' : text.slice(end, to);
    if (rest !== '' && !UNLIKE.test(rest)) this.known[index].set(rest, body);
  }

  /** What the line says, where one like it is known. */
  read(text: string, from: number, to: number): AlikeLine | null {
    for (let index = 0; index < this.rows.length; index++) {
      const { head, row } = this.rows[index];
      if (!text.startsWith(head, from)) continue;
      const end = this.prefixEnd(text, from + head.length);
      const like = end < 0 ? undefined : this.known[index].get(text.slice(end, to));
      if (like && row.alike) return { row, body: row.alike.body(like, this.prefix) };
    }
    return null;
  }

  /** Of the line that was looked at last. */
  private prefix: Prefix = { address: 0, length: 0 };

  /** Where the prefix at `at` ends; -1 where there is none that a blank follows. */
  private prefixEnd(text: string, at: number): number {
    const { digits } = this;
    let address = 0;
    for (let octet = 0; octet < 4; octet++) {
      const value = digits.read(text, at, 255);
      if (value < 0 || text.charCodeAt(digits.next) !== (octet < 3 ? DOT : SLASH)) return -1;
      address = (address << 8) | value;
      at = digits.next + 1;
    }
    const length = digits.read(text, at, 32);
    if (length < 0 || text.charCodeAt(digits.next) !== SPACE) return -1;
    this.prefix = { address, length };
    return digits.next;
  }
}

export const endOfLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
};

/** Lines that follow each other and are like others. */
export class AlikeRun implements Iterable<Command> {
  count = 0;

  /** @param from where the first one begins in `text`, and `line` its number */
  constructor(
    private readonly lines: AlikeLines,
    private readonly text: string,
    private readonly file: string,
    private readonly from: number,
    private readonly line: number,
  ) {}

  *[Symbol.iterator](): Generator<Command> {
    const { text, file, line, count } = this;
    let { from } = this;
    for (let i = 0; i < count; i++) {
      const to = endOfLine(text, from);
      const found = this.lines.read(text, from, to);
      if (found) {
        const { row, body } = found;
        yield { at: { file, line: line + i, column: 1 }, text: text.slice(from, to).trimEnd(), body, row };
      }
      from = to + 1;
    }
  }
}

/** A script's commands, in its order. */
export class CommandList implements Commands {
  readonly length: number;

  constructor(private readonly parts: readonly (Command | AlikeRun)[]) {
    this.length = parts.reduce((sum, part) => sum + (part instanceof AlikeRun ? part.count : 1), 0);
  }

  at(index: number): Command | undefined {
    return [...this].at(index);
  }

  find(isIt: (command: Command) => boolean): Command | undefined {
    return [...this].find(isIt);
  }

  filter(isOne: (command: Command) => boolean): Command[] {
    return [...this].filter(isOne);
  }

  map<T>(make: (command: Command) => T): T[] {
    return [...this].map(make);
  }

  *[Symbol.iterator](): Generator<Command> {
    for (const part of this.parts)
      if (part instanceof AlikeRun) yield* part;
      else yield part;
  }
}
