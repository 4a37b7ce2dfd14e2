/** Tables that commands name. */

import type { Command } from '../command/command-row.js';
import type { Tables } from '../engine/tables.js';
import { MissingError } from '../command/config-error.js';

/** The FIB index of a table id. Throws MissingError for a table that no command has made. */
export function requireTable({ ip4, ip6 }: Tables, tableId: number, { at }: Command, isIp6 = false): number {
  const fibIndex = isIp6 ? ip6.fibIndexOfTable(tableId) : ip4.fibIndexOf(tableId);
  if (fibIndex >= 0) return fibIndex;
  const path = isIp6 ? 'ip6 table' : 'ip table';
  throw new MissingError(
    at,
    {
      kind: isIp6 ? 'IPv6 table' : 'table',
      name: tableId,
      mayBeMadeBy: ({ command, words }) => command === path && words.includes(String(tableId)),
      standIn: (tables) => (isIp6 ? tables.ip6 : tables.ip4).addTable(tableId),
    },
    `there is no ${isIp6 ? 'IPv6 ' : ''}table ${String(tableId)}`,
    `; make it first: ${path} add ${String(tableId)}`,
  );
}
