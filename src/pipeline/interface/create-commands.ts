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

/**
 * MAC addresses where none is named. VPP draws them at random for all but loopbacks (src/vnet/ethernet/interface.c); the model
 * needs the same address in every run, so it derives one from the sw_if_index.
 */
const derivedMac = (swIfIndex: number): MacAddress => ({ high: 0x02fe, low: swIfIndex });
const loopbackMac = (instance: number): MacAddress => ({ high: 0xdead, low: instance });

export interface CreateInterface {
  readonly kind: 'create-interface';
  readonly name: string;
  readonly device: 'dpdk' | 'pg' | 'tap' | 'af-packet';
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

/** VPP takes the first tap id that is free. VPP 19.08 src/vnet/devices/tap/tap.c */
function freeTapName(names: ReadonlySet<string>): string {
  let id = 0;
  while (names.has(`tap${String(id)}`)) id++;
  return `tap${String(id)}`;
}

const makeLoopback = anyOrder(
  sequence(word('mac'), argument('mac', mac)),
  sequence(word('instance'), argument('instance', u32('a loopback instance'))),
);

const loopback = (path: string): CommandRow<CreateLoopback> =>
  command(path, makeLoopback, {
    build: ({ mac: own, instance }): CreateLoopback => ({
      kind: 'create-loopback',
      mac: own ?? null,
      instance: instance ?? null,
    }),
    apply: ({ mac: own, instance }, tables, at) => {
      let free = 0;
      while (tables.interfaces.byName(`loop${free}`)) free++;
      const name = `loop${instance ?? free}`;
      refuseTaken(tables, name, at);
      tables.interfaces.create(name, 'loopback', own ?? loopbackMac(instance ?? free), originOf(at));
    },
    show: ({ mac: own, instance }, view) => {
      view.addInterface(view.numbered('loop', instance), 'loopback', own && formatMac(own));
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
  word('no-gso'),
  notModelled('gso', 'generic segmentation offload'),
);

const createTap = anyOrder(
  sequence(word('id'), argument('id', u32('a tap id'))),
  sequence(word('hw-addr'), argument('mac', mac)),
  hostSideOfTap,
);

const made = (name: string, device: CreateInterface['device'], own?: MacAddress): CreateInterface => ({
  kind: 'create-interface',
  name,
  device,
  mac: own ?? null,
});

const create: CommandEffect<CreateInterface> = {
  apply: ({ name, device, mac: own }, tables, at) => {
    refuseTaken(tables, name, at);
    const index = tables.interfaces.all.length;
    tables.interfaces.create(name, device, own ?? derivedMac(index), originOf(at));
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
    build: ({ id, mac: own }, { interfaceNames }) =>
      made(id === undefined ? freeTapName(interfaceNames) : `tap${String(id)}`, 'tap', own),
    ...create,
  }),
  command(
    'create host-interface',
    anyOrder(
      sequence(word('name'), argument('name', newInterfaceName)),
      sequence(word('hw-addr'), argument('mac', mac)),
    ),
    {
      build: ({ name, mac: own }) => made(`host-${required(name, '"name NAME"')}`, 'af-packet', own),
      ...create,
    },
  ),
  loopback('create loopback interface'),
  loopback('loopback create-interface'),
];

/** What DPDK finds by itself. */
export const interfaceDirectives: readonly CommandRow[] = [
  command('interface:', sequence(argument('name', newInterfaceName), optional(word('mac'), argument('mac', mac))), {
    build: ({ name, mac: own }) => made(name, 'dpdk', own),
    ...create,
  }),
];
