/**
 * By which routes and to which neighbours a packet was sent, in words, with the lines of the configuration:
 *
 *     ip4-lookup: route 0.0.0.0/0 via 192.168.16.100 GigabitEthernet0/8/0 at node.vpp:30
 *     ip4-rewrite: neighbour 192.168.16.100 on GigabitEthernet0/8/0 has 08:00:27:02:a5:36, by node.vpp:29
 */

import { FibSource, FLAG_ATTACHED, PathType, type FibEntry, type FibPath } from '../../pipeline/fib/fib-entry.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import { formatAddress, formatMac } from '../../wire/address.js';
import type { Dataplane } from '../../node/dataplane.js';
import { baseName, isContinuation } from '../frame-comment.js';
import type { PacketBuffer } from '../../pipeline/engine/packet-buffer.js';
import * as entry from './decision-log.js';
import type { DecisionLog } from './decision-log.js';

/** The routes and neighbours of a packet that leaves, in the order in which it met them. */
export function routesAbout(b: PacketBuffer, { tables, graph, frame }: Dataplane, log: DecisionLog): string[] {
  const { words } = log;
  const parts: string[] = [];
  for (const at of log.about(b, isContinuation(b) && !log.hasWaited(b) ? frame : null)) {
    const node = graph.names[words[at + entry.NODE]];
    if (words[at + entry.KIND] === entry.ROUTE) {
      const route = routeText(words, at, tables);
      if (route !== null) parts.push(`${node}: ${route}`);
    } else if (words[at + entry.KIND] === entry.NEIGHBOUR)
      parts.push(`${node}: ${neighbourText(words[at + entry.NEIGHBOUR_ADJACENCY], tables)}`);
  }
  return parts;
}

/**
 * The route that a load balance forwards for. A next hop's own entry that does as the route above it is that route: who uses it uses the
 * route.
 */
export function routeOf({ ip4: { fib } }: Tables, loadBalance: number): FibEntry | null {
  if (!(loadBalance in fib.entryOfLoadBalance)) return null;
  let route = fib.entryOfLoadBalance[loadBalance];
  while (route.sources.at(0)?.source === FibSource.RR && route.cover && (route.cover.flags & FLAG_ATTACHED) === 0)
    route = route.cover;
  return route;
}

function routeText(words: Int32Array, at: number, tables: Tables): string | null {
  const { fib } = tables.ip4;
  const route = routeOf(tables, words[at + entry.ROUTE_LOAD_BALANCE]);
  if (route === null) return null;
  const [type, index] = [words[at + entry.ROUTE_DPO_TYPE], words[at + entry.ROUTE_DPO_INDEX]];
  const taken = fib.hopsOf(route).findIndex((hop) => hop?.dpoType === type && hop.dpoIndex === index);
  const path = route.paths.at(Math.max(0, taken));
  const origin = path?.origin ?? route.sources.at(0)?.origin ?? '';
  const table = fib.tableIdOf(route.fibIndex);
  const via = path === undefined ? '' : viaText(path, tables);
  const where = origin === '' ? '' : ` at ${baseName(origin)}`;
  return `route ${route.prefix}${table === 0 ? '' : ` table ${table}`}${via}${where}`;
}

function viaText({ type, nextHop, swIfIndex }: FibPath, { interfaces }: Tables): string {
  const on = swIfIndex < 0 ? '' : ` ${interfaces.all[swIfIndex].name}`;
  if (type === PathType.AttachedNextHop || type === PathType.Recursive) return ` via ${formatAddress(nextHop)}${on}`;
  return on === '' ? '' : ` via${on}`;
}

function neighbourText(adjacency: number, { ip4: { adjacencies, neighbours }, interfaces }: Tables): string {
  const swIfIndex = adjacencies.swIfIndex[adjacency];
  const nextHop = adjacencies.nextHop[adjacency];
  const neighbour = neighbours.find(nextHop, swIfIndex);
  const name = `neighbour ${formatAddress(nextHop)} on ${interfaces.all[swIfIndex].name}`;
  if (neighbour === null) return `${name} has no MAC address`;
  const { mac, origin } = neighbour;
  const how = origin === '' ? '' : `, ${origin.includes(':') ? `by ${baseName(origin)}` : origin}`;
  return `${name} has ${formatMac(mac)}${how}`;
}
