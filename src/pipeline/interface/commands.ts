/** Commands that set properties of interfaces. VPP 19.08 src/vnet/interface_cli.c */

import { formatMac, type MacAddress } from '../../wire/address.js';
import { originOf, refuseTaken, requireInterface } from '../command/apply-command.js';
import { interfaceName, mac, newInterfaceName, number } from '../command/arguments.js';
import { command, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { argument, choice, means, notModelled, optional, sequence, word } from '../command/matcher.js';
import { orDash, type ViewPart } from '../command/node-view.js';
import { DEFAULT_L3_MTU } from '../engine/state/interface-table.js';
import { bondCommands } from './bond-commands.js';
import { createCommands } from './create-commands.js';
import { driverCommands } from './driver-commands.js';

declare module '../command/node-view.js' {
  interface InterfaceView {
    unnumbered: string | null;
    readonly mtu: string[];
  }
}

export interface InterfaceState {
  readonly kind: 'interface-state';
  readonly interfaceName: string;
  readonly up: boolean;
}

export interface InterfaceMac {
  readonly kind: 'interface-mac';
  readonly interfaceName: string;
  readonly mac: MacAddress;
}

/** `set interface mtu [packet|ip4|ip6|mpls] N IF`; a bare number is 'hardware'. */
export interface InterfaceMtu {
  readonly kind: 'interface-mtu';
  readonly interfaceName: string;
  readonly layer: 'hardware' | 'packet' | 'ip4' | 'ip6' | 'mpls';
  readonly mtu: number;
}

export interface InterfaceUnnumbered {
  readonly kind: 'interface-unnumbered';
  readonly interfaceName: string;
  readonly useInterface: string;
}

const mtuLayer = choice(
  means('packet', { layer: 'packet' }),
  means('ip4', { layer: 'ip4' }),
  means('ip6', { layer: 'ip6' }),
  means('mpls', { layer: 'mpls' }),
);

export const interfaceCommands: readonly CommandRow[] = [
  ...createCommands,
  ...driverCommands,
  ...bondCommands,
  command(
    'set interface state',
    sequence(
      argument('interfaceName', interfaceName),
      choice(means('up', { up: true }), means('down', { up: false })),
      optional(notModelled('punt', 'the punt flag of an interface')),
      optional(word('enable')),
    ),
    {
      build: ({ interfaceName: name, up }): InterfaceState => ({
        kind: 'interface-state',
        interfaceName: name,
        up: up === true,
      }),
      apply: ({ interfaceName: name, up }, tables, at) => {
        const { interfaces } = tables;
        const on = requireInterface(tables, name, at);
        const port = interfaces.all[interfaces.portOf[on.swIfIndex]];
        if (up && !port.isUp && port !== on) throw new ConfigError(at.at, `super-interface ${port.name} must be up`);
        on.stateOrigin = originOf(at);
        interfaces.setUp(on, up);
      },
      show: ({ interfaceName: name, up }, view) => {
        view.change(name, (entry) => void (entry.up = up));
      },
    },
  ),
  command(
    'set interface name',
    sequence(argument('interfaceName', interfaceName), argument('name', newInterfaceName)),
    {
      build: ({ interfaceName: before, name }) => ({ kind: 'interface-name', interfaceName: before, name }),
      apply: ({ interfaceName: before, name }, tables, at) => {
        const on = requireInterface(tables, before, at);
        if (name !== before) refuseTaken(tables, name, at);
        tables.interfaces.rename(on, name);
      },
      show: ({ interfaceName: before, name }, view) => {
        view.change(before, (entry) => void (entry.name = name));
      },
      makes: ({ name }) => name,
    },
  ),
  command('set interface mac address', sequence(argument('interfaceName', interfaceName), argument('mac', mac)), {
    build: ({ interfaceName: name, mac: own }): InterfaceMac => ({
      kind: 'interface-mac',
      interfaceName: name,
      mac: own,
    }),
    apply: ({ interfaceName: name, mac: own }, tables, at) => {
      const { all, portOf } = tables.interfaces;
      tables.interfaces.setMac(all[portOf[requireInterface(tables, name, at).swIfIndex]], own);
    },
    show: ({ interfaceName: name, mac: own }, view) => {
      view.change(name, (entry) => void (entry.mac = formatMac(own)));
    },
  }),
  command(
    'set interface mtu',
    sequence(optional(mtuLayer), argument('mtu', number('an MTU', 0, 65535)), argument('interfaceName', interfaceName)),
    {
      build: ({ layer, mtu, interfaceName: name }): InterfaceMtu => ({
        kind: 'interface-mtu',
        interfaceName: name,
        layer: layer ?? 'hardware',
        mtu,
      }),
      apply: ({ interfaceName: name, layer, mtu }, tables, at) => {
        const on = requireInterface(tables, name, at);
        if (layer === 'hardware' && on.sub !== null)
          throw new ConfigError(at.at, `${name} has no device of its own: set interface mtu packet ${mtu} ${name}`);
        // The hardware MTU becomes the L3 MTU of all on the port; any other of these sets its own and clears all the others.
        const changed = layer === 'hardware' ? [on, ...tables.interfaces.subInterfacesOf(on)] : [on];
        for (const each of changed) {
          each.mtuBytes = mtu === 0 || (layer !== 'hardware' && layer !== 'packet') ? DEFAULT_L3_MTU : mtu;
          each.mtuOrigin = originOf(at);
        }
        if (layer !== 'hardware') {
          tables.ip4.adjacencies.ownIp6Mtu[on.swIfIndex] = layer === 'ip6' ? mtu : 0;
          tables.ip4.interfaceIp4.setOwnMtu(on.swIfIndex, layer === 'ip4' ? mtu : 0);
        }
        for (const { swIfIndex } of changed) tables.ip4.interfaceChanged(swIfIndex);
      },
      show: ({ interfaceName: name, layer, mtu }, view) => {
        view.change(name, (entry) => void entry.mtu.push(`${layer} ${String(mtu)}`));
      },
    },
  ),
  command(
    'set interface unnumbered',
    sequence(
      optional(notModelled('del', 'taking an unnumbered interface back (leave out the line that made it)')),
      argument('interfaceName', interfaceName),
      word('use'),
      argument('useInterface', interfaceName),
    ),
    {
      build: ({ interfaceName: name, useInterface }): InterfaceUnnumbered => ({
        kind: 'interface-unnumbered',
        interfaceName: name,
        useInterface,
      }),
      apply: ({ interfaceName: name, useInterface }, tables, at) => {
        const on = requireInterface(tables, name, at);
        const to = requireInterface(tables, useInterface, at);
        tables.ip4.interfaceIp4.setUnnumbered(on, to);
        tables.ip6.setUnnumbered(on.swIfIndex, to.swIfIndex);
      },
      show: ({ interfaceName: name, useInterface }, view) => {
        view.change(name, (entry) => void (entry.unnumbered = useInterface));
      },
    },
  ),
];

export const interfaceView: ViewPart = {
  interface: () => ({ unnumbered: null, mtu: [] }),
  columns: [
    { order: 10, title: 'sw_if_index', cell: ({ swIfIndex }) => String(swIfIndex) },
    { order: 20, title: 'name', cell: ({ name }) => name },
    { order: 30, title: 'MAC', cell: ({ mac: own }) => own ?? '-' },
    { order: 40, title: 'state', cell: ({ up }) => (up ? 'up' : 'down') },
    { order: 100, title: 'MTU', cell: ({ mtu }) => orDash(mtu) },
  ],
};
