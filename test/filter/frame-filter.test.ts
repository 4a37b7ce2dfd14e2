/** pcap-filter expressions: which frames they match, by hand, and by tcpdump where it is installed. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { parseFilter } from '../../src/filter/frame-filter.js';
import { frameOf, ports, viewOf } from '../pipeline/packets.js';

/** A frame with 802.1Q tags put before its EtherType. */
function tagged(frame: Uint8Array, ...ids: readonly number[]): Uint8Array {
  const tags = ids.flatMap((id) => [0x81, 0x00, id >> 8, id & 0xff]);
  return Uint8Array.from([...frame.subarray(0, 12), ...tags, ...frame.subarray(12)]);
}

const arp = (sender: readonly number[], target: readonly number[]): Uint8Array =>
  Uint8Array.from([
    ...[255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 1, 3, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 1, 3],
    ...sender,
    ...[0, 0, 0, 0, 0, 0],
    ...target,
  ]);

/** An IPv6 packet; addresses have all their digits. */
const ip6Frame = (source: string, destination: string, next: number, payload: Uint8Array): Uint8Array =>
  Uint8Array.from([
    ...[2, 0xfe, 0, 0, 0, 1, 2, 0, 0, 0, 1, 7, 0x86, 0xdd, 0x60, 0, 0, 0, 0, payload.length, next, 64],
    ...[source, destination].flatMap((address) => [...Buffer.from(address.replaceAll(':', ''), 'hex')]),
    ...payload,
  ]);

const POD = { source: '10.1.1.3', destination: '31.134.97.51', protocol: 6 };
const REPLY = { source: '31.134.97.51', destination: '10.1.1.3', protocol: 6 };

/** Frames by name; an expectation lists the names that match. `short` ends behind the source address. */
const FRAMES: Readonly<Record<string, Uint8Array>> = {
  syn: frameOf(POD, ports(41084, 80, 20)),
  synAck: frameOf(REPLY, ports(80, 41084, 20)),
  dns: frameOf({ source: '10.1.1.4', destination: '8.8.8.8', protocol: 17 }, ports(5353, 53, 8)),
  dnsLater: frameOf(
    { source: '10.1.1.4', destination: '8.8.8.8', protocol: 17, flagsAndFragment: 100 },
    ports(5353, 53, 8),
  ),
  ping: frameOf({ source: '10.1.2.3', destination: '10.1.1.3', protocol: 1 }, Uint8Array.of(8, 0, 0, 0, 0, 1, 0, 1)),
  arp: arp([10, 1, 1, 3], [10, 1, 1, 1]),
  vlan5: tagged(frameOf(POD, ports(41084, 80, 20)), 5),
  vlan5vlan6: tagged(frameOf(REPLY, ports(80, 41084, 20)), 5, 6),
  ip6: Uint8Array.from([
    ...[2, 0xfe, 0, 0, 0, 1, 2, 0, 0, 0, 1, 3, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 8, 17, 64],
    ...new Uint8Array(32),
    ...ports(1000, 53, 8),
  ]),
  short: frameOf(POD, ports(41084, 80, 20)).subarray(0, 30),
};

/** Of IPv6, with one that is not. */
const FRAMES6: Readonly<Record<string, Uint8Array>> = {
  tcp6: ip6Frame(
    '2001:0db8:0001:0000:0000:0000:0000:0003',
    '2001:0db8:ffff:0000:0000:0000:0a01:0104',
    6,
    ports(41084, 80, 20),
  ),
  ping6: ip6Frame(
    'fe80:0000:0000:0000:0000:00ff:fe00:0001',
    'ff02:0000:0000:0000:0000:0000:0000:0001',
    58,
    Uint8Array.of(128, 0, 0, 0, 0, 1, 0, 1),
  ),
  vlan5tcp6: tagged(
    ip6Frame(
      '2001:0db8:ffff:0000:0000:0000:0a01:0104',
      '2001:0db8:0001:0000:0000:0000:0000:0003',
      6,
      ports(80, 41084, 20),
    ),
    5,
  ),
  vlan5: FRAMES['vlan5'],
};

const MATCHES: readonly { filter: string; frames: string }[] = [
  { filter: 'host 10.1.1.3', frames: 'syn synAck ping arp short' },
  { filter: 'src host 10.1.1.3', frames: 'syn arp short' },
  { filter: 'dst 10.1.1.3', frames: 'synAck ping' },
  { filter: 'src and dst net 10.1.0.0/16', frames: 'ping arp' },
  { filter: 'src or dst host 8.8.8.8', frames: 'dns dnsLater' },
  { filter: 'ip host 10.1.1.3', frames: 'syn synAck ping short' },
  { filter: 'ip src 10.1.1.3', frames: 'syn short' },
  { filter: 'arp host 10.1.1.1', frames: 'arp' },
  { filter: 'net 10.1.1', frames: 'syn synAck dns dnsLater ping arp short' },
  { filter: 'dst net 10.1.0.0 mask 255.255.0.0', frames: 'synAck ping arp' },
  { filter: 'host 10.1.1.3 and tcp port 80', frames: 'syn synAck' },
  { filter: 'tcp dst port 80', frames: 'syn' },
  { filter: 'port 53 or 80', frames: 'syn synAck dns ip6' },
  { filter: 'udp', frames: 'dns dnsLater ip6' },
  { filter: 'udp port domain', frames: 'dns ip6' },
  { filter: 'portrange 40000-42000', frames: 'syn synAck' },
  { filter: 'icmp || arp', frames: 'ping arp' },
  { filter: 'ip6', frames: 'ip6' },
  { filter: 'ip proto 6', frames: 'syn synAck short' },
  { filter: 'ip proto \\udp', frames: 'dns dnsLater' },
  { filter: 'ether proto 0x806', frames: 'arp' },
  { filter: 'ether proto \\arp', frames: 'arp' },
  { filter: 'not ip', frames: 'arp vlan5 vlan5vlan6 ip6' },
  { filter: '!(ip || arp)', frames: 'vlan5 vlan5vlan6 ip6' },
  { filter: 'vlan', frames: 'vlan5 vlan5vlan6' },
  { filter: 'vlan 5 and host 10.1.1.3', frames: 'vlan5' },
  { filter: 'vlan 5 and vlan 6 and tcp src port 80', frames: 'vlan5vlan6' },
  { filter: 'ether host 02:00:00:00:01:03', frames: 'syn synAck dns dnsLater ping arp vlan5 vlan5vlan6 ip6 short' },
  { filter: 'ether dst ff:ff:ff:ff:ff:ff', frames: 'arp' },
  { filter: 'broadcast', frames: 'arp' },
  { filter: 'ether multicast', frames: 'arp' },
  { filter: 'less 42', frames: 'dns dnsLater ping arp short' },
  { filter: 'greater 60', frames: 'vlan5vlan6 ip6' },
  { filter: 'tcp[tcpflags] & tcp-syn != 0', frames: '' },
  { filter: 'tcp[0:2] = 80', frames: 'synAck' },
  { filter: '80 == tcp[2:2]', frames: 'syn' },
  { filter: 'not tcp[0:2] = 80', frames: 'syn dns dnsLater ping arp vlan5 vlan5vlan6 ip6' },
  { filter: 'udp[2:2] = 53', frames: 'dns' },
  { filter: 'icmp[icmptype] == icmp-echo', frames: 'ping' },
  { filter: 'icmp[icmptype] == icmp-echoreply or arp[6:2] = 1', frames: 'arp' },
  { filter: 'ip[8] - 1 >= 63', frames: 'syn synAck dns dnsLater ping short' },
  { filter: 'ip[12:4]&0xffffff00=0x0a010100', frames: 'syn dns dnsLater short' },
  { filter: '(ip[6:2] & 0x1fff) != 0', frames: 'dnsLater' },
  { filter: '((ip[0] & 0xf) << 2) + 8 = 28 and not tcp', frames: 'dns dnsLater ping' },
  { filter: '(tcp[0:2] > 79 and tcp[0:2] < 81) or (udp)', frames: 'synAck dns dnsLater ip6' },
  { filter: 'ip[2:2]/8*8=ip[2:2]', frames: 'syn synAck short' },
  { filter: 'ip[2:2]%8!=0', frames: 'dns dnsLater ping' },
  { filter: 'ip6[6] = 17', frames: 'ip6' },
  { filter: 'ether[0] = 0xff', frames: 'arp' },
  { filter: 'ether[12:2] ^ 0x8100 = 0', frames: 'vlan5 vlan5vlan6' },
  { filter: 'vlan and tcp[2:2] = 80', frames: 'vlan5' },
  { filter: 'len = 42 or len - 0 > 61', frames: 'dns dnsLater ping arp vlan5vlan6 ip6' },
  { filter: '0 - 1 > len and 1 | 2 & 2 = 3 and 7 + 1 >> 2 = 2', frames: Object.keys(FRAMES).join(' ') },
  { filter: 'udp[8 - 8:2] / (len - len) = 0 or tcp', frames: 'syn synAck short' },
  // A look behind the end fails the whole expression.
  { filter: 'not tcp[50] = 1', frames: 'dns dnsLater ping arp vlan5 vlan5vlan6 ip6' },
  { filter: 'not host 1.2.3.4', frames: 'syn synAck dns dnsLater ping arp vlan5 vlan5vlan6 ip6' },
];

const MATCHES6: typeof MATCHES = [
  { filter: 'host 2001:db8:1::3', frames: 'tcp6' },
  { filter: 'src 2001:db8:1::3', frames: 'tcp6' },
  { filter: 'dst host 2001:db8:1::3', frames: '' },
  { filter: 'ip6 host 2001:db8:ffff::10.1.1.4', frames: 'tcp6' },
  { filter: 'ip6 host fe80::ff:fe00:1', frames: 'ping6' },
  { filter: 'ip6 dst ff02::1', frames: 'ping6' },
  { filter: 'net 2001:db8::/32', frames: 'tcp6' },
  { filter: 'src and dst net 2001:db8::/47', frames: '' },
  { filter: 'src net 2001:db8::/47 or fe80::/10', frames: 'tcp6 ping6' },
  { filter: 'ip6 net ::/0', frames: 'tcp6 ping6' },
  { filter: 'ip6 multicast', frames: 'ping6' },
  { filter: 'icmp6', frames: 'ping6' },
  { filter: 'icmp6[icmp6type] = icmp6-echo', frames: 'ping6' },
  { filter: 'ip6 and tcp', frames: 'tcp6' },
  { filter: 'ip6 proto 6', frames: 'tcp6' },
  { filter: 'host 2001:db8:1::3 and tcp dst port 80', frames: 'tcp6' },
  { filter: 'vlan 5 and host 2001:db8:1::3', frames: 'vlan5tcp6' },
  { filter: 'vlan 5 and src net 2001:db8:ffff::/48 and tcp src port 80', frames: 'vlan5tcp6' },
  { filter: 'vlan and not ip6', frames: 'vlan5' },
  { filter: 'not host fe80::2', frames: 'tcp6 ping6 vlan5tcp6 vlan5' },
];

const SETS = [
  { frames: FRAMES, rows: MATCHES },
  { frames: FRAMES6, rows: MATCHES6 },
];

const ERRORS: readonly { filter: string; message: RegExp }[] = [
  { filter: '', message: /^the filter is empty$/ },
  { filter: 'hst 10.1.1.3', message: /"hst" in the filter: expected a primitive .*; did you mean "host"\?$/ },
  { filter: 'host', message: /"the end" in the filter: expected an address$/ },
  { filter: 'host 10.1.1.300', message: /"10\.1\.1\.300" in the filter: expected an address$/ },
  { filter: 'host fe80::1::', message: /"fe80::1::" in the filter: expected an address$/ },
  { filter: 'host fe80::/10', message: /"fe80::\/10" in the filter: a prefix is that of a network: use "net"$/ },
  { filter: 'net 2001:db8::1/64', message: /"2001:db8::1" in the filter: has bits set outside its mask$/ },
  { filter: 'net 2001:db8::/129', message: /expected a prefix length from 0 to 128$/ },
  { filter: 'ip host fe80::1', message: /"ip" in the filter: has no IPv6 addresses; use "ip and host"$/ },
  { filter: 'ip6 host 10.1.1.3', message: /"ip6" in the filter: has no addresses of its own/ },
  { filter: 'net 10.1.1.3/24', message: /has bits set outside its mask$/ },
  { filter: 'net 10.1.1.0/33', message: /expected a prefix length from 0 to 32$/ },
  { filter: 'port 70000', message: /expected a port number from 0 to 65535$/ },
  { filter: 'port htp', message: /expected a port number/ },
  { filter: 'icmp port 80', message: /"icmp" in the filter: has no ports$/ },
  { filter: 'tcp host 10.1.1.3', message: /"tcp" in the filter: has no addresses of its own; use "tcp and host"$/ },
  { filter: 'tcp port 80 udp', message: /"udp" in the filter: expected "and", "or" or the end of the filter$/ },
  { filter: '(tcp', message: /^a parenthesis in the filter is not closed$/ },
  { filter: 'tcp[13] & 2', message: /"the end" in the filter: expected a comparison: / },
  { filter: 'tcp[13:3] = 2', message: /"3" in the filter: expected 1, 2 or 4 bytes$/ },
  { filter: 'tcp[13 = 2', message: /"=" in the filter: expected "]"$/ },
  { filter: 'tcp[13] = x', message: /"x" in the filter: expected a number or bytes such as tcp\[13\]/ },
  { filter: 'tcp[tcpflag] = 1', message: /did you mean "tcpflags"\?$/ },
  { filter: '(tcp[13] & 2 = 2', message: /^a parenthesis in the filter is not closed$/ },
  { filter: 'ip proto 300', message: /expected a protocol number$/ },
  { filter: 'ether', message: /expected "host", "src", "dst" or "proto" behind "ether"$/ },
  { filter: 'vlan 5000', message: /expected a VLAN id$/ },
  { filter: 'and', message: /expected a primitive/ },
];

const matching = (filter: string, frames: readonly Uint8Array[]): number[] => {
  const test = parseFilter(filter);
  return frames.flatMap((bytes, i) =>
    test({ view: viewOf(bytes), at: 0, length: bytes.length, wireLength: bytes.length }) ? [i] : [],
  );
};

describe('filters of frames', () => {
  const frames = Object.values(FRAMES);
  for (const { frames: given, rows } of SETS)
    for (const { filter, frames: expected } of rows)
      it(`${filter}: ${expected}`, () => {
        const found = matching(filter, Object.values(given)).map((i) => Object.keys(given)[i]);
        expect(found.join(' ')).to.equal(expected);
      });

  for (const { filter, message } of ERRORS)
    it(`refuses "${filter}"`, () => expect(() => parseFilter(filter)).to.throw(message));

  it('says of any text in one sentence what is wrong, if anything', () => {
    const word = fc.constantFrom(
      'host',
      'net',
      'port',
      'and',
      'not',
      '(',
      ')',
      '10.1.1.3',
      '80',
      'vlan',
      'tcp',
      '/',
      '',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(word).map((words) => words.join(' ')),
          fc.string(),
        ),
        (text) => {
          try {
            matching(text, frames);
          } catch (error) {
            expect((error as Error).name).to.equal('UsageError');
            expect((error as Error).message).not.to.include('\n');
          }
        },
      ),
    );
  });
});

const hasTcpdump = spawnSync('tcpdump', ['--version']).status === 0;

describe(`filters of frames, next to tcpdump${hasTcpdump ? '' : ' (skipped: there is none)'}`, () => {
  let folder = '';
  before(() => (folder = mkdtempSync(join(tmpdir(), 'vppcap-filter-'))));
  after(() => rmSync(folder, { recursive: true }));

  for (const { frames: given, rows } of SETS)
    for (const { filter } of rows)
      (hasTcpdump ? it : it.skip)(filter, () => {
        const file = join(folder, 'frames.pcap');
        const frames = [...Object.values(given), ...Object.values(given).map((bytes) => bytes.subarray(0, 38))];
        writeFileSync(file, pcapOf(frames));
        const { stdout, stderr } = spawnSync('tcpdump', ['-n', '-tt', '-r', file, filter], { encoding: 'utf8' });
        expect(stderr).not.to.match(/syntax error|error:/);
        // Each frame's timestamp is its number.
        const seen = Array.from(stdout.matchAll(/^(\d+)\.000000 /gm), ([, second]) => Number(second));
        expect(matching(filter, frames)).to.deep.equal(seen);
      });
});

/** A little-endian pcap whose frame i is of second i. */
function pcapOf(frames: readonly Uint8Array[]): Buffer {
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(1, 20);
  const records = frames.flatMap((bytes, i) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(i);
    record.writeUInt32LE(bytes.length, 8);
    record.writeUInt32LE(bytes.length, 12);
    return [record, bytes];
  });
  return Buffer.concat([header, ...records]);
}
