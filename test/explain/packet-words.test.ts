import { expect } from 'chai';
import { packetWords } from '../../src/explain/packet-words.js';
import { fromHex } from '../verify/frames.js';
import { COOKED, LINKS, type LinkForm } from '../verify/links.js';
import { frame, tcpIp } from '../verify/packets.js';

const ETHERNET: LinkForm = { name: 'Ethernet', linkType: 1, of: (hex) => hex };
const SYN = frame(tcpIp({ flags: 2 }));
const ARP =
  'ffffffffffff' + '020000000103' + '0806' + '0001080006040001' + '0200000001030a010103' + '0000000000000a010101';

/** Ethernet and an IPv6 header, by next header and hop limit. */
const IP6 = (next: string, hops: string): string =>
  '020000000102' +
  '020000000103' +
  '86dd' +
  `60000000000b${next}${hops.slice(2)}` +
  '20010db8000000000000000000000003' +
  '20010db8000100000000000000000010';

describe('a received frame in words', () => {
  for (const { name, hex, linkType, wire, expected } of [
    ...[ETHERNET, ...LINKS].map(({ name, linkType, of }) => ({
      name: `TCP, ${name}`,
      hex: of(SYN),
      linkType,
      wire: undefined,
      expected: `TCP 10.1.1.3:42010 > 93.184.216.34:80 (SYN), ${of(SYN).length / 2} bytes`,
    })),
    ...[ETHERNET, ...COOKED].map(({ name, linkType, of }) => ({
      name: `ARP, ${name}`,
      hex: of(ARP),
      linkType,
      wire: undefined,
      expected: 'ARP: 10.1.1.3 asks for 10.1.1.1',
    })),
    ...[ETHERNET, ...LINKS].map(({ name, linkType, of }) => ({
      name: `cut, ${name}`,
      hex: of(SYN).slice(0, -12),
      linkType,
      wire: 1400,
      expected: `TCP 10.1.1.3:42010 > 93.184.216.34:80 (SYN), 1400 bytes, ${of(SYN).length / 2 - 6} of them captured`,
    })),
    {
      name: 'UDP over IPv6',
      hex: IP6('11', '0040') + '9c410035000b0000' + '616263',
      linkType: 1,
      wire: undefined,
      expected: 'UDP [2001:db8::3]:40001 > [2001:db8:1::10]:53, 65 bytes',
    },
    {
      name: 'a later fragment of IPv6',
      hex: IP6('2c', '0040') + '0600' + '00b8' + '00000001' + '616263',
      linkType: 1,
      wire: undefined,
      expected: 'a later fragment of TCP 2001:db8::3 > 2001:db8:1::10, 65 bytes',
    },
    {
      name: 'ICMPv6',
      hex: IP6('3a', '00ff') + '8700000000000000' + '20010db8000000000000000000000001',
      linkType: 1,
      wire: undefined,
      expected: 'ICMPv6 neighbor_solicitation 2001:db8::3 > 2001:db8:1::10, 78 bytes',
    },
    {
      name: 'of another link',
      hex: SYN,
      linkType: 105,
      wire: undefined,
      expected: 'a frame of 802.11 (link type 105), 59 bytes',
    },
    { name: 'too short', hex: '0000', linkType: 113, wire: undefined, expected: 'a frame of 2 bytes' },
    { name: 'loopback of no IP', hex: '07000000ffff', linkType: 0, wire: undefined, expected: 'a frame of 6 bytes' },
  ])
    it(name, () => {
      const bytes = fromHex(`${hex}${'00'.repeat(128)}`);
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      expect(packetWords(view, 0, hex.length / 2, wire, linkType)).to.equal(expected);
    });
});
