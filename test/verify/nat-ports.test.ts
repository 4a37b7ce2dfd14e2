import { expect } from 'chai';
import type { NatPool, VerifyOptions } from '../../src/verify/options.js';
import { describeDifference } from '../../src/verify/report/report-text.js';
import { verifyCaptures } from '../../src/verify/verify.js';
import { captureOf, changed, type GivenFrame } from './frames.js';
import { echoIp, frame, icmpErrorIp, tcpIp, udpIp, vxlan } from './packets.js';

const OUTSIDE = '192.168.16.1';
const SERVER = '93.184.216.34:80';
const POOL: NatPool = {
  addresses: [{ first: OUTSIDE, last: OUTSIDE }],
  firstPort: 1025,
  lastPort: 65535,
  fixedPorts: [{ protocol: 'tcp', address: OUTSIDE, port: 8080 }],
};

/** A packet from the pool, and one back to it. */
const out = (port: number, seq = 1, from = OUTSIDE): string =>
  frame(tcpIp({ from: `${from}:${port}`, to: SERVER, seq }));
const back = (port: number, seq = 1): string => frame(tcpIp({ from: SERVER, to: `${OUTSIDE}:${port}`, seq }));
const ping = (ident: number, type = 8): string =>
  frame(echoIp(type === 8 ? { from: OUTSIDE, to: '8.8.8.8', ident } : { from: '8.8.8.8', to: OUTSIDE, ident, type }));
/** The server's complaint about a packet of a session; the pod's about one of the server's, translated on its way out. */
const errorOut = (port: number): string =>
  frame(icmpErrorIp({ from: OUTSIDE, to: '93.184.216.34', quotes: udpIp({ from: SERVER, to: `${OUTSIDE}:${port}` }) }));

interface Row {
  readonly name: string;
  readonly actual: readonly string[];
  readonly expected: readonly string[];
  readonly options?: Partial<VerifyOptions>;
  /** Causes of the groups; none for a match. */
  readonly causes?: readonly string[];
  /** `expected>actual` of the ports that are bound to others. */
  readonly bound?: readonly string[];
}

const ROWS: readonly Row[] = [
  {
    name: 'another port, the same in all packets of the session and in its replies',
    actual: [out(25801, 1), out(25801, 2), back(25801, 9)],
    expected: [out(41137, 1), out(41137, 2), back(41137, 9)],
    bound: ['41137>25801'],
  },
  {
    name: "two sessions that have each other's ports",
    actual: [out(5000, 1), out(6000, 2), out(5000, 3)],
    expected: [out(6000, 1), out(5000, 2), out(6000, 3)],
    bound: ['6000>5000', '5000>6000'],
  },
  {
    name: 'the same ports where only their order differs, and contents that are alike',
    actual: [out(6000), out(5000), out(5000, 2), out(6000, 3)],
    expected: [out(5000), out(6000), out(5000, 2), out(6000, 3)],
    options: { order: 'flow' },
  },
  {
    name: 'ports that are compared exactly',
    actual: [out(25801, 1), out(25801, 2)],
    expected: [out(41137, 1), out(41137, 2)],
    options: { natPorts: 'exact' },
    causes: ['one mapping: 192.168.16.1 tcp port 25801 instead of 41137'],
  },
  {
    name: 'a port that changes within a session',
    actual: [out(25801, 1), out(25802, 2), out(25801, 3)],
    expected: [out(41137, 1), out(41137, 2), out(41137, 3)],
    causes: ['192.168.16.1 tcp port 25802 instead of 41137, but 41137 stands for 25801 (2 packets, first at frame 1)'],
    bound: ['41137>25801'],
  },
  {
    name: 'one port for two sessions',
    actual: [out(25801, 1), out(25801, 2)],
    expected: [out(41137, 1), out(41138, 2)],
    causes: ['192.168.16.1 tcp port 25801 instead of 41138, but 25801 stands for 41137 (1 packet, first at frame 1)'],
    bound: ['41137>25801'],
  },
  {
    name: 'a reply to another port than the session has',
    actual: [out(25801, 1), back(25802, 2)],
    expected: [out(41137, 1), back(41137, 2)],
    causes: ['192.168.16.1 tcp port 25802 instead of 41137, but 41137 stands for 25801 (1 packet, first at frame 1)'],
    bound: ['41137>25801'],
  },
  {
    name: 'a port that stands for itself in one packet and for another in the next',
    actual: [out(5000, 1), out(6000, 2)],
    expected: [out(5000, 1), out(5000, 2)],
    causes: ['192.168.16.1 tcp port 6000 instead of 5000, but 5000 stands for 5000 (1 packet, first at frame 1)'],
  },
  {
    name: "a port below the pool's range",
    actual: [out(80)],
    expected: [out(41137)],
    causes: ['192.168.16.1 tcp port 80 instead of 41137, but 80 is none that the pool draws'],
  },
  {
    name: 'the port of a static mapping',
    actual: [out(8080)],
    expected: [out(41137)],
    causes: ['192.168.16.1 tcp port 8080 instead of 41137, but 8080 is none that the pool draws'],
  },
  {
    name: 'a port of an address outside of the pool',
    actual: [out(25801, 1, '10.1.1.3')],
    expected: [out(41137, 1, '10.1.1.3')],
    causes: ['one mapping: 10.1.1.3 tcp port 25801 instead of 41137'],
  },
  {
    name: 'a remote port, which NAT does not change',
    actual: [frame(tcpIp({ from: `${OUTSIDE}:5000`, to: '93.184.216.34:81' }))],
    expected: [frame(tcpIp({ from: `${OUTSIDE}:5000`, to: SERVER }))],
    causes: ['one mapping: 93.184.216.34 tcp port 81 instead of 80'],
  },
  {
    name: 'a checksum that does not follow the port',
    actual: [changed(out(41137), 34, (25801).toString(16))],
    expected: [out(41137)],
    causes: ['tcp.checksum differs'],
    bound: ['41137>25801'],
  },
  {
    name: 'UDP and TCP ports apart',
    actual: [out(5000), frame(udpIp({ from: `${OUTSIDE}:6000`, to: SERVER }))],
    expected: [out(7000), frame(udpIp({ from: `${OUTSIDE}:7000`, to: SERVER }))],
    bound: ['7000>5000', '7000>6000'],
  },
  {
    name: 'a UDP packet without checksum on one side only',
    actual: [changed(frame(udpIp({ from: `${OUTSIDE}:6000`, to: SERVER })), 40, '0000')],
    expected: [frame(udpIp({ from: `${OUTSIDE}:7000`, to: SERVER }))],
    causes: ['udp.checksum differs'],
    bound: ['7000>6000'],
  },
  {
    name: 'ICMP ids, in requests and replies',
    actual: [ping(25801), ping(25801, 0)],
    expected: [ping(41137), ping(41137, 0)],
    bound: ['41137>25801'],
  },
  {
    name: 'an ICMP error that quotes a packet of the session',
    actual: [frame(udpIp({ from: `${OUTSIDE}:25801`, to: SERVER })), errorOut(25801)],
    expected: [frame(udpIp({ from: `${OUTSIDE}:41137`, to: SERVER })), errorOut(41137)],
    bound: ['41137>25801'],
  },
  {
    name: "an ICMP error that quotes another session's port",
    actual: [frame(udpIp({ from: `${OUTSIDE}:25801`, to: SERVER })), errorOut(25802)],
    expected: [frame(udpIp({ from: `${OUTSIDE}:41137`, to: SERVER })), errorOut(41137)],
    causes: ['192.168.16.1 udp port 25802 instead of 41137, but 41137 stands for 25801 (1 packet, first at frame 1)'],
    bound: ['41137>25801'],
  },
  {
    name: 'an ICMP error whose checksum does not follow',
    actual: [changed(errorOut(25801), 36, 'abcd')],
    expected: [errorOut(41137)],
    causes: ['icmp.checksum differs'],
    bound: ['41137>25801'],
  },
  {
    name: 'a translated packet within VXLAN, whose outer source port follows',
    actual: [vxlan(out(25801), 50001), vxlan(out(25801, 2), 50001)],
    expected: [vxlan(out(41137), 60001), vxlan(out(41137, 2), 60001)],
    bound: ['41137>25801'],
  },
  {
    name: 'another VXLAN source port alone, which is no port of the NAT',
    actual: [vxlan(out(5000), 50001)],
    expected: [vxlan(out(5000), 60001)],
    causes: ['one mapping: 192.168.16.1 udp port 50001 instead of 60001'],
  },
  {
    name: 'another port and another TTL',
    actual: [frame(tcpIp({ from: `${OUTSIDE}:25801`, to: SERVER, ttl: 9 }))],
    expected: [frame(tcpIp({ from: `${OUTSIDE}:41137`, to: SERVER, ttl: 10 }))],
    causes: ['ip4.ttl expected 10, got 9'],
    bound: ['41137>25801'],
  },
];

const plain = (hexes: readonly string[]): GivenFrame[] => hexes.map((hex) => ({ hex }));

describe('NAT ports that stand for others', () => {
  for (const { name, actual, expected, options, causes = [], bound = [] } of ROWS) {
    it(name, async () => {
      const report = await verifyCaptures(
        [{ reader: captureOf(plain(actual)), interfaceName: null }],
        [{ reader: captureOf(plain(expected)), interfaceName: null }],
        { natPool: POOL, ...options },
      );
      expect(report.groups.map(({ cause }) => cause)).to.deep.equal(causes);
      expect(report.boundPorts.map(({ expected: was, actual: is }) => `${was}>${is}`)).to.deep.equal(bound);
      expect(report.isMatch, report.differences.map(describeDifference).join('\n')).to.equal(causes.length === 0);
      if (bound.length > 0) expect(report.tolerances.map(({ kind }) => kind)).to.include('nat port');
    });
  }

  for (const { name, gap, isMatch } of [
    { name: 'binds a port anew once its session was idle long enough', gap: 7441, isMatch: true },
    { name: 'does not before', gap: 7439, isMatch: false },
  ]) {
    it(name, async () => {
      const capture = (first: number, second: number): GivenFrame[] => [
        { hex: out(first, 1), time: 1 },
        { hex: out(second, 2), time: 1 + gap },
      ];
      const { isMatch: found } = await verifyCaptures(
        [{ reader: captureOf(capture(5000, 6000)), interfaceName: null }],
        [{ reader: captureOf(capture(7000, 7000)), interfaceName: null }],
        { natPool: POOL },
      );
      expect(found).to.equal(isMatch);
    });
  }
});
