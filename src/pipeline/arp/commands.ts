/** Neighbours by command. VPP 19.08 src/vnet/ethernet/arp.c */

import { formatAddress, formatMac, type MacAddress } from '../../wire/address.js';
import { originOf, requireInterface } from '../command/apply-command.js';
import { address, addressRange, count, interfaceName, mac, u32 } from '../command/arguments.js';
import { command, required, type CommandEffect, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { anyOrder, argument, choice, means, sequence, word, type Pattern } from '../command/matcher.js';
import { removeFirst, type ViewPart } from '../command/node-view.js';
import { proxyRange, type ChangeProxyRange } from './proxy-commands.js';

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

const neighborOptions = [
  means('static', { isStatic: true }),
  means('no-fib-entry', { noFibEntry: true }),
  count,
  means('del', { isDelete: true }),
  means('delete', { isDelete: true }),
  sequence(argument('interfaceName', interfaceName), argument('address', address), argument('mac', mac)),
] as const;

const neighbor = anyOrder(...neighborOptions);

/** `LOW - HIGH`, in one word or in three. */
const proxied = choice(
  sequence(argument('low', address), word('-'), argument('high', address)),
  argument('range', addressRange),
);

/** In 19.08, ranges of proxy ARP too. */
const neighborOrProxy = anyOrder(
  sequence(word('proxy'), proxied),
  sequence(word('fib-id'), argument('fibId', u32('a table id'))),
  ...neighborOptions,
);

type ProxyWords = typeof neighborOrProxy extends Pattern<infer T> ? T : never;

/** The MAC address `index` after this one. */
function followingMac({ high, low }: MacAddress, index: number): MacAddress {
  const sum = low + index;
  return { high: (high + Math.floor(sum / 2 ** 32)) & 0xffff, low: sum % 2 ** 32 };
}

const neighborsOf = (values: Partial<SetNeighbor> & { readonly count?: number }): SetNeighbor[] => {
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
};

const setNeighborEffect: CommandEffect<SetNeighbor> = {
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
};

const setNeighbor = (path: string): CommandRow<SetNeighbor> =>
  command(path, neighbor, { build: neighborsOf, ...setNeighborEffect });

export const arpCommands: readonly CommandRow[] = [
  command<ProxyWords, SetNeighbor | ChangeProxyRange>('set ip arp', neighborOrProxy, {
    build: (values) => {
      const [low, high] = [values.range?.first ?? values.low, values.range?.last ?? values.high];
      if (low === undefined || high === undefined) return neighborsOf(values);
      const [tableId, isDelete] = [values.fibId ?? 0, values.isDelete ?? false];
      return [{ kind: 'proxy-range', low, high, tableId, isDelete }];
    },
    apply: (body, tables, at) => {
      if (body.kind === 'proxy-range') proxyRange.apply(body, tables, at);
      else setNeighborEffect.apply(body, tables, at);
    },
    show: (body, view) => {
      if (body.kind === 'proxy-range') proxyRange.show?.(body, view);
      else setNeighborEffect.show?.(body, view);
    },
  }),
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
