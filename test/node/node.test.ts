/** `Node`: frames one by one, what became of each, and commands between them. What is expected is by hand. */

import { expect } from 'chai';
import { Node, type Outcome } from '../../src/node/node.js';
import { ConfigError } from '../../src/pipeline/command/config-error.js';
import { formatAddress } from '../../src/wire/address.js';
import { ethernet, ip4, udp } from '../../tools/build-packets.js';
import * as ip4Header from '../../src/wire/ip4.js';
import { SCRIPT } from './two-taps.js';

/** UDP from the pod 10.1.1.3:5000 to 8.8.8.8:53, as tap0 receives it. */
const QUERY = ethernet(
  { source: '02:00:00:00:01:03', destination: '02:fe:00:00:00:00' },
  ip4({ source: '10.1.1.3', destination: '8.8.8.8', ttl: 64 }, udp({ sourcePort: 5000, destinationPort: 53 }, [1, 2])),
);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** '192.168.16.1:1025 ttl 63 on tap1' of what left, or why nothing did. */
function said({ sent, end }: Outcome): string {
  if (sent.length === 0) return end.cause ?? end.how;
  return sent
    .map(({ interface: name, bytes }) => {
      const view = viewOf(bytes);
      return `${formatAddress(ip4Header.source(view, 14))}:${view.getUint16(34)} ttl ${ip4Header.ttl(view, 14)} on ${name}`;
    })
    .join(', ');
}

describe('Node', () => {
  it('tells what left, how the frame ended, what the nodes decided, counted and print', () => {
    const node = new Node(SCRIPT);
    const { sent, end, nodes, steps, counters, trace } = node.receive(QUERY, { interface: 'tap0', time: 1.5 });
    expect(sent).to.have.length(1);
    expect(sent[0].interface).to.equal('tap1');
    expect(Buffer.from(sent[0].bytes.subarray(0, 14)).toString('hex')).to.equal('02000000026402fe000000020800');
    expect(end).to.deep.equal({ how: 'transmitted', cause: null, drop: null, lost: [] });
    expect(nodes).to.deep.equal(['ethernet-input', 'ip4-input', 'ip4-lookup', 'ip4-rewrite', 'tap1-output']);
    expect(steps).to.deep.equal([
      {
        node: 'ip4-lookup',
        step: 'route',
        prefix: '0.0.0.0/0',
        table: 0,
        via: 'via 192.168.16.100 tap1',
        line: 'node.vpp:9',
      },
      {
        node: 'ip4-rewrite',
        step: 'neighbour',
        nextHop: '192.168.16.100',
        interface: 'tap1',
        mac: '02:00:00:00:02:64',
        line: 'node.vpp:8',
      },
    ]);
    expect(counters).to.deep.equal({});
    expect(trace).to.include('ip4-lookup\n  fib 0 dpo-idx').and.to.include('UDP: 5000 -> 53');
  });

  it('knows its release and its interfaces', () => {
    const node = new Node(SCRIPT, { release: '19.08' });
    expect(node.release).to.equal('19.08');
    expect(node.interfaces).to.deep.equal(['local0', 'tap0', 'tap1']);
  });

  for (const { name, act, message } of [
    {
      name: 'a release that is not modelled',
      act: () => new Node(SCRIPT, { release: '1.0', file: 'n.vpp' }),
      message: 'n.vpp:1:1: VPP 1.0 is not modelled, only 19.08',
    },
    {
      name: 'a script that VPP would refuse',
      act: () => new Node('set interface state tap7 up', { file: 'n.vpp' }),
      message: 'n.vpp:1:21: there is no interface "tap7"',
    },
    {
      name: 'a command that VPP would refuse',
      act: () => new Node(SCRIPT).apply('set interface state tap7 up'),
      message: 'there is no interface "tap7"',
    },
    {
      name: 'an unknown command',
      act: () => new Node(SCRIPT).apply('set everything right'),
      message: 'unknown command "set everything"',
    },
  ])
    it(`refuses ${name}`, () => {
      expect(act).to.throw(ConfigError, message);
    });

  it('refuses an interface that it does not have', () => {
    expect(() => new Node(SCRIPT).receive(QUERY, { interface: 'tap9' })).to.throw(RangeError, 'no interface "tap9"');
  });

  /** Commands between two frames of one flow: what becomes of the second. The first leaves untranslated by tap1. */
  const CHANGES: readonly { name: string; commands: readonly string[]; expected: string }[] = [
    { name: 'a route deleted', commands: ['ip route del 0.0.0.0/0'], expected: 'no route to 8.8.8.8 in table 0' },
    {
      name: 'a longer route added',
      commands: ['ip route add 8.8.8.0/24 via 10.1.1.4 tap0', 'set ip arp static tap0 10.1.1.4 02:00:00:00:01:04'],
      expected: '10.1.1.3:5000 ttl 63 on tap0',
    },
    {
      name: 'the interface down',
      commands: ['set interface state tap1 down'],
      expected: 'route 0.0.0.0/0 (node.vpp:9) has no usable path: tap1 is down (command:1)',
    },
    {
      name: 'the interface down and up again',
      commands: ['set interface state tap1 down', 'set interface state tap1 up'],
      expected: '10.1.1.3:5000 ttl 63 on tap1',
    },
    {
      name: 'an ACL that denies, applied',
      commands: ['set acl-plugin acl deny', 'set acl-plugin interface tap0 input acl 0'],
      expected: 'denied on input of tap0 by ACL 0 rule 0 (deny) at command:1',
    },
    {
      name: 'an ACL applied and taken off',
      commands: [
        'set acl-plugin acl deny',
        'set acl-plugin interface tap0 input acl 0',
        'set acl-plugin interface tap0 input acl 0 del',
      ],
      expected: '10.1.1.3:5000 ttl 63 on tap1',
    },
    {
      name: 'NAT44 set up: the first draw of the generator is port 16253',
      // 1664525 · 0 + 1013904223, of which the slice 66578 takes 15228 and leaves 39639: 1025 + 15228 = 16253
      commands: ['nat44 add address 192.168.16.1', 'set interface nat44 in tap0 out tap1'],
      expected: '192.168.16.1:16253 ttl 63 on tap1',
    },
    {
      name: 'an MTU that makes two fragments: the second begins with the data',
      commands: ['set interface mtu packet 28 tap1'],
      // ip4-rewrite takes one off the TTL of the packet, and of each fragment that ip4-frag sends back to it.
      expected: '10.1.1.3:5000 ttl 62 on tap1, 10.1.1.3:258 ttl 62 on tap1',
    },
    {
      name: 'an interface made, and a route by it',
      commands: [
        'create tap id 2',
        'set interface state tap2 up',
        'set interface ip address tap2 172.16.0.1/24',
        'set ip arp static tap2 172.16.0.2 02:00:00:00:03:02',
        'ip route add 8.8.8.8/32 via 172.16.0.2 tap2',
      ],
      expected: '10.1.1.3:5000 ttl 63 on tap2',
    },
  ];
  for (const { name, commands, expected } of CHANGES)
    it(`applies commands between frames: ${name}`, () => {
      const node = new Node(SCRIPT);
      expect(said(node.receive(QUERY, { interface: 'tap0' }))).to.equal('10.1.1.3:5000 ttl 63 on tap1');
      for (const command of commands) node.apply(command);
      expect(said(node.receive(QUERY, { interface: 'tap0' }))).to.equal(expected);
    });
});
