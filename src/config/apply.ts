/** From a script to tables: each command makes the change that VPP's handler makes, in the script's order. */

import type { Command } from '../pipeline/command/command-row.js';
import { ConfigError, ConfigErrors, NotModelledError } from '../pipeline/command/config-error.js';
import { createTables } from '../pipeline/engine/plugin.js';
import { NotModelled } from '../pipeline/engine/state/not-modelled.js';
import type { Tables } from '../pipeline/engine/tables.js';
import { touch } from '../pipeline/not-modelled/commands.js';
import { AlikeRun } from './alike-lines.js';
import { ScriptCheck } from './check-script.js';
import { grammarOf } from './grammar.js';
import type { NodeScript, UnreadLine } from './node-script.js';
import { loadState, type LoadedState } from './state/load-state.js';

declare module '../pipeline/engine/tables.js' {
  interface Tables {
    /** What was read of the node's state before the first frame; undefined where it had none. */
    loadedState?: LoadedState;
  }
}

/** Tables of a node whose commands have not run yet. */
function startingTables({ release, isLenient, startup, refused = [] }: NodeScript): Tables {
  const tables = createTables(release);
  if (isLenient === true) {
    tables.notModelled = new NotModelled();
    for (const { error, text } of refused) tables.notModelled.refuse({ at: error.at, text, why: error.why });
  }
  for (const command of startup) applyCommand(command, tables);
  return tables;
}

/**
 * Makes the change that VPP makes, also after frames have run.
 * @throws {ConfigError} for a command that VPP would refuse
 */
export function applyCommand(command: Command, tables: Tables): void {
  try {
    command.row.apply(command.body, tables, command);
  } catch (error) {
    if (!(error instanceof NotModelledError) || tables.notModelled === null) throw error;
    const { row, body } = command;
    const name = row.makes?.(body);
    const makes = name === undefined || tables.interfaces.byName(name) ? [] : [name];
    touch(command, tables, { path: row.path, why: error.why, makes });
  }
  tables.configured.tell();
}

/**
 * The tables a script builds. One that is taken leniently goes on without the commands that VPP would refuse, which `notModelled` lists.
 * @param refuse is told of a command that VPP would refuse, or that is not modelled; the script goes on without it
 * @throws {ConfigErrors} without `refuse`, with all such commands
 */
export function applyScript(script: NodeScript, refuse?: (error: ConfigError) => void): Tables {
  const tables = startingTables(script);
  const check = new ScriptCheck(tables, grammarOf(script.release));
  const keepOut = (error: ConfigError, { at, text }: Command): void =>
    refuse ? refuse(error) : tables.notModelled?.refuse({ at, text, why: error.why });
  for (const command of script.commands)
    if (!refuse && tables.notModelled === null) check.apply(command, applyCommand);
    else
      try {
        applyCommand(command, tables);
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        keepOut(error, command);
      }
  if (check.errors.length > 0) throw new ConfigErrors(check.errors);
  startFrom(script, tables);
  return tables;
}

/** The state that the node had before the first frame. */
function startFrom(script: NodeScript, tables: Tables): void {
  const { state, generatorDraws } = script;
  if (state) tables.loadedState = loadState(tables, state, script);
  if (generatorDraws !== undefined) tables.nat44.ports.restart(generatorDraws);
}

export type ScriptLine = Command | UnreadLine | AlikeRun;

/**
 * What is wrong with a script that has lines which cannot be read, in its order.
 * @param lines its commands and those lines
 * @param isWhole false where nobody knows what was there before it: what its commands need is not looked for
 */
export function errorsOf(script: NodeScript, lines: readonly ScriptLine[], isWhole: boolean): readonly ConfigError[] {
  if (!isWhole) return lines.flatMap((line) => ('error' in line ? line.error : []));
  const check = new ScriptCheck(startingTables(script), grammarOf(script.release));
  for (const line of lines)
    if (line instanceof AlikeRun) for (const command of line) check.apply(command, applyCommand);
    else if ('error' in line) check.refuse(line.error, line.text);
    else check.apply(line, applyCommand);
  return check.errors;
}
