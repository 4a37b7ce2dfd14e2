/** Which interface a frame arrived on, if any: by what the capture says, by name, by MACs, and by who sent it. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parseScript } from '../../src/config/parse-script.js';
import { replay, type ReplayOptions } from '../../src/replay/replay.js';
import type { ReplaySummary } from '../../src/replay/replay-summary.js';
import { parseAddress } from '../../src/wire/address.js';
import { enhanced, interfaceBlock, LITTLE, option, pcapHeader, pcapRecord, section } from '../capture/capture-bytes.js';
import { udpOf } from '../pipeline/packets.js';

/** up0 has a neighbour of its own MAC; the pods on in0 and in1 share theirs; dn0 is down; x0 and x1 have one MAC. */
const SCRIPT = parseScript(
  [
    '# interface: up0 mac 02:00:00:00:00:01',
    '# interface: in0 mac 02:00:00:00:00:02',
    '# interface: in1 mac 02:00:00:00:00:03',
    '# interface: dn0 mac 02:00:00:00:00:04',
    '# interface: x0 mac 02:00:00:00:00:05',
    '# interface: x1 mac 02:00:00:00:00:05',
    ...['up0', 'in0', 'in1', 'x0', 'x1'].map((name) => `set interface state ${name} up`),
    'set interface ip address up0 192.168.16.1/24',
    'set interface ip address in0 10.1.1.1/24',
    'set interface ip address in1 10.1.2.1/24',
    'set interface ip address x0 10.0.0.1/24',
    'set interface ip address x1 10.0.1.1/24',
    'set ip arp static up0 192.168.16.100 02:aa:00:00:00:64',
    'set ip arp static in0 10.1.1.3 00:00:00:00:00:02',
    'set ip arp static in1 10.1.2.3 00:00:00:00:00:02',
    'set ip arp static x1 10.0.1.9 02:aa:00:00:00:09',
    'ip route add 0.0.0.0/0 via 192.168.16.100 up0',
    'create loopback interface mac 02:00:00:00:00:06',
    'set interface state loop0 up',
    'set interface ip address loop0 10.5.0.1/24',
    'nat44 add address 192.168.16.50',
    'nat44 forwarding enable',
    'set interface nat44 out up0 output-feature',
  ].join('\n'),
  'node.vpp',
);

const UP0 = '020000000001';
const IN0 = '020000000002';
const SHARED = '020000000005';
const GATEWAY = '02aa00000064';
const POD = '000000000002';
const STRANGER = '02bb00000001';
const ALL = 'ffffffffffff';

const hexOf = (address: string): string => ((parseAddress(address) ?? 0) >>> 0).toString(16).padStart(8, '0');

/** An IPv4 packet with 100 bytes of UDP data, so that flows may be known by it. */
const ip4 = (source: string, destination: string): string =>
  Buffer.from(udpOf({ source, destination, protocol: 17 }, 1111, 2222, new Uint8Array(100)))
    .subarray(14)
    .toString('hex');
const ethernet = (destination: string, source: string, packet: string): string =>
  `${destination}${source}0800${packet}`;
const arp = (destination: string, source: string, sender: string, target: string): string =>
  `${destination}${source}08060001080006040001${source}${hexOf(sender)}${'00'.repeat(6)}${hexOf(target)}`;
const ip6 = (destination: string, source: string): string => `${destination}${source}86dd6000${'00'.repeat(38)}`;
/** Packet types: 0 to us, 1 broadcast, 2 multicast, 3 to another host, 4 outgoing. */
const cooked = (type: number, source: string, packet: string, protocol = '0800'): string =>
  `000${type}00010006${source}0000${protocol}${packet}`;
const cooked2 = (type: number, index: number, source: string, packet: string): string =>
  `08000000${index.toString(16).padStart(8, '0')}00010${type}06${source}0000${packet}`;

const pcap = (linkType: number, ...frames: readonly string[]): Buffer =>
  Buffer.concat([
    pcapHeader(LITTLE, 0xa1b2c3d4, linkType),
    ...frames.map((hex, seconds) => pcapRecord(LITTLE, { seconds, fraction: 0, bytes: Buffer.from(hex, 'hex') })),
  ]);

type Marked = readonly [mark: 'in' | 'out' | 'none', hex: string];
const MARKS = { none: 0, in: 1, out: 2 } as const;
const pcapng = (linkType: number, name: string, ...frames: readonly Marked[]): Buffer =>
  Buffer.concat([
    section(LITTLE),
    interfaceBlock(LITTLE, linkType, 0, option(LITTLE, 2, Buffer.from(name))),
    ...frames.map(([mark, hex], i) => {
      const bytes = Buffer.from(hex, 'hex');
      const options = mark === 'none' ? [] : [option(LITTLE, 2, LITTLE.u32(MARKS[mark]))];
      return enhanced(LITTLE, 0, BigInt(i), bytes, bytes.length, ...options);
    }),
  ]);

const OUT = ip4('10.1.1.3', '8.8.8.8');
const BACK = ip4('8.8.8.8', '10.1.1.3');
const FROM_POD = ethernet(IN0, POD, OUT);
const TO_POD = ethernet(POD, IN0, BACK);
const OWN_MAC = (name: string): string => `sent by the node itself (source MAC is that of ${name})`;
const OWN_ADDRESS = (address: string, owner: string): string =>
  `sent by the node itself (source address ${address} is that of ${owner})`;
const MARKED = 'sent by the node itself (the capture marks it as outbound)';
const OUTGOING = 'sent by the node itself (its cooked header says outgoing)';
const SHARED_SENDER =
  'group address ffff from 00:00:00:00:00:02, which belongs to several interfaces; name one with INTERFACE=FILE';
const UNKNOWN_SENDER = 'no MAC address and an unknown sender; name the interface with INTERFACE=FILE';

interface Row {
  readonly name: string;
  readonly given: Buffer;
  /** INTERFACE=FILE */
  readonly on?: string;
  /** Frames by interface. */
  readonly received: Readonly<Record<string, number>>;
  /** Frames by why they were not replayed; `ffff` stands for the broadcast address. */
  readonly left?: Readonly<Record<string, number>>;
}

const ROWS: readonly Row[] = [
  // Ethernet without a name: by the destination MAC
  {
    name: 'unicast of both directions',
    given: pcap(1, FROM_POD, TO_POD),
    received: { in0: 1 },
    left: { [OWN_MAC('in0')]: 1 },
  },
  {
    name: 'an interface that is down',
    given: pcap(1, ethernet('020000000004', STRANGER, OUT)),
    received: {},
    left: { 'dn0 is down and receives nothing': 1 },
  },
  {
    name: 'a MAC of nobody',
    given: pcap(1, ethernet(STRANGER, GATEWAY, OUT)),
    received: {},
    left: { 'destination MAC 02:bb:00:00:00:01 is that of no interface': 1 },
  },
  {
    name: 'a MAC that interfaces share: by who sent it, but not by what a router may have passed on',
    given: pcap(
      1,
      ethernet(SHARED, '02aa00000009', ip4('8.8.8.8', '10.0.0.1')),
      arp(SHARED, STRANGER, '10.0.0.7', '10.0.0.1'),
      arp(SHARED, STRANGER, '10.1.1.3', '10.0.0.1'),
      ethernet(SHARED, STRANGER, ip4('10.0.0.7', '10.0.0.1')),
      ethernet(SHARED, GATEWAY, ip4('10.0.0.7', '10.0.0.1')),
    ),
    received: { x0: 1, x1: 1 },
    left: { 'destination MAC 02:00:00:00:00:05 belongs to several interfaces; name one with INTERFACE=FILE': 3 },
  },
  {
    name: 'frames of interfaces that share a MAC',
    given: pcap(1, ethernet(GATEWAY, SHARED, OUT)),
    received: {},
    left: { [OWN_MAC('x0 and x1')]: 1 },
  },
  // group addresses: by who sent them
  {
    name: 'a broadcast of a neighbour',
    given: pcap(1, arp(ALL, GATEWAY, '9.9.9.9', '192.168.16.1')),
    received: { up0: 1 },
  },
  {
    name: 'broadcasts of neighbours that share a MAC: by address, a known one or in an attached prefix',
    given: pcap(
      1,
      arp(ALL, POD, '10.1.1.3', '10.1.1.1'),
      arp(ALL, POD, '10.1.2.77', '10.1.2.1'),
      ethernet('01005e0000fb', POD, ip4('10.1.2.3', '224.0.0.251')),
    ),
    received: { in0: 1, in1: 2 },
  },
  {
    name: 'broadcasts of which neither tells',
    given: pcap(
      1,
      arp(ALL, POD, '10.9.9.9', '10.1.1.1'),
      ethernet(ALL, POD, ip4('0.0.0.0', '255.255.255.255')),
      `${ALL}${POD}0806`,
      ip6(ALL, POD),
    ),
    received: {},
    left: { [SHARED_SENDER]: 4 },
  },
  {
    name: 'a broadcast of a stranger',
    given: pcap(1, arp(ALL, STRANGER, '10.9.9.9', '10.1.1.1')),
    received: {},
    left: { 'group address ffff from an unknown sender 02:bb:00:00:00:01': 1 },
  },
  {
    name: 'a broadcast in the prefix of a loopback, on which nothing is captured',
    given: pcap(1, arp(ALL, STRANGER, '10.5.0.9', '10.5.0.1')),
    received: {},
    left: { 'group address ffff from an unknown sender 02:bb:00:00:00:01': 1 },
  },
  {
    name: "the node's own broadcasts: ARP request, gratuitous ARP, IPv6",
    given: pcap(
      1,
      arp(ALL, UP0, '192.168.16.1', '192.168.16.100'),
      arp(ALL, UP0, '192.168.16.1', '192.168.16.1'),
      ip6('333300000002', UP0),
    ),
    received: {},
    left: { [OWN_MAC('up0')]: 3 },
  },
  {
    name: "the node's own broadcasts, whose MAC the configuration does not have",
    given: pcap(1, arp(ALL, STRANGER, '192.168.16.1', '192.168.16.100')),
    received: {},
    left: { [OWN_ADDRESS('192.168.16.1', 'up0')]: 1 },
  },
  // by name: all but the interface's own
  {
    name: 'INTERFACE=FILE',
    on: 'in1',
    given: pcap(
      1,
      FROM_POD,
      TO_POD,
      ethernet(POD, '020000000003', BACK),
      arp(ALL, '020000000003', '10.1.2.1', '10.1.2.3'),
    ),
    received: { in1: 2 },
    left: { [OWN_MAC('in1')]: 2 },
  },
  {
    name: 'if_name',
    given: pcapng(1, 'in0', ['none', FROM_POD], ['none', TO_POD], ['none', arp(ALL, IN0, '10.1.1.1', '10.1.1.3')]),
    received: { in0: 1 },
    left: { [OWN_MAC('in0')]: 2 },
  },
  // what the capture marks
  {
    name: 'marked directions, by name',
    given: pcapng(1, 'in0', ['in', FROM_POD], ['out', TO_POD], ['out', FROM_POD], ['in', TO_POD]),
    received: { in0: 2 },
    left: { [MARKED]: 2 },
  },
  {
    name: 'marked directions, by MAC',
    given: pcapng(1, 'eth7', ['in', FROM_POD], ['out', TO_POD], ['out', FROM_POD], ['none', FROM_POD]),
    received: { in0: 2 },
    left: { [MARKED]: 2 },
  },
  {
    name: "what is marked inbound, though the sender is the node's own",
    given: pcapng(1, 'eth7', ['in', ethernet(ALL, UP0, ip4('10.1.1.3', '255.255.255.255'))]),
    received: { in0: 1 },
  },
  {
    name: "what fits none: marked inbound it is no frame of the node's, though it has its MAC",
    given: pcapng(
      1,
      'eth7',
      ['in', FROM_POD],
      ['in', ethernet(STRANGER, UP0, OUT)],
      ['none', ethernet(STRANGER, UP0, OUT)],
    ),
    received: { in0: 1 },
    left: { 'destination MAC 02:bb:00:00:00:01 is that of no interface': 1, [OWN_MAC('up0')]: 1 },
  },
  {
    name: 'marked directions in a capture that is given to an interface',
    on: 'in1',
    given: pcapng(1, 'eth7', ['out', FROM_POD], ['in', FROM_POD], ['out', TO_POD], ['none', FROM_POD]),
    received: { in1: 2 },
    left: { [MARKED]: 2 },
  },
  {
    name: 'what another node sent, given to the interface on which it arrives',
    on: 'in1',
    given: pcapng(1, 'in1', ['out', FROM_POD], ['out', ethernet(POD, '020000000003', BACK)], ['none', FROM_POD]),
    received: { in1: 2 },
    left: { [OWN_MAC('in1')]: 1 },
  },
  // without MACs
  ...[101, 12, 14, 228].map((linkType) => ({
    name: `raw IP of link type ${linkType}: by the sender's address`,
    given: pcap(
      linkType,
      OUT,
      ip4('192.168.16.77', '10.1.1.3'),
      ip4('192.168.16.1', '8.8.8.8'),
      ip4('192.168.16.50', '8.8.8.8'),
      ip4('8.8.8.8', '192.168.16.50'),
    ),
    received: { in0: 1, up0: 1 },
    left: { [OWN_ADDRESS('192.168.16.1', 'up0')]: 1, [OWN_ADDRESS('192.168.16.50', 'NAT44')]: 1, [UNKNOWN_SENDER]: 1 },
  })),
  {
    name: 'BSD loopback, given to an interface',
    on: 'up0',
    given: pcap(0, `02000000${ip4('8.8.8.8', '192.168.16.50')}`, `02000000${ip4('192.168.16.50', '8.8.8.8')}`),
    received: { up0: 1 },
    left: { [OWN_ADDRESS('192.168.16.50', 'NAT44')]: 1 },
  },
  {
    name: 'raw IP with marks, which decide',
    given: pcapng(101, 'tun0', ['out', OUT], ['in', OUT], ['in', ip4('192.168.16.1', '8.8.8.8')]),
    received: { in0: 1, up0: 1 },
    left: { [MARKED]: 1 },
  },
  // cooked
  {
    name: 'cooked, of every packet type',
    given: pcap(
      113,
      ...[0, 1, 2, 3].map((type) => cooked(type, POD, ip4('10.1.2.3', '8.8.8.8'))),
      cooked(4, IN0, BACK),
      cooked(1, POD, arp('', POD, '10.1.1.3', '10.1.1.1').slice(16), '0806'),
    ),
    received: { in0: 1, in1: 4 },
    left: { [OUTGOING]: 1 },
  },
  {
    name: "cooked: by the sender's MAC, else by its address",
    given: pcap(
      113,
      cooked(0, GATEWAY, ip4('8.8.8.8', '192.168.16.50')),
      cooked(0, POD, ip4('8.8.8.8', '192.168.16.50')),
      cooked(0, STRANGER, ip4('8.8.8.8', '192.168.16.50')),
    ),
    received: { up0: 1 },
    left: {
      'no destination MAC, and the sender 00:00:00:00:00:02 belongs to several interfaces; name one with INTERFACE=FILE': 1,
      'no destination MAC and an unknown sender 02:bb:00:00:00:01; name the interface with INTERFACE=FILE': 1,
    },
  },
  {
    name: "cooked v2: by what a frame of the same number told before, the node's own or a neighbour's",
    given: pcap(
      276,
      cooked2(0, 2, STRANGER, ip4('8.8.8.8', '192.168.16.50')),
      cooked2(4, 2, UP0, ip4('192.168.16.50', '8.8.8.8')),
      cooked2(0, 2, STRANGER, ip4('8.8.8.8', '192.168.16.50')),
      cooked2(0, 5, POD, OUT),
      cooked2(0, 5, POD, ip4('8.8.8.8', '10.1.2.3')),
      cooked2(4, 6, '020000000003', ip4('8.8.8.8', '10.1.2.3')),
      cooked2(0, 6, POD, ip4('8.8.4.4', '10.1.1.3')),
    ),
    received: { up0: 1, in0: 2, in1: 1 },
    left: {
      'no destination MAC and an unknown sender 02:bb:00:00:00:01; name the interface with INTERFACE=FILE': 1,
      [OUTGOING]: 2,
    },
  },
  {
    name: 'cooked, given to an interface',
    on: 'x0',
    given: pcap(113, cooked(0, STRANGER, OUT), cooked(4, STRANGER, BACK)),
    received: { x0: 1 },
    left: { [OUTGOING]: 1 },
  },
];

describe('placement of frames', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vppcap-placement-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  const run = (given: Buffer, on: string | undefined, options: Partial<ReplayOptions> = {}): Promise<ReplaySummary> => {
    const path = join(folder, 'in.cap');
    writeFileSync(path, given);
    const captures = [{ path, interfaceName: on ?? null }];
    return replay({ captures, script: SCRIPT, output: null, drops: null, verdicts: null, ...options });
  };
  const seen = ({ interfaces, notReplayed }: ReplaySummary): unknown => ({
    received: Object.fromEntries(
      interfaces.filter(({ received }) => received > 0).map(({ name, received }) => [name, received]),
    ),
    left: Object.fromEntries(
      notReplayed.map(({ reason, count }) => [reason.replace('ff:ff:ff:ff:ff:ff', 'ffff'), count]),
    ),
  });

  for (const { name, given, on, received, left = {} } of ROWS)
    it(`places ${name}`, async () => {
      const summary = await run(given, on);
      expect(seen(summary)).to.deep.equal({ received, left });
      expect(seen(await run(given, on, { verdicts: join(folder, 'v.jsonl') })), 'node by node').to.deep.equal(
        seen(summary),
      );
      if (Object.keys(received).length > 0) expect(summary).to.not.have.property('nothingReplayed');
      else expect(summary.nothingReplayed).to.match(/^no frame of .*in\.cap could be replayed \(\d in all\): /);
    });

  /** Over and over, so that the flow cache knows the flow, and threads help. */
  const often = <T>(frames: readonly T[]): T[] => Array.from({ length: 3000 }, () => frames).flat();
  for (const { name, given, on, received } of [
    {
      name: 'by INTERFACE=FILE',
      on: 'in0',
      given: pcap(1, ...often([FROM_POD, ethernet(GATEWAY, IN0, OUT)])),
      received: 3000,
    },
    {
      name: 'by if_name',
      given: pcapng(
        1,
        'in0',
        ...often<Marked>([
          ['none', FROM_POD],
          ['none', ethernet(GATEWAY, IN0, OUT)],
        ]),
      ),
      received: 3000,
    },
    {
      name: 'by a mark',
      given: pcapng(
        1,
        'in0',
        ...often<Marked>([
          ['in', FROM_POD],
          ['out', FROM_POD],
        ]),
      ),
      received: 3000,
    },
    {
      name: 'by a mark, placed by MAC',
      given: pcapng(
        1,
        'eth7',
        ...often<Marked>([
          ['in', FROM_POD],
          ['out', FROM_POD],
          ['none', FROM_POD],
        ]),
      ),
      received: 6000,
    },
    {
      name: 'not where marked inbound',
      given: pcapng(
        1,
        'in0',
        ...often<Marked>([
          ['in', FROM_POD],
          ['in', ethernet(GATEWAY, IN0, OUT)],
        ]),
      ),
      received: 6000,
    },
    {
      name: 'not what another node sent',
      on: 'in0',
      given: pcapng(1, 'in0', ...often<Marked>([['out', FROM_POD]])),
      received: 3000,
    },
  ])
    for (const workers of [1, 2])
      it(`lets no frame of a known flow pass that the node sent, with ${workers} threads: ${name}`, async () => {
        const threads = { fromBytes: 0, afterFills: 1 };
        const { totals } = await run(given, on, { workers, threads, output: join(folder, 'out.pcap') });
        expect([totals.received, totals.transmitted]).to.deep.equal([received, received]);
      });
});
