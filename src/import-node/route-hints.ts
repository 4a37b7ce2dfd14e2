/** What routes tell of interfaces. */

import { isIPv6 } from 'node:net';
import { idOfName, type ShownTable } from './fib.js';
import type { ShownInterfaces } from './interfaces.js';
import { subnetOf } from './prefixes.js';
import type { Findings } from './shown.js';

/**
 * Routes to what the node has for its own, each with the subnet of its interface that it is in.
 * @param others addresses that may be the node's own for another reason
 */
export function addressesOfRoutes(
  fib: readonly ShownTable[],
  shown: ShownInterfaces,
  others: ReadonlySet<string>,
  findings: Findings,
): void {
  const paths = fib.flatMap((table) =>
    table.routes
      .filter(({ paths: { length } }) => length > 0)
      .map(({ prefix, line, paths: [path] }) => ({ prefix, path, table, line })),
  );
  const own = new Map<string, string[]>();
  for (const { path, table, line } of paths) {
    if (path.kind !== 'receive' || path.interfaceName === undefined || path.address === undefined) continue;
    const subnets = paths
      .filter(
        ({ path: { kind, ...to } }) =>
          kind === 'attached' && 'interfaceName' in to && to.interfaceName === path.interfaceName,
      )
      .map(({ prefix }) => subnetOf(prefix));
    const covering = subnets.filter((subnet) => subnet.covers(path.address ?? '')).map(({ length }) => length);
    const length = covering.length > 0 ? Math.max(...covering) : isIPv6(path.address) ? 128 : 32;
    const id = table.fibIndex === 0 ? undefined : idOfName(table);
    if (id !== undefined) shown.tables[table.family].add(path.interfaceName, id, line);
    own.set(path.interfaceName, [...(own.get(path.interfaceName) ?? []), `${path.address}/${length}`]);
  }
  for (const [name, addresses] of own) {
    const certain = addresses.filter((address) => !others.has(address.replace(/\/.*/, '')));
    shown.addresses.set(name, certain.length > 0 ? certain : addresses.slice(0, 1));
    findings.assume('addresses of interfaces are those that routes tell');
  }
}

/** The interface that an address of the default table is behind, as far as routes and addresses of interfaces tell. */
export function interfaceTowards(
  fib: readonly ShownTable[],
  shown: ShownInterfaces,
): (address: string) => string | undefined {
  const ofRoutes = fib
    .filter(({ fibIndex }) => fibIndex === 0)
    .flatMap(({ routes }) => routes)
    .flatMap(({ prefix, paths }) =>
      paths
        .slice(0, 1)
        .flatMap((path) =>
          path.kind === 'next-hop' || path.kind === 'attached'
            ? [{ subnet: subnetOf(prefix), name: path.interfaceName }]
            : [],
        ),
    );
  const own = [...shown.addresses].flatMap(([name, addresses]) =>
    addresses.map((address) => ({ subnet: subnetOf(address), name })),
  );
  const ways = [...ofRoutes, ...own].sort((a, b) => b.subnet.length - a.subnet.length);
  return (address) => ways.find(({ subnet }) => subnet.covers(address))?.name;
}
