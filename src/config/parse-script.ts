/** A VPP CLI script as typed commands. */

import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { notAScript } from '../capture/input/other-content.js';
import { errorCode, whyUnreadable } from '../capture/system-error.js';
import { errorsOf } from './apply.js';
import type { UnreadLine } from './apply.js';
import { ConfigError, ConfigErrors } from '../pipeline/command/commands.js';
import type { Command, CommandBody, NodeScript, ScriptNote, SourceLocation } from '../pipeline/command/commands.js';
import { EXEC } from './grammar.js';
import { behindOtherLeads, isShellControl, readPastedLine } from './pasted-line.js';
import type { PastedLine } from './pasted-line.js';
import { Complaint, findCommand, looksLikeCommand, readArguments } from './read-command.js';
import { directiveRows, noDirectives } from './startup.js';
import type { CommandRow } from '../pipeline/command/command-row.js';
import { tokenize } from '../pipeline/command/tokens.js';
import type { Token } from '../pipeline/command/tokens.js';

/** Reads the text of the file that `exec` names. */
export type ReadText = (path: string) => string;

/** Our own words, or the system's. */
const whyNotRead = (error: unknown): string =>
  error instanceof Error && errorCode(error) === '' ? error.message : whyUnreadable(error);

/** Larger than any script: what a device that never ends is not read beyond. */
const SCRIPT_BYTES = 256 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

function readBounded(path: string): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const pieces: Buffer[] = [];
    for (let total = 0; ;) {
      const piece = Buffer.allocUnsafe(READ_BYTES);
      const length = readSync(descriptor, piece);
      if (length === 0) return Buffer.concat(pieces);
      total += length;
      if (total > SCRIPT_BYTES) throw new Error('is larger than 256 MB');
      pieces.push(piece.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Windows writes text in UTF-16, with a mark before it. */
const UTF16_MARK = 0xfffe;

const readTextFile: ReadText = (path) => {
  const bytes = readBounded(path);
  const isUtf16 = bytes.length >= 2 && bytes.readUInt16BE(0) === UTF16_MARK;
  const text = bytes.toString(isUtf16 ? 'utf16le' : 'utf8');
  const what = notAScript(bytes);
  if (what !== null) throw new Error(`is ${what}`);
  if (text.includes('\0')) throw new Error('is not a text file');
  return text;
};

/** A `comment { … }` that is not closed yet. */
interface OpenComment {
  readonly at: SourceLocation;
  readonly text: string;
  depth: number;
}

/** Colours and the like, in what was recorded from a terminal. */
const ESCAPE = '\x1b';
const TERMINAL_CODES = new RegExp(`${ESCAPE}\\[[\\d;?]*[A-Za-z]`, 'g');

class ScriptReader {
  readonly lines: (Command | UnreadLine)[] = [];
  readonly notes: ScriptNote[] = [];
  readonly directives = noDirectives();
  private readonly rows: ReadonlyMap<string, CommandRow> = new Map(
    directiveRows(this.directives).map((row) => [row.path, row]),
  );
  private readonly interfaceNames = new Set<string>(['local0']);
  /** Files that are being read, outermost first. */
  private readonly open: string[] = [];
  private comment: OpenComment | null = null;

  constructor(private readonly readText: ReadText) {}

  readScript(text: string, file: string): void {
    this.open.push(resolve(file));
    const lines = text
      .replace(/^\uFEFF/, '')
      .replace(TERMINAL_CODES, '')
      .split(/\r\n|\n|\r/);
    const pasted = lines.map(readPastedLine);
    const led = pasted.findIndex(({ lead }) => lead === 'vpp-prompt' || lead === 'vppctl');
    lines.forEach((line, index) => {
      const { lead, start, end } = pasted[index];
      const at = { file, line: index + 1, column: start + line.slice(start).search(/\S/) + 1 };
      this.try(at, line, () => {
        if (this.comment) this.readComment(line.trimEnd(), 0, at);
        else if (at.column <= start || at.column > end) this.noteLead(lead, line, at);
        else if (line[at.column - 1] === '#') this.readDirective(line, at);
        else if (lead === 'shell-prompt') this.readForShell(line, at);
        else if (lead === 'none' && led >= 0) this.readUnled(line, at, led + 1);
        else this.readCommand(line.slice(0, end).trimEnd(), at);
      });
    });
    if (this.comment) {
      const { at: opened, text: line } = this.comment;
      this.refuse(new ConfigError(opened, 'the "{" of this comment is not closed'), line);
      this.comment = null;
    }
    this.open.pop();
  }

  /** Does something with a line; an error becomes one of the script's. */
  private try(at: SourceLocation, line: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      const text = line.slice(at.column - 1).trim();
      if (error instanceof ConfigError) this.refuse(error, text);
      else if (error instanceof Complaint)
        this.refuse(new ConfigError({ ...at, column: error.column }, error.message), text);
      else throw error;
    }
  }

  private refuse(error: ConfigError, text: string): void {
    this.lines.push({ error, text });
  }

  private note(kind: ScriptNote['kind'], line: string, at: SourceLocation, remark: string): void {
    this.notes.push({ at, text: line.trim(), kind, remark });
  }

  /** A line with nothing behind what is no command, such as a prompt. */
  private noteLead(lead: PastedLine['lead'], line: string, at: SourceLocation): void {
    if (lead === 'vppctl' || lead === 'shell-prompt')
      this.note('no command', line, { ...at, column: 1 }, 'for the shell');
  }

  /** Among commands with a prompt or vppctl, a line without is what VPP answered, unless it reads as a command. */
  private readUnled(line: string, at: SourceLocation, led: number): void {
    const tokens = tokenize(line);
    if (tokens[0].text === 'comment' && tokens.at(1)?.text === '{') {
      this.readCommand(line.trimEnd(), at);
      return;
    }
    if (looksLikeCommand(tokens))
      throw new ConfigError(
        at,
        `a command, or what VPP answered? Line ${String(led)} has a prompt or vppctl before its command, and this line has none: give it one, or take it out`,
      );
    refuseHiddenCommand(line);
    if (isShellControl(line))
      throw new ConfigError(at, 'what a shell repeats or does on a condition is not run here: write the commands out');
    this.note('no command', line, at, 'taken for an answer');
  }

  private readForShell(line: string, at: SourceLocation): void {
    refuseHiddenCommand(line);
    this.note('no command', line, at, 'for the shell');
  }

  private readCommand(line: string, at: SourceLocation): void {
    const tokens = tokenize(line, at.column - 1);
    if (tokens[0].text === 'comment') {
      this.startComment(line, tokens, at);
      return;
    }
    const { row, end } = findCommand(tokens);
    if (row.path === EXEC) this.readOther(tokens, end, at);
    else if (typeof row.vpp?.withoutEffect === 'string')
      this.note('without effect', line.slice(at.column - 1), at, row.vpp.withoutEffect);
    else this.add(readArguments(row, tokens, end, this.interfaceNames), line.slice(at.column - 1).trim(), at);
  }

  /** VPP takes one word for a comment, or everything in braces. */
  private startComment(line: string, tokens: readonly Token[], at: SourceLocation): void {
    const [, first, second] = [...tokens, undefined, undefined];
    if (first?.text === '{') {
      this.comment = { at, text: line, depth: 0 };
      this.readComment(line, first.column - 1, at);
    } else if (second)
      throw new Complaint(second.column, 'VPP takes one word for a comment; braces make it more: comment { … }');
  }

  /** The line from `from` on: more of a comment, and perhaps a command behind it. */
  private readComment(line: string, from: number, { file, line: number }: SourceLocation): void {
    for (let i = from; i < line.length && this.comment; i++) {
      if (line[i] === '{') this.comment.depth++;
      else if (line[i] === '}' && --this.comment.depth === 0) {
        this.comment = null;
        const rest = line.slice(i + 1).search(/\S/);
        if (rest >= 0) this.readCommand(line, { file, line: number, column: i + rest + 2 });
      }
    }
  }

  /** A comment is read only where its first word is that of a directive. */
  private readDirective(line: string, at: SourceLocation): void {
    const tokens = tokenize(line, at.column);
    const row = this.rows.get(tokens.at(0)?.text ?? '');
    if (!row) return;
    try {
      this.add(readArguments(row, tokens, 1, this.interfaceNames), line.slice(at.column - 1).trim(), at);
    } catch (error) {
      // Whatever is wrong with the rest, the name is known from here on.
      if (row.path === 'interface:' && tokens.length > 1) this.interfaceNames.add(tokens[1].text);
      throw error;
    }
  }

  private add(bodies: readonly CommandBody[], text: string, at: SourceLocation): void {
    for (const body of bodies) {
      this.lines.push({ at, text, body });
      if (body.kind === 'create-interface') this.interfaceNames.add(body.name);
    }
  }

  /** `exec FILE`: the file is relative to the script that names it, and messages have its path as they have the script's. */
  private readOther(tokens: readonly Token[], end: number, at: SourceLocation): void {
    const name = tokens.at(end);
    const extra = tokens.at(end + 1);
    if (!name) throw new ConfigError(at, '"exec": the file is missing');
    if (extra) throw new Complaint(extra.column, `expected the end of the line, found "${extra.text}"`);
    const path = isAbsolute(name.text) ? name.text : join(dirname(at.file), name.text);
    if (this.open.includes(resolve(path))) throw new Complaint(name.column, `"${name.text}" is being read already`);
    let text: string;
    try {
      text = this.readText(path);
    } catch (error) {
      throw new Complaint(name.column, `cannot read "${name.text}": ${whyNotRead(error)}`);
    }
    this.readScript(text, path);
  }
}

/** Enough of a command to know that it is one. */
const HIDDEN_COMMAND_LENGTH = 200;

/** A command must not be lost because what stands before it is not understood. */
function refuseHiddenCommand(line: string): void {
  const hidden = behindOtherLeads(line).find((start) =>
    looksLikeCommand(tokenize(line.slice(start, start + HIDDEN_COMMAND_LENGTH))),
  );
  if (hidden !== undefined)
    throw new Complaint(
      hidden + 1,
      'what stands before this command is not understood: begin the line with vppctl or the prompt, or take it out',
    );
}

const isCommand = (line: Command | UnreadLine): line is Command => !('error' in line);

/**
 * Reads a script. `file` is its name for messages, and what files of `exec` are relative to.
 * @throws {ConfigErrors} with everything that is wrong with it; its location is that of the first error
 */
export function parseScript(text: string, file: string, readText: ReadText = readTextFile): NodeScript {
  const reader = new ScriptReader(readText);
  reader.readScript(text, file);
  const { lines, notes } = reader;
  const { startup, ethernetInputGeneric } = reader.directives;
  const script = { file, startup, ethernetInputGeneric, commands: lines.filter(isCommand), notes };
  if (script.commands.length < lines.length) throw new ConfigErrors(errorsOf(script, lines));
  return script;
}

/**
 * Reads the script in a file. `checkFile` throws, in half a sentence, for a file that `exec` must not read.
 * @throws {ConfigErrors} as parseScript does, and ConfigError where the file cannot be read
 */
export function parseScriptFile(path: string, checkFile: (path: string) => void = () => undefined): NodeScript {
  const readText: ReadText = (file) => {
    checkFile(file);
    return readTextFile(file);
  };
  let text: string;
  try {
    text = readTextFile(path);
  } catch (error) {
    throw new ConfigError({ file: path, line: 1, column: 1 }, `cannot read the script: ${whyNotRead(error)}`);
  }
  return parseScript(text, path, readText);
}
