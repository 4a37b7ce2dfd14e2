import { expect } from 'chai';
import { compareCaptures } from '../../src/verify/compare.js';
import { describeDifference, describeResult } from '../../src/verify/describe.js';
import { captureOf, changed, TCP_FRAME, type GivenFrame } from './frames.js';

const numbered = (n: number): string => changed(TCP_FRAME, 18, n.toString(16).padStart(4, '0'));
const A = numbered(1);
const B = numbered(2);
const C = numbered(3);
const D = numbered(4);
const SUMMARY = '10.1.1.3:42010 > 93.184.216.34:80 tcp flags 0x02, 59 bytes';

const frames = (hexes: readonly string[], on?: string): GivenFrame[] =>
  hexes.map((hex) => (on === undefined ? { hex } : { hex, on }));

interface Row {
  readonly name: string;
  readonly actual: readonly GivenFrame[];
  readonly expected: readonly GivenFrame[];
  readonly lines: readonly string[];
  readonly result: string;
}

const ROWS: readonly Row[] = [
  { name: 'two empty captures', actual: [], expected: [], lines: [], result: 'match: both captures are empty' },
  {
    name: 'equal captures',
    actual: frames([A, B, C]),
    expected: frames([A, B, C]),
    lines: [],
    result: 'match: all 3 packets equal',
  },
  {
    name: 'a changed source address',
    actual: frames([A, B, C]),
    expected: frames([A, changed(B, 26, 'c0a81001'), C]),
    lines: ['frame 2: ip4.src expected 192.168.16.1, got 10.1.1.3'],
    result: 'differences: 1 different, 0 missing, 0 unexpected; 2 packets equal',
  },
  {
    name: 'several changed fields and payload',
    actual: frames([A]),
    expected: frames([changed(changed(changed(A, 22, '3f'), 34, '6441'), 55, '45')]),
    lines: [
      'frame 1: ip4.ttl expected 63, got 64; tcp.srcport expected 25665, got 42010; payload@1 expected 456c6c6f, got 656c6c6f',
    ],
    result: 'differences: 1 different, 0 missing, 0 unexpected; 0 packets equal',
  },
  {
    name: 'a payload that is only the start of the expected one',
    actual: frames([A.slice(0, -4)]),
    expected: frames([A]),
    lines: ['frame 1: frame.len expected 59, got 57; payload@3 expected 6c6f, got its end'],
    result: 'differences: 1 different, 0 missing, 0 unexpected; 0 packets equal',
  },
  {
    name: 'a packet cut by snaplen',
    actual: frames([A]),
    expected: [{ hex: A, originalLength: 1500 }],
    lines: ['frame 1: frame.len expected 1500, got 59'],
    result: 'differences: 1 different, 0 missing, 0 unexpected; 0 packets equal',
  },
  {
    name: 'a missing packet, which does not disturb those behind it',
    actual: frames([A, C, D]),
    expected: frames([A, B, C, D]),
    lines: [`frame 2 of the expected capture is missing: ${SUMMARY}`],
    result: 'differences: 0 different, 1 missing, 0 unexpected; 3 packets equal',
  },
  {
    name: 'an unexpected packet at the end',
    actual: frames([A, B]),
    expected: frames([A]),
    lines: [`frame 2 is not expected: ${SUMMARY}`],
    result: 'differences: 0 different, 0 missing, 1 unexpected; 1 packet equal',
  },
  {
    name: 'a duplicate',
    actual: frames([A, A, B]),
    expected: frames([A, B]),
    lines: [`frame 2 is not expected: ${SUMMARY}`],
    result: 'differences: 0 different, 0 missing, 1 unexpected; 2 packets equal',
  },
  {
    name: 'nothing where something is expected',
    actual: [],
    expected: frames([A]),
    lines: [`frame 1 of the expected capture is missing: ${SUMMARY}`],
    result: 'differences: 0 different, 1 missing, 0 unexpected; 0 packets equal',
  },
  {
    name: 'named interfaces, each on its own',
    actual: [...frames([A, B], 'tap2'), ...frames([C, D], 'pg0')],
    expected: [...frames([C, D], 'pg0'), ...frames([A, B], 'tap2')],
    lines: [],
    result: 'match: all 4 packets equal',
  },
  {
    name: 'a packet on the wrong interface',
    actual: [...frames([A], 'tap2'), ...frames([C], 'pg0')],
    expected: [...frames([A], 'tap2'), ...frames([C], 'tap2')],
    lines: [
      `frame 2 on tap2 of the expected capture is missing: ${SUMMARY}`,
      `frame 2 on pg0 is not expected: ${SUMMARY}`,
    ],
    result: 'differences: 0 different, 1 missing, 1 unexpected; 1 packet equal',
  },
  {
    name: 'a capture without interface names: in file order',
    actual: [...frames([A], 'tap2'), ...frames([B], 'pg0')],
    expected: frames([A, B]),
    lines: [],
    result: 'match: all 2 packets equal',
  },
];

describe('comparison of captures', () => {
  for (const { name, actual, expected, lines, result } of ROWS) {
    it(name, async () => {
      const found: string[] = [];
      const outcome = await compareCaptures(captureOf(actual), captureOf(expected), (difference) =>
        found.push(describeDifference(difference)),
      );
      expect(found).to.deep.equal(lines);
      expect(describeResult(outcome)).to.equal(result);
    });
  }

  it('tells link types apart', async () => {
    const found: string[] = [];
    await compareCaptures(captureOf(frames([A]), 101), captureOf(frames([A])), (difference) =>
      found.push(describeDifference(difference)),
    );
    expect(found).to.deep.equal(['frame 1: frame.linktype expected 1, got 101']);
  });

  it('takes long captures in which every packet changed for changed packets', async () => {
    const count = 1000;
    const before = Array.from({ length: count }, (_, i) => ({ hex: numbered(i) }));
    const after = before.map(({ hex }) => ({ hex: changed(hex, 34, '0001') }));
    const { different, missing, unexpected } = await compareCaptures(
      captureOf(after),
      captureOf(before),
      () => undefined,
    );
    expect({ different, missing, unexpected }).to.deep.equal({ different: count, missing: 0, unexpected: 0 });
  });
});
