/** `ip route`, of IPv4 and IPv6. VPP 19.08 src/vnet/ip/lookup.c, src/vnet/fib/fib_types.c */

import { originOf, requireInterface } from '../command/apply-command.js';
import { anyAddress, count, interfaceName, ipPrefix, number, u32, type AnyAddress } from '../command/arguments.js';
import { command, Refusal, required, type Command } from '../command/command-row.js';
import { ConfigError, type Prefix } from '../command/config-error.js';
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
import { removeFirst, type NodeViewBuilder } from '../command/node-view.js';
import type { Tables } from '../engine/tables.js';
import { IP4_FAMILY, IP6_FAMILY } from '../fib/address-family.js';
import { NULL_SEND_PROHIBIT, NULL_SEND_UNREACH } from '../fib/dpo.js';
import {
  comparePathKeys,
  comparePaths,
  CONFIGURED_DROP,
  DROP_PATH,
  FibSource,
  FLAG_ATTACHED,
  FLAG_LOCAL,
  PathType,
  type FibPath,
} from '../fib/fib-entry.js';
import type { Fib } from '../fib/fib.js';
import type { FoldedPaths } from '../fib/folded-routes.js';
import { receivePath } from '../fib/receive-dpos.js';
import { requireTable } from '../fib/require-table.js';

/** `via ...`: a next hop, an interface, or a special path. */
export interface RoutePath {
  readonly special: 'drop' | 'local' | 'unreach' | 'prohibit' | null;
  readonly nextHop: AnyAddress | null;
  readonly interfaceName: string | null;
  /** `next-hop-table N`: VRF in which a next hop without interface is looked up; null for the default table. */
  readonly nextHopTable: number | null;
  readonly weight: number;
  readonly preference: number;
}

export interface ChangeRoute {
  readonly kind: 'route';
  readonly prefix: Prefix;
  readonly tableId: number;
  readonly paths: readonly RoutePath[];
  readonly isDelete: boolean;
}

/** True for what is an object by itself, not a path to one (unformat_dpo). */
const isFixedObject = ({ special }: RoutePath): boolean => special !== null && special !== 'local';

export const prefixText = ({ address: of, length, isIp6 }: Prefix): string =>
  `${(isIp6 ? IP6_FAMILY : IP4_FAMILY).format(of)}/${length}`;

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
  notModelled('ip6-lookup-in-table', 'routes that look up in another table'),
  notModelled('mpls-lookup-in-table', 'MPLS'),
  notModelled('via-label', 'MPLS'),
  notModelled('out-labels', 'MPLS'),
  notModelled('udp-encap', 'UDP encapsulation'),
  notModelled('resolve-via-host', 'resolve-via-host'),
  notModelled('resolve-via-attached', 'resolve-via-attached'),
  notModelled('src-lookup', 'lookup by source address'),
  notModelled('l2-input-on', 'routes into a bridge domain'),
  notModelled('rx-ip4', 'routes that change the receiving interface'),
  notModelled('rx-ip6', 'routes that change the receiving interface'),
  notModelled('pop-pw-cw', 'MPLS'),
  sequence(
    argument('nextHop', anyAddress),
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
    collect('prefixes', argument('prefix', ipPrefix)),
  ),
  anyOrder(sequence(word('via'), collect('paths', routePath))),
);

/** The prefix that follows at the same length: `count N` adds one prefix after the other. */
const following = (first: Prefix, index: number): Prefix =>
  index === 0 ? first : { ...first, address: (first.address + index * 2 ** (32 - first.length)) | 0 };

const NO_PATH: RoutePath = {
  special: null,
  nextHop: null,
  interfaceName: null,
  nextHopTable: null,
  weight: 1,
  preference: 0,
};

function asRoutePath(path: Partial<RoutePath>): RoutePath {
  if (path.special === undefined && path.nextHop === undefined && path.interfaceName === undefined) {
    throw new Refusal('"via" needs a next hop, an interface or "drop"');
  }
  return { ...NO_PATH, ...path };
}

/** VPP looks up next hops without interface in the default table, whatever the route's own. */
const DEFAULT_FIB = 0;

/** What VPP's FIB makes of a path (fib_path_create, fib_table_route_path_fixup). */
function pathOf(path: RoutePath, prefix: Prefix, tables: Tables, command: Command): FibPath {
  const { adjacencies } = tables.ip4;
  const isIp6 = prefix.isIp6 === true;
  const { weight, preference } = path;
  const nextHop = path.nextHop?.address ?? null;
  const weighted = weight === 0 ? 1 : weight;
  const base: FibPath = { ...DROP_PATH, weight: weighted, preference };
  switch (path.special) {
    case 'drop':
      return { ...base, index: CONFIGURED_DROP };
    case 'unreach':
      return { ...base, index: NULL_SEND_UNREACH };
    case 'prohibit':
      return { ...base, index: NULL_SEND_PROHIBIT };
    case 'local':
      return receivePath(0, -1);
    case null:
      break;
  }
  if (path.interfaceName !== null) {
    const { swIfIndex } = requireInterface(tables, path.interfaceName, command);
    const neighbour = (nextHop ?? 0) !== 0 ? nextHop : prefix.length === (isIp6 ? 128 : 32) ? prefix.address : null;
    const to =
      neighbour === null
        ? adjacencies.attachedPath(swIfIndex, 0, isIp6)
        : adjacencies.nextHopPath(neighbour, swIfIndex, isIp6);
    return { ...to, weight: weighted, preference };
  }
  const fibIndex = path.nextHopTable === null ? DEFAULT_FIB : requireTable(tables, path.nextHopTable, command, isIp6);
  if (nextHop === null || nextHop === 0)
    return path.nextHopTable === null ? base : { ...base, type: PathType.Deag, fibIndex };
  // A prefix that resolves through its own address would recurse for ever.
  if (nextHop === prefix.address) return base;
  return { ...base, type: PathType.Recursive, nextHop, fibIndex };
}

/** An attached path (interface, no next hop) makes the route attached; the last path decides. `via local` makes it local. */
function flagsOf(paths: readonly RoutePath[]): number {
  const last = paths.at(-1);
  const isAttached = last !== undefined && last.interfaceName !== null && (last.nextHop?.address ?? 0) === 0;
  const isLocal = paths.some(({ special }) => special === 'local');
  return (isAttached ? FLAG_ATTACHED : 0) | (isLocal ? FLAG_LOCAL : 0);
}

/** Whether a next hop has the prefix's own address. */
const dependOn = ({ address: own }: Prefix, paths: readonly RoutePath[]): boolean =>
  paths.some(({ nextHop }) => nextHop?.address === own);

/** Paths that routes of several prefixes have, if these can be folded: next hops. */
function foldedPaths(
  paths: readonly RoutePath[],
  { family, folded }: Fib,
  tables: Tables,
  at: Command,
): FoldedPaths | null {
  if (!paths.every(({ special, nextHop }) => special === null && (nextHop?.address ?? 0) !== 0)) return null;
  const noPrefix: Prefix = family.isIp6 ? { ...NO_PREFIX, isIp6: true } : NO_PREFIX;
  return folded.pathsOf(paths, () => {
    const made = paths
      .map((path) => pathOf(path, noPrefix, tables, at))
      .sort((left, right) => comparePaths(family, left, right));
    const isOneTwice = made.some((path, i) => i > 0 && comparePathKeys(family, made[i - 1], path) === 0);
    return isOneTwice ? null : { paths: made, flags: flagsOf(paths), file: at.at.file };
  });
}

/** No next hop is its address. */
const NO_PREFIX: Prefix = { address: 0, length: 0 };

function pathText(path: RoutePath): string {
  const words: string[] = [];
  if (path.special !== null) words.push(path.special);
  if (path.nextHop !== null) words.push((path.nextHop.isIp6 ? IP6_FAMILY : IP4_FAMILY).format(path.nextHop.address));
  if (path.interfaceName !== null) words.push(path.interfaceName);
  if (path.nextHopTable !== null) words.push(`next-hop-table ${String(path.nextHopTable)}`);
  if (path.weight !== 1) words.push(`weight ${String(path.weight)}`);
  if (path.preference !== 0) words.push(`preference ${String(path.preference)}`);
  return words.join(' ');
}

/** VPP's CLI adds paths to a prefix that has some already, and deletes the prefix where no path is named. */
function show(
  { prefix: given, tableId: table, paths: changed, isDelete }: ChangeRoute,
  { view }: NodeViewBuilder,
): void {
  const { routes } = view;
  const of = prefixText(given);
  const paths = changed.map(pathText);
  const isIt = (route: { table: number; prefix: string }): boolean => route.table === table && route.prefix === of;
  const known = routes.find(isIt);
  if (!known) {
    if (!isDelete) routes.push({ table, prefix: of, paths });
    return;
  }
  const kept = known.paths.filter((path) => !paths.includes(path));
  known.paths = isDelete ? (paths.length === 0 ? [] : kept) : [...kept, ...paths];
  if (known.paths.length === 0) removeFirst(routes, isIt);
}

export const routeCommand = command('ip route', route, {
  build: (values): ChangeRoute[] => {
    const prefixes = required(values.prefixes, 'the prefix (ADDRESS/LENGTH)');
    const given = (values.paths ?? []).map(asRoutePath);
    const isDelete = values.isDelete ?? false;
    const objects = isDelete ? [] : given.filter(isFixedObject);
    if (!isDelete && given.length === 0) throw new Refusal('"via ..." is missing');
    if (
      prefixes.some(({ prefix: { isIp6 } }) =>
        given.some(({ nextHop: to }) => to !== null && to.isIp6 !== (isIp6 === true)),
      )
    )
      throw new Refusal('not modelled: a next hop of the other IP version');
    if ((values.count ?? 1) > 1 && prefixes.some(({ prefix: { isIp6 } }) => isIp6))
      throw new Refusal('not modelled: "count" with IPv6');
    if (objects.length > 1) throw new Refusal('VPP does not balance load over several special paths');
    // Beside such an object VPP takes no notice of next hops; a removal takes notice of nothing but them.
    const paths = objects.length > 0 ? objects : given.filter((path) => !isFixedObject(path));
    return prefixes.flatMap(({ prefix: first }) =>
      Array.from({ length: values.count ?? 1 }, (_, index) => ({
        kind: 'route',
        prefix: following(first, index),
        tableId: values.tableId ?? 0,
        paths,
        isDelete,
      })),
    );
  },
  apply: ({ prefix: given, tableId, paths, isDelete }, tables, at) => {
    const fibIndex = requireTable(tables, tableId, at, given.isIp6);
    const { fib } = given.isIp6 ? tables.ip6 : tables.ip4;
    const { length } = given;
    const prefix = { ...given, address: fib.family.mask(given.address, length) };
    const folded = isDelete || at.at.since !== undefined ? null : foldedPaths(paths, fib, tables, at);
    const isAlike = folded?.file === at.at.file && length < fib.family.bits && !dependOn(prefix, paths);
    if (isAlike && fib.folded.add({ fibIndex, ...prefix }, folded, at.at.line)) return;
    const origin = originOf(at);
    const made = paths.map((path) => ({ ...pathOf(path, prefix, tables, at), origin }));
    const asked = { fibIndex, ...prefix, source: FibSource.CLI, flags: flagsOf(paths), origin };
    if (isDelete) {
      const isGone = paths.length === 0 ? fib.removeSource(asked, FibSource.CLI) : fib.removePaths(asked, made);
      if (!isGone) throw new ConfigError(at.at, `there is no route ${prefixText(given)} like this in table ${tableId}`);
    } else if (isFixedObject(paths[0])) fib.addSpecial(asked, made[0]);
    else fib.addPaths(asked, made);
  },
  show,
  alike: { words: 'ip route add', body: (like, given) => ({ ...like, prefix: given }) },
});
