import { expect } from 'chai';
import { importTrace } from '../../../src/trace/import/imported-trace.js';
import { parseTrace } from '../../../src/trace/parse/records.js';
import { decodeText } from '../../../src/trace/parse/decode-text.js';
import { describeUnknown } from '../../../src/trace/rebuild/rebuilt-frame.js';

/** An invented packet: 10.0.0.1:1 to 10.0.0.2:2, TTL 64, 60 bytes on the wire. */
const HEADERS = `  TCP: 10.0.0.1 -> 10.0.0.2
    tos 0x00, ttl 64, length 40, checksum 0x66ce
    fragment id 0x0000
  TCP: 1 -> 2
    seq. 0x00000003 ack 0x00000000
    flags 0x02 SYN, tcp header: 20 bytes
    window 4, checksum 0x9bd6`;
const TRACE = `00:00:01:000002: virtio-input
  virtio: hw_if_index 6 next-index 4 vring 0 len 60
00:00:01:000003: ethernet-input
  IP4: 00:00:00:00:00:02 -> 02:fe:00:00:00:01
00:00:01:000004: ip4-input
${HEADERS}
00:00:01:000005: acl-plugin-in-ip4-fa
  acl-plugin: lc_index: 0, sw_if_index 6, next index 2, action: 2, match: acl 3 rule 0 trace_bits 00000000
  pkt info 0000000000000000 0000000000000000 0000000000000000 0200000a0100000a 0006010600020001 0302ffff00000000
   lc_index 0 l3 ip4 10.0.0.1 -> 10.0.0.2 l4 lsb_of_sw_if_index 6 proto 6 l4_is_input 1 l4_slow_path 0 l4_flags 0x01 port 1 -> 2 tcp flags (valid) 02 rsvd 0
00:00:01:000005: ip4-lookup
  fib 0 dpo-idx 3 flow hash: 0x00000000
${HEADERS}
00:00:01:000006: ip4-rewrite
  tx_sw_if_index 7 dpo-idx 3 : ipv4 via 10.0.0.2 tap1: mtu:9000 00000000000202fe000000020800 flow hash: 0x00000000
  00000000: 00000000000202fe00000002080045000028000000003f0667ce0a0000010a00
  00000020: 0002000100020000000300000000500200049bd60000000000000000
00:00:01:000007: tap1-output
  tap1 l2_hdr_offset_valid l3_hdr_offset_valid
  IP4: 02:fe:00:00:00:02 -> 00:00:00:00:00:02
${HEADERS.replace('ttl 64', 'ttl 63').replace('66ce', '67ce')}
`;
const PATH = 'ethernet-input ip4-input acl-plugin-in-ip4-fa ip4-lookup ip4-rewrite tap1-output';
const INPUT =
  '02fe00000001' +
  '000000000002' +
  '0800' +
  '450000280000000040066 6ce0a0000010a000002'.replace(' ', '') +
  '00010002000000030000000050020004' +
  '9bd60000' +
  '000000000000';

const wrapped = (text: string, columns: number): string =>
  text
    .split('\n')
    .map((line) => line.replace(new RegExp(`(.{20,${columns}}) `, 'g'), '$1\n'))
    .join('\n');

/** What people paste. */
const PASTED: { name: string; given: string; packets?: number }[] = [
  { name: 'as VPP prints it', given: TRACE },
  { name: 'with CRLF', given: TRACE.replaceAll('\n', '\r\n') },
  { name: 'without indentation', given: TRACE.replace(/^ +/gm, '') },
  { name: 'in a quoted mail', given: TRACE.replace(/^/gm, '> > ') },
  { name: 'wrapped at 72 columns', given: wrapped(TRACE, 72) },
  { name: 'wrapped at 72 columns and quoted', given: wrapped(TRACE, 72).replace(/^/gm, '> ') },
  { name: 'in a fenced block, with prose', given: `# Bug\n\nIt says:\n\n\`\`\`text\n${TRACE}\`\`\`\n\nWhy?\n` },
  { name: 'as an HTML page escapes it', given: TRACE.replaceAll('->', '-&gt;') },
  {
    name: 'with a thread and packets',
    given: `--- Start of thread 1 vpp_wk_0 ---\nPacket 1\n\n${TRACE}\n`,
    packets: 1,
  },
  { name: 'as vpptrace.sh numbers them', given: `Packet 1:\n\n${TRACE}\nPacket 2:\n\n${TRACE}`, packets: 2 },
  { name: 'with prose between two', given: `SYN:\n----\n${TRACE}\n\nAnd once more:\n--------\n${TRACE}`, packets: 2 },
];

/** Encodings of a file, by what begins it. */
const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();
const UTF16 = Buffer.from(TRACE, 'utf16le');
const ENCODED: readonly { name: string; bytes: Uint8Array }[] = [
  { name: 'UTF-8', bytes: Buffer.from(TRACE) },
  { name: 'UTF-8 with its mark', bytes: Buffer.from(`\ufeff${TRACE}`) },
  { name: 'UTF-16, little endian, with its mark', bytes: Buffer.concat([Buffer.from([0xff, 0xfe]), UTF16]) },
  { name: 'UTF-16, big endian, with its mark', bytes: Buffer.concat([Buffer.from([0xfe, 0xff]), swapped(UTF16)]) },
  { name: 'UTF-16, little endian, without', bytes: UTF16 },
  { name: 'UTF-16, big endian, without', bytes: swapped(UTF16) },
];

describe('the parser of packet traces', () => {
  for (const { name, bytes } of ENCODED)
    it(`reads ${name}`, () => {
      expect(decodeText(bytes)).to.equal(TRACE);
    });

  /** What a line more in the record of ip4-input or behind the packet is. */
  const UNREAD: { name: string; given: string; expected: string[]; isLater?: boolean }[] = [
    { name: 'none, as VPP prints it', given: TRACE, expected: [] },
    {
      name: 'a line of a node that no form has',
      given: TRACE.replace('00:00:01:000005: ip4', '  colour 7\n00:00:01:000005: ip4'),
      expected: ['colour 7'],
    },
    {
      name: 'one of a later release',
      given: TRACE.replace('00:00:01:000005: ip4', '  [unknown-proto]\n00:00:01:000005: ip4'),
      expected: ['[unknown-proto]'],
      isLater: true,
    },
    {
      name: 'no word that a later release added to a line',
      given: TRACE.replaceAll('0x66ce', '0x66ce dscp CS0 ecn NON_ECN'),
      expected: [],
      isLater: true,
    },
    { name: 'no prose behind the packet', given: `${TRACE}\nWhy does it go to tap1?\n`, expected: [] },
    { name: "no prose right behind the packet's last line", given: `${TRACE}Why?\n`, expected: [] },
    {
      name: 'no sub-interface that a packet leaves by',
      given: TRACE.replace('  tap1 l2_hdr', '  tap1.20 vlan-1-deep natted l2_hdr'),
      expected: [],
    },
    {
      name: 'another interface than the node is of',
      given: TRACE.replace('  tap1 l2_hdr', '  tap10 l2_hdr'),
      expected: ['tap10 l2_hdr_offset_valid l3_hdr_offset_valid'],
    },
    { name: 'no words of a driver', given: TRACE.replace('len 60\n', 'len 60\n    colour 7\n'), expected: [] },
  ];
  for (const { name, given, expected, isLater = false } of UNREAD)
    it(`counts as not understood: ${name}`, () => {
      const parsed = parseTrace(given);
      expect(parsed.unread.map(({ text }) => text)).to.deep.equal(expected);
      expect(parsed.isLater).to.equal(isLater);
      expect(parsed.hasCutLines).to.be.false;
    });

  for (const { name, given, packets: count = 1 } of PASTED)
    it(`reads a trace ${name}`, () => {
      const { packets } = importTrace(given);
      expect(packets).to.have.length(count);
      for (const { path, input, outputs, rx } of packets) {
        expect(path.join(' ')).to.equal(PATH);
        expect(Buffer.from(input?.bytes ?? []).toString('hex')).to.equal(INPUT);
        expect(input && describeUnknown(input)).to.equal(null);
        expect(outputs.map(({ interfaceName }) => interfaceName)).to.deep.equal(['tap1']);
        expect(rx.swIfIndex).to.equal(6);
      }
    });

  it('numbers lines and packets as the text does', () => {
    const { packets } = parseTrace(`Packet 12\n\n${TRACE}`);
    expect(packets[0]).to.include({ number: 12, line: 1 });
    expect(packets[0].records[0]).to.include({ node: 'virtio-input', number: 3, microseconds: 1_000_002 });
  });

  it('names the threads', () => {
    const { packets } = parseTrace(
      `------------------- Start of thread 0 vpp_main -------------------\nNo packets in trace buffer\n` +
        `------------------- Start of thread 1 vpp_wk_0 -------------------\nPacket 1\n\n${TRACE}`,
    );
    expect(packets.map(({ thread }) => thread)).to.deep.equal(['1 vpp_wk_0']);
  });

  /** What a damaged text still gives. `unknown`: bytes of the input frame that are not known; no `unknown`: no frame. */
  const DAMAGED: { name: string; given: string; unknown?: string | null }[] = [
    // A TCP data offset says nothing of the bits next to it; urgent pointer and padding are in the dump only.
    { name: 'no dump', given: TRACE.replace(/^ {2}0000.*\n/gm, ''), unknown: 'bytes 46, 52-59' },
    // The length is the datagram's then: padding would not show.
    { name: "no device's record", given: TRACE.split('\n').slice(2).join('\n'), unknown: null },
    { name: 'its first records lost', given: TRACE.split('\n').slice(4).join('\n') },
    // ip4-lookup may have seen a translated packet; the ACL plugin, before any NAT, saw addresses and protocol.
    { name: 'no headers at ip4-input', given: TRACE.replace(HEADERS, ''), unknown: 'bytes 14-22, 24-25, 34-59' },
  ];
  for (const { name, given, unknown } of DAMAGED)
    it(`rebuilds what it can of a trace with ${name}`, () => {
      const { input } = importTrace(given).packets[0];
      if (unknown === undefined) expect(input).to.equal(null);
      else expect(input && describeUnknown(input)).to.equal(unknown);
    });

  it('begins a packet at ethernet-input where the packet before ends with a lost heading', () => {
    const short = TRACE.split('\n')
      .slice(2)
      .join('\n')
      .replace(/^\S+ tap1-output$/m, '00:00:01:0000');
    expect(parseTrace(short + short).packets).to.have.length(2);
  });

  it('does not fail on JSON of any depth', () => {
    const depth = 100_000;
    expect(parseTrace('['.repeat(depth) + ']'.repeat(depth)).packets).to.deep.equal([]);
  });

  it('takes no text for a trace that is none', () => {
    expect(importTrace('TCP: 1 -> 2\nwindow 4, checksum 0x9bd6\n').packets).to.deep.equal([]);
  });
});
