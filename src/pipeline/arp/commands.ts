/** Neighbours by command, of IPv4 and IPv6. VPP 19.08 src/vnet/ethernet/arp.c, ip6_neighbor.c; 26.06 src/vnet/ip-neighbor */

import { formatMac, type MacAddress } from '../../wire/address.js';
import { originOf, requireInterface } from '../command/apply-command.js';
import { address, addressRange, anyAddress, count, interfaceName, mac, u32 } from '../command/arguments.js';
import { command, Refusal, required, type CommandEffect, type CommandRow } from '../command/command-row.js';
import { ConfigError } from '../command/config-error.js';
import { anyOrder, argument, choice, means, sequence, word, type Pattern } from '../command/matcher.js';
import { removeFirst, type ViewPart } from '../command/node-view.js';
import { IP4_FAMILY, IP6_FAMILY } from '../fib/address-family.js';
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
  readonly isIp6: boolean;
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
  sequence(argument('interfaceName', interfaceName), argument('of', anyAddress), argument('mac', mac)),
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

const formatNeighbor = ({ address: of, isIp6 }: Pick<SetNeighbor, 'address' | 'isIp6'>): string =>
  (isIp6 ? IP6_FAMILY : IP4_FAMILY).format(of);

type NeighborWords = typeof neighbor extends Pattern<infer T> ? T : never;

const neighborsOf = (values: NeighborWords): SetNeighbor[] => {
  const what = '"INTERFACE ADDRESS MAC"';
  const name = required(values.interfaceName, what);
  const { address: first, isIp6 } = required(values.of, what);
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
};

const setNeighborEffect: CommandEffect<SetNeighbor> = {
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
    const of = formatNeighbor(body);
    if (isDelete === true) removeFirst(neighbors, (one) => one.interface === name && one.address === of);
    else neighbors.push({ interface: name, address: of, mac: formatMac(own), static: isStatic });
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
