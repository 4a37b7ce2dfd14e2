import { expect } from 'chai';
import fc from 'fast-check';
import { LINKTYPE_ETHERNET } from '../../src/capture/frame-batch.js';
import { parseFieldRule } from '../../src/verify/packet/field-rules.js';
import { decodeFrame } from '../../src/verify/packet/fields.js';
import type { VerifyOptions } from '../../src/verify/options.js';
import type { FieldDifference, VerifyReport } from '../../src/verify/report/report.js';
import { describeDifference, reportLines } from '../../src/verify/report/report-text.js';
import { summaryLine } from '../../src/verify/packet/fields.js';
import { verifyCaptures } from '../../src/verify/verify.js';
import { captureOf, fromHex } from './frames.js';
import { OUTSIDE, POOL } from './hex-captures.js';
import { COOKED, LINKS, LOOPBACK, RAW, type LinkForm } from './links.js';
import { echoIp, frame, icmpErrorIp, tcpIp, udpIp, vxlan } from './packets.js';

const ETHERNET: LinkForm = { name: 'Ethernet', linkType: LINKTYPE_ETHERNET, of: (hex) => hex };
const TAGGED: LinkForm = {
  ...ETHERNET,
  name: 'Ethernet with a tag',
  of: (hex) => `${hex.slice(0, 24)}81000064${hex.slice(24)}`,
};

const compare = (
  actual: readonly string[],
  ours: LinkForm,
  expected: readonly string[],
  theirs: LinkForm,
  options: Partial<VerifyOptions> = {},
): Promise<VerifyReport> => {
  const side = (frames: readonly string[], { linkType, of }: LinkForm) => [
    {
      reader: captureOf(
        frames.map((hex) => ({ hex: of(hex) })),
        linkType,
        7,
      ),
      interfaceName: null,
    },
  ];
  return verifyCaptures(side(actual, ours), side(expected, theirs), options);
};
const ignoring = (...names: readonly string[]): Partial<VerifyOptions> => ({ rules: names.map(parseFieldRule) });

const PACKET = frame(tcpIp());
const ARP =
  'ffffffffffff' + '020000000103' + '0806' + '0001080006040001' + '0200000001030a010103' + '0000000000000a010101';
const IP6 = `${PACKET.slice(0, 24)}86dd6000000000043aff${'20010db8000000000000000000000001'.repeat(2)}80000000`;

const LLC = `${PACKET.slice(0, 24)}0032${'424203'.padEnd(100, '7')}`;

const LENGTHS = ['frame.len', 'frame.unpadded_len'];

/** A report as that of frames which are `shift` bytes longer. */
function told({ counts, matched, tolerances, boundPorts, groups, differences }: VerifyReport, shift: number): unknown {
  const plain = (text: string): string =>
    text.replace(/(\d+) bytes/g, (_, bytes: string) => `${Number(bytes) + shift} bytes`);
  return JSON.parse(
    JSON.stringify({ counts, matched, tolerances, boundPorts, groups, differences }, (key, value: unknown) => {
      if (key === 'summary' || key === 'cause') return plain(value as string);
      if (key !== 'fields') return value;
      return (value as FieldDifference[]).map((each) =>
        LENGTHS.includes(each.field)
          ? { ...each, expected: Number(each.expected) + shift, actual: Number(each.actual) + shift }
          : each,
      );
    }),
  );
}

interface Drawn {
  readonly kind: number;
  readonly n: number;
  readonly ttl: number;
  readonly port: number;
  readonly padding: number;
}

function hexOf({ kind, n, ttl, port, padding }: Drawn): string {
  const given = { from: `${OUTSIDE}:${port}`, to: '8.8.8.8:53', id: n, ttl, payload: 'ab'.repeat(n) };
  const made = [
    () => frame(tcpIp({ ...given, seq: n })),
    () => frame(udpIp(given)),
    () => frame(echoIp({ ...given, ident: port })),
    () => frame(icmpErrorIp({ ...given, quotes: udpIp(given) })),
    () => vxlan(frame(tcpIp(given)), 50000 + n),
  ][kind]();
  return made.padEnd(120, padding.toString(16).padStart(2, '0'));
}

const drawn = fc.record({
  kind: fc.nat(4),
  n: fc.nat(12),
  ttl: fc.constantFrom(63, 64),
  port: fc.constantFrom(2000, 3000, 4000),
  padding: fc.nat(1),
});
const RULES: readonly Partial<VerifyOptions>[] = [
  {},
  { natPool: POOL },
  { natPool: POOL, order: 'flow' },
  { order: 'any', unique: true },
  { ...ignoring('ip4.ttl', 'ip4.id', 'payload@0-3'), natPool: POOL },
  { rules: [parseFieldRule('ip4.ttl=0xfe'), parseFieldRule('tcp.checksum')], contains: true },
  { natPool: POOL, comparesPadding: true },
];

describe('captures of other link types', () => {
  for (const link of LINKS)
    it(`are judged as of Ethernet: ${link.name}`, async () => {
      const shift = (ETHERNET.of(PACKET).length - link.of(PACKET).length) / 2;
      let equal = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.array(drawn, { maxLength: 20 }),
          fc.array(fc.tuple(fc.nat(19), drawn), { maxLength: 6 }),
          fc.constantFrom(...RULES),
          async (packets, changes, options) => {
            const actual = packets.map(hexOf);
            const expected = [...actual];
            for (const [at, other] of changes) expected.splice(at, at % 3 === 0 ? 0 : 1, hexOf(other));
            const ethernet = await compare(actual, ETHERNET, expected, ETHERNET, options);
            const other = await compare(actual, link, expected, link, options);
            expect(told(other, shift)).to.deep.equal(told(ethernet, 0));
            if (ethernet.isMatch) equal++;
          },
        ),
        { numRuns: 150, seed: 1 },
      );
      expect(equal).to.be.within(20, 130);
    });

  for (const { name, ours, theirs } of [
    ...RAW.flatMap((ours) => RAW.map((theirs) => ({ name: 'raw IP', ours, theirs }))),
    ...LOOPBACK.flatMap((ours) => LOOPBACK.map((theirs) => ({ name: 'loopback', ours, theirs }))),
  ])
    it(`are the same packets: ${name}, ${ours.name} and ${theirs.name}`, async () => {
      const report = await compare([PACKET], ours, [PACKET], theirs);
      expect(reportLines(report)).to.deep.equal(['match: 1 packet equal']);
    });

  it('are the same packets: raw IPv6 of both kinds', async () => {
    const [raw, ip6] = [101, 229].map((linkType) => ({ ...RAW[0], linkType }));
    expect(reportLines(await compare([IP6], raw, [IP6], ip6))).to.deep.equal(['match: 1 packet equal']);
    expect(reportLines(await compare([PACKET], raw, [IP6], ip6))).to.include.members([
      'frame 1 is not expected: 10.1.1.3:42010 > 93.184.216.34:80 tcp flags 0x18, 45 bytes',
    ]);
  });

  for (const { name, frames, lines } of [
    {
      name: 'one packet',
      frames: [PACKET],
      lines: [
        'frame 1: frame.linktype expected Ethernet (link type 1), got Linux cooked (link type 113)',
        'differences: 1 changed, 0 missing, 0 unexpected; 0 packets equal',
      ],
    },
    {
      name: 'packets of all kinds',
      frames: [PACKET, ARP, IP6, frame(udpIp())],
      lines: [
        '4 packets differ: frame.linktype expected Ethernet (link type 1), got Linux cooked (link type 113); first: frame 1',
        'differences: 4 changed, 0 missing, 0 unexpected; 0 packets equal',
      ],
    },
  ])
    it(`are told apart in words, with what helps: ${name}`, async () => {
      expect(reportLines(await compare(frames, COOKED[0], frames, ETHERNET))).to.deep.equal([
        ...lines,
        'the captures are of different kinds of links: --ignore link compares packets without their link headers',
      ]);
    });

  for (const { name, hex, links } of [
    { name: 'IPv4', hex: PACKET, links: [...LINKS, TAGGED] },
    { name: 'a short packet', hex: frame(udpIp({ payload: '68' })), links: [...LINKS, TAGGED] },
    { name: 'ARP', hex: ARP, links: [...COOKED, TAGGED] },
    { name: 'LLC', hex: LLC, links: COOKED },
    { name: 'IPv6', hex: IP6, links: [...COOKED, ...RAW.slice(0, 3), TAGGED] },
  ])
    for (const link of links)
      it(`without their link headers: ${name}, ${link.name}`, async () => {
        const padded = hex.padEnd(120, '0');
        const report = await compare([hex], link, [hex === IP6 ? hex : padded], ETHERNET, ignoring('link'));
        expect(report.isMatch).to.equal(true);
        expect(report.tolerances.map(({ what }) => what)).to.include('link');
        const other = await compare([`${hex.slice(0, -2)}99`], link, [hex], ETHERNET, ignoring('link'));
        expect(other.counts.changed).to.equal(1);
      });

  it('without their link headers: what differs behind them', async () => {
    const report = await compare([PACKET], COOKED[1], [frame(tcpIp({ id: 2 }))], TAGGED, ignoring('link'));
    expect(report.differences.map(describeDifference)).to.deep.equal(['frame 1: ip4.id expected 0x0002, got 0x0001']);
  });

  const changed = (hex: string, at: number, bytes: string): string =>
    hex.slice(0, 2 * at) + bytes + hex.slice(2 * at + bytes.length);
  for (const { field, link, at, bytes, expected, got } of [
    { field: 'sll.pkttype', link: COOKED[0], at: 0, bytes: '0004', expected: '0', got: '4' },
    { field: 'sll.hatype', link: COOKED[0], at: 2, bytes: '0304', expected: '1', got: '772' },
    { field: 'sll.halen', link: COOKED[0], at: 4, bytes: '0000', expected: '6', got: '0' },
    {
      field: 'sll.src.eth',
      link: COOKED[0],
      at: 6,
      bytes: '02fe00000009',
      expected: '02:00:00:00:01:03',
      got: '02:fe:00:00:00:09',
    },
    { field: 'sll.unused', link: COOKED[0], at: 12, bytes: '0102', expected: '0x0000', got: '0x0102' },
    { field: 'sll.ifindex', link: COOKED[1], at: 4, bytes: '00000102', expected: '3', got: '258' },
    { field: 'sll.hatype', link: COOKED[1], at: 8, bytes: '0304', expected: '1', got: '772' },
    { field: 'sll.pkttype', link: COOKED[1], at: 10, bytes: '04', expected: '0', got: '4' },
    {
      field: 'sll.src.eth',
      link: COOKED[1],
      at: 12,
      bytes: '02fe00000009',
      expected: '02:00:00:00:01:03',
      got: '02:fe:00:00:00:09',
    },
    { field: 'null.family', link: LOOPBACK[0], at: 0, bytes: '1e000000', expected: '2', got: '30' },
  ])
    it(`name what differs in link headers, and ignore it: ${field} of ${link.name}`, async () => {
      const other = { ...link, of: (hex: string) => changed(link.of(hex), at, bytes) };
      const { differences } = await compare([PACKET], other, [PACKET], link);
      const { fields } = differences[0];
      expect(fields[0]).to.deep.equal({ field, expected, actual: got });
      if (field === 'null.family') return; // without IPv4 there are no headers behind it
      expect(fields).to.have.lengthOf(1);
      expect((await compare([PACKET], other, [PACKET], link, ignoring(field))).isMatch).to.equal(true);
    });

  for (const { name, link, hex, expected } of [
    ...LINKS.map((link) => ({
      name: `TCP, ${link.name}`,
      link,
      hex: PACKET,
      expected: `10.1.1.3:42010 > 93.184.216.34:80 tcp flags 0x18, ${link.of(PACKET).length / 2} bytes`,
    })),
    ...COOKED.map((link) => ({
      name: `ARP, ${link.name}`,
      link,
      hex: ARP,
      expected: `arp request for 10.1.1.1 from 10.1.1.3, ${link.of(ARP).length / 2} bytes`,
    })),
    ...COOKED.map((link) => ({
      name: `IPv6, ${link.name}`,
      link,
      hex: IP6,
      expected: `2001:db8::1 > 2001:db8::1 ip protocol 58, ${link.of(IP6).length / 2} bytes`,
    })),
  ])
    it(`are summed up: ${name}`, () => {
      expect(summaryLine(fromHex(link.of(hex)), link.linkType)).to.equal(expected);
    });

  for (const link of [...LINKS, TAGGED])
    it(`have their headers read however short they are cut: ${link.name}`, () => {
      const bytes = fromHex(link.of(PACKET));
      const whole = [...decodeFrame(bytes, link.linkType).fields];
      expect(whole.map(([field]) => field)).to.include.members(['ip4.src', 'tcp.srcport']);
      for (let length = 0; length < bytes.length; length++) {
        const fields = [...decodeFrame(bytes.subarray(0, length), link.linkType).fields];
        expect(whole.slice(0, fields.length)).to.deep.equal(fields);
      }
    });
});
