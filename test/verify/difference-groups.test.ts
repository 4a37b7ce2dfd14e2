import { expect } from 'chai';
import { DifferenceGroups } from '../../src/verify/report/difference-groups.js';
import type { Difference, DifferenceKind } from '../../src/verify/report/report.js';

/** A packet whose TTL is another. */
const ttlApart = (frame: number, ttl: number): Difference => ({
  kind: 'changed',
  actual: { capture: 0, frame, interfaceName: null },
  expected: { capture: 0, frame, interfaceName: null },
  summary: '',
  recognition: null,
  fields: [
    { field: 'ip4.ttl', expected: '64', actual: String(ttl) },
    { field: 'ip4.checksum', expected: '0x0000', actual: '0x0001', isConsequence: true },
  ],
  ports: [],
});

const gone = (kind: DifferenceKind, frame: number): Difference => ({
  kind,
  actual: kind === 'unexpected' ? { capture: 0, frame, interfaceName: 'tap2' } : null,
  expected: kind === 'missing' ? { capture: 0, frame, interfaceName: 'tap2' } : null,
  summary: `10.0.0.1:${frame} > 10.0.0.2:80 tcp flags 0x02, 54 bytes`,
  recognition: null,
  fields: [],
  ports: [],
});

/** Counts one of a kind; true where it had to be described. */
function tell(groups: DifferenceGroups, family: number, values: number, difference: Difference): boolean {
  let isDescribed = false;
  groups.add(String(family), String(values), () => {
    isDescribed = true;
    return difference;
  });
  return isDescribed;
}

const told = (groups: DifferenceGroups): string[] =>
  groups
    .list()
    .map(({ packets, cause, first: { actual, expected } }) => `${packets} ${cause} @${(actual ?? expected)?.frame}`);

describe('differences by cause', () => {
  it('are none where there are none', () => {
    expect(new DifferenceGroups().list()).to.deep.equal([]);
  });

  it('are told apart up to five of a family, most packets first, then by frame', () => {
    const groups = new DifferenceGroups();
    // Kind k comes 1, 1, 3, 2, 3 times, in turns.
    const ways = [60, 61, 62, 63, 65];
    let frame = 0;
    const described: number[] = [];
    for (const kinds of [
      [0, 1, 2, 3, 4],
      [2, 3, 4],
      [4, 2],
    ])
      for (const kind of kinds) if (tell(groups, 1, kind, ttlApart(++frame, ways[kind]))) described.push(frame);
    expect(described).to.deep.equal([1, 2, 3, 4, 5]);
    expect(told(groups)).to.deep.equal([
      '3 ip4.ttl expected 64, got 62 @3',
      '3 ip4.ttl expected 64, got 65 @5',
      '2 ip4.ttl expected 64, got 63 @4',
      '1 ip4.ttl expected 64, got 60 @1',
      '1 ip4.ttl expected 64, got 61 @2',
    ]);
  });

  it('are one with the number of ways from six on, of which only five are described', () => {
    const groups = new DifferenceGroups();
    const described = Array.from({ length: 20 }, (_, n) => tell(groups, 1, n % 6, ttlApart(n + 1, n % 6)));
    expect(described.filter(Boolean)).to.have.lengthOf(5);
    expect(told(groups)).to.deep.equal(['20 ip4.ttl differs, in 6 ways @1']);
  });

  for (const { kinds, ways } of [
    { kinds: 9999, ways: '9999' },
    { kinds: 10_000, ways: '10000' },
    { kinds: 10_001, ways: 'more than 10000' },
    { kinds: 30_000, ways: 'more than 10000' },
  ])
    it(`are counted up to 10,000 ways: ${kinds}`, () => {
      const groups = new DifferenceGroups();
      for (let n = 0; n < 2 * kinds; n++) tell(groups, 1, n % kinds, ttlApart(n + 1, 1));
      expect(told(groups)).to.deep.equal([`${2 * kinds} ip4.ttl differs, in ${ways} ways @1`]);
    });

  it('of several families are each told apart on their own', () => {
    const groups = new DifferenceGroups();
    for (let n = 0; n < 6; n++) tell(groups, 1, n, ttlApart(n + 1, n));
    for (let n = 0; n < 4; n++) tell(groups, 2, n % 2, gone('missing', 20 + n));
    for (let n = 0; n < 9; n++) tell(groups, 3, n, gone('unexpected', 40 + n));
    expect(told(groups)).to.deep.equal([
      '9 not expected on tap2: packets of 9 flows @40',
      '6 ip4.ttl differs, in 6 ways @1',
      '2 missing on tap2: 10.0.0.1:20 > 10.0.0.2:80 tcp @20',
      '2 missing on tap2: 10.0.0.1:21 > 10.0.0.2:80 tcp @21',
    ]);
  });
});
