/** Coverage of routes: an item for each path that a command named. */

import { originOf } from '../command/apply-command.js';
import type { Command } from '../command/command-row.js';
import type { StepKind } from '../engine/steps.js';
import type { Tables } from '../engine/tables.js';
import { FibSource, type FibEntry, type FibPath, type TablePrefix } from '../fib/fib-entry.js';
import { routeOf } from '../fib/fib-step-words.js';
import type { Fib } from '../fib/fib.js';
import { ROUTE } from '../fib/fib-steps.js';
import { commandsOf, HitTable, notApplied } from '../step-coverage.js';
import type { CountedStep, CoverageItem, StepCoverage, Unreachable } from '../step-coverage.js';
import type { ChangeRoute } from './route-command.js';

/** DPO type and index as one number. */
const dpoKey = (type: number, index: number): number => (index << 3) | type;

export class RouteCoverage implements StepCoverage {
  readonly kind: StepKind = ROUTE;
  /** By load balance and dpoKey. */
  private readonly hits = new HitTable();

  constructor(private readonly tables: Tables) {}

  count(at: number, { steps: { words }, packets }: CountedStep): void {
    const key = dpoKey(words[at + ROUTE.at.dpoType], words[at + ROUTE.at.dpoIndex]);
    this.hits.add(words[at + ROUTE.at.loadBalance], key, packets);
  }

  items(commands: readonly Command[]): CoverageItem[] {
    const textOf = new Map(commands.map((command) => [originOf(command), command.text]));
    const byEntry = this.hitsByEntry();
    return this.configuredRoutes(commands).flatMap(({ fib, prefix }) => {
      const route = fib.entries.exact(prefix);
      const asked = route?.sourced(FibSource.CLI);
      if (!route || !asked) return [];
      const hops = fib.hopsOf(route);
      const table = fib.entries.tables[prefix.fibIndex].tableId;
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

  /** What was counted by load balance, by entry. */
  private hitsByEntry(): Map<FibEntry, HitTable> {
    const byEntry = new Map<FibEntry, HitTable>();
    for (const { first: loadBalance, second: key, count } of this.hits.entries()) {
      const route = routeOf(this.tables, loadBalance);
      if (route === null) continue;
      const hits = byEntry.get(route) ?? new HitTable();
      byEntry.set(route, hits);
      hits.add(key, 0, count);
    }
    return byEntry;
  }

  /** The script's prefixes that have a route by command, each once, in order. */
  private configuredRoutes(commands: readonly Command[]): { fib: Fib; prefix: TablePrefix }[] {
    const { ip4, ip6 } = this.tables;
    const seen = new Set<string>();
    return commandsOf<ChangeRoute>(commands, 'route').flatMap(({ body: { tableId, prefix } }) => {
      const { length, isIp6 = false } = prefix;
      const { fib } = isIp6 ? ip6 : ip4;
      const fibIndex = isIp6 ? ip6.fibIndexOfTable(tableId) : ip4.fibIndexOf(tableId);
      const route = { fibIndex, address: fib.family.mask(prefix.address, length), length };
      const key = `${String(isIp6)} ${fibIndex} ${route.address} ${length}`;
      if (seen.has(key) || route.fibIndex < 0) return [];
      seen.add(key);
      return fib.entries.exact(route)?.sourced(FibSource.CLI) ? [{ fib, prefix: route }] : [];
    });
  }
}

/** Why a path is not taken as long as the tables are as they are. */
function unusedBecause(route: FibEntry, path: FibPath, isResolved: boolean): Unreachable | null {
  if (!route.paths.includes(path)) return notApplied('not in force: an interface has the same prefix');
  if (!isResolved) return notApplied('not in force: its next hop cannot be reached');
  const best = Math.min(...route.paths.map(({ preference }) => preference));
  return path.preference > best ? notApplied('not in force: paths of a lower preference value come first') : null;
}
