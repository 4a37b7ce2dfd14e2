/** IPv6 in comparisons, by hand: fields by name, and what is ignored goes out of the checksums that cover it. */

import { expect } from 'chai';
import { LINKTYPE_ETHERNET } from '../../src/capture/frame-batch.js';
import { parseFieldRule } from '../../src/verify/packet/field-rules.js';
import { differingFields, summaryLine } from '../../src/verify/packet/fields.js';
import { fromHex } from './frames.js';
import { compare } from './hex-captures.js';

const ETHERNET = `${'02'.repeat(6)}${'04'.repeat(6)}86dd`;
const address = (last: string): string => `20010db8${'00'.repeat(10)}${last}`;

/**
 * UDP from port 40000 to 53 without payload. Its checksum from ::1 to ::2 is 07f4: the words 2001, 0db8, 0001, 2001, 0db8, 0002, 0008, 0011, 9c40,
 * 0035, 0008 sum up to f80b. Another source takes away from it what it has more.
 */
const udp = (hopLimit = '40', source = '0001', checksum = '07f4', first = '60000000'): string =>
  `${ETHERNET}${first}000811${hopLimit}${address(source)}${address('0002')}9c4000350008${checksum}`;
const solicitation = (target: string): string =>
  `${ETHERNET}6000000000183aff${address('0001')}${address('0002')}87000000${'00'.repeat(4)}${address(target)}`;
const fragment = (offset: string): string =>
  `${ETHERNET}6000000000102c40${address('0001')}${address('0002')}1100${offset}0000000a${'00'.repeat(8)}`;

describe('IPv6 in comparisons', () => {
  for (const { name, before, after, expected } of [
    { name: 'hop limit', before: udp(), after: udp('3f'), expected: ['ip6.hlim 64 63'] },
    {
      name: 'traffic class and flow label',
      before: udp(),
      after: udp('40', '0001', '07f4', '6b8fa0e3'),
      expected: ['ip6.tclass 0x00 0xb8', 'ip6.flow 0x00000 0xfa0e3'],
    },
    {
      name: 'source',
      before: udp(),
      after: udp('40', '0003', '07f2'),
      expected: ['ip6.src 2001:db8::1 2001:db8::3', 'udp.checksum 0x07f4 0x07f2'],
    },
    {
      name: 'target of a solicitation',
      before: solicitation('0002'),
      after: solicitation('0007'),
      expected: ['icmp6.target 2001:db8::2 2001:db8::7'],
    },
    {
      name: 'fragment offset',
      before: fragment('0008'),
      after: fragment('0011'),
      expected: ['ip6.fraghdr.offset 8 16', 'ip6.fraghdr.more 0 1'],
    },
  ])
    it(`names the ${name}`, () => {
      const fields = differingFields(fromHex(before), fromHex(after), LINKTYPE_ETHERNET);
      expect(fields.map(({ field, expected: was, actual }) => `${field} ${was} ${actual}`)).to.deep.equal(expected);
    });

  for (const { rule, given, isMatch } of [
    { rule: 'ip6.hlim', given: udp('3f'), isMatch: true },
    { rule: 'ip6.src', given: udp('40', '0003', '07f2'), isMatch: true },
    { rule: 'ipv6.src', given: udp('40', '0003', '07f2'), isMatch: true },
    { rule: 'ip6.src=ffff:ffff::', given: udp('40', '0003', '07f2'), isMatch: true },
    // Off by one, which is not the source's doing.
    { rule: 'ip6.src', given: udp('40', '0003', '07f3'), isMatch: false },
    { rule: 'ip6.src=::ffff', given: udp('40', '0003', '07f2'), isMatch: false },
  ])
    it(`${rule}: ${isMatch ? 'the same' : 'another packet'}`, async () => {
      const { matched } = await compare([given], [udp()], { rules: [parseFieldRule(rule)] });
      expect(matched).to.equal(isMatch ? 1 : 0);
    });

  it('sums a packet up', () => {
    expect(summaryLine(fromHex(udp()), LINKTYPE_ETHERNET)).to.equal(
      '[2001:db8::1]:40000 > [2001:db8::2]:53 udp, 62 bytes',
    );
  });
});
