/** Rules for IPv6: the fast matcher, the one that tries one by one, and a naive twin; five-tuples behind extension headers; sessions. */

import { expect } from 'chai';
import fc from 'fast-check';
import { AclMatcher } from '../../../src/pipeline/acl/match/acl-match.js';
import type { Acl, Rule } from '../../../src/pipeline/acl/match/acl-rules.js';
import { Ip6PackedRules, type Ip6Comparison } from '../../../src/pipeline/acl/match/ip6-rules.js';
import { TupleMerge } from '../../../src/pipeline/acl/match/tuple-merge.js';
import { FiveTuple } from '../../../src/pipeline/acl/five-tuple.js';
import { AclSessions } from '../../../src/pipeline/acl/sessions/acl-sessions.js';
import { ip6Word, parseIp6 } from '../../../src/wire/ip6-address.js';
import { answer, rule, tuple } from './rules.js';

const aclOf = (rules: readonly Rule[], index = 0): Acl => ({ index, tag: 'test', rules, origin: 'test:1' });

/** How a release compares: 26.06, 19.08 with its hash tables, and 19.08 without. */
type Comparing = (rules: readonly Rule[]) => Ip6Comparison;
const EXACT: Comparing = () => ({ comparesByteBehind: false });
const ONE_BY_ONE: Comparing = () => ({ comparesByteBehind: true });
const OLD: Comparing = (rules) => {
  const tables = new TupleMerge();
  tables.setAcl(aclOf(rules));
  tables.setList(0, [0]);
  return { comparesByteBehind: true, hashMasks: tables.ip6Masks(0) };
};

const packed = (rules: readonly Rule[], comparing = EXACT): Ip6PackedRules =>
  new Ip6PackedRules([aclOf(rules)], comparing(rules));

const between = (source: string, destination: string, given: Partial<FiveTuple> = {}): FiveTuple => {
  const made = tuple(given);
  made.readText(source, destination);
  return made;
};

/** The 16 bytes of an address that has a number. */
const bytesOf = (words: readonly number[]): number[] =>
  words.flatMap((word) => [24, 16, 8, 0].map((shift) => (word >>> shift) & 0xff));
const numbered = (address: number): number[] => bytesOf([0, 1, 2, 3].map((index) => ip6Word(address, index)));

/** fa_acl_match_ip6_addr of VPP 19.08 and of 26.06, byte by byte; the former behind a hash table's comparison. */
function isInPrefix(bytes: number[], of: number, length: number, comparesByteBehind: boolean, hashMask: number[]) {
  const network = numbered(of);
  const whole = Math.floor(length / 8);
  const bits = length % 8;
  const mask = 0xff & ~((1 << (8 - bits)) - 1);
  if (bytes.some((byte, at) => ((byte ^ network[at]) & hashMask[at]) !== 0)) return false;
  if (bytes.slice(0, whole).some((byte, at) => byte !== network[at])) return false;
  if (bits === 0) return true;
  if (!comparesByteBehind) return (bytes[whole] & mask) === network[whole];
  // Behind the last byte of the rule's address stands the prefix's length.
  return whole === 15 ? false : (bytes[whole + 1] & mask) === network[whole + 1];
}

const naive = (rules: readonly Rule[], packet: FiveTuple, { comparesByteBehind, hashMasks }: Ip6Comparison): number =>
  rules.findIndex((r, position) => {
    const isLater = packet.isNonFirstFragment === 1;
    const mask = isLater || hashMasks === undefined ? new Int32Array(8) : hashMasks[position];
    const [from, to, fromMask, toMask] = [packet.addresses, mask]
      .flatMap((words) => [[...words.subarray(0, 4)], [...words.subarray(4)]])
      .map(bytesOf);
    if (!isInPrefix(from, r.source, r.sourceLength, comparesByteBehind, fromMask)) return false;
    if (!isInPrefix(to, r.destination, r.destinationLength, comparesByteBehind, toMask)) return false;
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
  const rows: readonly [string, rules: Rule[], FiveTuple, expected: number, comparing?: Comparing][] = [
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
    // both are in a table for 32 bits of the source: byte 5 is compared by nobody, byte 6 is 0
    [
      '19.08: a shorter prefix before it, and a hash has not',
      [
        rule({ src: '2001:db8::/32', protocol: 6, destinationPortFirst: 22, destinationPortLast: 22 }),
        rule({ src: '2001:db8:10::/44', protocol: 6 }),
      ],
      between('2001:db8:20::1', '::1'),
      1,
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
  for (const [name, rules, packet, expected, comparing = EXACT] of rows)
    it(name, () => {
      const list = packed(rules, comparing);
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
  for (const comparing of [EXACT, OLD, ONE_BY_ONE])
    it(`by fields equals one by one equals a twin${comparing === EXACT ? '' : `, as 19.08 compares ${comparing === OLD ? 'with' : 'without'} hash tables`}`, () => {
      fc.assert(
        fc.property(
          fc.array(anyRule, { maxLength: 60, size: 'max' }),
          fc.array(anyPacket, { minLength: 30, maxLength: 30 }),
          (rules, packets) => {
            const list = packed(rules, comparing);
            const byFields = new AclMatcher(list, true, 0);
            for (const packet of packets) {
              const expected = naive(rules, packet, comparing(rules));
              expect(byFields.match(packet)).to.equal(expected);
              expect(list.matchLinear(packet, true, 0, list.count)).to.equal(expected);
            }
          },
        ),
        { numRuns: 50 },
      );
    });
});

/** hash_lookup.c by hand: addresses' masks of the tables. */
describe('Hash tables of VPP 19.08', () => {
  const PORT_80 = { protocol: 6, destinationPortFirst: 80, destinationPortLast: 80 };
  const from = (src: string, port = 80): Rule =>
    rule({ src, ...PORT_80, destinationPortFirst: port, destinationPortLast: port });
  const to = (dst: string): Rule => rule({ dst, ...PORT_80 });
  /** Lengths of the source's and of the destination's mask. */
  const lengths = (masks: readonly Int32Array[]): string[] =>
    masks.map((mask) =>
      [mask.subarray(0, 4), mask.subarray(4)]
        .map((words) => words.reduce((bits, word) => bits + Math.clz32(~word), 0))
        .join('-'),
    );
  /** 2001:db8:10::/44, 2001:db8:20::/44, … */
  const networks = (count: number): Rule[] =>
    Array.from({ length: count }, (_, n) => from(`2001:db8:${((n + 1) * 16).toString(16)}::/44`, 100 + n));

  const rows: readonly [string, Rule[], expected: string[]][] = [
    // 44 - 0 > 4: the other side counts no more
    ['a mask of its own', [rule({ src: '2001:db8:10::/44' })], ['44-0']],
    ['hosts by their /64, which is dropped beside one', [rule({ src: '::1/128', dst: '::2/128' })], ['64-64']],
    ['a /64 by its /56', [rule({ src: '2001:db8::/64' })], ['56-0']],
    // 48 - 44 is not more than 4
    ['both sides that are about as long', [rule({ src: '2001:db8::/48', dst: '2001:db8:10::/44' })], ['48-44']],
    ['a longer one joins a shorter one', [from('2001:db8::/32'), from('2001:db8:10::/44', 443)], ['32-0', '32-0']],
    ['a shorter one does not join', [from('2001:db8:10::/44'), from('2001:db8::/32', 443)], ['44-0', '32-0']],
    [
      'a rule for any protocol does not join one for TCP',
      [from('::/0'), rule({ src: '2001:db8::/44' })],
      ['0-0', '44-0'],
    ],
    ['TCP joins any protocol', [rule({ src: '::/0' }), from('2001:db8::/44')], ['0-0', '0-0']],
    [
      'the newest that will do',
      [from('2001:db8::/32'), rule({ src: '::/0' }), from('2001:db8:10::/44')],
      ['32-0', '0-0', '0-0'],
    ],
    // IPv4's addresses are the last words of the destination: any to any is 0 there, too
    ['any of IPv4', [rule({}), rule({ src: '2001:db8:10::/44' })], ['0-0']],
    ['no network of IPv4', [rule({ src: '10.0.0.0/8' }), rule({ src: '2001:db8:10::/44' })], ['44-0']],
    // 32 bits of a host are 26 in the table; both words of a host in the destination have them
    ['a host of IPv4', [rule({ src: '10.0.0.1/32' }), rule({ dst: '2001:db8::1/128' })], ['0-26']],
    // first is a /32 of other bits; then 39 meet in one slot: no split
    ['39 in a slot', [from('2001:db9::/32', 1), ...networks(39)], Array.from({ length: 40 }, () => '32-0')],
    // 40 do: least and most are /44
    [
      '40 in a slot',
      [from('2001:db9::/32', 1), ...networks(40)],
      ['32-0', ...Array.from({ length: 40 }, () => '44-0')],
    ],
    // 128 - 44 bits differ; half of that are 10 more than 32, by which IPv4's place is shifted, the address's last word
    [
      'networks of destinations and a host',
      [to('2001:db9::/32'), ...Array.from({ length: 39 }, () => to('2001:db8:10::/44')), to('2001:db8::1/128')],
      [...Array.from({ length: 40 }, () => '0-32'), `0-${String(44 + 22)}`],
    ],
  ];
  for (const [name, rules, expected] of rows)
    it(name, () => {
      const tables = new TupleMerge();
      tables.setAcl(aclOf(rules));
      tables.setList(0, [0]);
      expect(lengths(tables.ip6Masks(0))).to.deep.equal(expected);
    });

  it('what came and went leaves rules that are before it where it moved them', () => {
    const [first, ...others] = [from('2001:db9::/32', 1), ...networks(40)];
    const tables = new TupleMerge();
    tables.setAcl(aclOf([first, ...others.slice(0, 20)], 0));
    tables.setAcl(aclOf(others.slice(20), 1));
    tables.setList(0, [0, 1]);
    tables.setAcl(aclOf([from('2001:db8:10::/44', 22)], 1));
    tables.setList(1, [0, 1]);
    const moved = Array.from({ length: 21 }, () => '44-0');
    expect(lengths(tables.ip6Masks(0))).to.deep.equal(['32-0', ...moved]);
    expect(lengths(tables.ip6Masks(1))).to.deep.equal(['32-0', ...moved.map(() => '32-0')]);
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
