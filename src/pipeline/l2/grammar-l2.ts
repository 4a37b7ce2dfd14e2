/** Commands of bridge domains and VXLAN. VPP 19.08 src/vnet/l2/{l2_bd,l2_input,l2_fib}.c, src/vnet/vxlan/vxlan.c */

import { address, anyWord, interfaceName, mac, number, u32, zeroOrOne } from '../command/arguments.js';
import { command, Refusal, required } from '../command/command-row.js';
import type { CommandRow } from '../command/command-row.js';
import { anyOrder, argument, choice, means, notModelled, optional, sequence, word } from '../command/matcher.js';

/** 24 bits. VPP 19.08 src/vnet/l2/l2_bd.h L2_BD_ID_MAX, RFC 7348 §5 */
const BITS_24 = (1 << 24) - 1;

const vxlanTunnel = anyOrder(
  sequence(word('src'), argument('source', address)),
  sequence(word('dst'), argument('destination', address)),
  sequence(word('vni'), argument('vni', number('a VNI', 1, BITS_24))),
  sequence(word('encap-vrf-id'), argument('encapVrf', u32('a VRF id'))),
  sequence(word('instance'), argument('instance', u32('a tunnel instance'))),
  means('del', { isDelete: true }),
  means('decap-next l2', {}),
  notModelled('decap-next', 'a next node other than l2 behind a tunnel'),
  notModelled('group', 'multicast tunnels'),
);

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
  argument('id', number('a bridge domain id', 1, BITS_24)),
);

export const l2Rows: readonly CommandRow[] = [
  command('create vxlan tunnel', vxlanTunnel, (values) => {
    const source = required(values.source, '"src ADDRESS"');
    const destination = required(values.destination, '"dst ADDRESS"');
    if (source === destination) throw new Refusal('"src" and "dst" are the same address');
    return {
      kind: 'vxlan-tunnel',
      source,
      destination,
      vni: required(values.vni, '"vni N"'),
      encapVrf: values.encapVrf ?? 0,
      instance: values.instance ?? null,
      isDelete: values.isDelete ?? false,
    };
  }),
  command('create bridge-domain', bridgeDomain, (values) => ({
    kind: 'bridge-domain',
    id: required(values.id, 'the bridge domain id'),
    flood: values.flood ?? true,
    uuFlood: values.uuFlood ?? true,
    forward: values.forward ?? true,
    learn: values.learn ?? true,
    arpTerm: values.arpTerm ?? false,
  })),
  command(
    'set interface l2 bridge',
    sequence(
      argument('interfaceName', interfaceName),
      argument('bridgeDomain', number('a bridge domain id', 1, BITS_24)),
      optional(choice(means('bvi', { bvi: true }), notModelled('uu-fwd', 'a port for unknown unicast'))),
      optional(argument('splitHorizonGroup', number('a split horizon group', 0, 255))),
    ),
    (values) => ({
      kind: 'l2-bridge',
      interfaceName: values.interfaceName,
      bridgeDomain: values.bridgeDomain,
      bvi: values.bvi ?? false,
      splitHorizonGroup: values.splitHorizonGroup ?? 0,
    }),
  ),
  command(
    'l2fib add',
    sequence(
      argument('mac', mac),
      argument('bridgeDomain', number('a bridge domain id', 1, BITS_24)),
      choice(
        means('filter', { isFilter: true }),
        sequence(
          argument('interfaceName', interfaceName),
          optional(choice(means('static', { isStatic: true }), means('bvi', { isBvi: true }))),
        ),
      ),
    ),
    (values) => ({
      kind: 'l2fib-add',
      mac: values.mac,
      bridgeDomain: values.bridgeDomain,
      interfaceName: values.interfaceName ?? '',
      // A filter and the entry of a BVI are static, too.
      isStatic: values.isStatic ?? values.isBvi ?? values.isFilter ?? false,
      isFilter: values.isFilter ?? false,
      isBvi: values.isBvi ?? false,
    }),
  ),
];
