/** What commands' `apply` functions have in common. */

import type { Command } from './command-row.js';
import type { Interface } from '../engine/state/interface-table.js';
import type { Tables } from '../engine/tables.js';
import { MAC_ZERO } from '../../wire/address.js';
import { ConfigError, MissingError, type Missing, type SourceLocation } from './config-error.js';
import { howToDeclare, mayMakeInterface } from './interface-hints.js';

const missingInterface = (name: string, isFull: boolean): Missing => ({
  kind: 'interface',
  name,
  mayBeMadeBy: (line) => mayMakeInterface(line, name),
  ...(isFull ? {} : { standIn: ({ interfaces }: Tables) => void interfaces.create(name, 'dpdk', MAC_ZERO, '') }),
});

/** 'file:line', of a later change 'file:line (from frame 14)': kept with what a command made, for causes and reports. */
export const originOf = ({ at }: Command): string =>
  `${at.file}:${at.line}${at.since === undefined ? '' : ` (${at.since})`}`;

/** More names than this are not a help any more. */
const NAMES_AT_MOST = 12;

/** Where the word stands in the command's line: the place that an error is about. */
function placeOf(word: string, { at, text }: Command): SourceLocation {
  const index = ` ${text} `.search(new RegExp(`[\\s,{}]${word.replace(/[^\w]/g, '\\$&')}(?=[\\s,{}])`));
  return index < 0 ? at : { ...at, column: at.column + index };
}

/** The named interface, or a MissingError that lists those there are. */
export function requireInterface(tables: Tables, name: string, command: Command): Interface {
  const found = tables.interfaces.byName(name);
  if (found) return found;
  const names = tables.interfaces.all.slice(1).map((entry) => entry.name);
  const more = names.length > NAMES_AT_MOST ? `, and ${String(names.length - NAMES_AT_MOST)} more` : '';
  const known =
    names.length > 0
      ? `the interfaces so far are ${names.slice(0, NAMES_AT_MOST).join(', ')}${more}`
      : 'no interface has been made yet';
  const help = howToDeclare(name);
  throw new MissingError(
    placeOf(name, command),
    missingInterface(name, tables.interfaces.isFull),
    `there is no interface "${name}"`,
    help === '' ? `; ${known}` : `; ${known}; ${help}`,
  );
}

/** Throws ConfigError where no interface of that name can be made. */
export function refuseTaken(tables: Tables, name: string, command: Command): void {
  const { interfaces } = tables;
  if (interfaces.isFull)
    throw new ConfigError(command.at, `not modelled: more than ${interfaces.all.length} interfaces`);
  const taken = interfaces.byName(name);
  if (taken) throw new ConfigError(command.at, `there already is an interface "${name}", made at ${taken.origin}`);
}
