import { expect } from 'chai';
import fc from 'fast-check';
import { formatAddress, formatMac, maskOf, parseAddress, parseMac } from '../../src/wire/address.js';

describe('wire/address', () => {
  it('reads the addresses that it writes', () => {
    const word = fc.integer({ min: -0x80000000, max: 0x7fffffff });
    fc.assert(
      fc.property(word, fc.nat(0xffff), fc.nat(0xffffffff), (address, high, low) => {
        expect(parseAddress(formatAddress(address))).to.equal(address);
        expect(parseMac(formatMac({ high, low }))).to.deep.equal({ high, low });
      }),
    );
  });

  for (const text of ['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '1.2.3.-4', ' 1.2.3.4', '1.2.3.0x4', 'a.b.c.d'])
    it(`finds no address in "${text}"`, () => expect(parseAddress(text)).to.equal(null));

  for (const text of ['', '02:fe:16:3f:5f', '02:fe:16:3f:5f:0g', '02-fe-16-3f-5f-0f', '02fe.163f', '02fe163f5f0f'])
    it(`finds no MAC address in "${text}"`, () => expect(parseMac(text)).to.equal(null));

  it("reads VPP's form of a MAC address", () =>
    expect(formatMac(parseMac('02fe.163f.5F0f') ?? { high: 0, low: 0 })).to.equal('02:fe:16:3f:5f:0f'));

  it('makes masks of prefix lengths', () =>
    expect([0, 1, 8, 24, 31, 32].map((length) => formatAddress(maskOf(length)))).to.deep.equal([
      '0.0.0.0',
      '128.0.0.0',
      '255.0.0.0',
      '255.255.255.0',
      '255.255.255.254',
      '255.255.255.255',
    ]));
});
