/** A VPP CLI script as typed commands. */

import { closeSync, openSync, readSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { errorCode, whyUnreadable } from '../capture/system-error.js';
import { ConfigError } from './commands.js';
import type { Command, CommandBody, NodeScript, SourceLocation } from './commands.js';
import { EXEC } from './grammar.js';
import { Complaint, findCommand, readArguments } from './read-command.js';
import { directiveRows, noDirectives } from './startup.js';
import type { CommandRow } from './command-row.js';
import { tokenize } from './tokens.js';
import type { Token } from './tokens.js';

/** All that is wrong with a script, one line each. */
export class ConfigErrors extends ConfigError {
  /** @param errors at least one */
  constructor(readonly errors: readonly ConfigError[]) {
    super(errors[0].at, '');
    this.message = errors.map(({ message }) => message).join('\n');
  }
}

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

const readTextFile: ReadText = (path) => {
  const text = readBounded(path).toString();
  if (text.includes('\0')) throw new Error('is not a text file');
  return text;
};

class ScriptReader {
  readonly commands: Command[] = [];
  readonly errors: ConfigError[] = [];
  readonly directives = noDirectives();
  private readonly rows: ReadonlyMap<string, CommandRow> = new Map(
    directiveRows(this.directives).map((row) => [row.path, row]),
  );
  private readonly interfaceNames = new Set<string>(['local0']);
  /** Files that are being read, outermost first. */
  private readonly open: string[] = [];

  constructor(private readonly readText: ReadText) {}

  readScript(text: string, file: string): void {
    this.open.push(resolve(file));
    const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
    lines.forEach((line, index) => {
      const at = { file, line: index + 1, column: line.search(/\S/) + 1 };
      try {
        this.readLine(line, at);
      } catch (error) {
        if (error instanceof ConfigError) this.errors.push(error);
        else if (error instanceof Complaint) {
          this.errors.push(new ConfigError({ ...at, column: error.column }, error.message));
        } else throw error;
      }
    });
    this.open.pop();
  }

  private readLine(line: string, at: SourceLocation): void {
    if (at.column === 0) return;
    if (line[at.column - 1] === '#') {
      this.readComment(line, at);
      return;
    }
    const tokens = tokenize(line);
    const { row, end } = findCommand(tokens);
    if (row.path === EXEC) this.readOther(tokens, end, at);
    else this.add(readArguments(row, tokens, end, this.interfaceNames), line.trim(), at);
  }

  /** A comment is read only where its first word is that of a directive. */
  private readComment(line: string, at: SourceLocation): void {
    const tokens = tokenize(line, at.column);
    const row = this.rows.get(tokens.at(0)?.text ?? '');
    if (row) this.add(readArguments(row, tokens, 1, this.interfaceNames), line.trim(), at);
  }

  private add(bodies: readonly CommandBody[], text: string, at: SourceLocation): void {
    for (const body of bodies) {
      this.commands.push({ at, text, body });
      if (body.kind === 'create-interface') this.interfaceNames.add(body.name);
    }
  }

  /** `exec FILE`: the file is relative to the script that names it. */
  private readOther(tokens: readonly Token[], end: number, at: SourceLocation): void {
    const name = tokens.at(end);
    const extra = tokens.at(end + 1);
    if (!name) throw new ConfigError(at, '"exec": the file is missing');
    if (extra) throw new Complaint(extra.column, `expected the end of the line, found "${extra.text}"`);
    const path = resolve(dirname(at.file), name.text);
    if (this.open.includes(path)) throw new Complaint(name.column, `"${name.text}" is being read already`);
    let text: string;
    try {
      text = this.readText(path);
    } catch (error) {
      throw new Complaint(name.column, `cannot read "${name.text}": ${whyNotRead(error)}`);
    }
    this.readScript(text, path);
  }
}

/**
 * Reads a script. `file` is its name for messages, and what files of `exec` are relative to.
 * @throws {ConfigErrors} with everything that is wrong with it; its location is that of the first error
 */
export function parseScript(text: string, file: string, readText: ReadText = readTextFile): NodeScript {
  const reader = new ScriptReader(readText);
  reader.readScript(text, file);
  if (reader.errors.length > 0) throw new ConfigErrors(reader.errors);
  const { startup, ethernetInputGeneric } = reader.directives;
  return { file, startup, ethernetInputGeneric, commands: reader.commands };
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
