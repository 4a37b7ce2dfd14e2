/** Commands of IPv6: tables, flow hash, IPv6 on interfaces. VPP 19.08 src/vnet/ip/{ip6_forward,ip6_neighbor,lookup}.c, 26.06 ip6_link.c */

import { isLinkLocal } from '../../wire/ip6-address.js';
import { originOf, requireInterface } from '../command/apply-command.js';
import { anyAddress, interfaceName, u32 } from '../command/arguments.js';
import { command, Refusal, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { argument, sequence } from '../command/matcher.js';
import type { ViewPart } from '../command/node-view.js';
import { flowHashCommand, requireTable, tableCommand } from '../fib/require-table.js';

declare module '../command/node-view.js' {
  interface NodeView {
    readonly ip6Tables: number[];
  }
  interface InterfaceView {
    ip6Table: number;
    hasIp6: boolean;
  }
}

export interface InterfaceIp6Table {
  readonly kind: 'interface-ip6-table';
  readonly interfaceName: string;
  readonly tableId: number;
}

export interface InterfaceIp6State {
  readonly kind: 'interface-ip6-state';
  readonly interfaceName: string;
  readonly isOn: boolean;
}

export interface SetLinkLocal {
  readonly kind: 'interface-ip6-link-local';
  readonly interfaceName: string;
  readonly address: number;
}

const setState = (path: string, isOn: boolean): CommandRow<InterfaceIp6State> =>
  command(path, argument('interfaceName', interfaceName), {
    build: ({ interfaceName: name }): InterfaceIp6State => ({ kind: 'interface-ip6-state', interfaceName: name, isOn }),
    apply: ({ interfaceName: name }, tables, at) => {
      const on = requireInterface(tables, name, at);
      const { links, interfaceIp6 } = tables.ip6;
      if (isOn) links.enable(on, originOf(at));
      else links.disable(on, interfaceIp6.addressesOf(on.swIfIndex).length > 0);
    },
    show: ({ interfaceName: name }, view) => {
      view.change(name, (entry) => void (entry.hasIp6 = isOn));
    },
  });

export const ip6Commands: readonly CommandRow[] = [
  tableCommand('ip6-table-add', true, ({ ip6Tables }) => ip6Tables),
  command(
    'set interface ip6 table',
    sequence(argument('interfaceName', interfaceName), argument('tableId', u32('a table id'))),
    {
      build: ({ interfaceName: name, tableId }): InterfaceIp6Table => ({
        kind: 'interface-ip6-table',
        interfaceName: name,
        tableId,
      }),
      apply: ({ interfaceName: name, tableId }, tables, at) => {
        const { swIfIndex } = requireInterface(tables, name, at);
        const { ip6 } = tables;
        const fibIndex = requireTable(tables, tableId, at, true);
        if (ip6.fibIndexOf[swIfIndex] === fibIndex) return;
        if (ip6.interfaceIp6.addressesOf(swIfIndex).length > 0)
          throw new ConfigError(at.at, `${name} has addresses; VPP binds a table only before there are any`);
        ip6.bindTable(swIfIndex, fibIndex);
      },
      show: ({ interfaceName: name, tableId }, view) => {
        view.change(name, (entry) => void (entry.ip6Table = tableId));
      },
    },
  ),
  flowHashCommand('ip6-flow-hash', true),
  setState('enable ip6 interface', true),
  setState('disable ip6 interface', false),
  command(
    'set ip6 link-local address',
    sequence(argument('interfaceName', interfaceName), argument('address', anyAddress)),
    {
      build: ({ interfaceName: name, address: { address, isIp6 } }): SetLinkLocal => {
        if (!isIp6 || !isLinkLocal(address)) throw new Refusal('the address is not link-local');
        return { kind: 'interface-ip6-link-local', interfaceName: name, address };
      },
      apply: ({ interfaceName: name, address }, tables, at) => {
        tables.ip6.links.setLinkLocal(requireInterface(tables, name, at), address, originOf(at));
      },
      show: ({ interfaceName: name }, view) => {
        view.change(name, (entry) => void (entry.hasIp6 = true));
      },
    },
  ),
];

export const ip6View: ViewPart = {
  node: () => ({ ip6Tables: [0] }),
  interface: () => ({ ip6Table: 0, hasIp6: false }),
};
