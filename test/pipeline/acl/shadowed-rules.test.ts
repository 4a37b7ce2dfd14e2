/** Shadowed rules against brute force: every packet that the rules can tell apart, through the matcher itself. */

import { expect } from 'chai';
import fc from 'fast-check';
import { PackedRules, type Rule } from '../../../src/pipeline/acl/match/acl-rules.js';
import type { FiveTuple } from '../../../src/pipeline/acl/five-tuple.js';
import { maskOf } from '../../../src/wire/address.js';
import { ShadowedRules, type Shadow } from '../../../src/pipeline/acl/match/shadowed-rules.js';
import { rule, tuple } from './rules.js';

const TCP = 6;
const UDP = 17;
const ICMP = 1;
const GRE = 47;
const SYN = 2;
const FLAGS = [0, 1, 2, 3];

/** Values of a field between which nothing changes, up to `last`. */
const boundaries = (ranges: readonly (readonly [number, number])[], last: number): number[] =>
  [...new Set([0, ...ranges.flatMap(([first, end]) => [first, end + 1])])].filter((value) => value <= last);

/** One packet of each kind that the rules tell apart. */
function* packetsFor(rules: readonly Rule[]): Generator<FiveTuple> {
  const sources = boundaries(
    rules.map((r) => [r.source >>> 0, (r.source | ~maskOf(r.sourceLength)) >>> 0]),
    0xffffffff,
  );
  const destinations = boundaries(
    rules.map((r) => [r.destination >>> 0, (r.destination | ~maskOf(r.destinationLength)) >>> 0]),
    0xffffffff,
  );
  const lastPort: Readonly<Record<number, number>> = { [TCP]: 0xffff, [UDP]: 0xffff, [ICMP]: 0xff, [GRE]: 0 };
  for (const unsignedSource of sources)
    for (const unsignedDestination of destinations)
      for (const protocol of [TCP, UDP, ICMP, GRE]) {
        const ends = { source: unsignedSource | 0, destination: unsignedDestination | 0, protocol };
        const none = { sourcePort: 0, destinationPort: 0, l4Valid: 0, tcpFlags: 0, tcpFlagsValid: 0 };
        yield tuple({ ...ends, ...none, isNonFirstFragment: 1 });
        yield tuple({ ...ends, ...none });
        const last = lastPort[protocol];
        for (const sourcePort of boundaries(
          rules.map((r) => [r.sourcePortFirst, r.sourcePortLast]),
          last,
        ))
          for (const destinationPort of boundaries(
            rules.map((r) => [r.destinationPortFirst, r.destinationPortLast]),
            last,
          ))
            for (const tcpFlags of protocol === TCP ? FLAGS : [0])
              yield tuple({ ...ends, sourcePort, destinationPort, tcpFlags });
      }
}

const packed = (rules: readonly Rule[]): PackedRules =>
  new PackedRules([{ index: 0, tag: 'test', rules, origin: 'test:1' }]);

/** Every verdict of the analysis has to be what brute force finds; returns the verdicts. */
function checkAll(rules: readonly Rule[], matchNonFirstFragment: boolean): (Shadow | null)[] {
  const all = packed(rules);
  const singles = rules.map((each) => packed([each]));
  const reached = new Set<number>();
  const matched: FiveTuple[][] = rules.map(() => []);
  for (const packet of packetsFor(rules)) {
    reached.add(all.matchLinear(packet, matchNonFirstFragment, 0, rules.length));
    singles.forEach((single, i) => {
      if (single.matchLinear(packet, matchNonFirstFragment, 0, 1) === 0) matched[i].push(packet);
    });
  }
  const analysis = new ShadowedRules(rules, matchNonFirstFragment);
  return rules.map((_, i) => {
    const shadow = analysis.shadowOf(i);
    expect(shadow !== null, `rule ${i} is out of reach`).to.equal(!reached.has(i));
    expect(shadow === 'nothing', `rule ${i} matches nothing`).to.equal(matched[i].length === 0);
    if (shadow === null || typeof shadow === 'string') return shadow;
    const takes = (other: number, packet: FiveTuple): boolean =>
      singles[other].matchLinear(packet, matchNonFirstFragment, 0, 1) === 0;
    const by = shadow;
    expect(by.every((other) => other < i)).to.equal(true);
    for (const left of [null, ...by]) {
      const others = by.filter((other) => other !== left);
      const isCovered = matched[i].every((packet) => others.some((other) => takes(other, packet)));
      expect(isCovered, `rule ${i} without ${left ?? 'none'} of ${by.join()}`).to.equal(left === null);
    }
    return by;
  });
}

const ports = fc.tuple(fc.constantFrom(0, 1, 2, 200, 256), fc.constantFrom(0, 1, 2, 255, 256, 65535));
const prefixes = fc.constantFrom(
  '0.0.0.0/0',
  '10.0.0.0/30',
  '10.0.0.0/31',
  '10.0.0.2/31',
  '10.0.0.1/32',
  '128.0.0.0/1',
);
const anyRule = fc
  .record({
    src: prefixes,
    dst: fc.constantFrom('0.0.0.0/0', '0.0.0.0/0', '10.0.0.0/31', '10.0.0.1/32'),
    protocol: fc.constantFrom(0, TCP, TCP, UDP, ICMP, GRE),
    from: ports,
    to: ports,
    flags: fc.constantFrom([0, 0], [0, 0], [1, 1], [3, 2], [2, 1]),
  })
  .map(({ from, to, flags: [tcpFlagsMask, tcpFlagsValue], ...rest }) =>
    rule({
      ...rest,
      sourcePortFirst: Math.min(...from),
      sourcePortLast: Math.max(...from),
      destinationPortFirst: Math.min(...to),
      destinationPortLast: Math.max(...to),
      tcpFlagsMask,
      tcpFlagsValue,
    }),
  );

describe('tables/acl/shadowed-rules', () => {
  const web = { protocol: TCP, destinationPortFirst: 80, destinationPortLast: 80 };
  const cases: { name: string; rules: Rule[]; expected: (Shadow | null)[] }[] = [
    { name: 'the same rule again', rules: [rule(web), rule(web)], expected: [null, [0]] },
    {
      name: 'a shorter prefix before',
      rules: [rule({ src: '10.0.0.0/8' }), rule({ src: '10.1.0.0/16' })],
      expected: [null, [0]],
    },
    {
      name: 'a longer prefix before',
      rules: [rule({ src: '10.1.0.0/16' }), rule({ src: '10.0.0.0/8' })],
      expected: [null, null],
    },
    {
      name: 'two halves of the addresses',
      rules: [rule({ src: '0.0.0.0/1' }), rule({ src: '128.0.0.0/1' }), rule({ dst: '10.0.0.0/8' })],
      expected: [null, null, [0, 1]],
    },
    {
      name: 'port ranges that meet, and one that is not needed',
      rules: [
        rule({ protocol: TCP, destinationPortLast: 79 }),
        rule({ protocol: TCP, destinationPortFirst: 70, destinationPortLast: 90 }),
        rule({ protocol: TCP, destinationPortFirst: 80 }),
        rule({ protocol: TCP }),
      ],
      expected: [null, null, null, [0, 2]],
    },
    {
      name: 'a rule for any protocol behind one for each: packets without L4 header are left',
      rules: [rule({ protocol: TCP }), rule({ protocol: UDP }), rule({})],
      expected: [null, null, null],
    },
    {
      name: 'flags set and flags not set',
      rules: [
        rule({ protocol: TCP, tcpFlagsMask: SYN, tcpFlagsValue: SYN }),
        rule({ protocol: TCP, tcpFlagsMask: SYN, tcpFlagsValue: 0 }),
        rule(web),
      ],
      expected: [null, null, [0, 1]],
    },
    {
      name: 'ICMP types above 255, which only later fragments reach',
      rules: [rule({ protocol: ICMP, sourcePortFirst: 256 }), rule({ protocol: ICMP, sourcePortFirst: 300 })],
      expected: [null, [0]],
    },
  ];
  for (const { name, rules, expected } of cases)
    it(name, () => {
      expect(checkAll(rules, true)).to.deep.equal(expected);
    });

  it('finds a rule that matches nothing, where later fragments count by their ports too', () => {
    const impossible = rule({ protocol: TCP, tcpFlagsMask: 1, tcpFlagsValue: 2 });
    expect(checkAll([rule({}), impossible], false)).to.deep.equal([null, 'nothing']);
  });

  it('agrees with brute force', function () {
    this.timeout(120_000);
    let shadowed = 0;
    fc.assert(
      fc.property(fc.array(anyRule, { minLength: 2, maxLength: 7 }), fc.boolean(), (rules, matchNonFirstFragment) => {
        shadowed += checkAll(rules, matchNonFirstFragment).filter((shadow) => Array.isArray(shadow)).length;
      }),
      { numRuns: 300, seed: 20261125 },
    );
    expect(shadowed).to.be.greaterThan(100);
  });
});
