import { expect } from 'chai';
import fc from 'fast-check';
import { AclMatcher } from '../../../src/pipeline/acl/match/acl-match.js';
import { PackedRules, type Rule } from '../../../src/pipeline/acl/match/acl-rules.js';
import { type FiveTuple } from '../../../src/pipeline/acl/five-tuple.js';
import { maskOf } from '../../../src/wire/address.js';
import { rule, tuple } from './rules.js';

const packed = (rules: readonly Rule[]): PackedRules =>
  new PackedRules([{ index: 0, tag: 'test', rules, origin: 'test:1' }]);

/** The first rule that matches, as VPP 19.08 src/plugins/acl/public_inlines.h single_acl_match_5tuple reads. */
function naive(rules: readonly Rule[], packet: FiveTuple, matchNonFirstFragment: boolean): number {
  return rules.findIndex((r) => {
    if (((packet.source ^ r.source) & maskOf(r.sourceLength)) !== 0) return false;
    if (((packet.destination ^ r.destination) & maskOf(r.destinationLength)) !== 0) return false;
    if (r.protocol === 0) return true;
    if (r.protocol !== packet.protocol) return false;
    if (packet.isNonFirstFragment === 1 && matchNonFirstFragment) return true;
    if (packet.l4Valid === 0) return false;
    if (packet.sourcePort < r.sourcePortFirst || packet.sourcePort > r.sourcePortLast) return false;
    if (packet.destinationPort < r.destinationPortFirst || packet.destinationPort > r.destinationPortLast) return false;
    return packet.tcpFlagsValid === 0 || (packet.tcpFlags & r.tcpFlagsMask) === r.tcpFlagsValue;
  });
}

describe('tables/acl/acl-match', () => {
  const SYN = 2;
  const ACK = 16;
  const cases = [
    { name: 'no rule: denied', rules: [], packet: tuple(), expected: -1 },
    { name: 'the first of two', rules: [rule({}), rule({})], packet: tuple(), expected: 0 },
    {
      name: 'a rule for any protocol ignores ports',
      rules: [rule({ sourcePortLast: 3 })],
      packet: tuple(),
      expected: 0,
    },
    {
      name: 'prefixes',
      rules: [rule({ src: '10.1.1.2/32' }), rule({ src: '10.1.1.2/31' })],
      packet: tuple(),
      expected: 1,
    },
    {
      name: 'port ranges include both ends',
      rules: [rule({ protocol: 6, destinationPortLast: 79 }), rule({ protocol: 6, destinationPortFirst: 80 })],
      packet: tuple(),
      expected: 1,
    },
    {
      name: 'TCP flags by value and mask',
      rules: [
        rule({ protocol: 6, tcpFlagsMask: SYN | ACK, tcpFlagsValue: SYN | ACK }),
        rule({ protocol: 6, tcpFlagsMask: SYN | ACK, tcpFlagsValue: SYN }),
      ],
      packet: tuple({ tcpFlags: SYN | 0x80 }),
      expected: 1,
    },
    {
      name: 'a value bit outside the mask never matches',
      rules: [rule({ protocol: 6, tcpFlagsMask: ACK, tcpFlagsValue: SYN })],
      packet: tuple({ tcpFlags: SYN }),
      expected: -1,
    },
    {
      name: 'a later fragment matches by addresses and protocol',
      rules: [
        rule({ protocol: 17 }),
        rule({ protocol: 6, destinationPortFirst: 9, tcpFlagsMask: 1, tcpFlagsValue: 1 }),
      ],
      packet: tuple({ isNonFirstFragment: 1, l4Valid: 0, sourcePort: 0, destinationPort: 0, tcpFlagsValid: 0 }),
      expected: 1,
    },
    {
      name: 'a header that is not in the packet matches rules without protocol only',
      rules: [rule({ protocol: 6 }), rule({})],
      packet: tuple({ l4Valid: 0, sourcePort: 0, destinationPort: 0, tcpFlagsValid: 0 }),
      expected: 1,
    },
    {
      name: 'a protocol without ports has ports 0',
      rules: [rule({ protocol: 50, destinationPortFirst: 1 }), rule({ protocol: 50 })],
      packet: tuple({ protocol: 50, sourcePort: 0, destinationPort: 0 }),
      expected: 1,
    },
  ];
  for (const { name, rules, packet, expected } of cases)
    it(name, () => {
      expect(new AclMatcher(packed(rules), true).match(packet), 'one by one').to.equal(expected);
      expect(new AclMatcher(packed(rules), true, 0).match(packet), 'by fields').to.equal(expected);
    });

  it('numbers rules within their ACL, over several ACLs, and skips IPv6 rules', () => {
    const acls = [
      { index: 7, tag: 'a', rules: [rule({ isIp6: true }), rule({ protocol: 1 })], origin: 'a:1' },
      { index: 3, tag: 'b', rules: [rule({ protocol: 17 }), rule({ isIp6: true }), rule({})], origin: 'a:2' },
    ];
    const { rules } = new AclMatcher(new PackedRules(acls), true);
    const position = rules.matchLinear(tuple(), true, 0, rules.count);
    expect([rules.aclIndexOf(position), rules.ruleIndexOf(position)]).to.deep.equal([3, 2]);
  });

  it('marks in the trace that a later fragment matched a rule with a protocol', () => {
    const fragment = tuple({ isNonFirstFragment: 1, l4Valid: 0 });
    const matcher = new AclMatcher(packed([rule({ protocol: 6 }), rule({})]), true);
    expect(matcher.traceBits(0, fragment) >>> 0).to.equal(0x80000000);
    expect([
      matcher.traceBits(1, fragment),
      matcher.traceBits(0, tuple()),
      matcher.traceBits(-1, fragment),
    ]).to.deep.equal([0, 0, 0]);
  });

  describe('by fields equals one by one', () => {
    /** Addresses near each other and at both ends of the range, so that prefixes nest and touch. */
    const address = fc
      .tuple(fc.constantFrom(0, 0x0a010000, 0x0a010100, 0x7fffff00, 0x80000000, 0xffffff00), fc.nat(255))
      .map(([base, host]) => base | host);
    const length = fc.constantFrom(0, 1, 8, 16, 24, 27, 30, 31, 32);
    const port = fc.constantFrom(0, 1, 79, 80, 81, 1023, 1024, 65534, 65535);
    const protocol = fc.constantFrom(0, 1, 6, 6, 17, 17, 50);
    const flags = fc.constantFrom(0, 1, 2, 16, 18);
    const anyRule = fc
      .record({
        a: address,
        al: length,
        b: address,
        bl: length,
        protocol,
        ports: fc.tuple(port, port, port, port),
        flags,
        mask: flags,
      })
      .map(({ a, al, b, bl, protocol, ports: [s0, s1, d0, d1], flags, mask }) => {
        return rule({
          source: a & maskOf(al),
          sourceLength: al,
          destination: b & maskOf(bl),
          destinationLength: bl,
          protocol,
          sourcePortFirst: Math.min(s0, s1),
          sourcePortLast: Math.max(s0, s1),
          destinationPortFirst: Math.min(d0, d1),
          destinationPortLast: Math.max(d0, d1),
          tcpFlagsValue: flags,
          tcpFlagsMask: mask,
        });
      });
    const anyTuple = fc
      .record({
        source: address,
        destination: address,
        protocol: fc.constantFrom(0, 1, 6, 17, 50, 132),
        sourcePort: port,
        destinationPort: port,
        tcpFlags: flags,
        kind: fc.constantFrom('whole', 'whole', 'fragment', 'cut'),
      })
      .map(({ kind, ...fields }) => {
        const isWhole = kind === 'whole';
        const ports = isWhole ? {} : { sourcePort: 0, destinationPort: 0, tcpFlagsValid: 0, l4Valid: 0 };
        return tuple({ ...fields, isNonFirstFragment: kind === 'fragment' ? 1 : 0, ...ports });
      });

    for (const { name, maxLength, numRuns } of [
      { name: 'for lists of up to 80 rules', maxLength: 80, numRuns: 300 },
      { name: 'for lists of up to 1200 rules', maxLength: 1200, numRuns: 30 },
    ])
      it(name, () => {
        fc.assert(
          fc.property(
            fc.array(anyRule, { maxLength, size: 'max' }),
            fc.array(anyTuple, { minLength: 50, maxLength: 50 }),
            fc.boolean(),
            (rules, packets, matchNonFirst) => {
              const list = packed(rules);
              const byFields = new AclMatcher(list, matchNonFirst, 0);
              for (const packet of packets) {
                const expected = naive(rules, packet, matchNonFirst);
                expect(byFields.match(packet)).to.equal(expected);
                expect(list.matchLinear(packet, matchNonFirst, 0, list.count)).to.equal(expected);
              }
            },
          ),
          { numRuns },
        );
      });

    it('for 2000 rules for single hosts and ports', () => {
      const rules = Array.from({ length: 2000 }, (_, i) =>
        rule({
          src: `10.${i % 7}.${i % 251}.${i % 253}/32`,
          protocol: 6,
          destinationPortFirst: i * 31,
          destinationPortLast: i * 32,
        }),
      );
      const matcher = new AclMatcher(packed(rules), true);
      for (let i = 0; i < 2000; i++) {
        const { source } = rules[i];
        for (const destinationPort of [i * 31, i * 32, i * 32 + 1]) {
          const packet = tuple({ source, destinationPort });
          expect(matcher.match(packet)).to.equal(naive(rules, packet, true));
        }
      }
    });
  });
});
