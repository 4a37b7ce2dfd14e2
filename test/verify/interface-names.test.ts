import { expect } from 'chai';
import { parseFieldRule } from '../../src/verify/packet/field-rules.js';
import { parseInterfacePair } from '../../src/verify/interface-names.js';
import type { VerifyOptions } from '../../src/verify/options.js';
import type { VerifyReport } from '../../src/verify/report/report.js';
import { reportLines } from '../../src/verify/report/report-text.js';
import { verifyCaptures } from '../../src/verify/verify.js';
import { captureOf, type GivenFrame } from './frames.js';
import { frame, tcpIp } from './packets.js';

const packet = (id: number, ttl = 64): string => frame(tcpIp({ id, seq: id, ttl, from: `10.1.1.3:${1000 + id}` }));
const on = (name: string, ...hexes: readonly string[]): GivenFrame[] => hexes.map((hex) => ({ hex, on: name }));
const plain = (...hexes: readonly string[]): GivenFrame[] => hexes.map((hex) => ({ hex }));
const [A, B, C, D] = [1, 2, 3, 4].map((id) => packet(id));

const run = (
  actual: readonly GivenFrame[],
  expected: readonly GivenFrame[],
  options: Partial<VerifyOptions>,
): Promise<VerifyReport> =>
  verifyCaptures(
    [{ reader: captureOf(actual), interfaceName: null }],
    [{ reader: captureOf(expected), interfaceName: null }],
    options,
  );

const map = (...texts: readonly string[]): Partial<VerifyOptions> => ({
  interfacePairs: texts.map(parseInterfacePair),
});
const ignore = (...texts: readonly string[]): Partial<VerifyOptions> => ({ rules: texts.map(parseFieldRule) });

describe('interfaces that are named otherwise', () => {
  for (const { name, actual, expected, options = {}, lines } of [
    {
      name: 'differ, and the report names the way out',
      actual: on('eth0', A, B),
      expected: on('ens3', A, B),
      lines: [
        '2 packets differ: interface expected ens3, got eth0; first: frame 1 on eth0',
        'differences: 2 changed, 0 missing, 0 unexpected; 0 packets equal',
        'no interface has packets on both sides: eth0; expected: ens3. --map eth0=ens3 compares these two, --ignore interface ' +
          'compares packets whatever their interface is called',
      ],
    },
    {
      name: 'differ, without a word where others are the same',
      actual: [...on('eth0', A), ...on('lo', B)],
      expected: [...on('ens3', A), ...on('lo', B)],
      lines: [
        'frame 1 on eth0: interface expected ens3, got eth0',
        'differences: 1 changed, 0 missing, 0 unexpected; 1 packet equal',
      ],
    },
    {
      name: 'are compared where they are paired',
      actual: on('eth0', A, B),
      expected: on('ens3', A, B),
      options: map('eth0=ens3'),
      lines: [
        'match: all 2 packets equal',
        '  allowed for in 2 packets (first: frame 1): interface eth0 stands for ens3',
      ],
    },
    {
      name: 'are compared with those they are paired with, of several',
      actual: [...on('eth0', A, B), ...on('eth1', C)],
      expected: [...on('b', C), ...on('a', A, B)],
      options: map('eth0=a', 'eth1=b'),
      lines: [
        'match: all 3 packets equal',
        '  allowed for in 2 packets (first: frame 1): interface eth0 stands for a',
        '  allowed for in 1 packet (first: frame 3): interface eth1 stands for b',
      ],
    },
    {
      name: 'may be exchanged',
      actual: [...on('eth0', A), ...on('eth1', B)],
      expected: [...on('eth0', B), ...on('eth1', A)],
      options: map('eth0=eth1', 'eth1=eth0'),
      lines: [
        'match: all 2 packets equal',
        '  allowed for in 1 packet (first: frame 1): interface eth0 stands for eth1',
        '  allowed for in 1 packet (first: frame 2): interface eth1 stands for eth0',
      ],
    },
    {
      name: 'are not those of the other side that have the name of a pair',
      actual: [...on('eth0', A), ...on('ens3', B)],
      expected: [...on('ens3', A), ...on('eth0', B)],
      options: map('eth0=ens3'),
      lines: [
        'frame 2 on ens3: interface expected eth0, got ens3',
        'differences: 1 changed, 0 missing, 0 unexpected; 1 packet equal',
        '  allowed for in 1 packet (first: frame 1): interface eth0 stands for ens3',
      ],
    },
    {
      name: 'have the name of their own side in a report',
      actual: on('eth0', A, packet(2, 63)),
      expected: on('ens3', A, B, C),
      options: map('eth0=ens3'),
      lines: [
        'frame 2 on eth0: ip4.ttl expected 64, got 63',
        'frame 3 on ens3 of the expected capture is missing: 10.1.1.3:1003 > 93.184.216.34:80 tcp flags 0x18, 59 bytes',
        'differences: 1 changed, 1 missing, 0 unexpected; 1 packet equal',
        '  allowed for in 1 packet (first: frame 1): interface eth0 stands for ens3',
      ],
    },
    {
      name: 'may be spelled as files are',
      actual: on('GigabitEthernet0-8-0', A),
      expected: on('\\Device\\NPF_{1-2}', A),
      options: map('GigabitEthernet0/8/0=\\Device\\NPF_{1-2}'),
      lines: [
        'match: 1 packet equal',
        '  allowed for in 1 packet (first: frame 1): interface GigabitEthernet0/8/0 stands for \\Device\\NPF_{1-2}',
      ],
    },
    {
      name: 'have the rules of either name',
      actual: on('eth0', A, packet(2, 63)),
      expected: on('ens3', packet(1, 63), B),
      options: { ...map('eth0=ens3'), ...ignore('ens3:ip4.ttl') },
      lines: [
        'match: all 2 packets equal',
        '  allowed for in 2 packets (first: frame 1): ignored: ip4.ttl on ens3',
        '  allowed for in 2 packets (first: frame 1): interface eth0 stands for ens3',
      ],
    },
    {
      name: 'are ignored',
      actual: [...on('eth0', A, B), ...on('eth1', C)],
      expected: [...on('ens3', A, B), ...on('ens4', C)],
      options: ignore('interface'),
      lines: ['match: all 3 packets equal', '  allowed for in 3 packets (first: frame 1): ignored: interface'],
    },
    {
      name: 'are ignored, but not what differs on them',
      actual: on('eth0', A, C, D),
      expected: on('ens3', A, packet(3, 63), D),
      options: ignore('interface'),
      lines: [
        'frame 2: ip4.ttl expected 63, got 64',
        'differences: 1 changed, 0 missing, 0 unexpected; 2 packets equal',
        '  allowed for in 2 packets (first: frame 1): ignored: interface',
      ],
    },
    {
      name: 'are nothing to ignore where a side names none',
      actual: plain(A),
      expected: on('ens3', A),
      options: ignore('interface'),
      lines: ['match: 1 packet equal'],
    },
  ])
    it(name, async () => {
      expect(reportLines(await run(actual, expected, options))).to.deep.equal(lines);
    });

  for (const { name, options, message, actual = on('eth0', A) } of [
    {
      name: 'an interface that the actual capture does not have',
      options: map('ens3=eth0'),
      message:
        'ens3=eth0 pairs an interface of the actual capture with one of the expected capture: the actual capture has no ' +
        'interface ens3, it has eth0',
    },
    {
      name: 'an interface that the expected capture does not have',
      options: map('eth0=ens4'),
      message:
        'eth0=ens4 pairs an interface of the actual capture with one of the expected capture: the expected capture has no ' +
        'interface ens4, it has ens3',
    },
    {
      name: 'an interface of a capture that names none',
      actual: plain(A),
      options: map('eth0=ens3'),
      message:
        'eth0=ens3 pairs an interface of the actual capture with one of the expected capture: the actual capture has no ' +
        'interface eth0, it names none',
    },
    {
      name: 'an interface with two counterparts',
      options: map('eth0=ens3', 'eth0=ens4'),
      message: 'eth0 of the actual capture is paired with two interfaces',
    },
    {
      name: 'interfaces that are ignored',
      options: { ...map('eth0=ens3'), ...ignore('interface') },
      message: 'interfaces are paired, but interface is ignored: leave one of them out',
    },
    {
      name: 'a rule for one interface where interfaces are ignored',
      options: ignore('interface', 'eth0:ip4.ttl'),
      message: 'eth0:ip4.ttl is for one interface, but interface is ignored: no packet is on any',
    },
    {
      name: 'a mask of interfaces',
      options: ignore('interface=0xff'),
      message: 'interface has no bits to compare: it is ignored, or it is not',
    },
    {
      name: 'link headers of one interface',
      options: ignore('eth0:link'),
      message: 'eth0:link: link is ignored on all interfaces, or on none',
    },
  ])
    it(`refuses ${name}`, async () => {
      const refusal = await run(actual, on('ens3', A), options).catch((error: unknown) => error);
      expect(refusal).to.include({ name: 'UsageError', message });
    });

  for (const text of ['eth0', '=ens3', 'eth0=', 'a=b=c', ''])
    it(`"${text}" pairs no interfaces`, () => {
      expect(() => parseInterfacePair(text)).to.throw(/^"\S*" pairs no interfaces: expected ACTUAL=EXPECTED, such as /);
    });
});
