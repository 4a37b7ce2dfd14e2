/**
 * IPv6 packets worked out by hand from RFC 8200, 4443 and 4861, on both releases; where VPP has its own way, the recording that shows it is
 * named. Checksums are summed here (RFC 1071), not by src/wire.
 */

import { expect } from 'chai';
import { Node } from '../../../src/node/node.js';

const NODE = `create packet-generator interface pg0
create packet-generator interface pg1
set interface mac address pg0 02:fe:00:00:00:01
set interface mac address pg1 02:fe:00:00:00:02
set interface state pg0 up
set interface state pg1 up
set interface mtu packet 1280 pg1
set interface ip address pg0 2001:db8:1::1/64
set interface ip address pg1 2001:db8:2::1/64
set ip6 neighbor pg0 2001:db8:1::9 02:00:00:00:01:09 static
set ip6 neighbor pg1 2001:db8:2::9 02:00:00:00:02:09 static
ip route add 2001:db8:a::/64 via 2001:db8:2::9 pg1
ip route add 2001:db8:a:0:8000::/65 via 2001:db8:1::9 pg0
`;

const HOST = '20010db8000100000000000000000009';
const GATEWAY = '20010db8000100000000000000000001';
const FAR = '20010db8000a00000000000000000007';
const UPPER_HALF = '20010db8000a00008000000000000007';
const TO_PG0 = '02fe00000001 020000000109 86dd';
const TO_HOST = '020000000109 02fe00000001 86dd';
const TO_ROUTER = '020000000209 02fe00000002 86dd';
const UDP = '9c40 0035 000c 1234 01020304';

const plain = (...parts: readonly string[]): string => parts.join('').replaceAll(' ', '');
const u16 = (value: number): string => value.toString(16).padStart(4, '0');
const ip6 = (next: string, hopLimit: string, source: string, destination: string, payload: string): string =>
  plain('60000000', u16(plain(payload).length / 2), next, hopLimit, source, destination, payload);

/** An ICMPv6 packet: the sum of source, destination, length, 58 and the message, complemented. */
function icmp6(hopLimit: string, source: string, destination: string, typeAndCode: string, rest: string): string {
  const message = plain(typeAndCode, '0000', rest);
  const words = plain(source, destination, u16(message.length / 2), '003a', message);
  let sum = 0;
  for (const word of (words.length % 4 === 0 ? words : `${words}00`).match(/.{4}/g) ?? []) sum += parseInt(word, 16);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ip6('3a', hopLimit, source, destination, plain(typeAndCode, u16(~sum & 0xffff), rest));
}

/** Quoted as much as makes 1280 bytes with the 48 in front (RFC 4443 §2.4). */
const error = (typeAndCode: string, parameter: string, quoted: string): string =>
  plain(TO_HOST, icmp6('ff', GATEWAY, HOST, typeAndCode, parameter + quoted.slice(0, 2 * (1280 - 48))));

const LARGE = ip6('11', '40', HOST, FAR, `9c40003505000000${'ab'.repeat(1280 - 8)}`);
const HOP_BY_HOP = '11 00 c2 04 00000000';
const SECOND_FRAGMENT = '11 00 0008 00000abc';
const NS_REST = `00000000 ${GATEWAY} 0101020000000109`;

interface Row {
  readonly name: string;
  readonly frame: string;
  readonly sent: (release: string) => readonly string[];
}

const forwarded = (name: string, to: string, next: string, destination: string, payload: string): Row => ({
  name,
  frame: plain(TO_PG0, ip6(next, '40', HOST, destination, payload)),
  sent: () => [plain(to, ip6(next, '3f', HOST, destination, payload))],
});

const ROWS: readonly Row[] = [
  forwarded('a packet: MACs and the hop limit change', TO_ROUTER, '11', FAR, UDP),
  forwarded('the longest prefix: /65 in front of /64', TO_HOST, '11', UPPER_HALF, UDP),
  forwarded('a hop-by-hop option is not looked at', TO_ROUTER, '00', FAR, HOP_BY_HOP + UDP),
  forwarded('a later fragment', TO_ROUTER, '2c', FAR, SECOND_FRAGMENT + UDP),
  {
    name: 'hop limit 1: time exceeded, with hop limit 0 quoted (26.06 J-ip6-0 #5)',
    frame: plain(TO_PG0, ip6('11', '01', HOST, FAR, UDP)),
    sent: () => [error('0300', '00000000', ip6('11', '00', HOST, FAR, UDP))],
  },
  {
    name: 'larger than the MTU of the way out: packet too big, with 1280 = 0x500 (19.08 J-ip6-3 #3)',
    frame: plain(TO_PG0, LARGE),
    sent: () => [error('0200', '00000500', LARGE.replace(/^(.{14})40/, '$13f'))],
  },
  {
    name: 'UDP that nobody listens for: port unreachable (26.06 J-ip6-0 #26)',
    // The checksum of the datagram has to be right: HOST + GATEWAY sum to 2*(2001+0db8+0001) + 9 + 1 = 5b7e, with 000c + 0011 = 5b9b;
    // 9c40 + 0035 + 000c + 0102 + 0304 = a087; fc22 in all, complement 03dd.
    frame: plain(TO_PG0, ip6('11', '40', HOST, GATEWAY, '9c40 0035 000c 03dd 01020304')),
    sent: () => [error('0104', '00000000', ip6('11', '40', HOST, GATEWAY, '9c40 0035 000c 03dd 01020304'))],
  },
  {
    name: 'an echo request: 19.08 takes one from the hop limit of its own reply (19.08 J-ip6-0 #30)',
    frame: plain(TO_PG0, icmp6('40', HOST, GATEWAY, '8000', '12340001 61626364')),
    sent: (release) => [
      plain(TO_HOST, icmp6(release === '19.08' ? '3f' : '40', GATEWAY, HOST, '8100', '12340001 61626364')),
    ],
  },
  {
    name: 'a neighbour solicitation: an advertisement with flags S and O (RFC 4861 §4.4)',
    frame: plain(TO_PG0, icmp6('ff', HOST, GATEWAY, '8700', NS_REST)),
    sent: () => [plain(TO_HOST, icmp6('ff', GATEWAY, HOST, '8800', `60000000 ${GATEWAY} 020102fe00000001`))],
  },
  {
    name: 'a solicitation for somebody else',
    frame: plain(TO_PG0, icmp6('ff', HOST, GATEWAY, '8700', `00000000 ${HOST} 0101020000000109`)),
    sent: () => [],
  },
  {
    name: 'no version 6',
    frame: plain(TO_PG0, ip6('11', '40', HOST, FAR, UDP).replace(/^6/, '5')),
    sent: () => [],
  },
];

describe('IPv6 by hand', () => {
  for (const release of ['19.08', '26.06']) {
    const node = new Node(`# release: ${release}\n${NODE}`);
    ROWS.forEach(({ name, frame, sent }, i) => {
      it(`${release} ${name}`, () => {
        const bytes = Uint8Array.from(Buffer.from(frame, 'hex'));
        const outcome = node.receive(bytes, { interface: 'pg0', seconds: 1_600_000_000 + i, nanoseconds: 0 });
        expect(outcome.sent.map((one) => Buffer.from(one.bytes).toString('hex'))).to.deep.equal(sent(release));
      });
    });
  }
});
