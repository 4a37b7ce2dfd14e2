/**
 * Commands that make interfaces and set their properties. VPP 19.08 src/vnet/interface_cli.c, src/vnet/pg/cli.c,
 * src/vnet/devices/tap/cli.c, src/vnet/devices/af_packet/cli.c, src/vnet/ethernet/interface.c, src/vnet/ip/ip46_cli.c.
 */

import { anyWord, address, interfaceName, mac, newInterfaceName, number, prefix, u32 } from '../command/arguments.js';
import { command, required } from '../command/command-row.js';
import type { CommandRow } from '../command/command-row.js';
import { anyOrder, argument, choice, means, notModelled, optional, sequence, word } from '../command/matcher.js';
import type { ArgumentType, WordInput } from '../command/matcher.js';

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

const loopback = (path: string): CommandRow =>
  command(path, makeLoopback, ({ mac: own, instance }) => ({
    kind: 'create-loopback',
    mac: own ?? null,
    instance: instance ?? null,
  }));

/** Options of the Linux side of a tap, which say nothing about forwarding in VPP. */
const hostSideOfTap = choice(
  sequence(word('host-if-name'), argument('ignored', anyWord('a host interface name'))),
  sequence(word('host-ns'), argument('ignored', anyWord('a network namespace'))),
  sequence(word('host-mac-addr'), argument('ignored', mac)),
  sequence(word('host-bridge'), argument('ignored', anyWord('a bridge name'))),
  sequence(word('host-ip4-addr'), argument('ignored', prefix)),
  sequence(word('host-ip4-gw'), argument('ignored', address)),
  sequence(word('host-ip6-addr'), argument('ignored', anyWord('an IPv6 prefix'))),
  sequence(word('host-ip6-gw'), argument('ignored', anyWord('an IPv6 address'))),
  sequence(word('rx-ring-size'), argument('ignored', u32('a ring size'))),
  sequence(word('tx-ring-size'), argument('ignored', u32('a ring size'))),
  sequence(word('tag'), argument('ignored', anyWord('a tag'))),
  word('no-gso'),
  notModelled('gso', 'generic segmentation offload'),
);

const createTap = anyOrder(
  sequence(word('id'), argument('id', u32('a tap id'))),
  sequence(word('hw-addr'), argument('mac', mac)),
  hostSideOfTap,
);

const mtuLayer = choice(
  means('packet', { layer: 'packet' }),
  means('ip4', { layer: 'ip4' }),
  means('ip6', { layer: 'ip6' }),
  means('mpls', { layer: 'mpls' }),
);

export const interfaceRows: readonly CommandRow[] = [
  command(
    'create packet-generator',
    sequence(word('interface'), argument('name', pgName), optional(notModelled('gso-enabled', 'segmentation offload'))),
    ({ name }) => ({ kind: 'create-interface', name, device: 'pg', mac: null }),
  ),
  command('create tap', createTap, ({ id, mac: own }, input: WordInput) => ({
    kind: 'create-interface',
    name: id === undefined ? freeTapName(input.interfaceNames) : `tap${String(id)}`,
    device: 'tap',
    mac: own ?? null,
  })),
  command(
    'create host-interface',
    anyOrder(
      sequence(word('name'), argument('name', newInterfaceName)),
      sequence(word('hw-addr'), argument('mac', mac)),
    ),
    ({ name, mac: own }) => ({
      kind: 'create-interface',
      name: `host-${required(name, '"name NAME"')}`,
      device: 'af-packet',
      mac: own ?? null,
    }),
  ),
  loopback('create loopback interface'),
  loopback('loopback create-interface'),

  command(
    'set interface state',
    sequence(
      argument('interfaceName', interfaceName),
      choice(means('up', { up: true }), means('down', { up: false })),
      optional(notModelled('punt', 'the punt flag of an interface')),
      optional(word('enable')),
    ),
    ({ interfaceName: name, up }) => ({ kind: 'interface-state', interfaceName: name, up: up === true }),
  ),
  command(
    'set interface mac address',
    sequence(argument('interfaceName', interfaceName), argument('mac', mac)),
    ({ interfaceName: name, mac: own }) => ({ kind: 'interface-mac', interfaceName: name, mac: own }),
  ),
  command(
    'set interface mtu',
    sequence(optional(mtuLayer), argument('mtu', number('an MTU', 0, 65535)), argument('interfaceName', interfaceName)),
    ({ layer, mtu, interfaceName: name }) => ({
      kind: 'interface-mtu',
      interfaceName: name,
      layer: layer ?? 'hardware',
      mtu,
    }),
  ),
  command(
    'set interface unnumbered',
    sequence(
      optional(notModelled('del', 'taking an unnumbered interface back (leave out the line that made it)')),
      argument('interfaceName', interfaceName),
      word('use'),
      argument('useInterface', interfaceName),
    ),
    ({ interfaceName: name, useInterface }) => ({ kind: 'interface-unnumbered', interfaceName: name, useInterface }),
  ),
  command(
    'set interface ip address',
    sequence(
      optional(means('del', { isDelete: true })),
      argument('interfaceName', interfaceName),
      argument('prefix', prefix),
    ),
    ({ interfaceName: name, prefix: own, isDelete }) => ({
      kind: 'interface-address',
      interfaceName: name,
      prefix: own,
      isDelete: isDelete ?? false,
    }),
  ),
  command(
    'set interface ip table',
    sequence(argument('interfaceName', interfaceName), argument('tableId', u32('a table id'))),
    ({ interfaceName: name, tableId }) => ({ kind: 'interface-table', interfaceName: name, tableId }),
  ),
];
