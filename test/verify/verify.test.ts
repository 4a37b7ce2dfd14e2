import { expect } from 'chai';
import type { FrameReader } from '../../src/capture/frame-batch.js';
import { parseFieldRule } from '../../src/verify/packet/field-rules.js';
import type { VerifyOptions } from '../../src/verify/options.js';
import type { VerifyReport } from '../../src/verify/report/report.js';
import { describeDifference, verdictLine } from '../../src/verify/report/report-text.js';
import { verifyCaptures } from '../../src/verify/verify.js';
import { captureOf, changed, type GivenFrame } from './frames.js';
import { frame, icmpErrorIp, tcpIp, udpIp, vxlan } from './packets.js';

const packet = (id: number, more: Parameters<typeof tcpIp>[0] = {}): string => frame(tcpIp({ id, seq: id, ...more }));
const [A, B, C, D] = [1, 2, 3, 4].map((id) => packet(id));
const CARD = 'captured before the network card filled it in';
const SUMMARY = '10.1.1.3:42010 > 93.184.216.34:80 tcp flags 0x18, 59 bytes';
/** Of 70 bytes; its checksum is in bytes 36 and 37. */
/** What is said of a checksum of 0. */
const OFFLOADED = " (expected's is right, actual's is 0: captured before the network card filled it in)";
const ICMP_ERROR = frame(icmpErrorIp({ quotes: tcpIp({}) }));
/** A packet short enough for padding. */
const SHORT = frame(udpIp({ payload: '6869' }));

const on = (name: string, ...hexes: readonly string[]): GivenFrame[] => hexes.map((hex) => ({ hex, on: name }));
const plain = (...hexes: readonly string[]): GivenFrame[] => hexes.map((hex) => ({ hex }));
const rules = (...texts: readonly string[]): Partial<VerifyOptions> => ({ rules: texts.map(parseFieldRule) });

const run = (
  actual: readonly GivenFrame[],
  expected: readonly GivenFrame[],
  options: Partial<VerifyOptions> = {},
): Promise<VerifyReport> => verifyCaptures([one(captureOf(actual))], [one(captureOf(expected))], options);
const one = (
  reader: FrameReader,
  interfaceName: string | null = null,
): { reader: FrameReader; interfaceName: string | null } => ({
  reader,
  interfaceName,
});

interface Row {
  readonly name: string;
  readonly actual: readonly GivenFrame[];
  readonly expected: readonly GivenFrame[];
  readonly options?: Partial<VerifyOptions>;
  /** Sentences of the differences; none for a match. */
  readonly differences?: readonly string[];
  /** `kind: packets` of the tolerances. */
  readonly tolerances?: readonly string[];
  readonly matched?: number;
}

const ROWS: readonly Row[] = [
  { name: 'two empty captures', actual: [], expected: [] },
  { name: 'equal captures', actual: plain(A, B, C), expected: plain(A, B, C), matched: 3 },
  {
    name: 'a changed address, and the checksums that follow',
    actual: plain(A, packet(2, { from: '192.168.16.1:42010' }), C),
    expected: plain(A, B, C),
    differences: ['frame 2: ip4.src expected 10.1.1.3, got 192.168.16.1'],
    matched: 2,
  },
  {
    name: 'a TCP checksum of the pseudo header only',
    // 10.1.1.3 + 93.184.216.34 + protocol 6 + 25 bytes, folded by hand
    actual: plain(changed(A, 50, '40fe')),
    expected: plain(A),
    differences: [
      `frame 1: tcp.checksum expected 0x86ab, got 0x40fe (expected's is right, actual's is the pseudo header's sum: ${CARD})`,
    ],
  },
  {
    name: 'a TCP checksum of 0 that is expected',
    actual: plain(A),
    expected: plain(changed(A, 50, '0000')),
    differences: [`frame 1: tcp.checksum expected 0x0000, got 0x86ab (expected's is 0, actual's is right: ${CARD})`],
  },
  {
    name: 'a TCP checksum that is wrong otherwise',
    actual: plain(changed(A, 50, '1234')),
    expected: plain(A),
    differences: ["frame 1: tcp.checksum expected 0x86ab, got 0x1234 (expected's is right, actual's is wrong)"],
  },
  {
    name: 'a UDP checksum that is absent',
    actual: plain(changed(SHORT, 40, '0000')),
    expected: plain(changed(SHORT, 40, '1234')),
    differences: [
      "frame 1: udp.checksum expected 0x1234, got 0x0000 (expected's is wrong, actual's says that there is none)",
    ],
  },
  {
    name: 'an IP header checksum of 0',
    actual: plain(changed(A, 24, '0000')),
    expected: plain(A),
    differences: [`frame 1: ip4.checksum expected 0xf9eb, got 0x0000 (expected's is right, actual's is 0: ${CARD})`],
  },
  {
    name: 'a checksum inside VXLAN',
    actual: plain(vxlan(changed(A, 50, '40fe'), 33333)),
    expected: plain(vxlan(A, 33333)),
    differences: [
      `frame 1: udp.checksum expected 0xea15, got 0x2fc3; inner.tcp.checksum expected 0x86ab, got 0x40fe (expected's is right, actual's is the pseudo header's sum: ${CARD})`,
    ],
  },
  {
    name: 'a changed address with checksums that do not follow',
    actual: plain(changed(A, 26, 'c0a81001')),
    expected: plain(A),
    differences: [
      'frame 1: ip4.src expected 10.1.1.3, got 192.168.16.1; ip4.checksum expected 0x3446 by the other fields, got 0xf9eb; ' +
        'tcp.checksum expected 0xc105 by the other fields, got 0x86ab',
    ],
  },
  {
    name: 'a payload that is only the start of the expected one',
    actual: plain(A.slice(0, -4)),
    expected: plain(A),
    differences: ['frame 1: frame.len expected 59, got 57; payload@3 expected 6c6f, got its end'],
  },
  {
    name: 'a missing packet, which does not disturb those behind it',
    actual: plain(A, C, D),
    expected: plain(A, B, C, D),
    differences: [`frame 2 of the expected capture is missing: ${SUMMARY}`],
    matched: 3,
  },
  {
    name: 'an unexpected packet at the end',
    actual: plain(A, B),
    expected: plain(A),
    differences: [`frame 2 is not expected: ${SUMMARY}`],
    matched: 1,
  },
  {
    name: 'a duplicate',
    actual: plain(A, A, B),
    expected: plain(A, B),
    differences: [`frame 2 is not expected: ${SUMMARY}`],
    matched: 2,
  },
  {
    name: 'a duplicate that is expected and does not come',
    actual: plain(A, B),
    expected: plain(A, B, B),
    differences: [`frame 3 of the expected capture is missing: ${SUMMARY}`],
    matched: 2,
  },
  {
    name: 'packets where nothing is expected',
    actual: plain(A),
    expected: [],
    differences: [`frame 1 is not expected: ${SUMMARY}`],
  },
  {
    name: 'nothing where something is expected',
    actual: [],
    expected: plain(A),
    differences: [`frame 1 of the expected capture is missing: ${SUMMARY}`],
  },
  {
    name: 'named interfaces, each on its own',
    actual: [...on('tap2', A, B), ...on('pg0', C, D)],
    expected: [...on('pg0', C, D), ...on('tap2', A, B)],
    matched: 4,
  },
  {
    name: 'a packet on the wrong interface',
    actual: [...on('tap2', A), ...on('pg0', C)],
    expected: on('tap2', A, C),
    differences: ['frame 2 on pg0: interface expected tap2, got pg0'],
    matched: 1,
  },
  {
    name: 'an interface without expectation',
    actual: [...on('tap2', A), ...on('pg0', D)],
    expected: on('tap2', A),
    differences: [`frame 2 on pg0 is not expected: ${SUMMARY}`],
    matched: 1,
  },
  {
    name: 'a capture without interface names: in file order',
    actual: [...on('tap2', A), ...on('pg0', B)],
    expected: plain(A, B),
    matched: 2,
  },
  {
    name: 'two packets in another order',
    actual: plain(A, C, B, D),
    expected: plain(A, B, C, D),
    options: { order: 'strict' },
    differences: ['frame 2 (frame 3 of the expected capture) is out of order'],
    matched: 3,
  },
  {
    name: 'one packet that moved past many',
    actual: plain(B, C, D, A),
    expected: plain(A, B, C, D),
    options: { order: 'strict' },
    differences: ['frame 4 (frame 1 of the expected capture) is out of order'],
    matched: 3,
  },
  {
    name: 'another order where any is allowed',
    actual: plain(D, C, B, A),
    expected: plain(A, B, C, D),
    options: { order: 'any' },
    tolerances: ['reordered: 3'],
    matched: 4,
  },
  {
    name: 'another order within a flow, where flows have to keep theirs',
    actual: plain(B, A),
    expected: plain(A, B),
    options: { order: 'flow' },
    differences: ['frame 1 (frame 2 of the expected capture) is out of order'],
    matched: 1,
  },
  {
    name: 'another order between flows',
    actual: plain(packet(9, { from: '10.1.1.4:1000' }), A, B),
    expected: plain(A, packet(9, { from: '10.1.1.4:1000' }), B),
    options: { order: 'flow' },
    tolerances: ['reordered: 1'],
    matched: 3,
  },
  {
    name: 'several interfaces: per flow unless told otherwise',
    actual: [...on('tap2', packet(9, { from: '10.1.1.4:1000' }), A), ...on('pg0', C)],
    expected: [...on('tap2', A, packet(9, { from: '10.1.1.4:1000' })), ...on('pg0', C)],
    tolerances: ['reordered: 1'],
    matched: 3,
  },
  {
    name: 'other packets among the expected ones, where that is allowed',
    actual: plain(A, D, B),
    expected: plain(A, B),
    options: { contains: true },
    tolerances: ['unexpected: 1'],
    matched: 2,
  },
  {
    name: 'a missing packet where others are allowed',
    actual: plain(A, D),
    expected: plain(A, B, D),
    options: { contains: true },
    differences: [`frame 2 of the expected capture is missing: ${SUMMARY}`],
    matched: 2,
  },
  {
    name: 'duplicates that do not count',
    actual: plain(A, A, B),
    expected: plain(A, B, B),
    options: { unique: true },
    tolerances: ['duplicate: 1', 'duplicate: 1'],
    matched: 2,
  },
  {
    name: 'padding on one side',
    actual: plain(SHORT),
    expected: plain(SHORT.padEnd(120, '0')),
    tolerances: ['padding: 1'],
    matched: 1,
  },
  {
    name: 'other bytes of padding',
    actual: plain(SHORT.padEnd(120, '0')),
    expected: plain(SHORT.padEnd(120, 'f')),
    tolerances: ['padding: 1'],
    matched: 1,
  },
  {
    name: 'padding that is to be compared',
    actual: plain(SHORT),
    expected: plain(SHORT.padEnd(120, '0')),
    options: { comparesPadding: true },
    differences: ['frame 1: frame.len expected 60, got 44; payload@2 expected 0000000000000000, got its end'],
  },
  {
    name: 'bytes behind the IP packet of a frame that needs no padding',
    actual: plain(A.padEnd(140, '0')),
    expected: plain(A),
    differences: ['frame 1: frame.len expected 59, got 70; payload@5 expected its end, got 0000000000000000'],
  },
  {
    name: 'another length, hidden by padding, that the IP header tells',
    actual: plain(frame(udpIp({ payload: '686961' })).padEnd(120, '0')),
    expected: plain(SHORT.padEnd(120, '0')),
    // The checksum: 2 more for udp.length, which counts twice, and 0x6100 for the payload.
    differences: [
      'frame 1: ip4.len expected 30, got 31; udp.length expected 10, got 11; ' +
        'udp.checksum expected 0xb227, got 0x5125; payload@2 expected its end, got 61',
    ],
  },
  {
    name: 'another length, hidden by padding, whose field in the IP header is ignored',
    actual: plain(frame(udpIp({ payload: '686961' })).padEnd(120, '0')),
    expected: plain(SHORT.padEnd(120, '0')),
    options: rules('ip4.len', 'udp.length', 'udp.checksum'),
    // 14 bytes of Ethernet, 20 of IP, 8 of UDP and a payload of 2 or 3
    differences: ['frame 1: frame.unpadded_len expected 44, got 45; payload@2 expected its end, got 61'],
  },
  {
    name: 'another length, and an IP checksum that did not follow it',
    actual: plain(changed(packet(1, { payload: '68656c6c6f6f' }), 24, 'f9eb')),
    expected: plain(A),
    // What it should be is 1 less, for the byte more.
    differences: [
      'frame 1: ip4.len expected 45, got 46; tcp.checksum expected 0x86ab, got 0x863b; ' +
        'ip4.checksum expected 0xf9ea by the other fields, got 0xf9eb; payload@5 expected its end, got 6f',
    ],
  },
  {
    name: 'another length for a VLAN tag, padded on one side only',
    actual: plain(`${SHORT.slice(0, 24)}81000001${SHORT.slice(24)}`),
    expected: plain(SHORT.padEnd(120, '0')),
    differences: [
      'frame 1: frame.unpadded_len expected 44, got 48; eth.type expected 0x0800, got 0x8100; ' +
        'vlan.tci expected none, got 0x0001; vlan.type expected none, got 0x0800',
    ],
  },
  {
    name: 'a longer packet, as its IP header tells',
    actual: plain(packet(1, { payload: '68656c6c6f6f' })),
    expected: plain(A),
    differences: [
      'frame 1: ip4.len expected 45, got 46; ' +
        'tcp.checksum expected 0x86ab, got 0x863b; payload@5 expected its end, got 6f',
    ],
  },
  {
    name: 'a packet cut on one side',
    actual: plain(A, B),
    expected: [{ hex: A, cutTo: 56 }, { hex: B }],
    tolerances: ['snaplen: 1'],
    matched: 2,
  },
  {
    name: 'packets cut on one side, one of them missing',
    actual: plain(A, B, D),
    expected: [A, B, C, D].map((hex) => ({ hex, cutTo: 56 })),
    tolerances: ['snaplen: 3'],
    differences: [`frame 3 of the expected capture is missing: ${SUMMARY}`],
    matched: 3,
  },
  {
    name: 'a packet cut, and of another length',
    actual: plain(A),
    expected: [{ hex: A, originalLength: 1500 }],
    differences: ['frame 1: frame.len expected 1500, got 59'],
  },
  {
    name: 'an ICMP checksum that nobody knows, in a packet that was cut',
    actual: [{ hex: changed(ICMP_ERROR, 36, '0000'), cutTo: 66 }],
    expected: plain(ICMP_ERROR),
    tolerances: ['snaplen: 1', 'snaplen: 1'],
    matched: 1,
  },
  {
    name: 'an ICMP checksum of 0 in a packet that was not cut',
    actual: plain(changed(ICMP_ERROR, 36, '0000')),
    expected: plain(ICMP_ERROR),
    differences: [`frame 1: icmp.checksum expected 0x${ICMP_ERROR.slice(72, 76)}, got 0x0000${OFFLOADED}`],
  },
  {
    name: 'another ICMP checksum in a packet that was cut',
    actual: [{ hex: changed(ICMP_ERROR, 36, '0001'), cutTo: 66 }],
    expected: plain(ICMP_ERROR),
    differences: [
      `frame 1: icmp.checksum expected 0x${ICMP_ERROR.slice(72, 76)}, got 0x0001 (expected's is right, actual's cannot be verified)`,
    ],
  },
  {
    name: 'an ICMP error whose checksum nobody knows, and another difference',
    actual: [{ hex: changed(changed(ICMP_ERROR, 36, '0000'), 35, '01'), cutTo: 66 }],
    expected: plain(ICMP_ERROR),
    differences: ['frame 1: icmp.code expected 3, got 1'],
  },
  {
    name: 'a difference before the cut',
    actual: plain(packet(1, { ttl: 63 })),
    expected: [{ hex: A, cutTo: 56 }],
    differences: ['frame 1: ip4.ttl expected 64, got 63'],
  },
  {
    name: 'an ignored field, with its checksums',
    actual: plain(packet(1, { id: 77 }), B),
    expected: plain(A, B),
    options: rules('ip4.id'),
    tolerances: ['ignored: 1'],
    matched: 2,
  },
  {
    name: 'an ignored field whose checksum did not follow, where that is ignored, too: both are told',
    actual: plain(changed(A, 18, '004d')),
    expected: plain(A),
    options: rules('ip4.id', 'ip4.checksum'),
    tolerances: ['ignored: 1', 'ignored: 1'],
    matched: 1,
  },
  {
    name: 'an ignored field does not hide a wrong checksum',
    actual: plain(changed(A, 18, '004d')),
    expected: plain(A),
    options: rules('ip4.id'),
    differences: ['frame 1: ip4.checksum expected 0xf99f by the other fields, got 0xf9eb'],
  },
  {
    name: 'an ignored address, in the pseudo header too',
    actual: plain(packet(1, { from: '192.168.16.1:42010' })),
    expected: plain(A),
    options: rules('ip4.src'),
    tolerances: ['ignored: 1'],
    matched: 1,
  },
  {
    name: 'a masked address',
    actual: plain(packet(1, { from: '10.1.1.77:42010' }), packet(2, { from: '10.2.1.3:42010' })),
    expected: plain(A, B),
    options: rules('ip4.src=255.255.255.0'),
    differences: ['frame 2: ip4.src expected 10.1.1.3, got 10.2.1.3'],
    tolerances: ['masked: 1'],
    matched: 1,
  },
  {
    name: 'bytes of the payload as wildcards',
    actual: plain(packet(1, { payload: '6865ffff6f' }), packet(2, { payload: 'ff656c6c6f' })),
    expected: plain(A, B),
    options: rules('payload@2-3'),
    differences: ['frame 2: payload@0 expected 68656c6c6f, got ff656c6c6f'],
    tolerances: ['ignored: 1'],
    matched: 1,
  },
  {
    name: 'a field ignored on one interface only',
    actual: [...on('tap2', packet(1, { ttl: 9 })), ...on('pg0', packet(2, { ttl: 9 }))],
    expected: [...on('tap2', A), ...on('pg0', B)],
    options: rules('pg0:ip4.ttl'),
    differences: ['frame 1 on tap2: ip4.ttl expected 64, got 9'],
    tolerances: ['ignored: 1'],
    matched: 1,
  },
  {
    name: 'a field of the quoted packet',
    actual: plain(frame(icmpErrorIp({ quotes: tcpIp({ ttl: 3 }) }))),
    expected: plain(frame(icmpErrorIp({ quotes: tcpIp({ ttl: 4 }) }))),
    options: rules('quoted.ip4.ttl'),
    tolerances: ['ignored: 1'],
    matched: 1,
  },
  {
    name: 'timestamps, which are not compared',
    actual: [{ hex: A, time: 5 }],
    expected: [{ hex: A, time: 6 }],
    tolerances: ['time: 1'],
    matched: 1,
  },
  {
    name: 'timestamps within and beyond a tolerance',
    actual: [
      { hex: A, time: 5.001 },
      { hex: B, time: 6.5 },
    ],
    expected: [
      { hex: A, time: 5 },
      { hex: B, time: 6 },
    ],
    options: { timeToleranceSeconds: 0.01 },
    differences: ['frame 2: frame.time expected 6.000000000, got 6.500000000'],
    tolerances: ['time: 1'],
    matched: 1,
  },
  {
    name: 'frames that are no IP',
    actual: plain(A, '02fe00000001' + '020000000103' + '88b5' + 'aabbcc'),
    expected: plain(A, '02fe00000001' + '020000000103' + '88b5' + 'aabbcd'),
    differences: ['frame 2: payload@2 expected cd, got cc'],
    matched: 1,
  },
];

describe('verification of captures', () => {
  for (const { name, actual, expected, options, differences = [], tolerances = [], matched = 0 } of ROWS) {
    it(name, async () => {
      const report = await run(actual, expected, options);
      expect(report.differences.map(describeDifference)).to.deep.equal(differences);
      expect(report.tolerances.map(({ kind, packets }) => `${kind}: ${packets}`)).to.deep.equal(tolerances);
      expect(report.matched).to.equal(matched);
      expect(report.isMatch).to.equal(differences.length === 0);
      expect(report.groups.reduce((sum, { packets }) => sum + packets, 0)).to.equal(differences.length);
    });
  }

  it('tells link types apart', async () => {
    const report = await verifyCaptures([one(captureOf(plain(tcpIp()), 101))], [one(captureOf(plain(frame(tcpIp()))))]);
    expect(report.differences.map(describeDifference)).to.deep.equal([
      'frame 1: frame.linktype expected Ethernet (link type 1), got raw IPv4',
    ]);
  });

  it('does not call one packet all', async () => {
    expect(verdictLine(await run(plain(A), plain(A)))).to.equal('match: 1 packet equal');
    expect(verdictLine(await run(plain(A, B), plain(A, B)))).to.equal('match: all 2 packets equal');
  });

  it('tells no time as that of several packets', async () => {
    const at = (...times: readonly number[]): GivenFrame[] => [A, B].map((hex, i) => ({ hex, time: times[i] }));
    const report = await run(at(1.5, 2.75), at(1, 2), { timeToleranceSeconds: 0.1 });
    expect(report.groups.map(({ cause }) => cause)).to.deep.equal([
      'at another time, such as 1.500000000 instead of 1.000000000',
    ]);
  });

  it('tells no length as that of several packets', async () => {
    const padded = (payload: string, id: number): string => frame(udpIp({ id, payload })).padEnd(120, '0');
    const report = await run(
      plain(padded('61', 1), padded('6161', 2)),
      plain(padded('616161', 1), padded('61616161', 2)),
    );
    expect(report.groups.map(({ cause }) => cause)).to.deep.equal([
      'ip4.len differs; udp.length differs; udp.checksum differs; payload differs',
    ]);
  });

  for (const name of ['GigabitEthernet0/8/0', 'GigabitEthernet0-8-0', 'GigabitEthernet0_8_0'])
    for (const isActual of [true, false])
      it(`takes ${isActual ? 'actual' : 'expected'} captures of one interface each for what they are named: ${name}`, async () => {
        const whole = [one(captureOf([...on('GigabitEthernet0/8/0', A), ...on('tap2', B)]))];
        const parts = [one(captureOf(plain(B)), 'tap2'), one(captureOf(plain(A)), name)];
        const report = await (isActual ? verifyCaptures(parts, whole) : verifyCaptures(whole, parts));
        expect(report.isMatch).to.equal(true);
        expect(report.interfaces.map((each) => `${each.name ?? ''} ${each.matched}`)).to.have.members([
          'GigabitEthernet0/8/0 1',
          'tap2 1',
        ]);
      });

  for (const { name, options, message } of [
    {
      name: 'an unknown field',
      options: rules('ip4.ident'),
      message: /^no field "ip4.ident"; there are ip4.version_ihl, .*ip4.id/,
    },
    { name: 'a mask that is too wide', options: rules('ip4.ttl=0x1ff'), message: /has more bits than ip4.ttl/ },
    { name: 'a mask that is none', options: rules('ip4.ttl=high'), message: /"high" is no mask for ip4.ttl/ },
    { name: 'a range the wrong way round', options: rules('payload@4-2'), message: /no range of bytes/ },
  ]) {
    it(`refuses ${name}`, async () => {
      const error: unknown = await run([], [], options).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(Error).with.property('message').that.matches(message);
    });
  }
});
