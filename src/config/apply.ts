/** From a script to tables: each command makes the change that VPP's handler makes, in the script's order. */

import { createTables, type Tables } from '../pipeline/engine/tables.js';
import { DEFAULT_RELEASE } from '../releases/releases.js';
import { ScriptCheck } from './check-script.js';
import { ConfigError, ConfigErrors, type Command, type NodeScript } from '../pipeline/command/commands.js';
import type { CommandHandlers } from '../pipeline/command/command-handlers.js';

const HANDLERS: CommandHandlers = Object.assign(
  {},
  ...DEFAULT_RELEASE.plugins.map(({ handlers }) => handlers),
) as CommandHandlers;

/** Tables of a node whose commands have not run yet. */
function emptyTables({ startup, ethernetInputGeneric }: NodeScript): Tables {
  const tables = createTables(DEFAULT_RELEASE);
  tables.ethernetInputGeneric = ethernetInputGeneric;
  const { connectionCountMax, ...natStartup } = startup;
  Object.assign(tables.nat44.startup, natStartup);
  if (connectionCountMax !== null) tables.acl.sessions.maxEntries = connectionCountMax;
  return tables;
}

/**
 * The tables a script builds.
 * @param refuse is told of a command that VPP would refuse, or that is not modelled; the script goes on without it
 * @throws {ConfigErrors} without `refuse`, with all such commands
 */
export function applyScript(script: NodeScript, refuse?: (error: ConfigError) => void): Tables {
  const tables = emptyTables(script);
  const check = new ScriptCheck(tables);
  for (const command of script.commands)
    if (!refuse) check.apply(command, applyCommand);
    else
      try {
        applyCommand(command, tables);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        refuse(error);
      }
  if (check.errors.length > 0) throw new ConfigErrors(check.errors);
  return tables;
}

/** A line of a script that cannot be read. */
export interface UnreadLine {
  readonly error: ConfigError;
  readonly text: string;
}

/**
 * What is wrong with a script that has lines which cannot be read, in its order.
 * @param lines its commands and those lines
 */
export function errorsOf(script: NodeScript, lines: readonly (Command | UnreadLine)[]): readonly ConfigError[] {
  const check = new ScriptCheck(emptyTables(script));
  for (const line of lines)
    if ('error' in line) check.refuse(line.error, line.text);
    else check.apply(line, applyCommand);
  return check.errors;
}

function applyCommand(command: Command, tables: Tables): void {
  const handler = HANDLERS[command.body.kind] as
    ((body: Command['body'], tables: Tables, command: Command) => void) | undefined;
  if (!handler) throw new ConfigError(command.at, `"${command.text}" is understood but not modelled yet`);
  handler(command.body, tables, command);
}
