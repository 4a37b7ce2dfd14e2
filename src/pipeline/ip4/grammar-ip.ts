/**
 * Commands of IPv4 forwarding: tables, routes, neighbours. VPP 19.08 src/vnet/ip/lookup.c, src/vnet/fib/fib_types.c,
 * src/vnet/ethernet/arp.c, src/vnet/ip/ip4_forward.c.
 */

import { address, anyWord, interfaceName, mac, number, prefix, u32 } from '../command/arguments.js';
import { command, Refusal, required } from '../command/command-row.js';
import type { CommandRow } from '../command/command-row.js';
import { isFixedObject, type CommandBody, type Prefix, type RoutePath } from '../command/commands.js';
import {
  anyOrder,
  argument,
  choice,
  collect,
  means,
  notModelled,
  optional,
  sequence,
  word,
} from '../command/matcher.js';
import type { MacAddress } from '../../wire/address.js';

/** `count N` of a command makes at most so many commands; VPP itself has no limit. */
const COUNT_MAX = 1_000_000;
const count = sequence(word('count'), argument('count', number('a count', 1, COUNT_MAX)));

const routePath = anyOrder(
  means('drop', { special: 'drop' }),
  means('local', { special: 'local' }),
  means('null-send-unreach', { special: 'unreach' }),
  means('null-send-prohibit', { special: 'prohibit' }),
  sequence(word('weight'), argument('weight', number('a weight', 0, 255))),
  sequence(word('preference'), argument('preference', number('a preference', 0, 255))),
  notModelled('punt', 'routes that punt'),
  notModelled('null', 'null routes (use "drop")'),
  notModelled('classify', 'classify routes'),
  notModelled('lookup in table', 'routes that look up in another table'),
  notModelled('ip4-lookup-in-table', 'routes that look up in another table'),
  notModelled('ip6-lookup-in-table', 'IPv6'),
  notModelled('mpls-lookup-in-table', 'MPLS'),
  notModelled('via-label', 'MPLS'),
  notModelled('out-labels', 'MPLS'),
  notModelled('udp-encap', 'UDP encapsulation'),
  notModelled('resolve-via-host', 'resolve-via-host'),
  notModelled('resolve-via-attached', 'resolve-via-attached'),
  notModelled('src-lookup', 'lookup by source address'),
  notModelled('l2-input-on', 'routes into a bridge domain'),
  notModelled('rx-ip4', 'routes that change the receiving interface'),
  sequence(
    argument('nextHop', address),
    optional(
      choice(
        sequence(word('next-hop-table'), argument('nextHopTable', u32('a table id'))),
        argument('interfaceName', interfaceName),
      ),
    ),
  ),
  argument('interfaceName', interfaceName),
);

/** Paths come last: VPP's reader of a path takes everything up to the next `via` for its own. */
const route = sequence(
  anyOrder(
    means('add', { isDelete: false }),
    means('del', { isDelete: true }),
    sequence(word('table'), argument('tableId', u32('a table id'))),
    count,
    collect('prefixes', argument('prefix', prefix)),
  ),
  anyOrder(sequence(word('via'), collect('paths', routePath))),
);

/** The prefix that follows at the same length: `count N` adds one prefix after the other. */
const following = ({ address: first, length }: Prefix, index: number): Prefix => ({
  address: (first + index * 2 ** (32 - length)) | 0,
  length,
});

type ReadPath = Partial<RoutePath> & { readonly special?: 'drop' | 'local' | 'unreach' | 'prohibit' };

function asRoutePath(path: ReadPath): RoutePath {
  if (path.special === undefined && path.nextHop === undefined && path.interfaceName === undefined) {
    throw new Refusal('"via" needs a next hop, an interface or "drop"');
  }
  return {
    special: path.special ?? null,
    nextHop: path.nextHop ?? null,
    interfaceName: path.interfaceName ?? null,
    nextHopTable: path.nextHopTable ?? null,
    weight: path.weight ?? 1,
    preference: path.preference ?? 0,
  };
}

const neighbor = anyOrder(
  means('static', { isStatic: true }),
  means('no-fib-entry', { noFibEntry: true }),
  count,
  notModelled('del', 'deleting a neighbour (leave out the line that made it)'),
  notModelled('delete', 'deleting a neighbour (leave out the line that made it)'),
  notModelled('proxy', 'proxy ARP'),
  notModelled('fib-id', '"fib-id", which VPP uses for proxy ARP only'),
  sequence(argument('interfaceName', interfaceName), argument('address', address), argument('mac', mac)),
);

/** The MAC address `index` after this one. */
function followingMac({ high, low }: MacAddress, index: number): MacAddress {
  const sum = low + index;
  return { high: (high + Math.floor(sum / 2 ** 32)) & 0xffff, low: sum % 2 ** 32 };
}

const neighborRow = (path: string): CommandRow =>
  command(path, neighbor, (values) => {
    const what = '"INTERFACE ADDRESS MAC"';
    const name = required(values.interfaceName, what);
    const first = required(values.address, what);
    const firstMac = required(values.mac, what);
    return Array.from({ length: values.count ?? 1 }, (_, index) => ({
      kind: 'neighbor' as const,
      interfaceName: name,
      address: (first + index) | 0,
      mac: followingMac(firstMac, index),
      isStatic: values.isStatic ?? false,
      noFibEntry: values.noFibEntry ?? false,
    }));
  });

type FlowHashField = (CommandBody & { kind: 'ip-flow-hash' })['fields'][number];
const FLOW_HASH_FIELDS: readonly FlowHashField[] = ['src', 'dst', 'sport', 'dport', 'proto', 'reverse', 'symmetric'];

export const ipRows: readonly CommandRow[] = [
  command(
    'ip table',
    anyOrder(
      word('add'),
      notModelled('del', 'deleting a table (leave out the line that made it)'),
      sequence(word('name'), argument('name', anyWord('a table name'))),
      argument('tableId', number('a table id', 1, 0xffffffff)),
    ),
    ({ tableId }) => ({ kind: 'ip-table-add', tableId: required(tableId, 'the table id') }),
  ),
  command('ip route', route, (values) => {
    const prefixes = required(values.prefixes, 'the prefix (ADDRESS/LENGTH)');
    const given = (values.paths ?? []).map(asRoutePath);
    const isDelete = values.isDelete ?? false;
    const objects = isDelete ? [] : given.filter(isFixedObject);
    if (!isDelete && given.length === 0) throw new Refusal('"via ..." is missing');
    if (objects.length > 1) throw new Refusal('VPP does not balance load over several special paths');
    // Beside such an object VPP takes no notice of next hops; a removal takes notice of nothing but them.
    const paths = objects.length > 0 ? objects : given.filter((path) => !isFixedObject(path));
    return prefixes.flatMap(({ prefix: first }) =>
      Array.from({ length: values.count ?? 1 }, (_, index) => ({
        kind: 'route' as const,
        prefix: following(first, index),
        tableId: values.tableId ?? 0,
        paths,
        isDelete,
      })),
    );
  }),
  neighborRow('set ip arp'),
  neighborRow('set ip neighbor'),
  neighborRow('ip neighbor'),
  command(
    'set ip flow-hash',
    anyOrder(
      sequence(word('table'), argument('tableId', u32('a table id'))),
      ...FLOW_HASH_FIELDS.map((field) => collect('fields', means(field, { field }))),
    ),
    ({ tableId, fields }) => ({
      kind: 'ip-flow-hash',
      tableId: tableId ?? 0,
      fields: (fields ?? []).map(({ field }) => field),
    }),
  ),
];
