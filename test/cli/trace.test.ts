import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { ROOT, runVppcap } from './run-vppcap.js';

const CAPTURE = join(ROOT, 'captures', 'pod-to-internet.pcap');

const packets = (text: string): string[] => Array.from(text.matchAll(/^Packet (\d+)$/gm), ([, number]) => number);

/**
 * Records of the guide's packet traces (POD_TO_INTERNET.md, of 2018), which `--trace-format 18.04` repeats word for word.
 * Records with indices of sessions are left out: how many the guide's node had before is not known.
 */
const GUIDE = [
  `virtio-input
  virtio: hw_if_index 6 next-index 4 vring 0 len 74
    hdr: flags 0x00 gso_type 0x00 hdr_len 0 gso_size 0 csum_start 0 csum_offset 0 num_buffers 1`,
  `acl-plugin-in-ip4-fa
  acl-plugin: sw_if_index 6, next index 2, action: 2, match: acl 3 rule 0 trace_bits 00000000
  pkt info 0000000000000000 0301010a00000000 0000000000000000 3361861f00000000 000600060050a07c 0702ffff00000006
   input sw_if_index 6 (lsb16 6) l3 ip4 10.1.1.3 -> 31.134.97.51 l4 proto 6 l4_valid 1 port 41084 -> 80 tcp flags (valid) 02 rsvd 0`,
  `ip4-rewrite
  tx_sw_if_index 1 dpo-idx 1 : ipv4 via 192.168.16.100 GigabitEthernet0/8/0: 08002702a536080027449fd80800 flow hash: 0x00000000
  00000000: 08002702a536080027449fd808004500003c7dab40003f0632540a0101031f86
  00000020: 6133a07c0050940482c000000000a002721091d00000020405b40402`,
  `acl-plugin-out-ip4-fa
  acl-plugin: sw_if_index 1, next index 2, action: 1, match: acl 2 rule 14 trace_bits 00000000
  pkt info 0000000000000000 0301010a00000000 0000000000000000 3361861f00000000 000100060050a07c 0502ffff00000001
   output sw_if_index 1 (lsb16 1) l3 ip4 10.1.1.3 -> 31.134.97.51 l4 proto 6 l4_valid 1 port 41084 -> 80 tcp flags (valid) 02 rsvd 0`,
  `GigabitEthernet0/8/0-output
  GigabitEthernet0/8/0
  IP4: 08:00:27:44:9f:d8 -> 08:00:27:02:a5:36
  TCP: 192.168.16.1 -> 31.134.97.51
    tos 0x00, ttl 63, length 60, checksum 0x6cae
    fragment id 0x7dab, flags DONT_FRAGMENT
  TCP: 25801 -> 80
    seq. 0x940482c0 ack 0x00000000
    flags 0x02 SYN, tcp header: 40 bytes
    window 29200, checksum 0x07de`,
  `acl-plugin-in-ip4-fa
  acl-plugin: sw_if_index 1, next index 2, action: 2, match: acl 3 rule 0 trace_bits 00000000
  pkt info 0000000000000000 3361861f00000000 0000000000000000 0110a8c000000000 0001000664c90050 0712ffff00000001
   input sw_if_index 1 (lsb16 1) l3 ip4 31.134.97.51 -> 192.168.16.1 l4 proto 6 l4_valid 1 port 80 -> 25801 tcp flags (valid) 12 rsvd 0`,
  `ip4-rewrite
  tx_sw_if_index 6 dpo-idx 8 : ipv4 via 10.1.1.3 tap2: 00000000000202fe163f5f0f0800 flow hash: 0x00000000
  00000000: 00000000000202fe163f5f0f08004500002c06d000003e06ea3f1f8661330a01
  00000020: 01030050a07cc9a75001940482c16012ffff3b1e0000020405b40000`,
  `tap2-output
  tap2
  IP4: 02:fe:16:3f:5f:0f -> 00:00:00:00:00:02
  TCP: 31.134.97.51 -> 10.1.1.3
    tos 0x00, ttl 62, length 44, checksum 0xea3f
    fragment id 0x06d0
  TCP: 80 -> 41084
    seq. 0xc9a75001 ack 0x940482c1
    flags 0x12 SYN ACK, tcp header: 24 bytes
    window 65535, checksum 0x3b1e`,
];

describe('vppcap trace', () => {
  let folder = '';
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'vppcap-trace-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const { given, expected } of [
    { given: [], expected: '1 2 3 4 5 6' },
    { given: ['--frame', '5,6'], expected: '5 6' },
    { given: ['--frame', '2-4'], expected: '2 3 4' },
    { given: ['--node', 'tap2-output'], expected: '6' },
    { given: ['--node', 'virtio-input,dpdk-input', '--frame', '4-'], expected: '4 5 6' },
    { given: ['--filter', 'src host 10.1.1.3 and tcp'], expected: '2 4 5' },
    { given: ['--filter', 'dst net 10.0.0.0/8', '--node', 'drop'], expected: '' },
  ])
    it(`${given.join(' ') || 'all'}: frames ${expected || 'none'}`, () => {
      const { code, stdout } = runVppcap(['trace', CAPTURE, ...given]);
      expect(packets(stdout).join(' ')).to.equal(expected);
      if (expected === '') expect(stdout).to.match(/\nNo packets in trace buffer\n$/);
      expect(code).to.equal(0);
    });

  it("repeats the guide's records in the wording of their release", () => {
    const { stdout } = runVppcap(['trace', CAPTURE, '--trace-format', '18.04', '--frame', '5,6']);
    const untimed = stdout.replace(/^\d\d:\d\d:\d\d:\d{6}: /gm, '');
    for (const record of GUIDE) expect(untimed).to.include(`\n${record}\n`);
  });

  it('is the same text as that of replay --trace, which changes nothing that leaves', () => {
    const [text, plain, traced] = ['x.txt', 'plain.pcap', 'traced.pcap'].map((name) => join(folder, name));
    expect(runVppcap(['replay', CAPTURE, '-q', '-o', plain]).code).to.equal(0);
    expect(runVppcap(['replay', CAPTURE, '-q', '-o', traced, '--trace', text]).code).to.equal(0);
    expect(readFileSync(text, 'latin1')).to.equal(runVppcap(['trace', CAPTURE]).stdout);
    expect(readFileSync(traced).equals(readFileSync(plain))).to.equal(true);
    for (const workers of ['1', '4']) {
      const other = join(folder, `${workers}.txt`);
      expect(runVppcap(['replay', CAPTURE, '-q', '--workers', workers, '--trace', other]).code).to.equal(0);
      expect(readFileSync(other, 'latin1'), `${workers} workers`).to.equal(readFileSync(text, 'latin1'));
    }
  });

  for (const { given, message } of [
    { given: ['--node', 'nat44-in2ot'], message: 'no node is named "nat44-in2ot"; did you mean "nat44-in2out"?' },
    {
      given: ['--frame', '0'],
      message: '--frame 0: expected frame numbers from 1 on and ranges of them, such as 7,9-12',
    },
    { given: ['--filter', '(tcp'], message: 'a parenthesis in the filter is not closed' },
    {
      given: ['--trace-format', '18.4'],
      message: '--trace-format 18.4: no wording of that release; did you mean 18.04?',
    },
    {
      given: ['-o', CAPTURE],
      message: `${CAPTURE}: is an input as well as the text of the traces; give them different names`,
    },
  ])
    it(`refuses ${given.join(' ').replace(ROOT, '…')}`, () => {
      const { code, stdout, stderr } = runVppcap(['trace', CAPTURE, ...given]);
      expect(stderr).to.equal(`vppcap: ${message}\n`);
      expect(stdout).to.equal('');
      expect(code).to.equal(2);
    });

  it('refuses --trace-format without --trace', () => {
    const { code, stderr } = runVppcap(['replay', CAPTURE, '--trace-format', '18.04']);
    expect(stderr).to.equal('vppcap: --trace-format is the wording of --trace, which is not given\n');
    expect(code).to.equal(2);
  });
});
