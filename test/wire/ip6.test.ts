import { expect } from 'chai';
import * as ip6 from '../../src/wire/ip6.js';
import { describeHeader } from './header-table.js';

describe('wire/ip6', () => {
  // RFC 8200 section 3: 2001:db8::1 to 2001:db8::2, hop-by-hop options next, 24 bytes behind the header.
  describeHeader(
    '60000000' + '0018' + '0040' + '20010db8' + '00'.repeat(11) + '01' + '20010db8' + '00'.repeat(11) + '02',
    [
      { name: 'version', at: 0, bytes: 1, value: 6, get: ip6.version },
      { name: 'payload length', at: 4, bytes: 2, value: 24, get: ip6.payloadLength },
      { name: 'next header', at: 6, bytes: 1, value: ip6.HOP_BY_HOP, get: ip6.nextHeader },
      { name: 'hop limit', at: 7, bytes: 1, value: 64, get: ip6.hopLimit },
    ],
  );

  const EXTENSIONS: readonly { name: string; protocol: number; hex: string; bytes: number; next: number }[] = [
    {
      name: 'hop-by-hop options, in units of 8',
      protocol: ip6.HOP_BY_HOP,
      hex: '0601000000000000',
      bytes: 16,
      next: 6,
    },
    { name: 'a fragment header', protocol: ip6.FRAGMENT, hex: '1107000100000000', bytes: 8, next: 17 },
    {
      name: 'an authentication header, in units of 4',
      protocol: ip6.AUTHENTICATION,
      hex: '0604000000000000',
      bytes: 24,
      next: 6,
    },
  ];
  for (const { name, protocol, hex, bytes, next } of EXTENSIONS)
    it(`reads ${name}`, () => {
      const view = new DataView(Uint8Array.from(Buffer.from(hex, 'hex')).buffer);
      expect(ip6.isExtension(protocol)).to.equal(true);
      expect([ip6.extensionBytes(view, 0, protocol), ip6.extensionNextHeader(view, 0)]).to.deep.equal([bytes, next]);
    });

  it('reads the offset of a fragment', () => {
    // RFC 8200 section 4.5: 13 bits of offset, two reserved, M.
    const view = new DataView(Uint8Array.of(17, 0, 0x05, 0xc9, 0, 0, 0, 1).buffer);
    expect(ip6.fragmentOffset(view, 0)).to.equal(185);
  });
});
