/** Neighbours by command, of IPv4 and IPv6. VPP 19.08 src/vnet/ethernet/arp.c, ip6_neighbor.c; 26.06 src/vnet/ip-neighbor */

import { formatMac, type MacAddress } from '../../wire/address.js';
import { originOf, requireInterface } from '../command/apply-command.js';
import { anyAddress, count, interfaceName, mac } from '../command/arguments.js';
import { command, Refusal, required, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { anyOrder, argument, means, notModelled, sequence } from '../command/matcher.js';
import { removeFirst, type ViewPart } from '../command/node-view.js';
import { IP4_FAMILY, IP6_FAMILY } from '../fib/address-family.js';

declare module '../command/node-view.js' {
  interface NodeView {
    readonly neighbors: { interface: string; address: string; mac: string; static: boolean }[];
  }
}

export interface SetNeighbor {
  readonly kind: 'neighbor';
  readonly interfaceName: string;
  readonly address: number;
  readonly isIp6: boolean;
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
  sequence(argument('interfaceName', interfaceName), argument('address', anyAddress), argument('mac', mac)),
);

/** The MAC address `index` after this one. */
function followingMac({ high, low }: MacAddress, index: number): MacAddress {
  const sum = low + index;
  return { high: (high + Math.floor(sum / 2 ** 32)) & 0xffff, low: sum % 2 ** 32 };
}

const formatNeighbor = ({ address, isIp6 }: Pick<SetNeighbor, 'address' | 'isIp6'>): string =>
  (isIp6 ? IP6_FAMILY : IP4_FAMILY).format(address);

const setNeighbor = (path: string): CommandRow<SetNeighbor> =>
  command(path, neighbor, {
    build: (values): SetNeighbor[] => {
      const what = '"INTERFACE ADDRESS MAC"';
      const name = required(values.interfaceName, what);
      const { address: first, isIp6 } = required(values.address, what);
      const firstMac = required(values.mac, what);
      if (isIp6 && (values.count ?? 1) > 1) throw new Refusal('not modelled: "count" with IPv6');
      return Array.from({ length: values.count ?? 1 }, (_, index) => ({
        kind: 'neighbor',
        interfaceName: name,
        address: index === 0 ? first : (first + index) | 0,
        isIp6,
        mac: followingMac(firstMac, index),
        isStatic: values.isStatic ?? false,
        noFibEntry: values.noFibEntry ?? false,
        ...(values.isDelete === true ? { isDelete: true as const } : {}),
      }));
    },
    apply: (body, tables, at) => {
      const { interfaceName: name, address: of, isIp6, mac: own, isStatic, noFibEntry, isDelete } = body;
      const routes = isIp6 ? tables.ip6 : tables.ip4;
      const { swIfIndex } = requireInterface(tables, name, at);
      const neighbour = { address: of, swIfIndex, mac: own, isStatic, hasFibEntry: !noFibEntry, origin: originOf(at) };
      if (isDelete !== true) routes.setNeighbour(neighbour);
      else if (!routes.neighbours.remove(of, swIfIndex))
        throw new ConfigError(at.at, `there is no neighbour ${formatNeighbor(body)} on ${name}`);
    },
    show: (body, { view: { neighbors } }) => {
      const { interfaceName: name, mac: own, isStatic, isDelete } = body;
      const address = formatNeighbor(body);
      if (isDelete === true) removeFirst(neighbors, (one) => one.interface === name && one.address === address);
      else neighbors.push({ interface: name, address, mac: formatMac(own), static: isStatic });
    },
  });

export const arpCommands: readonly CommandRow[] = [
  setNeighbor('set ip arp'),
  setNeighbor('set ip6 neighbor'),
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
