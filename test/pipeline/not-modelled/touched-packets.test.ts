/** What ends where a script is taken leniently: packets that meet what a command named which is not modelled, and no others. By hand. */

import { expect } from 'chai';
import { parseScript } from '../../../src/config/parse-script.js';
import { Node, type Outcome } from '../../../src/node/node.js';
import { ConfigErrors } from '../../../src/pipeline/command/config-error.js';
import { arp, ethernet, ip4, tcp, udp } from '../../../tools/build-packets.js';
import { SCRIPT } from '../../node/two-taps.js';

const LINES = SCRIPT.split('\n').length;
const MORE = [
  'create tap id 2',
  'set interface state tap2 up',
  'set interface ip address tap2 10.3.0.1/24',
  'set ip arp static tap2 10.3.0.2 02:00:00:00:03:02',
];

/** UDP from a neighbour of tap0 or tap2. */
const datagram = (source: string, destination: string, port = 53): Uint8Array =>
  ethernet(
    { source: '02:00:00:00:01:03', destination: '02:fe:00:00:00:00' },
    ip4({ source, destination, ttl: 64 }, udp({ sourcePort: 5000, destinationPort: port }, [1, 2])),
  );
const OUT = datagram('10.1.1.3', '8.8.8.8');
const TO_TAP2 = datagram('10.1.1.3', '10.3.0.2');
const TO_NODE = datagram('10.1.1.3', '10.1.1.1', 500);
const TCP_TO_NODE = ethernet(
  { source: '02:00:00:00:01:03', destination: '02:fe:00:00:00:00' },
  ip4({ source: '10.1.1.3', destination: '10.1.1.1' }, tcp({ sourcePort: 1, destinationPort: 80 })),
);
const WHO_HAS = ethernet(
  { source: '02:00:00:00:01:03', destination: 'ff:ff:ff:ff:ff:ff' },
  arp({
    operation: 1,
    senderMac: '02:00:00:00:01:03',
    senderAddress: '10.1.1.3',
    targetMac: '00:00:00:00:00:00',
    targetAddress: '10.1.1.1',
  }),
);
/** A frame of another type, which VPP punts. */
const typed = (type: number): Uint8Array =>
  ethernet({ source: '02:00:00:00:01:03', destination: '02:fe:00:00:00:00', type }, new Uint8Array(46));
const IP6 = typed(0x86dd);
const MPLS = typed(0x8847);

const nodeOf = (lines: readonly string[], release = '19.08'): Node =>
  new Node(parseScript([SCRIPT, ...MORE, ...lines].join('\n'), 'node.vpp', { isLenient: true, release }));

const causeOf = (text: string, line = LINES + MORE.length + 1): string => `not modelled: "${text}" (node.vpp:${line})`;

/** The name of the interface that it left by, or why it did not. */
const said = ({ sent, end }: Outcome): string =>
  sent.map(({ interface: name }) => name).join() || (end.cause ?? end.how);

describe('commands that are not modelled, taken leniently', () => {
  const CASES: readonly {
    readonly name: string;
    readonly given: string | readonly string[];
    /** On tap0 unless it says where. */
    readonly frames: readonly { readonly frame: Uint8Array; readonly on?: string; readonly says: string | null }[];
  }[] = [
    {
      name: 'an interface: what it receives, what it sends, its ARP, and nothing of others',
      given: 'abf attach ip4 policy 10 tap0',
      frames: [
        { frame: OUT, says: null },
        { frame: WHO_HAS, says: null },
        { frame: datagram('10.3.0.2', '10.1.1.3'), on: 'tap2', says: null },
        { frame: datagram('10.3.0.2', '8.8.8.8'), on: 'tap2', says: 'tap1' },
      ],
    },
    {
      name: 'the interface that is sent by',
      given: 'set interface span tap2 destination tap2 tx',
      frames: [
        { frame: TO_TAP2, says: null },
        { frame: OUT, says: 'tap1' },
      ],
    },
    { name: 'a definition, which nothing uses', given: 'abf policy add id 10 acl 0 via 10.3.0.2', frames: [{ frame: OUT, says: 'tap1' }] },
    {
      name: 'a route of a kind that is not modelled: its packets',
      given: 'ip route add 8.8.8.0/24 via classify 3',
      frames: [
        { frame: OUT, says: null },
        { frame: datagram('10.1.1.3', '8.8.9.8'), says: 'tap1' },
      ],
    },
    {
      name: 'prefixes: packets to them',
      given: 'map add domain ip4-pfx 8.8.8.0/24 ip6-pfx 2001:db8::/48 ip6-src 2001:db8::1 ea-bits-len 16',
      frames: [
        { frame: OUT, says: null },
        { frame: datagram('10.1.1.3', '8.8.9.8'), says: 'tap1' },
      ],
    },
    {
      name: 'packets for the node itself: UDP and what VPP punts, none that passes',
      given: 'ikev2 profile add pr1',
      frames: [
        { frame: TO_NODE, says: null },
        { frame: OUT, says: 'tap1' },
      ],
    },
    { name: 'the host stack', given: 'session enable', frames: [{ frame: TCP_TO_NODE, says: null }] },
    {
      name: 'an interface that the command makes: it is there, and what is sent by it ends',
      given: ['create gre tunnel src 192.168.16.1 dst 192.168.16.9', 'set interface state gre0 up', 'ip route add 8.8.8.0/24 via gre0'],
      frames: [
        { frame: datagram('10.1.1.3', '8.8.9.8'), says: 'tap1' },
        { frame: OUT, says: null },
      ],
    },
    {
      name: 'IPv6 alone',
      given: 'dhcp6 client tap0',
      frames: [
        { frame: OUT, says: 'tap1' },
        { frame: WHO_HAS, says: 'tap0' },
      ],
    },
    {
      name: 'a type of frames',
      given: 'mpls local-label add 33 eos via 10.3.0.2 tap2',
      frames: [
        { frame: MPLS, says: null },
        { frame: OUT, says: 'tap1' },
      ],
    },
    { name: 'all of IPv6', given: 'sr localsid address 2001:db8::1 behavior end', frames: [{ frame: IP6, says: null }, { frame: OUT, says: 'tap1' }] },
    {
      name: 'a command that names nothing: everything',
      given: 'sctp enable',
      frames: [
        { frame: OUT, says: null },
        { frame: WHO_HAS, says: null },
      ],
    },
  ]; // prettier-ignore
  for (const { name, given, frames } of CASES)
    it(name, () => {
      const lines = typeof given === 'string' ? [given] : given;
      const node = nodeOf(lines);
      for (const { frame, on = 'tap0', says } of frames)
        expect(said(node.receive(frame, { interface: on, time: 1 }))).to.equal(says ?? causeOf(lines[0]));
    });

  it('a command between two frames', () => {
    const node = nodeOf([]);
    expect(said(node.receive(OUT, { interface: 'tap0', time: 1 }))).to.equal('tap1');
    node.apply('set interface span tap0 destination tap2 rx');
    const cause = 'not modelled: "set interface span tap0 destination tap2 rx" (command:1)';
    expect(said(node.receive(OUT, { interface: 'tap0', time: 2 }))).to.equal(cause);
  });

  it('is an error without it', () => {
    expect(() => new Node(`${SCRIPT}\nabf attach ip4 policy 10 tap0`)).to.throw(ConfigErrors, 'plugin abf');
  });
});
