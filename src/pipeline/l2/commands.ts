/** Commands of bridge domains. VPP 19.08 src/vnet/l2/{l2_bd,l2_input,l2_fib}.c */

import { formatMac, type MacAddress } from '../../wire/address.js';
import { requireInterface } from '../command/apply-command.js';
import { anyWord, interfaceName, mac, number, zeroOrOne } from '../command/arguments.js';
import { command, required, type CommandRow } from '../command/command-row.js';
import { ConfigError, MissingError, type SourceLocation } from '../command/config-error.js';
import { anyOrder, argument, choice, means, notModelled, optional, sequence, word } from '../command/matcher.js';
import { orDash, type ViewPart } from '../command/node-view.js';
import { FEATURE_ARP_TERM, FEATURE_FLOOD, FEATURE_FWD, FEATURE_LEARN, FEATURE_UU_FLOOD } from './l2-features.js';
import { ENTRY_AGE_NOT, ENTRY_BVI, ENTRY_FILTER, ENTRY_STATIC, NO_PORT } from './l2-fib.js';

declare module '../command/node-view.js' {
  interface NodeView {
    readonly bridgeDomains: { id: number; flags: Record<string, boolean> }[];
    readonly l2fib: { mac: string; bridgeDomain: number; interface: string; flags: string[] }[];
  }
  interface InterfaceView {
    bridge: string | null;
  }
}

export interface MakeBridgeDomain {
  readonly kind: 'bridge-domain';
  readonly id: number;
  readonly flood: boolean;
  readonly uuFlood: boolean;
  readonly forward: boolean;
  readonly learn: boolean;
  readonly arpTerm: boolean;
}

export interface BridgeInterface {
  readonly kind: 'l2-bridge';
  readonly interfaceName: string;
  readonly bridgeDomain: number;
  readonly bvi: boolean;
  readonly splitHorizonGroup: number;
}

/** A filter entry drops what is sent to or from its MAC, and so names no interface. */
export interface AddL2FibEntry {
  readonly kind: 'l2fib-add';
  readonly mac: MacAddress;
  readonly bridgeDomain: number;
  readonly interfaceName: string;
  readonly isStatic: boolean;
  readonly isFilter: boolean;
  readonly isBvi: boolean;
}

/** VPP 19.08 src/vnet/l2/l2_bd.h L2_BD_ID_MAX */
const BRIDGE_DOMAIN_MAX = (1 << 24) - 1;
const bridgeDomainId = number('a bridge domain id', 1, BRIDGE_DOMAIN_MAX);

const bridgeDomain = anyOrder(
  sequence(word('flood'), argument('flood', zeroOrOne)),
  sequence(word('uu-flood'), argument('uuFlood', zeroOrOne)),
  sequence(word('forward'), argument('forward', zeroOrOne)),
  sequence(word('learn'), argument('learn', zeroOrOne)),
  sequence(word('arp-term'), argument('arpTerm', zeroOrOne)),
  means('arp-ufwd 0', {}),
  notModelled('arp-ufwd', 'unicast forwarding of ARP requests'),
  means('mac-age 0', {}),
  notModelled('mac-age', 'ageing of learned MAC addresses'),
  sequence(word('bd-tag'), argument('tag', anyWord('a tag'))),
  notModelled('del', 'deleting a bridge domain (leave out the line that made it)'),
  argument('id', bridgeDomainId),
);

export const l2Commands: readonly CommandRow[] = [
  command('create bridge-domain', bridgeDomain, {
    build: (values): MakeBridgeDomain => ({
      kind: 'bridge-domain',
      id: required(values.id, 'the bridge domain id'),
      flood: values.flood ?? true,
      uuFlood: values.uuFlood ?? true,
      forward: values.forward ?? true,
      learn: values.learn ?? true,
      arpTerm: values.arpTerm ?? false,
    }),
    apply: ({ id, flood, uuFlood, forward, learn, arpTerm }, { bridgeDomains }, { at }) => {
      if (bridgeDomains.find(id)) throw new ConfigError(at, `there already is a bridge domain ${id}`);
      const without =
        (flood ? 0 : FEATURE_FLOOD) |
        (uuFlood ? 0 : FEATURE_UU_FLOOD) |
        (forward ? 0 : FEATURE_FWD) |
        (learn ? 0 : FEATURE_LEARN);
      bridgeDomains.add(id, without, arpTerm ? FEATURE_ARP_TERM : 0);
    },
    show: ({ id, flood, uuFlood, forward, learn, arpTerm }, { view }) =>
      void view.bridgeDomains.push({ id, flags: { learn, forward, 'uu-flood': uuFlood, flood, 'arp-term': arpTerm } }),
  }),
  command(
    'set interface l2 bridge',
    sequence(
      argument('interfaceName', interfaceName),
      argument('bridgeDomain', bridgeDomainId),
      optional(choice(means('bvi', { bvi: true }), notModelled('uu-fwd', 'a port for unknown unicast'))),
      optional(argument('splitHorizonGroup', number('a split horizon group', 0, 255))),
    ),
    {
      build: (values): BridgeInterface => ({
        kind: 'l2-bridge',
        interfaceName: values.interfaceName,
        bridgeDomain: values.bridgeDomain,
        bvi: values.bvi ?? false,
        splitHorizonGroup: values.splitHorizonGroup ?? 0,
      }),
      apply: ({ interfaceName: name, bridgeDomain: id, bvi, splitHorizonGroup }, tables, at) => {
        const { bridgeDomains, interfaces } = tables;
        const port = requireInterface(tables, name, at);
        const refuse = (why: string): never => {
          throw new ConfigError(at.at, why);
        };
        if (port.device === 'loopback' && !bvi) refuse(`bridging of ${name} is not modelled but as BVI: append "bvi"`);
        if (port.device !== 'loopback' && bvi) refuse(`not modelled: ${name} as BVI, which only loopbacks are`);
        if (port.device === 'local') refuse(`${name} cannot be bridged`);
        if (port.bridgeDomain !== -1)
          refuse(`${name} is in bridge domain ${port.bridgeDomain} already; moving it is not modelled`);
        const domain = bridgeDomains.find(id) ?? bridgeDomains.add(id); // VPP makes a missing one
        if (bvi && domain.bvi !== -1)
          refuse(`bridge domain ${id} has a BVI already: ${interfaces.all[domain.bvi].name}`);
        bridgeDomains.addPort(port, domain, bvi, splitHorizonGroup);
      },
      show: ({ interfaceName: name, bridgeDomain: id, bvi, splitHorizonGroup }, builder) => {
        const group = splitHorizonGroup === 0 ? '' : ` shg ${String(splitHorizonGroup)}`;
        builder.change(name, (entry) => void (entry.bridge = `${String(id)}${bvi ? ' bvi' : ''}${group}`));
      },
    },
  ),
  command(
    'l2fib add',
    sequence(
      argument('mac', mac),
      argument('bridgeDomain', bridgeDomainId),
      choice(
        means('filter', { isFilter: true }),
        sequence(
          argument('interfaceName', interfaceName),
          optional(choice(means('static', { isStatic: true }), means('bvi', { isBvi: true }))),
        ),
      ),
    ),
    {
      build: (values): AddL2FibEntry => ({
        kind: 'l2fib-add',
        mac: values.mac,
        bridgeDomain: values.bridgeDomain,
        interfaceName: values.interfaceName ?? '',
        // A filter and the entry of a BVI are static, too.
        isStatic: values.isStatic ?? values.isBvi ?? values.isFilter ?? false,
        isFilter: values.isFilter ?? false,
        isBvi: values.isBvi ?? false,
      }),
      apply: ({ mac: own, bridgeDomain: id, interfaceName: name, isStatic, isFilter, isBvi }, tables, at) => {
        const domain = tables.bridgeDomains.find(id);
        if (!domain) throw missingBridgeDomain(id, at.at);
        const swIfIndex = isFilter ? NO_PORT : requireInterface(tables, name, at).swIfIndex;
        const flags =
          ENTRY_AGE_NOT | (isStatic ? ENTRY_STATIC : 0) | (isFilter ? ENTRY_FILTER : 0) | (isBvi ? ENTRY_BVI : 0);
        tables.bridgeDomains.fib.set(domain.index, own.high, own.low, swIfIndex, flags);
      },
      show: ({ mac: own, bridgeDomain: id, interfaceName: name, isStatic, isFilter, isBvi }, { view }) => {
        const flags = [isStatic ? 'static' : '', isFilter ? 'filter' : '', isBvi ? 'bvi' : ''];
        view.l2fib.push({
          mac: formatMac(own),
          bridgeDomain: id,
          interface: name,
          flags: flags.filter((flag) => flag !== ''),
        });
      },
    },
  ),
];

const missingBridgeDomain = (id: number, at: SourceLocation): MissingError =>
  new MissingError(
    at,
    {
      kind: 'bridge domain',
      name: id,
      mayBeMadeBy: ({ command: made, words }) => made === 'create bridge-domain' && words.includes(String(id)),
      standIn: ({ bridgeDomains }) => {
        bridgeDomains.add(id);
      },
    },
    `there is no bridge domain ${id}`,
    `; "create bridge-domain ${id}" makes it`,
  );

export const l2View: ViewPart = {
  node: () => ({ bridgeDomains: [], l2fib: [] }),
  interface: () => ({ bridge: null, tagRewrite: null }),
  columns: [
    {
      order: 110,
      title: 'bridge',
      cell: ({ bridge, tagRewrite }) => orDash([bridge, tagRewrite].filter((text) => text !== null)),
    },
  ],
  sections: [
    {
      order: 60,
      title: 'Bridge domains and tunnels',
      rows: ({ bridgeDomains }) =>
        bridgeDomains.map(({ id, flags }) => {
          const on = Object.keys(flags).filter((flag) => flags[flag]);
          return [`bridge domain ${String(id)}`, on.join(' ')];
        }),
    },
    {
      order: 62,
      title: 'Bridge domains and tunnels',
      rows: ({ l2fib }) =>
        l2fib.map(({ mac: own, bridgeDomain: id, interface: name, flags }) => {
          const to = name === '' ? '' : ` ${name}`;
          return [own, `bridge domain ${String(id)}${to} ${flags.join(' ')}`.trimEnd()];
        }),
    },
  ],
};
