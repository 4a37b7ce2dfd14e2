/** Commands of IPv4: interface addresses, tables, routes, neighbours, MTU, flow hash. */

import { formatAddress, maskOf } from '../../wire/address.js';
import { NULL_SEND_PROHIBIT, NULL_SEND_UNREACH } from '../fib/dpo.js';
import {
  CONFIGURED_DROP,
  DROP_PATH,
  FibSource,
  FLAG_ATTACHED,
  FLAG_LOCAL,
  PathType,
  type FibPath,
} from '../fib/fib-entry.js';
import { DEFAULT_L3_MTU } from '../engine/interface-table.js';
import * as flowHash from '../fib/flow-hash.js';
import type { Tables } from '../engine/tables.js';
import { ConfigError, isFixedObject, type Command, type Prefix, type RoutePath } from '../command/commands.js';
import { missingTable, originOf, requireInterface, type CommandHandlers } from '../command/command-handlers.js';

const FLOW_HASH_BITS = {
  src: flowHash.FLOW_HASH_SOURCE,
  dst: flowHash.FLOW_HASH_DESTINATION,
  sport: flowHash.FLOW_HASH_SOURCE_PORT,
  dport: flowHash.FLOW_HASH_DESTINATION_PORT,
  proto: flowHash.FLOW_HASH_PROTOCOL,
  reverse: flowHash.FLOW_HASH_REVERSE,
  symmetric: flowHash.FLOW_HASH_SYMMETRIC,
} as const;

/** VPP looks up next hops without interface in the default table, whatever the route's own. */
const DEFAULT_FIB = 0;

const text = ({ address, length }: Prefix): string => `${formatAddress(address)}/${length}`;

function requireTable(tables: Tables, tableId: number, command: Command): number {
  const fibIndex = tables.ip4.fibIndexOf(tableId);
  if (fibIndex >= 0) return fibIndex;
  throw missingTable(tableId, command);
}

/** What VPP's FIB makes of a path (fib_path_create, fib_table_route_path_fixup). */
function pathOf(path: RoutePath, prefix: Prefix, tables: Tables, command: Command): FibPath {
  const { ip4 } = tables;
  const { weight, preference, nextHop } = path;
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
      return ip4.receivePath(0, -1);
    case null:
      break;
  }
  if (path.interfaceName !== null) {
    const { swIfIndex } = requireInterface(tables, path.interfaceName, command);
    if (nextHop !== null && nextHop !== 0) return ip4.attachedNextHopPath(nextHop, swIfIndex, weighted, preference);
    return prefix.length === 32
      ? ip4.attachedNextHopPath(prefix.address, swIfIndex, weighted, preference)
      : ip4.attachedPath(swIfIndex, weighted, preference);
  }
  const fibIndex = path.nextHopTable === null ? DEFAULT_FIB : requireTable(tables, path.nextHopTable, command);
  if (nextHop === null || nextHop === 0)
    return path.nextHopTable === null ? base : { ...base, type: PathType.Deag, fibIndex };
  // A prefix that resolves through its own address would recurse for ever.
  if (nextHop === prefix.address) return base;
  return { ...base, type: PathType.Recursive, nextHop, fibIndex };
}

/** An attached path (interface, no next hop) makes the route attached; the last path decides. `via local` makes it local. */
function flagsOf(paths: readonly RoutePath[]): number {
  const last = paths.at(-1);
  const isAttached = last !== undefined && last.interfaceName !== null && (last.nextHop ?? 0) === 0;
  const isLocal = paths.some(({ special }) => special === 'local');
  return (isAttached ? FLAG_ATTACHED : 0) | (isLocal ? FLAG_LOCAL : 0);
}

export const ip4Handlers: CommandHandlers = {
  'interface-address': ({ interfaceName, prefix, isDelete }, tables, command) => {
    const on = requireInterface(tables, interfaceName, command);
    const { interfaceIp4 } = tables.ip4;
    if (isDelete) {
      if (interfaceIp4.removeAddress(on, prefix.address, prefix.length)) return;
      throw new ConfigError(command.at, `${interfaceName} has no address ${text(prefix)}`);
    }
    if (on.swIfIndex === 0) throw new ConfigError(command.at, "local0 doesn't support IP addressing");
    const conflict = interfaceIp4.conflict(on, prefix.address, prefix.length);
    if (conflict) {
      const has = conflict.addresses.map(({ address, prefixLength }) => `${formatAddress(address)}/${prefixLength}`);
      throw new ConfigError(command.at, `${text(prefix)} conflicts with ${has.join(', ')} of ${conflict.name}`);
    }
    interfaceIp4.addAddress(on, prefix.address, prefix.length, originOf(command));
  },

  'interface-unnumbered': ({ interfaceName, useInterface }, tables, command) => {
    const on = requireInterface(tables, interfaceName, command);
    tables.ip4.interfaceIp4.setUnnumbered(on, requireInterface(tables, useInterface, command));
  },

  'interface-mtu': ({ interfaceName, layer, mtu }, tables, command) => {
    const on = requireInterface(tables, interfaceName, command);
    // The hardware MTU becomes the L3 MTU; any other of these sets its own and clears all the others.
    if (layer === 'hardware' || layer === 'packet') on.mtuBytes = mtu === 0 ? DEFAULT_L3_MTU : mtu;
    else on.mtuBytes = DEFAULT_L3_MTU;
    if (layer !== 'hardware') tables.ip4.interfaceIp4.setOwnMtu(on.swIfIndex, layer === 'ip4' ? mtu : 0);
    tables.ip4.interfaceChanged(on.swIfIndex);
  },

  'interface-table': ({ interfaceName, tableId }, tables, command) => {
    const on = requireInterface(tables, interfaceName, command);
    const fibIndex = requireTable(tables, tableId, command);
    if (on.fibIndex === fibIndex) return;
    if (on.addresses.length > 0)
      throw new ConfigError(command.at, `${interfaceName} has addresses; VPP binds a table only before there are any`);
    tables.ip4.bindTable(on, fibIndex);
  },

  'ip-table-add': ({ tableId }, tables) => {
    tables.ip4.addTable(tableId);
  },

  'ip-flow-hash': ({ tableId, fields }, tables, command) => {
    const fibIndex = requireTable(tables, tableId, command);
    tables.ip4.fib.setFlowHash(
      fibIndex,
      fields.reduce((bits, field) => bits | FLOW_HASH_BITS[field], 0),
    );
  },

  neighbor: ({ interfaceName, address, mac, isStatic, noFibEntry }, tables, command) => {
    const { swIfIndex } = requireInterface(tables, interfaceName, command);
    tables.ip4.setNeighbour(address, swIfIndex, mac, isStatic, !noFibEntry, originOf(command));
  },

  route: ({ prefix, tableId, paths, isDelete }, tables, command) => {
    const fibIndex = requireTable(tables, tableId, command);
    const { fib } = tables.ip4;
    const { length } = prefix;
    const address = prefix.address & maskOf(length);
    const origin = originOf(command);
    const made = paths.map((path) => ({ ...pathOf(path, { address, length }, tables, command), origin }));
    const flags = flagsOf(paths);
    if (isDelete) {
      const isGone =
        paths.length === 0
          ? fib.removeSource(fibIndex, address, length, FibSource.CLI)
          : fib.removePaths(fibIndex, address, length, FibSource.CLI, flags, made);
      if (!isGone) throw new ConfigError(command.at, `there is no route ${text(prefix)} like this in table ${tableId}`);
    } else if (isFixedObject(paths[0]))
      fib.addSpecial(fibIndex, address, length, FibSource.CLI, flags, made[0], origin);
    else fib.addPaths(fibIndex, address, length, FibSource.CLI, flags, made, origin);
  },
};
