/** Small captures through two nodes whose scripts differ in one place: what changes follows from that line. */

import { expect } from 'chai';
import { diffSchema } from '../../scripts/diff-schema.js';
import { LINKTYPE_ETHERNET } from '../../src/capture/frame-batch.js';
import { MemoryCapture } from '../../src/capture/memory-capture.js';
import { parseScript } from '../../src/config/parse-script.js';
import { diff } from '../../src/diff/diff.js';
import { diffLines, type DiffReport } from '../../src/diff/report.js';
import { icmpOf, tcpOf, udpOf } from '../pipeline/packets.js';

export const NODE = `
# interface: eth0 mac 02:fe:00:00:00:01
# interface: eth1 mac 02:fe:00:00:00:02
set interface state eth0 up
set interface ip address eth0 10.1.1.1/24
set interface state eth1 up
set interface ip address eth1 192.168.16.1/24
set ip arp static eth0 10.1.1.3 02:00:00:00:01:03
set ip arp static eth0 10.1.1.4 02:00:00:00:01:04
set ip arp static eth1 192.168.16.100 02:00:00:00:02:64
set ip arp static eth1 192.168.16.101 02:00:00:00:02:65
ip route add 0.0.0.0/0 via 192.168.16.100 eth1
set acl-plugin acl deny proto 6 src 0.0.0.0/0 dst 0.0.0.0/0 dport 23, permit+reflect src 0.0.0.0/0 dst 0.0.0.0/0
set acl-plugin interface eth0 input acl 0
nat44 add address 192.168.16.1
nat44 add address 192.168.16.2
nat44 add static mapping tcp local 10.1.1.4 80 external 192.168.16.1 8080
set interface nat44 in eth0 out eth1
`;

const POD = '10.1.1.3';
const SERVER = '93.184.216.34';
const OUTSIDE = '192.168.16.2';
const DATA = Uint8Array.of(1, 2, 3, 4);
const SYN = 2;
const ACK = 16;
/** NAT44's first three draws in 19.08: port = 1025 + floor(s / 66578), s the generator's state (RECORDINGS: A-seed0). */
const [FIRST, SECOND] = [16253, 18995];

const query = (port: number, ttl = 64): Uint8Array =>
  udpOf({ source: POD, destination: SERVER, protocol: 17, ttl }, port, 53, DATA);
/** With "don't fragment", which the checksum follows. */
const withoutFragments = (frame: Uint8Array): Uint8Array => {
  const view = new DataView(frame.buffer, frame.byteOffset);
  view.setUint16(20, 0x4000);
  const checksum = view.getUint16(24) - 0x4000;
  view.setUint16(24, checksum < 0 ? checksum + 0xffff : checksum);
  return frame;
};
const segment = (port: number, to: number, flags: number): Uint8Array =>
  tcpOf({ source: POD, destination: SERVER, protocol: 6 }, port, to, flags);

/** As the router sends it to eth1. */
const toEth1 = (frame: Uint8Array): Uint8Array => {
  frame.set(Buffer.from('02fe00000002020000000264', 'hex'));
  return frame;
};
const answer = (port: number, to = OUTSIDE): Uint8Array =>
  toEth1(udpOf({ source: SERVER, destination: to, protocol: 17 }, 53, port, DATA));
const often = (times: number, ...frames: readonly Uint8Array[]): Uint8Array[] =>
  Array.from({ length: times }, () => frames.map((frame) => frame.slice())).flat();

/** An ICMP error about a datagram that left from an outside port: it quotes the IP header and eight bytes. */
const unreachable = (port: number): Uint8Array => {
  const quoted = udpOf({ source: OUTSIDE, destination: SERVER, protocol: 17, ttl: 63 }, port, 53, DATA).subarray(
    14,
    42,
  );
  return toEth1(
    icmpOf({ source: SERVER, destination: OUTSIDE, protocol: 1 }, 3, 3, Buffer.concat([Buffer.alloc(4), quoted])),
  );
};

const captureOf = (frames: readonly Uint8Array[]) => ({
  path: 'in.pcap',
  interfaceName: null,
  open: () =>
    Promise.resolve(
      new MemoryCapture(
        'in.pcap',
        [{ linkType: LINKTYPE_ETHERNET, snapLength: 0, name: null, timestampDigits: 6 }],
        frames.map((bytes, i) => ({
          bytes,
          originalLength: bytes.length,
          seconds: 1,
          nanoseconds: i * 1000,
          interfaceIndex: 0,
        })),
      ),
    ),
});

async function diffOf(frames: readonly Uint8Array[], before: string, after: string): Promise<DiffReport> {
  const report = await diff({
    captures: [captureOf(frames)],
    before: parseScript(before, 'before.vpp'),
    after: parseScript(after, 'after.vpp'),
  });
  diffSchema.parse(report);
  return report;
}

/** The script with one text in place of another, which has to be there. */
const edited = (from: string, to: string): string => {
  expect(NODE).to.include(from);
  return NODE.replace(from, to);
};

const ENDPOINT_DEPENDENT = '# startup: nat { endpoint-dependent }';

/** With endpoint-dependent NAT44, and a service of two back ends. */
const serviceOf = (...[one, other]: readonly string[]): string =>
  `${ENDPOINT_DEPENDENT}${NODE.replace(
    'nat44 add static mapping tcp local 10.1.1.4 80 external 192.168.16.1 8080',
    'nat44 add load-balancing static mapping protocol tcp external 192.168.16.1:8080 ' +
      `local ${one}:80 probability 1 local ${other}:81 probability 1`,
  )}`;

interface Row {
  readonly name: string;
  readonly frames: readonly Uint8Array[];
  /** NODE where it is left out. */
  readonly before?: string;
  readonly after: string;
  /** `change flows/frames node:line > node:line`, of each group; lines are those of the scripts, 0 for none. */
  readonly groups: readonly string[];
  readonly bound?: number;
}

const DNS = 'deny proto 17 src 0.0.0.0/0 dst 0.0.0.0/0 dport 53, ';
const ACL = 'acl-plugin-in-ip4-fa';

const ROWS: readonly Row[] = [
  { name: 'nothing', frames: often(5, query(5000), segment(4000, 23, SYN)), after: NODE, groups: [] },
  {
    name: 'a rule that denies, and one that is gone',
    frames: often(100, query(5000), segment(4000, 23, ACK), segment(4001, 80, ACK)),
    after: edited('deny proto 6 src 0.0.0.0/0 dst 0.0.0.0/0 dport 23, ', DNS),
    // Either node draws two ports, the second one for the last flow: that has the same.
    groups: [`dropped 1/100 ${ACL}:13 > ${ACL}:13`, `passes 1/100 ${ACL}:13 > ${ACL}:13`],
  },
  {
    name: 'a route by another interface',
    frames: often(4, query(5000)),
    after: edited('0.0.0.0/0 via 192.168.16.100 eth1', '0.0.0.0/0 via 10.1.1.4 eth0'),
    groups: ['interface 1/4 ip4-lookup:12 > ip4-lookup:12'],
  },
  {
    name: 'a route by another gateway',
    frames: often(100, query(5000)),
    after: edited('via 192.168.16.100', 'via 192.168.16.101'),
    groups: ['next-hop 1/100 ip4-lookup:12 > ip4-lookup:12'],
  },
  {
    name: "a gateway's MAC",
    frames: often(4, query(5000)),
    after: edited('02:00:00:00:02:64', '02:00:00:00:02:99'),
    groups: ['next-hop 1/4 ip4-rewrite:10 > ip4-rewrite:10'],
  },
  {
    name: 'a NAT address, and what comes back to it',
    frames: [query(5000), ...often(99, answer(FIRST), query(5000))],
    after: edited('nat44 add address 192.168.16.2\n', 'nat44 add address 192.168.16.3\n'),
    groups: ['address 1/100 nat44-in2out-slowpath:16 > nat44-in2out-slowpath:16'],
    bound: 1,
  },
  {
    name: 'the port of a static mapping',
    frames: often(4, tcpOf({ source: '10.1.1.4', destination: SERVER, protocol: 6 }, 80, 4000, SYN | ACK)),
    after: edited('192.168.16.1 8080', '192.168.16.1 8081'),
    groups: ['port 1/4 nat44-in2out-slowpath:17 > nat44-in2out-slowpath:17'],
  },
  {
    name: 'ports that are drawn otherwise stand for each other, and so do answers, errors and strays',
    // The second node drops the first query, and draws its first port for the second one.
    frames: [query(5000), query(5001), ...often(100, answer(SECOND), query(5001), unreachable(SECOND)), answer(FIRST)],
    after: edited('deny proto 6', 'deny proto 17 src 0.0.0.0/0 dst 0.0.0.0/0 sport 5000, deny proto 6'),
    groups: [`dropped 1/1 ${ACL}:13 > ${ACL}:13`, 'dropped 1/1 nat44-out2in:16 > nat44-out2in:0'],
    bound: 1,
  },
  {
    name: 'an interface that is down',
    frames: [...often(2, query(5000)), answer(1)],
    after: edited('set interface state eth0 up\n', ''),
    groups: ['dropped 1/2 ip4-lookup:12 > :0'],
  },
  {
    name: 'an answer of the node about a packet that it drops either way',
    frames: often(2, query(5000, 1)),
    after: edited('set interface ip address eth0 10.1.1.1/24\n', 'set interface ip address eth0 10.1.1.2/24\n'),
    groups: ['answer 1/2 nat44-in2out:0 > nat44-in2out:0'],
  },
  {
    name: 'an MTU that is too small',
    frames: often(2, udpOf({ source: POD, destination: SERVER, protocol: 17 }, 5000, 53, new Uint8Array(800))),
    after: `${NODE}set interface mtu packet 576 eth1\n`,
    groups: ['size 1/2 ip4-rewrite:0 > ip4-rewrite:19'],
  },
  {
    name: 'the same for what must not be fragmented',
    frames: often(
      2,
      withoutFragments(udpOf({ source: POD, destination: SERVER, protocol: 17 }, 5000, 53, new Uint8Array(800))),
    ),
    after: `${NODE}set interface mtu packet 576 eth1\n`,
    groups: ['dropped 1/2 ip4-rewrite:10 > ip4-rewrite:19'],
  },
  {
    name: 'the interface of a route that is down',
    frames: often(2, query(5000)),
    after: `${NODE}set interface state eth1 down\n`,
    groups: ['dropped 1/2 ip4-lookup:12 > ip4-lookup:19'],
  },
  {
    name: 'back ends of a service',
    frames: often(4, toEth1(tcpOf({ source: SERVER, destination: '192.168.16.1', protocol: 6 }, 4000, 8080, SYN))),
    before: serviceOf('10.1.1.3', '10.1.1.3'),
    after: serviceOf('10.1.1.4', '10.1.1.4'),
    groups: ['backend 1/4 nat44-ed-out2in-slowpath:17 > nat44-ed-out2in-slowpath:17'],
  },
];

describe('diff, by hand', () => {
  for (const { name, frames, before: from = NODE, after, groups, bound = 0 } of ROWS)
    it(name, async () => {
      const report = await diffOf(frames, from, after);
      const found = report.groups.map(({ change, flows, frames: count, before, after: is }) => {
        const [was, to] = [before, is].map(({ node, config }) => `${node ?? ''}:${String(config?.line ?? 0)}`);
        return `${change} ${String(flows)}/${String(count)} ${was} > ${to}`;
      });
      expect(found, diffLines(report).join('\n')).to.have.members(groups);
      expect(report.boundPorts, 'bound ports').to.equal(bound);
      expect(report.verdict).to.equal(groups.length > 0 ? 'changed' : 'unchanged');
      expect(report.changedFrames).to.equal(report.groups.reduce((sum, group) => sum + group.frames, 0));
    });
});
