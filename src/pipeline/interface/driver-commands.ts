/**
 * Interfaces of VPP's own drivers, as devices: what their other side does is not modelled, nor is what they leave to hardware.
 * VPP 26.06 src/plugins/{memif,vhost,rdma,vmxnet3,af_xdp,idpf,tap}/cli.c, src/vnet/devices/virtio/cli.c; 19.08 src/plugins/avf/cli.c
 */

import { anyWord, mac, newInterfaceName, u32 } from '../command/arguments.js';
import { command, required, type CommandRow } from '../command/command-row.js';
import {
  anyOrder,
  argument,
  choice,
  ignored,
  means,
  notModelled,
  sequence,
  word,
  type ArgumentType,
  type Nothing,
  type Pattern,
} from '../command/matcher.js';
import type { Driver } from '../engine/state/interface-table.js';
import { create, freeNumber, made } from './create-commands.js';

/** Words that say how fast it is, or what the other side is: a number or a word behind each. */
const numbers = (...words: readonly string[]): Pattern<Nothing> =>
  choice(...words.map((text) => sequence(word(text), ignored(u32('a number')))));
const texts = (...words: readonly string[]): Pattern<Nothing> =>
  choice(...words.map((text) => sequence(word(text), ignored(anyWord('a word')))));
const flags = (...words: readonly string[]): Pattern<Nothing> => choice(...words.map((text) => means(text, {})));

const HEX = '([0-9a-f]{1,4})';
const PCI = new RegExp(`^${HEX}:${HEX}:${HEX}\\.${HEX}$`, 'i');

/** `0000:06:00.0`, as the interface's name has it: 0/6/0/0 */
const pci: ArgumentType<string> = {
  expects: 'a PCI address (DOMAIN:BUS:SLOT.FUNCTION)',
  read: (text) => {
    const parts = PCI.exec(text)?.slice(1);
    return parts === undefined ? null : parts.map((part) => Number.parseInt(part, 16).toString(16)).join('/');
  },
};

const own = sequence(word('name'), argument('name', newInterfaceName));

const pciDriver = (driver: Driver, options: Pattern<Nothing>, name: Pattern<{ name: string }> = own): CommandRow =>
  command(`create interface ${driver}`, anyOrder(argument('pci', pci), options, name), {
    build: ({ pci: address, name: given }) =>
      made(given ?? `${driver}-${required(address, 'the PCI address')}`, driver),
    ...create,
  });

const GSO = notModelled('gso', 'generic segmentation offload');

export const driverCommands: readonly CommandRow[] = [
  command(
    'create interface memif',
    anyOrder(
      sequence(word('id'), argument('id', u32('a memif id'))),
      sequence(word('socket-id'), argument('socket', u32('a socket id'))),
      sequence(word('hw-addr'), argument('mac', mac)),
      notModelled('mode ip', 'interfaces without Ethernet'),
      numbers('ring-size', 'rx-queues', 'tx-queues', 'buffer-size'),
      texts('secret'),
      flags('master', 'slave', 'no-zero-copy', 'use-dma'),
    ),
    {
      build: ({ id, socket, mac: address }) => made(`memif${String(socket ?? 0)}/${String(id ?? 0)}`, 'memif', address),
      ...create,
    },
  ),
  command(
    'create vhost-user',
    anyOrder(
      sequence(word('hwaddr'), argument('mac', mac)),
      sequence(word('renumber'), argument('number', u32('a number'))),
      GSO,
      texts('socket', 'feature-mask'),
      flags('server', 'packed', 'event-idx'),
    ),
    {
      build: ({ mac: address, number }, { interfaceNames }) => {
        const stem = 'VirtualEthernet0/0/';
        return made(`${stem}${String(number ?? freeNumber(stem, interfaceNames))}`, 'vhost-user', address);
      },
      ...create,
    },
  ),
  command(
    'create interface rdma',
    anyOrder(
      own,
      numbers('rx-queue-size', 'tx-queue-size', 'num-rx-queues', 'max-pktlen'),
      texts('host-if', 'mode'),
      flags('no-striding', 'no-multi-seg', 'no-rx-cksum', 'rss ipv4', 'rss ipv4-udp', 'rss ipv4-tcp', 'rss ipv6'),
    ),
    {
      build: ({ name }, { interfaceNames }) =>
        made(name ?? `rdma-${String(freeNumber('rdma-', interfaceNames))}`, 'rdma'),
      ...create,
    },
  ),
  command(
    'create interface af_xdp',
    anyOrder(
      own,
      sequence(word('host-if'), argument('host', anyWord('a host interface name'))),
      means('num-rx-queues all', {}),
      numbers('rx-queue-size', 'tx-queue-size', 'num-rx-queues'),
      texts('prog', 'netns'),
      flags('no-zero-copy', 'zero-copy', 'mac-reuse', 'no-syscall-lock'),
    ),
    {
      build: ({ name, host }, { interfaceNames }) =>
        made(
          name ?? `${required(host, '"host-if NAME"')}/${String([...interfaceNames].filter(isNumberedHost).length)}`,
          'af_xdp',
        ),
      ...create,
    },
  ),
  pciDriver('avf', choice(flags('elog'), numbers('rx-queue-size', 'tx-queue-size', 'num-rx-queues'))),
  pciDriver('idpf', numbers('rx-single', 'tx-single', 'rxq-num', 'txq-num', 'rxq-size', 'txq-size', 'vport-num')),
  pciDriver(
    'vmxnet3',
    choice(
      flags('elog', 'bind force', 'bind'),
      numbers('rx-queue-size', 'tx-queue-size', 'num-rx-queues', 'num-tx-queues'),
      GSO,
    ),
  ),
  pciDriver(
    'virtio',
    choice(
      notModelled('gso-enabled', 'generic segmentation offload'),
      notModelled('csum-enabled', 'checksums left to the device'),
      texts('feature-mask'),
      numbers('tx-queue-size', 'size'),
      flags('buffering', 'packed', 'bind force', 'bind', 'mac-filter-enabled', 'rss-enabled', 'consistent-qp'),
    ),
    sequence(word('if-name'), argument('name', newInterfaceName)),
  ),
];

/** VPP numbers AF_XDP interfaces over all host interfaces. */
const isNumberedHost = (name: string): boolean => /^[a-z][\w.-]*\/\d+$/.test(name) && !name.startsWith('memif');
