/** Frames against bytes written by hand, against what is read back of them, and against tshark. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { arp, ethernet, icmp, ip4, tcp, udp, vlan, vxlan, type Payload } from '../../tools/build-packets.js';
import { classicPcap } from '../../tools/guide/capture-files.js';
import { hasTshark, tsharkFields } from '../tshark.js';
import { frames, rebuilt } from './made-frames.js';

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const MACS = { destination: '02:fe:00:00:00:01', source: '02:00:00:00:01:03' };
const ETHERNET = '02fe00000001' + '020000000103';
const ENDS = { source: '10.1.1.3', destination: '10.96.0.10' };
const [POD, SERVICE] = ['0a010103', '0a60000a'];

/** Checksums by hand: the one's complement of the one's complement sum of the 16-bit words, L4 with its pseudo header. */
const BY_HAND: readonly { name: string; given: Payload; expected: string }[] = [
  {
    // 4500+0024+0001+4011+0a01+0103+0a60+000a = 9aa4; its complement is 655b. UDP: pseudo 0a01+0103+0a60+000a+0011+0010,
    // header 04d2+0035+0010, data 6162+6364+6566+6768 = ac3b.
    name: 'UDP in IPv4',
    given: ip4(
      { ...ENDS, identification: 1, ttl: 64 },
      udp({ sourcePort: 1234, destinationPort: 53 }, Buffer.from('abcdefgh')),
    ),
    expected: '45000024000100004011655b' + POD + SERVICE + '04d20035001053c4' + '6162636465666768',
  },
  {
    name: 'UDP without a checksum (RFC 768)',
    given: udp({ sourcePort: 1, destinationPort: 2, checksum: 0 }, [7]),
    expected: '0001' + '0002' + '0009' + '0000' + '07',
  },
  {
    name: 'TCP with an option that zeros fill up to a word',
    given: tcp({
      sourcePort: 1,
      destinationPort: 2,
      sequence: 3,
      acknowledgment: 4,
      flags: 2,
      window: 5,
      options: [3, 3, 7],
      checksum: 0x1234,
    }),
    expected: '0001' + '0002' + '00000003' + '00000004' + '6002' + '0005' + '1234' + '0000' + '03030700',
  },
  {
    // 0800+0007+0001+6162 = 696a
    name: 'an echo request',
    given: icmp({ type: 8, identifier: 7, sequence: 1 }, Buffer.from('ab')),
    expected: '0800' + '9695' + '0007' + '0001' + '6162',
  },
  {
    name: 'IPv4 with all that may be given otherwise',
    given: ip4(
      {
        ...ENDS,
        protocol: 99,
        tos: 0xb8,
        identification: 0xabcd,
        flagsAndFragment: 0x20b9,
        ttl: 1,
        options: [0x94, 4, 0, 0],
        versionIhl: 0x6f,
        totalLength: 9,
        checksum: 0xbeef,
      },
      [1, 2],
    ),
    expected: '6fb8' + '0009' + 'abcd' + '20b9' + '0163' + 'beef' + POD + SERVICE + '94040000' + '0102',
  },
  {
    name: 'VXLAN (RFC 7348 section 5)',
    given: vxlan({ vni: 10 }, [0xff]),
    expected: '08000000' + '00000a00' + 'ff',
  },
  {
    name: 'a service tag and a tag in front of ARP (RFC 826), padded',
    given: ethernet(
      { ...MACS, paddedTo: 60 },
      vlan(
        { id: 7, tagType: 0x88a8 },
        vlan(
          { id: 8, priority: 5 },
          arp({
            operation: 1,
            senderMac: MACS.source,
            senderAddress: '10.1.1.3',
            targetMac: '00:00:00:00:00:00',
            targetAddress: '10.96.0.10',
          }),
        ),
      ),
    ),
    expected:
      ETHERNET +
      '88a80007' +
      '8100a008' +
      '0806' +
      '0001080006040001' +
      '020000000103' +
      POD +
      '000000000000' +
      SERVICE +
      '00'.repeat(10),
  },
];

describe('wire/build', () => {
  for (const { name, given, expected } of BY_HAND)
    it(`makes ${name}`, () =>
      expect(hexOf('bytes' in given ? given.bytes : Uint8Array.from(given))).to.equal(expected));

  it('refuses what it cannot make: no type of plain bytes, no address', () => {
    expect(() => ip4(ENDS, [1])).to.throw('has to say their type');
    expect(() => ip4({ ...ENDS, source: '10.1.1' }, udp({ sourcePort: 1, destinationPort: 2 }))).to.throw(
      'no IPv4 address: 10.1.1',
    );
    expect(() => ethernet({ ...MACS, source: 'x', type: 1 }, [])).to.throw('no MAC address: x');
  });

  it('makes of what wire/decode finds in a frame the same frame', () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(hexOf(rebuilt(frame))).to.equal(hexOf(frame));
      }),
      { numRuns: 1000 },
    );
  });

  describe('as tshark reads it', () => {
    const CHECKED = ['-o', 'ip.check_checksum:TRUE', '-o', 'tcp.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
    const folder = mkdtempSync(join(tmpdir(), 'vppcap-build-'));
    before(function () {
      if (!hasTshark) this.skip();
    });
    after(() => rmSync(folder, { recursive: true }));

    function read(list: readonly Uint8Array[], fields: readonly string[]): string[][] {
      const path = join(folder, 'frames.pcap');
      const frame = { interfaceName: '', microseconds: 0, comment: null };
      writeFileSync(path, classicPcap(list.map((bytes) => ({ ...frame, bytes }))));
      return tsharkFields(path, fields, '', CHECKED);
    }

    const inIp4 = (payload: Payload, more = {}): Uint8Array => ethernet(MACS, ip4({ ...ENDS, ...more }, payload));
    const query = udp({ sourcePort: 40000, destinationPort: 9 }, [1, 2, 3]);
    const GOOD = '1';
    const BAD = '0';
    const ROWS: readonly { name: string; given: Uint8Array; expected: Readonly<Record<string, string>> }[] = [
      {
        name: 'UDP',
        given: inIp4(query, { tos: 0xb8, identification: 0x1234 }),
        expected: {
          'frame.protocols': 'eth:ethertype:ip:udp:data',
          'ip.id': '0x1234',
          'ip.checksum.status': GOOD,
          'udp.checksum.status': GOOD,
          'udp.length': '11',
        },
      },
      {
        name: 'TCP with options',
        given: inIp4(
          tcp(
            {
              sourcePort: 40000,
              destinationPort: 9,
              sequence: 5,
              flags: 2,
              window: 1024,
              options: [2, 4, 5, 180, 1, 3, 3, 7],
            },
            [1],
          ),
        ),
        expected: {
          'tcp.checksum.status': GOOD,
          'tcp.flags.syn': '1',
          'tcp.options.mss_val': '1460',
          'tcp.options.wscale.shift': '7',
          'tcp.hdr_len': '28',
          'tcp.len': '1',
        },
      },
      {
        name: 'an error that quotes a packet',
        given: inIp4(icmp({ type: 3, code: 4, rest: 1400 }, ip4({ ...ENDS, ttl: 9 }, query))),
        expected: { 'icmp.checksum.status': GOOD, 'icmp.mtu': '1400', 'ip.ttl': '64,9', 'udp.dstport': '9' },
      },
      {
        name: 'IPv4 with options, a fragment',
        given: inIp4([1, 2, 3, 4, 5, 6, 7, 8], { protocol: 17, options: [0x94, 4, 0, 0], flagsAndFragment: 0x2001 }),
        expected: {
          'ip.hdr_len': '24',
          'ip.checksum.status': GOOD,
          'ip.flags.mf': '1',
          'ip.frag_offset': '1',
          'ip.opt.ra': '0',
        },
      },
      {
        name: 'tags and ARP',
        given: ethernet(
          MACS,
          vlan(
            { id: 7, priority: 3 },
            arp({
              operation: 2,
              senderMac: MACS.source,
              senderAddress: '10.1.1.3',
              targetMac: MACS.destination,
              targetAddress: '10.1.1.1',
            }),
          ),
        ),
        expected: {
          'vlan.id': '7',
          'vlan.priority': '3',
          'arp.opcode': '2',
          'arp.src.proto_ipv4': '10.1.1.3',
          'arp.dst.hw_mac': MACS.destination,
        },
      },
      {
        name: 'a frame in VXLAN',
        given: inIp4(udp({ sourcePort: 50000, destinationPort: 4789, checksum: 0 }, vxlan({ vni: 10 }, inIp4(query)))),
        expected: { 'vxlan.vni': '10', 'ip.checksum.status': `${GOOD},${GOOD}`, 'udp.checksum.status': `3,${GOOD}` },
      },
      {
        name: 'wrong checksums',
        given: inIp4(udp({ sourcePort: 40000, destinationPort: 9, checksum: 0xdead }), { checksum: 0xbeef }),
        expected: {
          'ip.checksum.status': BAD,
          'ip.checksum': '0xbeef',
          'udp.checksum.status': BAD,
          'udp.checksum': '0xdead',
        },
      },
    ];
    for (const { name, given, expected } of ROWS)
      it(name, () => {
        const fields = Object.keys(expected);
        expect(read([given], fields)).to.deep.equal([fields.map((field) => expected[field])]);
      });

    it('checksums of any payload', () => {
      const payloads = fc.sample(fc.uint8Array({ maxLength: 60 }), 100);
      const port = { sourcePort: 40000, destinationPort: 9 };
      const list = payloads.flatMap((data) => [
        inIp4(udp(port, data)),
        inIp4(tcp(port, data)),
        inIp4(icmp({ type: 8 }, data)),
      ]);
      const statuses = read(list, [
        'ip.checksum.status',
        'udp.checksum.status',
        'tcp.checksum.status',
        'icmp.checksum.status',
      ]);
      expect(statuses.map((row) => row.join(''))).to.deep.equal(payloads.flatMap(() => ['11', '11', '11']));
    });
  });
});
