/** What apply*.ts modules offer: one function per kind of command, which makes VPP's change to the tables. */

import type { Interface } from '../tables/interface-table.js';
import type { Tables } from '../tables/tables.js';
import { ConfigError, type Command, type CommandBody } from './commands.js';

/** A command body of one kind. */
export type BodyOf<K extends CommandBody['kind']> = Extract<CommandBody, { kind: K }>;

/** Handlers by kind. They throw ConfigError (with `command.at`) for what VPP would refuse. */
export type CommandHandlers = {
  readonly [K in CommandBody['kind']]?: (body: BodyOf<K>, tables: Tables, command: Command) => void;
};

/** 'file:line', kept with what a command made, for causes and reports. */
export const originOf = ({ at }: Command): string => `${at.file}:${at.line}`;

/** The named interface, or a ConfigError that lists those there are. */
export function requireInterface(tables: Tables, name: string, command: Command): Interface {
  const found = tables.interfaces.byName(name);
  if (found) return found;
  const names = tables.interfaces.all.slice(1).map((entry) => entry.name);
  const known = names.length > 0 ? `the interfaces so far are ${names.join(', ')}` : 'no interface has been made yet';
  throw new ConfigError(command.at, `there is no interface "${name}"; ${known}`);
}

/** Throws ConfigError where the name is an interface's already. */
export function refuseTaken(tables: Tables, name: string, command: Command): void {
  const taken = tables.interfaces.byName(name);
  if (taken) throw new ConfigError(command.at, `there already is an interface "${name}", made at ${taken.origin}`);
}
