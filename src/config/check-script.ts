/**
 * Everything that is wrong with a script, at once. After a line was refused, what it would have made is missing, and lines that
 * need it would be refused for that alone: such errors are not told, a stand-in takes the place of what is missing.
 */

import type { Command } from '../pipeline/command/command-row.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { ConfigError, MissingError, RepeatedError, type RefusedLine } from '../pipeline/command/config-error.js';
import type { Grammar } from './grammar.js';
import { meantCommand } from './read-command.js';
import { tokenize } from '../pipeline/command/tokens.js';

/** Of a file with more errors than this, most likely no script at all, what lines meant is not made out any more. */
const REFUSED_AT_MOST = 200;

export class ScriptCheck {
  readonly errors: ConfigError[] = [];
  private readonly refused: RefusedLine[] = [];
  /** What was missing, and where that was told. */
  private readonly told = new Map<string, ConfigError>();
  /** The last command that was refused: of a line that makes several, the first error is enough. */
  private last: Command | null = null;

  constructor(
    private readonly tables: Tables,
    private readonly grammar: Grammar,
  ) {}

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
        if (error instanceof MissingError && this.refused.some(error.missing.mayBeMadeBy)) {
          hasStandIn = true;
          if (!error.missing.standIn) return;
          error.missing.standIn(this.tables);
          continue;
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
    const command = words[0] === 'interface:' ? 'interface:' : meantCommand(this.grammar, tokens);
    this.refused.push({ command, words });
    this.grammar.rowOf.get(command)?.standIn?.(this.tables);
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
}
