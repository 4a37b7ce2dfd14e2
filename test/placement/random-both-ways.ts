/** Random nodes whose neighbours share MACs and addresses, and captures of both directions of them. */

import fc from 'fast-check';
import { icmpOf, L3, tcpOf, udpOf } from '../pipeline/packets.js';
import { ARP, IP4, IP6, type BothWays, type BothWaysFrame } from './both-ways.js';

const NAMES = ['g0', 'g1', 'g2', 'g3'];
const OWN_MACS = ['020000000001', '020000000002', '020000000003', '020000000005'];
/** What a node's own interfaces have is now and then a neighbour's, too: two ports of it on one wire. */
const NEIGHBOUR_MACS = ['000000000002', '000000000002', '02aa00000064', '02aa00000009', '020000000003'];
const STRANGER = '02bb00000001';
/** Broadcast, mDNS, solicited node, bridges, LLDP. */
const GROUPS = ['ffffffffffff', 'ffffffffffff', '01005e0000fb', '3333ff000001', '0180c2000000', '0180c200000e'];
const POOL = '192.168.16.50';
const ADDRESSES = [
  ...NAMES.flatMap((_, i) => [`10.1.${i}.1`, `10.1.${i}.3`]),
  ...['10.1.0.77', '10.1.1.77', POOL, '8.8.8.8', '0.0.0.0', '169.254.1.1', '224.0.0.251'],
];
const LINK_TYPES = [1, 1, 1, 1, 1, 1, 1, 1, 276, 276, 113, 113, 101, 0, 228, 229, 108, 12];

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const address = fc.constantFrom(...ADDRESSES);

const packet = fc
  .record({
    source: address,
    destination: address,
    kind: fc.constantFrom('udp', 'udp', 'tcp', 'echo', 'reply', 'dhcp', 'mdns'),
    from: fc.constantFrom(40000, 80, 53),
    to: fc.constantFrom(40000, 80, 53),
    length: fc.constantFrom(0, 4, 100, 1400),
    ttl: fc.constantFrom(1, 64, 64, 255),
  })
  .map(({ kind, from, to, length, ...ends }) => {
    const data = new Uint8Array(length);
    const udp = { ...ends, protocol: 17 };
    if (kind === 'tcp') return tcpOf({ ...ends, protocol: 6 }, from, to, from === 80 ? 18 : 2);
    if (kind === 'udp') return udpOf(udp, from, to, data);
    if (kind === 'mdns') return udpOf({ ...udp, destination: '224.0.0.251' }, 5353, 5353, data);
    if (kind === 'dhcp') return udpOf({ ...udp, source: '0.0.0.0', destination: '255.255.255.255' }, 68, 67, data);
    return icmpOf({ ...ends, protocol: 1 }, kind === 'echo' ? 8 : 0, 0, Uint8Array.of(0, 1, 0, 1, ...data));
  })
  .map((frame) => ({ type: IP4, payload: hexOf(frame.subarray(L3)) }));

const mac = fc.constantFrom(...OWN_MACS, ...NEIGHBOUR_MACS, STRANGER);

/** Requests, replies, and gratuitous ones, padded or not, and one that is too short. */
const arp = fc
  .record({
    operation: fc.constantFrom(1, 1, 2),
    hardware: mac,
    sender: address,
    target: address,
    end: fc.constantFrom(28, 28, 46, 20),
  })
  .map(({ operation, hardware, sender, target, end }) => {
    const bytes = Buffer.alloc(46);
    bytes.write(`000108000604000${operation}${hardware}`, 'hex');
    bytes.set(sender.split('.').map(Number), 14);
    bytes.set(target.split('.').map(Number), 24);
    return { type: ARP, payload: hexOf(bytes.subarray(0, end)) };
  });

/** Neighbour solicitation, spanning tree, LLDP, and a type that nobody knows. */
const others = fc.constantFrom(
  { type: IP6, payload: `6000000000183aff${'fe80'.padEnd(32, '0')}ff02${'00'.repeat(14)}87${'00'.repeat(23)}` },
  { type: 38, payload: `424203${'00'.repeat(43)}` },
  { type: 0x88cc, payload: `0207040200000000010404${'00'.repeat(20)}` },
  { type: 0x9999, payload: '00' },
);

const frame: fc.Arbitrary<BothWaysFrame> = fc
  .record({
    mark: fc.constantFrom('none', 'none', 'in', 'in', 'out'),
    destination: fc.oneof(mac, fc.constantFrom(...OWN_MACS), fc.constantFrom(...GROUPS)),
    source: mac,
    content: fc.oneof(packet, packet, arp, others),
    packetType: fc.constantFrom(0, 1, 2, 3, 4),
    hasMac: fc.constantFrom(true, true, true, false),
    hostInterface: fc.constantFrom(2, 3, 4),
  })
  .map(({ content, ...rest }) => ({ ...rest, ...content }));

const interfaces = fc
  .array(
    fc.record({
      mac: fc.constantFrom(...OWN_MACS),
      has: fc.constantFrom('address', 'address', 'address', 'address of the first', 'nothing'),
      isUp: fc.constantFrom(true, true, true, true, false),
    }),
    { minLength: 2, maxLength: NAMES.length },
  )
  .map((list) =>
    list.map(({ mac: own, has, isUp }, i) => ({
      name: NAMES[i],
      mac: own,
      address: i === 0 || has === 'address' ? `10.1.${i}.1` : null,
      borrowsFrom: i > 0 && has === 'address of the first' ? NAMES[0] : null,
      isUp,
    })),
  );

const LINES = [
  'nat44 forwarding enable',
  'set interface nat44 in g1',
  'set interface nat44 out g0 output-feature',
  'set acl-plugin acl permit+reflect src 10.1.0.0/16 dst 0.0.0.0/0, deny src 0.0.0.0/0 dst 0.0.0.0/0 proto 6',
  'ip route add 0.0.0.0/0 via 10.1.0.3 g0',
];
const ACL_LINES = ['set acl-plugin interface g0 input acl 0', 'set acl-plugin interface g1 output acl 0'];

/** Both values of a pair, each name of an interface that is there. */
export const bothWays: fc.Arbitrary<BothWays> = interfaces.chain((nodes) => {
  const name = fc.constantFrom(...nodes.map((one) => one.name));
  const neighbour = fc.record({
    on: name,
    address: fc.constantFrom('10.1.0.3', '10.1.1.3', '10.1.2.3', '8.8.8.8'),
    mac: fc.constantFrom(...NEIGHBOUR_MACS),
  });
  return fc.record({
    interfaces: fc.constant(nodes),
    // Of two neighbours with one address on one interface the later would count.
    neighbours: fc.uniqueArray(neighbour, { maxLength: 6, selector: ({ on, address: its }) => `${on} ${its}` }),
    natAddresses: fc.subarray([POOL]),
    lines: fc
      .tuple(fc.subarray(LINES), fc.subarray(ACL_LINES))
      .map(([lines, acls]) => [...lines, ...(lines.some((line) => line.includes('acl-plugin')) ? acls : [])]),
    linkType: fc.constantFrom(...LINK_TYPES),
    isBlocks: fc.boolean(),
    ifName: fc.oneof({ arbitrary: fc.constantFrom(null, 'eth7'), weight: 3 }, { arbitrary: name, weight: 1 }),
    given: fc.oneof({ arbitrary: fc.constant(null), weight: 3 }, { arbitrary: name, weight: 1 }),
    fcs: fc.constantFrom('none', 'none', 'none', 'all', 'each'),
    snaplen: fc.oneof(fc.constant(0), fc.constant(0), fc.constantFrom(60, 96, 128), fc.integer({ min: 1, max: 200 })),
    // Now and then what another node wrote: nothing of it arrived there.
    frames: fc
      .tuple(fc.array(frame, { minLength: 1, maxLength: 24 }), fc.constantFrom(false, false, false, true))
      .map(([list, isSent]) =>
        list.map((one) => (isSent && one.mark === 'in' ? { ...one, mark: 'out' as const } : one)),
      ),
  });
});
