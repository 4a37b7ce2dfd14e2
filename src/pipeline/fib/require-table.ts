/** Tables that commands name. */

import type { Command } from '../command/command-row.js';
import type { Tables } from '../engine/tables.js';
import { MissingError } from '../command/config-error.js';

/** The FIB index of a table id. Throws MissingError for a table that no command has made. */
export function requireTable({ ip4 }: Tables, tableId: number, { at }: Command): number {
  const fibIndex = ip4.fibIndexOf(tableId);
  if (fibIndex >= 0) return fibIndex;
  throw new MissingError(
    at,
    {
      kind: 'table',
      name: tableId,
      mayBeMadeBy: ({ command, words }) => command === 'ip table' && words.includes(String(tableId)),
      standIn: (tables) => tables.ip4.addTable(tableId),
    },
    `there is no table ${String(tableId)}`,
    `; make it first: ip table add ${String(tableId)}`,
  );
}
