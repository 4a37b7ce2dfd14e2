/** What commands change while frames run: a node that got its configuration late decides as one that had it from the start. */

import { expect } from 'chai';
import fc from 'fast-check';
import { applyCommand } from '../../src/config/apply.js';
import { parseScript } from '../../src/config/parse-script.js';
import {
  Bench,
  frameOf,
  icmpOf,
  NAT_IN_OUT,
  NAT_OUTPUT_FEATURE,
  tcpOf,
  TWO_INTERFACES,
  udpOf,
  type Outcome,
} from '../pipeline/packets.js';
import { BVI_MAC, datagram, overlayScript, REMOTE_MAC } from '../pipeline/l2/overlay-node.js';

const SYN = 2;
const FROM_POD = { source: '10.1.1.3', destination: '8.8.8.8', protocol: 6 };
const FROM_INTERNET = { source: '8.8.8.8', destination: '192.168.16.10', protocol: 17 };
const DATA = Uint8Array.of(1, 2, 3);

/** Every interface gets these: forwarded, translated, to the node itself, to a neighbour, with a TTL that ends, unroutable. */
const PROBES: readonly Uint8Array[] = [
  tcpOf(FROM_POD, 1024, 80, SYN),
  udpOf({ ...FROM_POD, protocol: 17 }, 1024, 53, DATA),
  udpOf(FROM_INTERNET, 53, 1024, DATA),
  tcpOf({ source: '10.1.1.4', destination: '10.1.1.3', protocol: 6 }, 5, 80, SYN),
  icmpOf({ source: '10.1.1.3', destination: '10.1.1.1', protocol: 1 }, 8, 0, Uint8Array.of(0, 1, 0, 1)),
  icmpOf({ source: '8.8.8.8', destination: '192.168.16.1', protocol: 1 }, 8, 0, Uint8Array.of(0, 1, 0, 1)),
  udpOf({ ...FROM_POD, protocol: 17, ttl: 1 }, 1024, 53, DATA),
  udpOf({ source: '10.1.1.3', destination: '192.168.16.7', protocol: 17 }, 1024, 53, DATA),
  frameOf({ source: '10.1.1.3', destination: '10.2.0.1', protocol: 200 }, new Uint8Array(1500)),
  datagram('10.1.1.3', '10.1.2.5', 64, ['02:00:00:00:01:03', '02:fe:00:00:00:01']),
  datagram('10.1.2.5', '10.1.1.3', 64, [REMOTE_MAC[2], BVI_MAC]),
];

/** What became of a frame, without the numbers that count frames. */
const shown = ({ verdict, output }: Outcome): object => ({ ...verdict, frame: 0, number: 0, output });

/** The node of a script whose commands from `split` on are applied after its graph was made and frames were received. */
function nodeOf(lines: readonly string[], split: number): Bench {
  const bench = new Bench(lines.slice(0, split));
  const commands = parseScript(lines.join('\n'), 'test.vpp').commands.filter(({ at }) => at.line > split);
  const junk = frameOf({ source: '1.1.1.1', destination: '2.2.2.2', protocol: 17 }, DATA);
  junk[12] = 0x12; // no protocol that VPP knows
  for (const { name, device } of bench.tables.interfaces.all) if (device === 'pg') bench.send(name, junk);
  for (const command of commands) applyCommand(command, bench.tables);
  return bench;
}

const probe = (bench: Bench): object[] =>
  ['pg0', 'pg1'].flatMap((name) => PROBES.map((frame) => shown(bench.send(name, frame))));

const ACLS = [
  ...TWO_INTERFACES,
  'set acl-plugin acl permit+reflect src 10.1.1.0/24 dst 0.0.0.0/0, deny',
  'set acl-plugin acl deny proto 17, permit',
  'set acl-plugin interface pg0 input acl 0',
  'set acl-plugin interface pg1 output acl 1',
  'set acl-plugin interface pg1 input acl 1',
  'set acl-plugin acl index 1 permit proto 6, deny',
  'set acl-plugin interface pg1 input acl 1 del',
  'set acl-plugin interface pg1 input acl 0',
];

const SCRIPTS: Readonly<Record<string, readonly string[]>> = {
  'routes, neighbours and addresses': [
    ...TWO_INTERFACES,
    'ip route add 8.8.8.0/24 via drop',
    'ip route add 10.2.0.0/16 via 192.168.16.100 pg1',
    'set interface mtu packet 1000 pg1',
    'set interface mac address pg1 02:fe:00:00:09:09',
    'set interface ip address pg1 172.16.0.1/24',
    'ip route del 8.8.8.0/24',
    'set ip arp static pg1 192.168.16.7 02:00:00:00:07:07',
    'set interface ip address del pg1 172.16.0.1/24',
    'set ip arp del static pg0 10.1.1.3 02:00:00:00:01:03',
    'set ip arp static pg0 10.1.1.4 02:00:00:00:01:44',
  ],
  'tables and interfaces that go down': [
    ...TWO_INTERFACES,
    'create packet-generator interface pg2',
    'ip table add 7',
    'set interface ip table pg2 7',
    'set interface ip address pg2 10.9.0.1/24',
    'set interface state pg2 up',
    'ip route add table 7 0.0.0.0/0 via 192.168.16.100 pg1',
    'set interface state pg1 down',
    'set interface state pg1 up',
  ],
  ACLs: ACLS,
  NAT44: [
    ...NAT_IN_OUT,
    'nat44 add static mapping udp local 10.1.1.4 53 external 192.168.16.10 1024',
    'set nat timeout udp 5',
    'nat44 forwarding enable',
    'nat mss-clamping 1000',
  ],
  'NAT44, deleted again': [
    ...NAT_IN_OUT,
    'set interface nat44 in pg0 del',
    'set interface nat44 in pg0 out pg0',
    'nat44 add address 192.168.16.11',
    'nat44 add address 192.168.16.10 del',
  ],
  'NAT44 as output feature': NAT_OUTPUT_FEATURE,
  'endpoint-dependent NAT44': ['# startup: nat { endpoint-dependent }', ...NAT_IN_OUT, 'nat44 forwarding enable'],
  'a bridge and tunnels': overlayScript({ more: ['set interface state vxlan_tunnel0 up'] })
    .trimEnd()
    .split('\n'),
};

describe('config: commands between frames', () => {
  for (const [name, lines] of Object.entries(SCRIPTS)) {
    it(`${name}: wherever a script is cut, what comes late has the effect that it has early`, () => {
      const expected = probe(nodeOf(lines, lines.length));
      const first = lines[0].startsWith('#') ? 1 : 0;
      for (let split = first; split < lines.length; split++)
        probe(nodeOf(lines, split)).forEach((outcome, i) => {
          expect(outcome, `late: ${lines[split]}, probe ${i}`).to.deep.equal(expected[i]);
        });
    });
  }

  it('routes, neighbours and ACLs may come in any order, early or late', () => {
    const base = TWO_INTERFACES.slice(0, 6);
    const free = [
      ...TWO_INTERFACES.slice(6),
      'ip route add 8.8.0.0/16 via 192.168.16.100 pg1',
      'ip route add 8.8.8.0/24 via 10.1.1.4 pg0',
      'set ip arp static pg1 192.168.16.7 02:00:00:00:07:07',
    ];
    const bytesOf = (bench: Bench): unknown[] =>
      PROBES.map((frame) => {
        const { output, verdict } = bench.send('pg0', frame);
        return [output, verdict.drop];
      });
    const expected = bytesOf(nodeOf([...base, ...free], base.length + free.length));
    const order = fc.shuffledSubarray(free, { minLength: free.length });
    fc.assert(
      fc.property(order, fc.nat(free.length), (lines, late) => {
        expect(bytesOf(nodeOf([...base, ...lines], base.length + late))).to.deep.equal(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('a change of its ACLs ends the sessions of an interface, and of no other', () => {
    const bench = nodeOf(ACLS.slice(0, -5), ACLS.length);
    const answer = tcpOf({ source: '8.8.8.8', destination: '10.1.1.3', protocol: 6 }, 80, 1024, 0x12);
    const apply = (line: string): void => {
      const script = parseScript([...TWO_INTERFACES, line].join('\n'), 'late.vpp');
      applyCommand(script.commands[script.commands.length - 1], bench.tables);
    };
    const { flowStamps } = bench.tables;
    bench.send('pg0', tcpOf(FROM_POD, 1024, 80, SYN));
    expect(flowStamps.added - flowStamps.removed).to.equal(1);
    apply('set acl-plugin interface pg1 input acl 1');
    expect(bench.send('pg1', answer).output).to.have.length(1);
    expect(flowStamps.added - flowStamps.removed).to.equal(1);
    apply('set acl-plugin interface pg0 output acl 1');
    expect(flowStamps.added - flowStamps.removed).to.equal(0);
  });

  it('a neighbour that is deleted is asked for again', () => {
    const toPod = udpOf({ source: '8.8.8.8', destination: '10.1.1.3', protocol: 17 }, 53, 1024, DATA);
    const bench = nodeOf([...TWO_INTERFACES, 'set ip arp del pg0 10.1.1.3 02:00:00:00:01:03'], TWO_INTERFACES.length);
    expect(bench.send('pg1', toPod).verdict.nodes).to.include('ip4-glean');
    applyCommand(parseScript(TWO_INTERFACES.join('\n'), 'late.vpp').commands[6], bench.tables);
    expect(bench.send('pg1', toPod).output).to.have.length(1);
  });

  it('replaced rules decide about the next packet that has no session', () => {
    const bench = nodeOf([...ACLS.slice(0, -5), 'set acl-plugin acl index 0 deny'], ACLS.length - 5);
    expect(bench.send('pg0', tcpOf(FROM_POD, 1024, 80, SYN)).verdict.drop).to.equal(
      'acl-plugin-in-ip4-fa: ACL deny packets',
    );
  });
});
