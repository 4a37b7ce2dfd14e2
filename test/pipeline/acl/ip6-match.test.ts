/** Rules for IPv6: the fast matcher, the one that tries one by one, and a naive twin; five-tuples behind extension headers; sessions. */

import { expect } from 'chai';
import fc from 'fast-check';
import { AclMatcher } from '../../../src/pipeline/acl/match/acl-match.js';
import type { Rule } from '../../../src/pipeline/acl/match/acl-rules.js';
import { Ip6PackedRules, type Ip6Comparison } from '../../../src/pipeline/acl/match/ip6-rules.js';
import { FiveTuple } from '../../../src/pipeline/acl/five-tuple.js';
import { AclSessions } from '../../../src/pipeline/acl/sessions/acl-sessions.js';
import { ip6Word, parseIp6 } from '../../../src/wire/ip6-address.js';
import { answer, rule, tuple } from './rules.js';

const EXACT: Ip6Comparison = { comparesByteBehind: false, isHashed: true };
const OLD: Ip6Comparison = { comparesByteBehind: true, isHashed: true };

const packed = (rules: readonly Rule[], comparison = EXACT): Ip6PackedRules =>
  new Ip6PackedRules([{ index: 0, tag: 'test', rules, origin: 'test:1' }], comparison);

const between = (source: string, destination: string, given: Partial<FiveTuple> = {}): FiveTuple => {
  const made = tuple(given);
  made.readText(source, destination);
  return made;
};

/** The 16 bytes of an address that has a number. */
const bytesOf = (words: readonly number[]): number[] =>
  words.flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff));
const numbered = (address: number): number[] => bytesOf([0, 1, 2, 3].map((index) => ip6Word(address, index)));

/** fa_acl_match_ip6_addr of VPP 19.08 and of 26.06, byte by byte; the former behind the hash table's comparison of whole prefixes. */
function isInPrefix(
  bytes: number[],
  of: number,
  length: number,
  { comparesByteBehind }: Ip6Comparison,
  isLater: boolean,
) {
  const network = numbered(of);
  const whole = Math.floor(length / 8);
  const bits = length % 8;
  const mask = 0xff & ~((1 << (8 - bits)) - 1);
  if (bytes.slice(0, whole).some((byte, at) => byte !== network[at])) return false;
  if (bits === 0) return true;
  const isExact = (bytes[whole] & mask) === network[whole];
  if (!comparesByteBehind) return isExact;
  // Behind the last byte of the rule's address stands the prefix's length.
  const behind = whole === 15 ? false : (bytes[whole + 1] & mask) === network[whole + 1];
  return behind && (isLater || isExact);
}

const naive = (rules: readonly Rule[], packet: FiveTuple, comparison: Ip6Comparison): number =>
  rules.findIndex((r) => {
    const isLater = packet.isNonFirstFragment === 1;
    const [source, destination] = [[...packet.addresses.subarray(0, 4)], [...packet.addresses.subarray(4)]].map(
      bytesOf,
    );
    if (!isInPrefix(source, r.source, r.sourceLength, comparison, isLater)) return false;
    if (!isInPrefix(destination, r.destination, r.destinationLength, comparison, isLater)) return false;
    if (r.protocol === 0) return true;
    if (r.protocol !== packet.protocol) return false;
    if (isLater) return true;
    return (
      packet.l4Valid === 1 &&
      packet.destinationPort >= r.destinationPortFirst &&
      packet.destinationPort <= r.destinationPortLast
    );
  });

describe('ACL rules for IPv6', () => {
  const rows: readonly [string, rules: Rule[], FiveTuple, expected: number, comparison?: Ip6Comparison][] = [
    [
      'a prefix',
      [rule({ src: '2001:db8::/48' }), rule({ src: '2001:db8:1::/48' })],
      between('2001:db8:1::7', '::1'),
      1,
    ],
    ['a host', [rule({ dst: '2001:db8::1/128' }), rule({ dst: '2001:db8::2/128' })], between('::1', '2001:db8::2'), 1],
    ['any address', [rule({ src: '::/0' })], between('fe80::1', 'ff02::1'), 0],
    ['no rule for IPv4', [rule({}), rule({ src: '::/0' })], between('::1', '::2'), 0],
    // 124 bits end within the last byte
    ['a prefix that ends within a byte', [rule({ src: '2001:db8::10/124' })], between('2001:db8::1f', '::1'), 0],
    ['which in 19.08 matches nothing', [rule({ src: '2001:db8::10/124' })], between('2001:db8::1f', '::1'), -1, OLD],
    // 44 bits end within byte 5, and byte 6 is compared with 0
    [
      '19.08: the bits of the next byte',
      [rule({ src: '2001:db8:10::/44' })],
      between('2001:db8:1f:800::1', '::1'),
      0,
      OLD,
    ],
    ['19.08: which differ', [rule({ src: '2001:db8:10::/44' })], between('2001:db8:1f:1000::1', '::1'), -1, OLD],
    [
      '19.08: a hash has compared the right ones',
      [rule({ src: '2001:db8:10::/44' })],
      between('2001:db8:20::1', '::1'),
      -1,
      OLD,
    ],
    [
      '19.08: but not of later fragments',
      [rule({ src: '2001:db8:10::/44' })],
      between('2001:db8:20::1', '::1', { isNonFirstFragment: 1, l4Valid: 0 }),
      0,
      OLD,
    ],
  ];
  for (const [name, rules, packet, expected, comparison = EXACT] of rows)
    it(name, () => {
      const list = packed(rules, comparison);
      expect(new AclMatcher(list, true).match(packet), 'one by one').to.equal(expected);
      expect(new AclMatcher(list, true, 0).match(packet), 'by fields').to.equal(expected);
    });

  const text = fc
    .tuple(fc.constantFrom('2001:db8', '2001:db8:0:1', '2001:db8:ffff:8000', 'fe80', '::'), fc.nat(0xffff))
    .map(([base, host]) => (base === '::' ? `::${host.toString(16)}` : `${base}::${host.toString(16)}`));
  const length = fc.constantFrom(0, 1, 16, 31, 44, 48, 60, 64, 65, 100, 112, 120, 124, 127, 128);
  const protocol = fc.constantFrom(0, 6, 17, 58);
  const port = fc.constantFrom(0, 80, 443, 65535);
  const anyRule = fc
    .record({ a: text, al: length, b: text, bl: length, protocol, from: port, to: port })
    .map(({ a, al, b, bl, protocol: number, from, to }) =>
      rule({
        src: `${a}/${al}`,
        dst: `${b}/${bl}`,
        protocol: number,
        destinationPortFirst: Math.min(from, to),
        destinationPortLast: Math.max(from, to),
      }),
    );
  const anyPacket = fc
    .record({ a: text, b: text, protocol: fc.constantFrom(6, 17, 50, 58), port, isLater: fc.boolean() })
    .map(({ a, b, protocol: number, port: destinationPort, isLater }) =>
      between(a, b, {
        protocol: number,
        destinationPort: isLater ? 0 : destinationPort,
        isNonFirstFragment: isLater ? 1 : 0,
        l4Valid: isLater ? 0 : 1,
        tcpFlagsValid: 0,
      }),
    );
  for (const comparison of [EXACT, OLD])
    it(`by fields equals one by one equals a twin${comparison === OLD ? ', as 19.08 compares' : ''}`, () => {
      fc.assert(
        fc.property(
          fc.array(anyRule, { maxLength: 60, size: 'max' }),
          fc.array(anyPacket, { minLength: 30, maxLength: 30 }),
          (rules, packets) => {
            const list = packed(rules, comparison);
            const byFields = new AclMatcher(list, true, 0);
            for (const packet of packets) {
              const expected = naive(rules, packet, comparison);
              expect(byFields.match(packet)).to.equal(expected);
              expect(list.matchLinear(packet, true, 0, list.count)).to.equal(expected);
            }
          },
        ),
        { numRuns: 100 },
      );
    });
});

describe('ACL sessions of IPv6', () => {
  const icmp = (type: number): FiveTuple =>
    between('2001:db8::1', '2001:db8::2', { protocol: 58, sourcePort: type, destinationPort: 0 });
  const back = (to: FiveTuple, type: number): FiveTuple => {
    const made = new FiveTuple().copy(to);
    made.swapAddresses();
    made.sourcePort = type;
    made.l4Flags ^= 1;
    return made;
  };
  // session_inlines.h icmp6_invmap: echo and node information
  for (const [asked, answered, expected] of [
    [128, 129, 0],
    [139, 140, 0],
    [128, 128, -1],
    [1, 1, -1],
    [135, 136, -1],
  ])
    it(`ICMPv6 type ${answered} is ${expected === 0 ? '' : 'not '}of the session of type ${asked}`, () => {
      const sessions = new AclSessions();
      sessions.add(icmp(asked), 1);
      expect(sessions.find(back(icmp(asked), answered))).to.equal(expected);
    });

  it('are in one pool with those of IPv4, whose keys are others', () => {
    const sessions = new AclSessions();
    const ip4 = tuple({ protocol: 17 });
    const ip6 = between('2001:db8::1', '2001:db8::2', { protocol: 17 });
    // A key of IPv4 whose words are the hashes of the addresses.
    const alike = tuple({ protocol: 17, source: ip6.source, destination: ip6.destination });
    expect([sessions.add(ip4, 1), sessions.add(ip6, 1)]).to.deep.equal([0, 1]);
    expect([sessions.find(ip6), sessions.find(alike), sessions.find(answer(ip4))]).to.deep.equal([1, -1, 0]);
    sessions.deactivate(1);
    expect([sessions.find(ip6), sessions.find(ip4)]).to.deep.equal([-1, 0]);
  });

  it('are told apart by all of their addresses, though hashes are alike', () => {
    const sessions = new AclSessions();
    const first = between('2001:db8::1', '2001:db8::2', { protocol: 17 });
    const second = new FiveTuple().copy(first);
    second.addresses.set(parseIp6('2001:db8::9') ?? []); // and the hashes stay
    expect(sessions.add(first, 1)).to.equal(0);
    expect(sessions.find(second)).to.equal(-1);
  });
});
