/** Pieces of VPP's wording, and what of it the recordings do not show. */

import { VPP_19_08 } from '../../src/releases/wording.js';
import { expect } from 'chai';
import { hasFrame, parseFrameSet } from '../../src/filter/chosen-frames.js';
import { ethernetHeader, ip4Header } from '../../src/pipeline/trace/headers.js';
import { lldpLines } from '../../src/pipeline/ethernet/lldp-wording.js';
import { hexDump } from '../../src/pipeline/trace/text.js';
import { formatIp6Bytes } from '../../src/wire/ip6-address.js';
import { timeText } from '../../src/trace/show-trace.js';
import { frameOf, ports } from '../pipeline/packets.js';

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('wording of traces', () => {
  for (const { words, text } of [
    { words: '00000000000000000000000000000000', text: '::' },
    { words: '00000000000000000000000000000001', text: '::1' },
    { words: 'fe800000000000000000000000000001', text: 'fe80::1' },
    { words: '20010db8000000010000000000000001', text: '2001:db8:0:1::1' },
    { words: '20010db8000100020003000400050006', text: '2001:db8:1:2:3:4:5:6' },
    { words: '20010db8000000000000000000000000', text: '2001:db8::' },
  ])
    it(`IPv6 address ${text}`, () => expect(formatIp6Bytes(bytesOf(words), 0)).to.equal(text));

  for (const { seconds, text } of [
    { seconds: 0, text: '00:00:00:000000' },
    { seconds: 7592.5, text: '02:06:32:500000' },
    { seconds: 90061.25, text: '01:01:01:250000' },
  ])
    it(`time ${text}`, () => expect(timeText(seconds)).to.equal(text));

  it('dumps up to 32 bytes in a line, and more in numbered lines', () => {
    expect(hexDump(new Uint8Array(32))).to.deep.equal(['00'.repeat(32)]);
    expect(hexDump(new Uint8Array(33))).to.deep.equal([`00000000: ${'00'.repeat(32)}`, '00000020: 00']);
  });

  /** By hand, from src/vnet/lldp/lldp_cli.c and format_hex_bytes. */
  for (const { name, hex, lines } of [
    { name: 'a short one', hex: '1e02' + 'abcd', lines: ['TLV #15(unknown lldp tlv): abcd'] },
    {
      name: 'a dump of several lines, below where it begins',
      hex: '1e21' + '11'.repeat(33),
      lines: [`TLV #15(unknown lldp tlv): 00000000: ${'11'.repeat(32)}`, `${' '.repeat(27)}00000020: 11`],
    },
    {
      name: 'a long system name, which is text',
      hex: '0a28' + '61'.repeat(40),
      lines: [`TLV #5(System name): ${'a'.repeat(40)}`],
    },
    {
      name: 'a chassis by its MAC address',
      hex: '0207' + '04' + '02fe00000001',
      lines: ['TLV #1(Chassis ID): 02:fe:00:00:00:01(MAC address)'],
    },
    {
      name: 'a port by its name',
      hex: '0405' + '05' + '65746830',
      lines: ['TLV #2(Port ID): eth0(Interface name)'],
    },
    {
      name: 'a port by an address, in several lines',
      hex: '0422' + '04' + '22'.repeat(33),
      lines: [`TLV #2(Port ID): 00000000: ${'22'.repeat(32)}`, `${' '.repeat(17)}00000020: 22(Network address)`],
    },
  ])
    it(`LLDP: ${name}`, () => {
      // VPP stops at a TLV that reaches the end of the message, its header not counted.
      const message = bytesOf(hex + '0000');
      expect(lldpLines(message, message.length).slice(0, lines.length)).to.deep.equal(lines);
    });

  it('says that a checksum is wrong, and what it should be', () => {
    const frame = frameOf({ source: '10.1.1.3', destination: '8.8.8.8', protocol: 17 }, ports(1, 2, 8));
    frame[25] ^= 1;
    expect(ip4Header(frame, 14, 28, VPP_19_08)[1]).to.match(
      /^ {2}tos 0x00, ttl 64, length 28, checksum 0x.... \(should be 0x....\)$/,
    );
  });

  for (const { name, hex, length, lines } of [
    {
      name: 'a VLAN tag with priority',
      hex: '02fe0000000102000000010381006005080000',
      length: 0,
      lines: ['IP4: 02:00:00:00:01:03 -> 02:fe:00:00:00:01 802.1q vlan 5 priority 3'],
    },
    {
      name: 'an EtherType without a name',
      hex: '02fe0000000102000000010388b5',
      length: 0,
      lines: ['0x88b5: 02:00:00:00:01:03 -> 02:fe:00:00:00:01'],
    },
    {
      name: 'an 802.1ad tag',
      hex: '02fe00000001020000000103' + '88a80007' + '0800',
      length: 0,
      lines: ['IP4: 02:00:00:00:01:03 -> 02:fe:00:00:00:01 802.1ad vlan 7'],
    },
    {
      name: 'a header that the record cuts off',
      hex: '02fe000000010200000001038100000508000000',
      length: 16,
      lines: ['ethernet header truncated'],
    },
  ])
    it(`Ethernet: ${name}`, () => expect(ethernetHeader(bytesOf(hex), 0, length, VPP_19_08)).to.deep.equal(lines));
});

describe('numbers of frames', () => {
  for (const { text, has, hasNot } of [
    { text: '7', has: [7], hasNot: [6, 8] },
    { text: '7,9-12', has: [7, 9, 12], hasNot: [8, 13] },
    { text: '3-', has: [3, 4000], hasNot: [2] },
    { text: ' 1 , 2 - 3 ', has: [1, 2, 3], hasNot: [4] },
  ])
    it(text, () => {
      const frames = parseFrameSet(text) ?? [];
      for (const frame of has) expect(hasFrame(frames, frame), String(frame)).to.equal(true);
      for (const frame of hasNot) expect(hasFrame(frames, frame), String(frame)).to.equal(false);
    });

  for (const text of ['', '0', 'x', '9-7', '1,,2', '-3', '1.5'])
    it(`refuses "${text}"`, () => expect(parseFrameSet(text)).to.equal(null));
});
