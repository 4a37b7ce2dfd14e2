/** Neighbours by command. VPP 19.08 src/vnet/ethernet/arp.c */

import { formatAddress, formatMac, type MacAddress } from '../../wire/address.js';
import { originOf, requireInterface } from '../command/apply-command.js';
import { address, count, interfaceName, mac } from '../command/arguments.js';
import { command, required, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { anyOrder, argument, means, notModelled, sequence } from '../command/matcher.js';
import { removeFirst, type ViewPart } from '../command/node-view.js';

declare module '../command/node-view.js' {
  interface NodeView {
    readonly neighbors: { interface: string; address: string; mac: string; static: boolean }[];
  }
}

export interface SetNeighbor {
  readonly kind: 'neighbor';
  readonly interfaceName: string;
  readonly address: number;
  readonly mac: MacAddress;
  readonly isStatic: boolean;
  readonly noFibEntry: boolean;
  readonly isDelete?: true;
}

const neighbor = anyOrder(
  means('static', { isStatic: true }),
  means('no-fib-entry', { noFibEntry: true }),
  count,
  means('del', { isDelete: true }),
  means('delete', { isDelete: true }),
  notModelled('proxy', 'proxy ARP'),
  notModelled('fib-id', '"fib-id", which VPP uses for proxy ARP only'),
  sequence(argument('interfaceName', interfaceName), argument('address', address), argument('mac', mac)),
);

/** The MAC address `index` after this one. */
function followingMac({ high, low }: MacAddress, index: number): MacAddress {
  const sum = low + index;
  return { high: (high + Math.floor(sum / 2 ** 32)) & 0xffff, low: sum % 2 ** 32 };
}

const setNeighbor = (path: string): CommandRow<SetNeighbor> =>
  command(path, neighbor, {
    build: (values): SetNeighbor[] => {
      const what = '"INTERFACE ADDRESS MAC"';
      const name = required(values.interfaceName, what);
      const first = required(values.address, what);
      const firstMac = required(values.mac, what);
      return Array.from({ length: values.count ?? 1 }, (_, index) => ({
        kind: 'neighbor',
        interfaceName: name,
        address: (first + index) | 0,
        mac: followingMac(firstMac, index),
        isStatic: values.isStatic ?? false,
        noFibEntry: values.noFibEntry ?? false,
        ...(values.isDelete === true ? { isDelete: true as const } : {}),
      }));
    },
    apply: ({ interfaceName: name, address: of, mac: own, isStatic, noFibEntry, isDelete }, tables, at) => {
      const { swIfIndex } = requireInterface(tables, name, at);
      const neighbour = { address: of, swIfIndex, mac: own, isStatic, hasFibEntry: !noFibEntry, origin: originOf(at) };
      if (isDelete !== true) tables.ip4.setNeighbour(neighbour);
      else if (!tables.ip4.neighbours.remove(of, swIfIndex))
        throw new ConfigError(at.at, `there is no neighbour ${formatAddress(of)} on ${name}`);
    },
    show: ({ interfaceName: name, address: of, mac: own, isStatic, isDelete }, { view: { neighbors } }) => {
      const address = formatAddress(of);
      if (isDelete === true) removeFirst(neighbors, (one) => one.interface === name && one.address === address);
      else neighbors.push({ interface: name, address, mac: formatMac(own), static: isStatic });
    },
  });

export const arpCommands: readonly CommandRow[] = [
  setNeighbor('set ip arp'),
  setNeighbor('set ip neighbor'),
  setNeighbor('ip neighbor'),
];

export const arpView: ViewPart = {
  node: () => ({ neighbors: [] }),
  sections: [
    {
      order: 30,
      title: 'Neighbours',
      rows: ({ neighbors }) =>
        neighbors.map((entry) => [entry.interface, entry.address, entry.mac, entry.static ? 'static' : '']),
    },
  ],
};
