/** What is said about routes and neighbours that packets took. */

import { formatMac } from '../../wire/address.js';
import type { Fib } from './fib.js';
import { IP4_FAMILY, IP6_FAMILY, type AddressFamily } from './address-family.js';
import type { Tables } from '../engine/tables.js';
import { atOrigin, baseName, type StepSource, type StepWords } from '../step-words.js';
import { DPO_DROP, DPO_RECEIVE } from './dpo.js';
import { FibSource, FLAG_ATTACHED, PathType, type FibEntry, type FibPath } from './fib-entry.js';
import { NEIGHBOUR, ROUTE } from './fib-steps.js';

/** The FIB of the family that a load balance belongs to. */
export const fibOfLoadBalance = ({ ip4, ip6 }: Pick<Tables, 'ip4' | 'ip6'>, loadBalance: number): Fib =>
  ip4.loadBalances.isIp6[loadBalance] === 1 ? ip6.fib : ip4.fib;

/**
 * The route that a load balance forwards for. A next hop's own entry that does as the route above it is that route: who uses it uses the
 * route.
 */
export function routeOf(tables: Tables, loadBalance: number): FibEntry | null {
  let route = fibOfLoadBalance(tables, loadBalance).entryOf(loadBalance);
  while (route?.sources.at(0)?.source === FibSource.RR && route.cover && (route.cover.flags & FLAG_ATTACHED) === 0)
    route = route.cover;
  return route;
}

/** A route step read: the route, its path, and the command behind that. */
function routeAt(
  at: number,
  { steps, tables }: StepSource,
): { route: FibEntry; family: AddressFamily; table: number; path: FibPath | null; origin: string } | null {
  const { words } = steps;
  const fib = fibOfLoadBalance(tables, words[at + ROUTE.at.loadBalance]);
  const route = routeOf(tables, words[at + ROUTE.at.loadBalance]);
  if (route === null) return null;
  const [type, index] = [words[at + ROUTE.at.dpoType], words[at + ROUTE.at.dpoIndex]];
  const taken = fib.hopsOf(route).findIndex((hop) => hop?.dpoType === type && hop.dpoIndex === index);
  const path = route.paths.at(Math.max(0, taken)) ?? null;
  const origin = path?.origin ?? route.sources.at(0)?.origin ?? '';
  return { route, family: fib.family, table: fib.entries.tables[route.fibIndex].tableId, path, origin };
}

function viaText({ type, nextHop, swIfIndex }: FibPath, family: AddressFamily, { interfaces }: Tables): string {
  const on = swIfIndex < 0 ? '' : ` ${interfaces.all[swIfIndex].name}`;
  if (type === PathType.AttachedNextHop || type === PathType.Recursive) return ` via ${family.format(nextHop)}${on}`;
  return on === '' ? '' : ` via${on}`;
}

const KINDS = new Map<number, string>([
  [FibSource.ADJ, 'the neighbour entry'],
  [FibSource.INTERFACE, 'the interface route'],
]);

const routeWords: StepWords = {
  kind: ROUTE,
  common: () => ROUTE.words,
  data: (at, source) => {
    const found = routeAt(at, source);
    return {
      prefix: found?.route.prefix ?? null,
      table: found?.table ?? null,
      via: found?.path ? viaText(found.path, found.family, source.tables).trim() : null,
      line: found === null || found.origin === '' ? null : found.origin,
    };
  },
  detail: (at, source) => {
    const found = routeAt(at, source);
    if (found === null) return null;
    const { route, family, table, path, origin } = found;
    const via = path === null ? '' : viaText(path, family, source.tables);
    const node = source.nodeNames[source.steps.nodeAt(at)];
    return `${node}: route ${route.prefix}${table === 0 ? '' : ` table ${table}`}${via}${atOrigin(origin)}`;
  },
  sentence: (at, { steps, tables }) => {
    const { words } = steps;
    const fib = fibOfLoadBalance(tables, words[at + ROUTE.at.loadBalance]);
    const found = fib.entryOf(words[at + ROUTE.at.loadBalance]);
    if (found === null) return null;
    const [best] = found.sources;
    const type = words[at + ROUTE.at.dpoType];
    const where =
      type === DPO_DROP
        ? ' ends in a drop'
        : type === DPO_RECEIVE
          ? ' makes it one for the node itself'
          : ' covers its destination';
    const kind = KINDS.get(best.source) ?? 'the route';
    return {
      text: `${kind} ${found.prefix} in table ${fib.entries.tables[found.fibIndex].tableId}${where}`,
      origin: best.origin,
    };
  },
};

function neighbourAt(at: number, { steps, tables: { ip4, ip6, interfaces } }: StepSource) {
  const { adjacencies } = ip4;
  const adjacency = steps.words[at + NEIGHBOUR.at.adjacency];
  const swIfIndex = adjacencies.swIfIndex[adjacency];
  const nextHop = adjacencies.nextHop[adjacency];
  const isIp6 = adjacencies.isIp6[adjacency] === 1;
  const neighbour = (isIp6 ? ip6 : ip4).neighbours.find(nextHop, swIfIndex);
  return {
    nextHop: (isIp6 ? IP6_FAMILY : IP4_FAMILY).format(nextHop),
    name: interfaces.all[swIfIndex].name,
    neighbour,
  };
}

const neighbourWords: StepWords = {
  kind: NEIGHBOUR,
  common: () => NEIGHBOUR.words,
  data: (at, source) => {
    const { nextHop, name, neighbour } = neighbourAt(at, source);
    const mac = neighbour === null ? null : formatMac(neighbour.mac);
    return { nextHop, interface: name, mac, line: neighbour?.origin ?? null };
  },
  detail: (at, source) => {
    const { nextHop, name, neighbour } = neighbourAt(at, source);
    const what = `${source.nodeNames[source.steps.nodeAt(at)]}: neighbour ${nextHop} on ${name}`;
    if (neighbour === null) return `${what} has no MAC address`;
    const { mac, origin } = neighbour;
    const how = origin === '' ? '' : `, ${origin.includes(':') ? `by ${baseName(origin)}` : origin}`;
    return `${what} has ${formatMac(mac)}${how}`;
  },
  sentence: (at, source) => {
    const { nextHop, name, neighbour } = neighbourAt(at, source);
    return { text: `it goes to ${nextHop} on ${name}`, origin: neighbour?.origin ?? '' };
  },
};

export const fibStepWords: readonly StepWords[] = [routeWords, neighbourWords];
