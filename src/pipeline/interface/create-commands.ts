/**
 * Commands that make interfaces. VPP 19.08 src/vnet/pg/cli.c, src/vnet/devices/tap/cli.c, src/vnet/devices/af_packet/cli.c,
 * src/vnet/ethernet/interface.c.
 */

import { formatMac, type MacAddress } from '../../wire/address.js';
import { originOf, refuseTaken } from '../command/apply-command.js';
import { address, anyWord, mac, newInterfaceName, prefix, u32 } from '../command/arguments.js';
import { command, required, type CommandEffect, type CommandRow } from '../command/command-row.js';
import { anyOrder, argument, choice, ignored, notModelled, optional, sequence, word } from '../command/matcher.js';
import type { ArgumentType } from '../command/matcher.js';
import type { DeviceClass } from '../engine/state/interface-table.js';

/**
 * MAC addresses where none is named. VPP draws them at random for all but loopbacks (src/vnet/ethernet/interface.c); the model
 * needs the same address in every run, so it derives one from the sw_if_index.
 */
const derivedMac = (swIfIndex: number): MacAddress => ({ high: 0x02fe, low: swIfIndex });
const loopbackMac = (instance: number): MacAddress => ({ high: 0xdead, low: instance });

export interface CreateInterface {
  readonly kind: 'create-interface';
  readonly name: string;
  readonly device: DeviceClass;
  readonly mac: MacAddress | null;
}

/** The name is loopN: VPP names a loopback by its instance, the lowest free one where none is asked for. */
export interface CreateLoopback {
  readonly kind: 'create-loopback';
  readonly mac: MacAddress | null;
  readonly instance: number | null;
}

/** Packet generator interfaces are named pgN by VPP itself. */
const pgName: ArgumentType<string> = {
  expects: 'the name of a packet generator interface (pgN)',
  read: (text) => (/^pg\d+$/.test(text) ? text : null),
};

/** The first number that is free behind `stem`, as VPP takes it where none is asked for. */
export function freeNumber(stem: string, names: ReadonlySet<string>): number {
  let number = 0;
  while (names.has(`${stem}${String(number)}`)) number++;
  return number;
}

const makeLoopback = anyOrder(
  sequence(word('mac'), argument('mac', mac)),
  sequence(word('instance'), argument('instance', u32('a loopback instance'))),
);

/** The MAC of a BVI where none is named, likewise (src/vnet/l2/l2_bvi.c). */
const bviMac = (instance: number): MacAddress => ({ high: 0xb0b0, low: instance & 0xff });

/** A loopback, or a BVI, which is one made for a bridge domain: `stem` is what its name begins with. */
const loopback = (path: string, stem = 'loop', macOf = loopbackMac): CommandRow<CreateLoopback> =>
  command(path, makeLoopback, {
    build: ({ mac: own, instance }): CreateLoopback => ({
      kind: 'create-loopback',
      mac: own ?? null,
      instance: instance ?? null,
    }),
    apply: ({ mac: own, instance }, tables, at) => {
      let free = 0;
      while (tables.interfaces.byName(`${stem}${free}`)) free++;
      const name = `${stem}${instance ?? free}`;
      refuseTaken(tables, name, at);
      tables.interfaces.create(name, 'loopback', own ?? macOf(instance ?? free), originOf(at));
    },
    show: ({ mac: own, instance }, view) => {
      view.addInterface(view.numbered(stem, instance), 'loopback', own && formatMac(own));
    },
  });

/** Options of the Linux side of a tap, which say nothing about forwarding in VPP. */
const hostSideOfTap = choice(
  sequence(word('host-if-name'), ignored(anyWord('a host interface name'))),
  sequence(word('host-ns'), ignored(anyWord('a network namespace'))),
  sequence(word('host-mac-addr'), ignored(mac)),
  sequence(word('host-bridge'), ignored(anyWord('a bridge name'))),
  sequence(word('host-ip4-addr'), ignored(prefix)),
  sequence(word('host-ip4-gw'), ignored(address)),
  sequence(word('host-ip6-addr'), ignored(anyWord('an IPv6 prefix'))),
  sequence(word('host-ip6-gw'), ignored(anyWord('an IPv6 address'))),
  sequence(word('rx-ring-size'), ignored(u32('a ring size'))),
  sequence(word('tx-ring-size'), ignored(u32('a ring size'))),
  sequence(word('tag'), ignored(anyWord('a tag'))),
  sequence(word('num-rx-queues'), ignored(u32('a number'))),
  sequence(word('num-tx-queues'), ignored(u32('a number'))),
  sequence(word('host-mtu-size'), ignored(u32('an MTU'))),
  ...['no-gso', 'persist', 'attach', 'packed', 'in-order', 'consistent-qp'].map(word),
  notModelled('gso', 'generic segmentation offload'),
  notModelled('gro-coalesce', 'coalescing of segments'),
  notModelled('csum-offload', 'checksums left to the device'),
  notModelled('tun', 'interfaces without Ethernet'),
);

const createTap = anyOrder(
  sequence(word('id'), argument('id', u32('a tap id'))),
  sequence(word('if-name'), argument('name', newInterfaceName)),
  sequence(word('hw-addr'), argument('mac', mac)),
  hostSideOfTap,
);

export const made = (name: string, device: CreateInterface['device'], own?: MacAddress): CreateInterface => ({
  kind: 'create-interface',
  name,
  device,
  mac: own ?? null,
});

export const create: CommandEffect<CreateInterface> = {
  apply: ({ name, device, mac: own }, tables, at) => {
    refuseTaken(tables, name, at);
    const index = tables.interfaces.all.length;
    const interfaceMade = tables.interfaces.create(name, device, own ?? derivedMac(index), originOf(at));
    interfaceMade.hasOwnMac = own !== null;
  },
  show: ({ name, device, mac: own }, view) => {
    view.addInterface(name, device, own && formatMac(own));
  },
  makes: ({ name }) => name,
};

export const createCommands: readonly CommandRow[] = [
  command(
    'create packet-generator',
    sequence(
      word('interface'),
      argument('name', pgName),
      anyOrder(sequence(word('hw-addr'), argument('mac', mac)), notModelled('gso-enabled', 'segmentation offload')),
    ),
    {
      build: ({ name, mac: own }) => made(name, 'pg', own),
      ...create,
    },
  ),
  command('create tap', createTap, {
    build: ({ id, name, mac: own }, { interfaceNames }) =>
      made(name ?? `tap${String(id ?? freeNumber('tap', interfaceNames))}`, 'tap', own),
    ...create,
  }),
  command(
    'create host-interface',
    anyOrder(
      sequence(word('name'), argument('name', newInterfaceName)),
      sequence(word('hw-addr'), argument('mac', mac)),
      ...['rx-size', 'tx-size', 'rx-per-block', 'tx-per-block', 'num-rx-queues', 'num-tx-queues'].map((text) =>
        sequence(word(text), ignored(u32('a number'))),
      ),
      ...['qdisc-bypass-disable', 'cksum-gso-disable', 'v2'].map(word),
      notModelled('mode ip', 'interfaces without Ethernet'),
    ),
    {
      build: ({ name, mac: own }) => made(`host-${required(name, '"name NAME"')}`, 'af-packet', own),
      ...create,
    },
  ),
  loopback('create loopback interface'),
  loopback('loopback create-interface'),
  loopback('bvi create', 'bvi', bviMac),
];

/** What DPDK finds by itself. */
export const interfaceDirectives: readonly CommandRow[] = [
  command('interface:', sequence(argument('name', newInterfaceName), optional(word('mac'), argument('mac', mac))), {
    build: ({ name, mac: own }) => made(name, 'dpdk', own),
    ...create,
  }),
];
