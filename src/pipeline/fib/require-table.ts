/** Tables that commands name, and what commands of both IP versions do to tables alike. */

import { anyWord, number, u32 } from '../command/arguments.js';
import { command, required, type Command, type CommandRow } from '../command/command-row.js';
import { MissingError } from '../command/config-error.js';
import { anyOrder, argument, collect, means, notModelled, sequence, word } from '../command/matcher.js';
import type { NodeView } from '../command/node-view.js';
import type { Tables } from '../engine/tables.js';
import * as flowHash from './flow-hash.js';

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

export interface AddTable<K extends string = 'ip-table-add'> {
  readonly kind: K;
  readonly tableId: number;
}

/** `ip table`, `ip6 table`. @param shown the tables that `vppcap config` shows */
export const tableCommand = <const K extends string>(
  kind: K,
  isIp6: boolean,
  shown: (view: NodeView) => number[],
): CommandRow<AddTable<K>> =>
  command(
    isIp6 ? 'ip6 table' : 'ip table',
    anyOrder(
      word('add'),
      notModelled('del', 'deleting a table (leave out the line that made it)'),
      sequence(word('name'), argument('name', anyWord('a table name'))),
      argument('tableId', number('a table id', 1, 0xffffffff)),
    ),
    {
      build: ({ tableId }): AddTable<K> => ({ kind, tableId: required(tableId, 'the table id') }),
      apply: ({ tableId }, { ip4, ip6 }) => void (isIp6 ? ip6 : ip4).addTable(tableId),
      show: ({ tableId }, { view }) => {
        const tables = shown(view);
        if (!tables.includes(tableId)) tables.push(tableId);
      },
    },
  );

const FLOW_HASH_BITS = {
  src: flowHash.FLOW_HASH_SOURCE,
  dst: flowHash.FLOW_HASH_DESTINATION,
  sport: flowHash.FLOW_HASH_SOURCE_PORT,
  dport: flowHash.FLOW_HASH_DESTINATION_PORT,
  proto: flowHash.FLOW_HASH_PROTOCOL,
  reverse: flowHash.FLOW_HASH_REVERSE,
  symmetric: flowHash.FLOW_HASH_SYMMETRIC,
  flowlabel: flowHash.FLOW_HASH_FLOW_LABEL,
} as const;

type FlowHashField = keyof typeof FLOW_HASH_BITS;
const FIELDS = Object.keys(FLOW_HASH_BITS) as FlowHashField[];

export interface SetFlowHash<K extends string = 'ip-flow-hash'> {
  readonly kind: K;
  readonly tableId: number;
  readonly fields: readonly FlowHashField[];
}

/** `set ip flow-hash`, `set ip6 flow-hash`. */
export const flowHashCommand = <const K extends string>(kind: K, isIp6: boolean): CommandRow<SetFlowHash<K>> =>
  command(
    isIp6 ? 'set ip6 flow-hash' : 'set ip flow-hash',
    anyOrder(
      sequence(word('table'), argument('tableId', u32('a table id'))),
      ...FIELDS.filter((field) => isIp6 || field !== 'flowlabel').map((field) =>
        collect('fields', means(field, { field })),
      ),
    ),
    {
      build: ({ tableId, fields }): SetFlowHash<K> => ({
        kind,
        tableId: tableId ?? 0,
        fields: (fields ?? []).map(({ field }) => field),
      }),
      apply: ({ tableId, fields }, tables, at) => {
        const ofRelease = isIp6 ? tables.composition.behaviour.ip6FlowHash & flowHash.FLOW_HASH_BEHIND_FRAGMENT : 0;
        const bits = fields.reduce((sum, field) => sum | FLOW_HASH_BITS[field], ofRelease);
        (isIp6 ? tables.ip6 : tables.ip4).fib.setFlowHash(requireTable(tables, tableId, at, isIp6), bits);
      },
      show: ({ tableId, fields }, { view }) => {
        view.options[`${isIp6 ? 'IPv6 ' : ''}flow hash of table ${String(tableId)}`] = fields.join(' ');
      },
    },
  );
