/** Reads a script's lines: which are commands, what each says, and what is wrong with the others. */

import { dirname, isAbsolute, join, resolve } from 'node:path';
import { AlikeLines, AlikeRun, endOfLine } from './alike-lines.js';
import type { ScriptLine } from './apply.js';
import type { UnreadLine } from './node-script.js';
import { OpenBraces } from './open-braces.js';
import { devicesNamed, noSuchSection, remarkOn, STARTUP, startsSection } from './startup-conf.js';
import { deviceFound, streamInterface } from '../pipeline/interface/create-commands.js';
import { unmodelledCommand } from '../pipeline/not-modelled/commands.js';
import type { CommandRow, Command } from '../pipeline/command/command-row.js';
import { ConfigError, type SourceLocation } from '../pipeline/command/config-error.js';
import type { ScriptNote } from '../pipeline/command/node-view.js';
import { hasCommand, type Release } from '../releases/release.js';
import { EXEC, grammarOf, type Grammar } from './grammar.js';
import { firstLed, plainLines, readPastedLine, type PastedLine } from './pasted-line.js';
import { Complaint, NotModelledComplaint } from './complaints.js';
import {
  findCommand,
  inWordsOf,
  looksLikeCommand,
  readArguments,
  remarkOf,
  requireNoCommand,
  whyNotModelled,
} from './read-command.js';
import { Macros } from './macros.js';
import { shellLines } from './shell-script.js';
import { whyNotRead, type ReadText } from './script-text.js';
import { undeclaredCommands, type UndeclaredDevice } from './undeclared-devices.js';
import { tokenize, type Token } from '../pipeline/command/tokens.js';

const PACKET_STREAM = 'packet-generator new';

export class ScriptReader {
  readonly lines: ScriptLine[] = [];
  readonly notes: ScriptNote[] = [];
  readonly startup: Command[] = [];
  /** Lines that VPP refuses, where they are kept out. */
  readonly refused: UnreadLine[] = [];
  /** Files that `exec` has read. */
  readonly execFiles: string[] = [];
  private readonly grammar: Grammar;
  private readonly interfaceNames: Set<string>;
  /** Files that are being read, outermost first. */
  private readonly open: string[] = [];
  private braces: OpenBraces | null = null;
  private readonly macros = new Macros();
  private readonly alike: AlikeLines;

  constructor(
    private readonly release: Release,
    private readonly readText: ReadText,
    interfaceNames: readonly string[],
    private readonly isLenient: boolean,
    /** Whether what VPP refuses is kept out, instead of being an error of the script. */
    private readonly keepsOut: boolean,
  ) {
    this.interfaceNames = new Set(['local0', ...interfaceNames]);
    this.grammar = grammarOf(release);
    this.alike = new AlikeLines(this.grammar.rowOf.values());
  }

  /** Takes devices for found before the script begins. */
  declare(devices: readonly UndeclaredDevice[]): void {
    for (const device of devices) {
      this.interfaceNames.add(device.name);
      this.lines.push(...undeclaredCommands(device));
    }
  }

  readScript(text: string, file: string, firstLine = 1): void {
    this.open.push(resolve(file));
    const lines = plainLines(text);
    const unrolled = shellLines(lines);
    if (unrolled === null) this.readLines(lines, file, firstLine);
    else {
      const led = unrolled.at(firstLed(unrolled.map(({ text: one }) => one).join('\n')));
      for (const { index, text: one } of unrolled) {
        const at = { file, line: index + firstLine, column: 1 };
        this.readLine(one, at, led ? led.index + firstLine : -1, lines.startsWith('#!'));
      }
    }
    if (this.braces) {
      this.refuse(new ConfigError(this.braces.at, 'the "{" of this line is not closed'), this.braces.text);
      this.braces = null;
    }
    this.open.pop();
  }

  private readLines(lines: string, file: string, firstLine: number): void {
    const led = firstLed(lines);
    const [ledLine, isForShell] = [led < 0 ? led : led + firstLine, lines.startsWith('#!')];
    let run: AlikeRun | null = null;
    for (let from = 0, number = firstLine; from <= lines.length; number++) {
      const to = endOfLine(lines, from);
      if (led < 0 && this.braces === null && this.alike.read(lines, from, to)) {
        if (run === null) this.lines.push((run = new AlikeRun(this.alike, lines, file, from, number)));
        run.count++;
      } else {
        run = null;
        const before = this.lines.length;
        this.readLine(lines.slice(from, to), { file, line: number, column: 1 }, ledLine, isForShell);
        const last = this.lines.at(-1);
        if (this.lines.length === before + 1 && last && 'row' in last) this.alike.learn(lines, from, to, last);
      }
      from = to + 1;
    }
  }

  private readLine(line: string, { file, line: number }: SourceLocation, led: number, isForShell: boolean): void {
    const { lead, start, end } = readPastedLine(line);
    const at = { file, line: number, column: start + line.slice(start).search(/\S/) + 1 };
    this.try(at, line, () => {
      if (this.braces) this.skipBraces(line.trimEnd(), 0, at);
      else if (at.column <= start || at.column > end) this.noteLead(lead, line, at);
      else if (line[at.column - 1] === '#') this.readDirective(line, at);
      else if (lead === 'shell-prompt') this.noteNoCommand(line, at, 'for the shell');
      else if (lead === 'none' && led >= 0) this.readUnled(line, at, led, isForShell);
      else this.readCommand(line.slice(0, end).trimEnd(), at);
    });
  }

  /** Does something with a line; an error becomes one of the script's. */
  private try(at: SourceLocation, line: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      const text = line.slice(at.column - 1).trim();
      if (error instanceof ConfigError) this.refuse(error, text);
      else if (error instanceof Complaint) {
        const complaint = inWordsOf(this.grammar, tokenize(text, at.column - 1), error);
        const isUnmodelled = complaint instanceof NotModelledComplaint;
        if (isUnmodelled) this.braces = OpenBraces.left(text, at);
        if (isUnmodelled && this.isLenient) this.addUnmodelled(complaint, text, at);
        else if (this.keepsOut && !text.startsWith('#')) this.refused.push({ error: complaint.errorAt(at), text });
        else this.refuse(complaint.errorAt(at), text);
      } else throw error;
    }
  }

  /** Takes a command that is not modelled leniently. */
  private addUnmodelled({ path, message }: NotModelledComplaint, text: string, at: SourceLocation): void {
    const command = unmodelledCommand({ at, text }, { path, why: message }, this.interfaceNames);
    for (const name of command.body.makes) this.interfaceNames.add(name);
    this.lines.push(command);
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
  private readUnled(line: string, at: SourceLocation, led: number, isForShell: boolean): void {
    const tokens = tokenize(line);
    if (tokens[0].text === 'comment' && tokens.at(1)?.text === '{') {
      this.readCommand(line.trimEnd(), at);
      return;
    }
    if (!isForShell && looksLikeCommand(this.grammar, tokens))
      throw new ConfigError(
        at,
        `a command, or what VPP answered? Line ${String(led)} has a prompt or vppctl before its command, and this line has none: give it one, or take it out`,
      );
    this.noteNoCommand(line, at, isForShell ? 'for the shell' : 'taken for an answer');
  }

  private readCommand(given: string, at: SourceLocation): void {
    const line = this.macros.expand(given);
    const tokens = tokenize(line, at.column - 1);
    const section = startsSection(tokens);
    if (tokens[0].text === 'comment') this.startComment(line, tokens, at);
    else if (section === 'scalar') this.note('startup.conf', line, at, '');
    else if (section === 'braces') this.startBraces(line, tokens[1], at, tokens[0].text);
    else this.readKnown(line, tokens, at);
  }

  private readKnown(line: string, tokens: readonly Token[], at: SourceLocation): void {
    const { entry, end } = findCommand(this.grammar, tokens);
    if (entry === EXEC) this.readOther(tokens, end, at);
    else if ('read' in entry) this.add(entry, tokens, end, line.slice(at.column - 1).trim(), at);
    else if ('vpp' in entry && this.macros.takes(entry.vpp)) {
      // Also for a release that has no macros, so that lines which name them are not refused for that.
      this.macros.change(entry.path, tokens.slice(end), at);
      if (!hasCommand(this.release, entry.vpp)) throw whyNotModelled(entry.vpp, this.release, at.column);
    } else if ('vpp' in entry) {
      const remark = remarkOf(entry.vpp, this.release);
      if (remark === null) throw whyNotModelled(entry.vpp, this.release, tokens[0].column);
      this.note('without effect', line.slice(at.column - 1), at, remark);
      this.braces = OpenBraces.left(line, at);
      if (entry.path === PACKET_STREAM) this.push(streamInterface({ at, text: line.slice(at.column - 1).trim() }));
    }
  }

  private startBraces(line: string, { column }: Token, at: SourceLocation, section: string | null): void {
    this.braces = new OpenBraces(at, line, section);
    this.skipBraces(line, column - 1, at);
  }

  /** VPP takes one word for a comment, or everything in braces. */
  private startComment(line: string, tokens: readonly Token[], at: SourceLocation): void {
    const [, first, second] = [...tokens, undefined, undefined];
    if (first?.text === '{') this.startBraces(line, first, at, null);
    else if (second)
      throw new Complaint(second.column, 'VPP takes one word for a comment; braces make it more: comment { … }');
  }

  /** The line from `from` on: more of what stands in braces, and perhaps a command behind it. */
  private skipBraces(line: string, from: number, { file, line: number }: SourceLocation): void {
    const { braces } = this;
    const end = braces?.read(line, from) ?? -1;
    if (!braces || end < 0) return;
    this.braces = null;
    if (braces.section !== null) this.readSection(braces.section, braces);
    const rest = line.slice(end).search(/\S/);
    if (rest >= 0 && line[end + rest] !== '#') this.readCommand(line, { file, line: number, column: end + rest + 1 });
  }

  private readSection(section: string, { at, lines }: OpenBraces): void {
    const text = `${STARTUP} ${section} ${lines.join(' ').replace(/\s+/g, ' ')}`;
    const tokens = tokenize(text).map((token) => ({ ...token, column: at.column }));
    const row = this.grammar.directives.get(`${STARTUP} ${section}`);
    const devices = section === 'dpdk' ? devicesNamed(tokens.map(({ text: word }) => word)) : [];
    for (const name of devices) if (!this.interfaceNames.has(name)) this.push(deviceFound({ at, text: name }));
    if (row) this.try(at, `${' '.repeat(at.column - 1)}${text}`, () => this.add(row, tokens, 2, `# ${text}`, at));
    else
      this.note(
        'startup.conf',
        `${section} { … }`,
        at,
        devices.length > 0 ? `devices: ${devices.join(', ')}` : remarkOn(section),
      );
  }

  /** A comment is read only where its first word is that of a directive. */
  private readDirective(line: string, at: SourceLocation): void {
    const tokens = tokenize(line, at.column);
    const [first, second] = [tokens.at(0)?.text ?? '', tokens.at(1)?.text];
    const { directives } = this.grammar;
    const row = directives.get(first) ?? directives.get(`${first} ${second ?? ''}`);
    if (!row) {
      if (first === STARTUP) throw noSuchSection(tokens, directives);
      return;
    }
    try {
      this.add(row, tokens, row.path.split(' ').length, line.slice(at.column - 1).trim(), at);
    } catch (error) {
      // Whatever is wrong with the rest, the name is known from here on.
      if (row.makes && second !== undefined) this.interfaceNames.add(second);
      throw error;
    }
  }

  private add(row: CommandRow, tokens: readonly Token[], end: number, text: string, at: SourceLocation): void {
    for (const body of readArguments(row, tokens, end, this.interfaceNames)) this.push({ at, text, body, row });
  }

  private push(command: Command): void {
    const { row, body } = command;
    if (this.grammar.startup.has(row)) this.startup.push(command);
    else this.lines.push(command);
    const made = row.makes?.(body);
    if (made !== undefined) this.interfaceNames.add(made);
  }

  /** `exec FILE`: the file is relative to the script that names it, and messages have its path as they have the script's. */
  private readOther(tokens: readonly Token[], end: number, at: SourceLocation): void {
    const [name, extra] = [tokens.at(end), tokens.at(end + 1)];
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
    this.execFiles.push(path);
    this.readScript(text, path);
  }

  /** A command must not be lost because what stands before it is not understood. */
  private noteNoCommand(line: string, at: SourceLocation, remark: string): void {
    requireNoCommand(this.grammar, line, at);
    this.note('no command', line, at, remark);
  }
}
