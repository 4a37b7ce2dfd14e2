/** Coverage of routes: an item for each path that a command named. */

import { originOf } from '../../pipeline/command/apply-command.js';
import type { ChangeRoute } from '../../pipeline/ip4/route-command.js';
import { FibSource, type FibEntry, type FibPath, type TablePrefix } from '../../pipeline/fib/fib-entry.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import { maskOf } from '../../wire/address.js';
import { routeOf } from '../../pipeline/fib/fib-step-words.js';
import type { CoverageItem, Unreachable } from './coverage.js';
import { HitTable } from './hit-table.js';
import { dpoKey, type Hits } from './hits.js';
import { commandsOf, type ItemSource } from './item-source.js';

export function routeItems(source: ItemSource): CoverageItem[] {
  const { script, tables, hits } = source;
  const { fib } = tables.ip4;
  const textOf = new Map(script.commands.map((command) => [originOf(command), command.text]));
  const byEntry = hitsByEntry(tables, hits);
  return configuredRoutes(source).flatMap((prefix) => {
    const route = fib.entries.exact(prefix);
    const asked = route?.sourced(FibSource.CLI);
    if (!route || !asked) return [];
    const hops = fib.hopsOf(route);
    const table = tables.ip4.tableIdOf(prefix.fibIndex);
    return asked.paths.map((path, i): CoverageItem => {
      const hop = hops[route.paths.indexOf(path)] ?? null;
      const nth = asked.paths.length > 1 ? `, path ${i + 1} of ${asked.paths.length}` : '';
      const origin = path.origin ?? asked.origin;
      return {
        kind: 'route',
        name: `route ${route.prefix}${table === 0 ? '' : ` table ${table}`}${nth}`,
        text: textOf.get(origin) ?? '',
        origin,
        packets: hop === null ? 0 : (byEntry.get(route)?.count(dpoKey(hop.dpoType, hop.dpoIndex), 0) ?? 0),
        sessionPackets: 0,
        unreachable: unusedBecause(route, path, hop !== null),
      };
    });
  });
}

/** Why a path is not taken as long as the tables are as they are. */
function unusedBecause(route: FibEntry, path: FibPath, isResolved: boolean): Unreachable | null {
  const because = (text: string): Unreachable => ({ why: 'not applied', text, by: [] });
  if (!route.paths.includes(path)) return because('not in force: an interface has the same prefix');
  if (!isResolved) return because('not in force: its next hop cannot be reached');
  const best = Math.min(...route.paths.map(({ preference }) => preference));
  return path.preference > best ? because('not in force: paths of a lower preference value come first') : null;
}

/** What was counted by load balance, by entry. */
function hitsByEntry(tables: Tables, { routes }: Hits): Map<FibEntry, HitTable> {
  const byEntry = new Map<FibEntry, HitTable>();
  for (const [loadBalance, key, count] of routes.entries()) {
    const route = routeOf(tables, loadBalance);
    if (route === null) continue;
    const hits = byEntry.get(route) ?? new HitTable();
    byEntry.set(route, hits);
    hits.add(key, 0, count);
  }
  return byEntry;
}

/** The script's prefixes that have a route by command, each once, in order. */
function configuredRoutes({ script, tables }: ItemSource): TablePrefix[] {
  const seen = new Set<string>();
  return commandsOf<ChangeRoute>(script, 'route').flatMap(({ body: { tableId, prefix } }) => {
    const fibIndex = tables.ip4.fibIndexOf(tableId);
    const { length } = prefix;
    const route = { fibIndex, address: prefix.address & maskOf(length), length };
    const key = `${fibIndex} ${route.address} ${length}`;
    if (seen.has(key) || fibIndex < 0) return [];
    seen.add(key);
    return tables.ip4.fib.entries.exact(route)?.sourced(FibSource.CLI) ? [route] : [];
  });
}
