/** All that a script configures and that packets may exercise, with what was counted. */

import { originOf } from '../../pipeline/command/apply-command.js';
import type { SetNeighbor } from '../../pipeline/arp/commands.js';
import type { NodeScript } from '../../config/node-script.js';
import type { InterfaceAddresses, PoolAddresses } from '../../pipeline/nat-common/address-commands.js';
import { natMappingView, type Mapping } from '../../pipeline/nat-common/mapping-view.js';
import type { Tables } from '../../pipeline/engine/tables.js';
import { formatAddress } from '../../wire/address.js';
import type { CoverageItem } from './coverage.js';
import type { Hits } from './hits.js';
import { commandsOf, counted, type ItemSource } from './item-source.js';
import { routeItems } from './route-items.js';
import { ruleItems } from './rule-items.js';

export function coverageItems(script: NodeScript, tables: Tables, hits: Hits): CoverageItem[] {
  const source = { script, tables, hits };
  return [
    ...ruleItems(source),
    ...mappingItems(source),
    ...addressItems(source),
    ...routeItems(source),
    ...neighbourItems(source),
  ];
}

/** One item for each command; a mapping that a later command took away is none. */
function mappingItems({ script, tables, hits }: ItemSource): CoverageItem[] {
  const { mappings } = tables.nat44;
  const commands = commandsOf<Mapping>(
    script,
    'nat44-static-mapping',
    'nat44-identity-mapping',
    'nat44-lb-static-mapping',
  );
  return commands.flatMap((command): CoverageItem[] => {
    const { body } = command;
    if (body.isDelete) return [];
    const origin = originOf(command);
    const index = mappings.pool.findIndex((mapping) => mapping.origin === origin);
    const isPending = tables.nat44.isPending(origin);
    if (index < 0 && !isPending) return [];
    const { kind, protocol, external, locals } = natMappingView(body);
    return [
      {
        kind: 'NAT44 mapping',
        name: `${kind} mapping ${protocol} ${external}${kind === 'static' ? ` to ${locals.join()}` : ''}`,
        text: command.text,
        origin,
        ...counted(hits.mappings, index),
        unreachable:
          index >= 0 ? null : { why: 'not applied', text: 'not in force: its interface has no address', by: [] },
      },
    ];
  });
}

/** One item for each address of the pools. */
function addressItems({ script, tables, hits }: ItemSource): CoverageItem[] {
  const { pool, twicePool, fib } = tables.nat44;
  const commands = commandsOf<PoolAddresses | InterfaceAddresses>(script, 'nat44-address', 'nat44-interface-address');
  const adds = (body: PoolAddresses | InterfaceAddresses, address: number): boolean => {
    if (body.kind === 'nat44-address')
      return !body.isDelete && address >>> 0 >= body.first >>> 0 && address >>> 0 <= body.last >>> 0;
    const swIfIndex = tables.interfaces.byName(body.interfaceName)?.swIfIndex ?? -1;
    return fib.firstAddressOf(swIfIndex) === address;
  };
  return [false, true].flatMap((twiceNat) =>
    (twiceNat ? twicePool : pool).addresses.map(({ address }): CoverageItem => {
      const by = commands.find(({ body }) => body.twiceNat === twiceNat && adds(body, address));
      return {
        kind: 'NAT44 address',
        name: `${twiceNat ? 'twice-nat address' : 'address'} ${formatAddress(address)}`,
        text: by?.text ?? '',
        origin: by === undefined ? '' : originOf(by),
        ...counted(twiceNat ? hits.twiceAddresses : hits.addresses, address),
        unreachable: null,
      };
    }),
  );
}

/** One item for each neighbour; the command that came last counts. */
function neighbourItems({ script, tables, hits }: ItemSource): CoverageItem[] {
  const { adjacencies } = tables.ip4;
  const items = new Map<string, CoverageItem>();
  for (const command of commandsOf<SetNeighbor>(script, 'neighbor')) {
    const { body } = command;
    const swIfIndex = tables.interfaces.byName(body.interfaceName)?.swIfIndex ?? -1;
    const adjacency = adjacencies.find(body.address, swIfIndex);
    const name = `neighbour ${formatAddress(body.address)} on ${body.interfaceName}`;
    items.delete(name);
    if (body.isDelete === true) continue;
    items.set(name, {
      kind: 'neighbour',
      name,
      text: command.text,
      origin: originOf(command),
      packets: adjacency < 0 ? 0 : hits.neighbours.count(adjacency, 0),
      sessionPackets: 0,
      unreachable:
        adjacency >= 0
          ? null
          : { why: 'not applied', text: 'no route leads through it, nor is it in a subnet', by: [] },
    });
  }
  return [...items.values()];
}
