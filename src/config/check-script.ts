/**
 * Everything that is wrong with a script, at once. After a line was refused, what it would have made is missing, and lines that
 * need it would be refused for that alone: such errors are not told, a stand-in takes the place of what is missing.
 */

import type { Tables } from '../pipeline/engine/tables.js';
import { ConfigError, MissingError, RepeatedError } from '../pipeline/command/commands.js';
import type { Command, Missing } from '../pipeline/command/commands.js';
import { meantCommand } from './read-command.js';
import { tokenize } from '../pipeline/command/tokens.js';

/** A line that was refused: what it meant to do, as far as it can be made out. */
interface RefusedLine {
  /** The words of the command in full: 'create tap', 'interface:'. */
  readonly command: string;
  readonly words: readonly string[];
}

/** Beginnings of names that are not that of a word of the command that makes them. */
const NAMES_OF: Readonly<Record<string, RegExp>> = {
  'create vhost-user': /^VirtualEthernet/,
  'create packet-generator': /^pg\d/,
  'create sub-interfaces': /\.\d+$/,
};

/** Letters of a command's word that are in the names which it makes: `loopback` makes loop0, `bond` makes BondEthernet0. */
const LETTERS = 4;

/** Whether the line would have made the interface. */
function mayMakeInterface({ command, words }: RefusedLine, name: string): boolean {
  if (command.endsWith('interface:')) return words.includes(name);
  if (!/^(\w+ )?create\b/.test(command)) return false;
  const number = words.at(words.findIndex((word) => word === 'id' || word === 'instance') + 1);
  if (number !== undefined && /^\d+$/.test(number) && !name.endsWith(number)) return false;
  if (command in NAMES_OF) return NAMES_OF[command].test(name);
  const lower = name.toLowerCase();
  return command.split(/[ -]/).some((word) => word !== 'create' && lower.includes(word.slice(0, LETTERS)));
}

function mayMake(line: RefusedLine, missing: Missing): boolean {
  const { command, words } = line;
  switch (missing.kind) {
    case 'interface':
      return mayMakeInterface(line, missing.name);
    case 'table':
      return command === 'ip table' && words.includes(String(missing.name));
    case 'bridge domain':
      return command === 'create bridge-domain' && words.includes(String(missing.name));
    case 'NAT44 address':
      return command === 'nat44 add address' || command === 'nat44 add interface address';
    case 'ACL':
      return false; // a refused ACL has its stand-in at once, since others take their numbers after it
  }
}

/** Of a file with more errors than this, most likely no script at all, what lines meant is not made out any more. */
const REFUSED_AT_MOST = 200;

export class ScriptCheck {
  readonly errors: ConfigError[] = [];
  private readonly refused: RefusedLine[] = [];
  /** What was missing, and where that was told. */
  private readonly told = new Map<string, ConfigError>();
  /** The last command that was refused: of a line that makes several, the first error is enough. */
  private last: Command | null = null;

  constructor(private readonly tables: Tables) {}

  /** Applies a command, by `act`, which throws ConfigError where that is refused. */
  apply(command: Command, act: (command: Command, tables: Tables) => void): void {
    if (this.last?.at === command.at) return;
    let hasStandIn = false;
    for (;;) {
      try {
        act(command, this.tables);
        return;
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        if (error instanceof MissingError && this.refused.some((line) => mayMake(line, error.missing))) {
          hasStandIn = true;
          if (this.standIn(error.missing)) continue;
          return;
        }
        // The command has been applied in part before: what it finds there of itself is no error.
        if (hasStandIn && !(error instanceof MissingError)) return;
        this.last = command;
        this.refuse(error, command.text);
        return;
      }
    }
  }

  /** Takes notice of a line that is refused, for an error that was told or is told by this. */
  refuse(error: ConfigError, text: string): void {
    this.errors.push(error instanceof MissingError ? this.orRepeated(error) : error);
    if (this.refused.length === REFUSED_AT_MOST) return;
    const tokens = tokenize(text.replace(/^#/, ''));
    const words = tokens.map(({ text: word }) => word);
    const command = words[0] === 'interface:' ? 'interface:' : meantCommand(tokens);
    this.refused.push({ command, words });
    if (command === 'set acl-plugin acl') this.tables.acl.add('', [], '');
  }

  private orRepeated(error: MissingError): ConfigError {
    const key = `${error.missing.kind} ${error.missing.name}`;
    const first = this.told.get(key);
    if (!first) this.told.set(key, error);
    if (!first) return error;
    const { file, line } = first.at;
    const where = file === error.at.file ? `line ${String(line)}` : `${file}:${String(line)}`;
    return new RepeatedError(error.at, `${error.says} (see ${where})`);
  }

  /** Makes what is missing, so that what comes after is checked as well; false where nothing can stand in for it. */
  private standIn(missing: Missing): boolean {
    const { interfaces, ip4, bridgeDomains } = this.tables;
    if (missing.kind === 'interface') interfaces.create(missing.name, 'dpdk', { high: 0, low: 0 }, '');
    else if (missing.kind === 'table') ip4.addTable(missing.name);
    else if (missing.kind === 'bridge domain') bridgeDomains.add(missing.name);
    else return false;
    return true;
  }
}
