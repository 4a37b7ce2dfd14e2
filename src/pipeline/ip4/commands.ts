/** Commands of IPv4: addresses, tables, routes, flow hash. VPP 19.08 src/vnet/ip/{ip46_cli,lookup,ip4_forward}.c */

import { isLinkLocal } from '../../wire/ip6-address.js';
import { originOf, requireInterface } from '../command/apply-command.js';
import { interfaceName, ipPrefix, u32 } from '../command/arguments.js';
import { command, type CommandRow } from '../command/command-row.js';
import { ConfigError, type Prefix } from '../command/config-error.js';
import { argument, means, optional, sequence } from '../command/matcher.js';
import { orDash, removeFirst, type ViewPart } from '../command/node-view.js';
import { flowHashCommand, requireTable, tableCommand } from '../fib/require-table.js';
import { prefixText, routeCommand } from './route-command.js';

declare module '../command/node-view.js' {
  interface NodeView {
    readonly tables: number[];
    readonly routes: { table: number; prefix: string; paths: string[] }[];
  }
  interface InterfaceView {
    readonly addresses: string[];
    table: number;
  }
}

export interface InterfaceAddress {
  readonly kind: 'interface-address';
  readonly interfaceName: string;
  readonly prefix: Prefix;
  readonly isDelete: boolean;
}

export interface InterfaceTableId {
  readonly kind: 'interface-table';
  readonly interfaceName: string;
  readonly tableId: number;
}

export const ip4Commands: readonly CommandRow[] = [
  command(
    'set interface ip address',
    sequence(
      optional(means('del', { isDelete: true })),
      argument('interfaceName', interfaceName),
      argument('prefix', ipPrefix),
    ),
    {
      build: ({ interfaceName: name, prefix: own, isDelete }): InterfaceAddress => ({
        kind: 'interface-address',
        interfaceName: name,
        prefix: own,
        isDelete: isDelete ?? false,
      }),
      apply: ({ interfaceName: name, prefix: own, isDelete }, tables, at) => {
        const on = requireInterface(tables, name, at);
        const onInterfaces = own.isIp6 ? tables.ip6.interfaceIp6 : tables.ip4.interfaceIp4;
        if (own.isIp6 && isLinkLocal(own.address) && own.length !== 128)
          throw new ConfigError(at.at, 'the prefix length of a link-local address has to be 128');
        if (isDelete) {
          if (onInterfaces.removeAddress(on, own.address, own.length)) return;
          throw new ConfigError(at.at, `${name} has no address ${prefixText(own)}`);
        }
        if (on.swIfIndex === 0) throw new ConfigError(at.at, "local0 doesn't support IP addressing");
        if (tables.composition.behaviour.addressesNeedExactMatch && on.sub?.isExact === false)
          throw new ConfigError(at.at, "sub-interface without exact-match doesn't support IP addressing");
        const conflict = onInterfaces.conflict(on, own.address, own.length);
        if (conflict) {
          const has = own.isIp6
            ? tables.ip6.interfaceIp6.addressesOf(conflict.swIfIndex).map((one) => prefixText({ ...one, isIp6: true }))
            : conflict.addresses.map(({ address, prefixLength: length }) => prefixText({ address, length }));
          throw new ConfigError(at.at, `${prefixText(own)} conflicts with ${has.join(', ')} of ${conflict.name}`);
        }
        onInterfaces.addAddress(on, own.address, own.length, originOf(at));
      },
      show: ({ interfaceName: name, prefix: own, isDelete }, view) => {
        view.change(name, ({ addresses }) => {
          removeFirst(addresses, (other) => other === prefixText(own));
          if (!isDelete) addresses.push(prefixText(own));
        });
      },
    },
  ),
  command(
    'set interface ip table',
    sequence(argument('interfaceName', interfaceName), argument('tableId', u32('a table id'))),
    {
      build: ({ interfaceName: name, tableId }): InterfaceTableId => ({
        kind: 'interface-table',
        interfaceName: name,
        tableId,
      }),
      apply: ({ interfaceName: name, tableId }, tables, at) => {
        const on = requireInterface(tables, name, at);
        const fibIndex = requireTable(tables, tableId, at);
        if (on.fibIndex === fibIndex) return;
        if (on.addresses.length > 0)
          throw new ConfigError(at.at, `${name} has addresses; VPP binds a table only before there are any`);
        tables.interfaces.bindTable(on, fibIndex);
      },
      show: ({ interfaceName: name, tableId }, view) => {
        view.change(name, (entry) => void (entry.table = tableId));
      },
    },
  ),
  tableCommand('ip-table-add', false, ({ tables }) => tables),
  routeCommand,
  flowHashCommand('ip-flow-hash', false),
];

export const ip4View: ViewPart = {
  node: () => ({ tables: [0], routes: [] }),
  interface: () => ({ addresses: [], table: 0 }),
  columns: [
    {
      order: 50,
      title: 'addresses',
      cell: ({ unnumbered, addresses }) => (unnumbered === null ? orDash(addresses) : `unnumbered to ${unnumbered}`),
    },
    { order: 60, title: 'VRF', cell: ({ table }) => String(table) },
  ],
  sections: [
    {
      order: 20,
      title: 'Routes',
      rows: ({ routes }) =>
        routes.flatMap(({ table, prefix: of, paths }) =>
          paths.map((path, index) =>
            index === 0 ? [of, `table ${String(table)}`, `via ${path}`] : ['', '', `via ${path}`],
          ),
        ),
    },
  ],
};
