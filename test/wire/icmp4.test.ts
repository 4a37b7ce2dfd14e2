import { expect } from 'chai';
import * as icmp4 from '../../src/wire/icmp4.js';
import { describeHeader } from './header-table.js';

describe('wire/icmp4', () => {
  // RFC 792: "fragmentation needed"; read as an echo it would have an identifier and a sequence number.
  describeHeader('0304' + '1234' + '002a05dc', [
    { name: 'type', at: 0, bytes: 1, value: icmp4.DESTINATION_UNREACHABLE, get: icmp4.type, set: icmp4.setType },
    { name: 'code', at: 1, bytes: 1, value: icmp4.CODE_FRAGMENTATION_NEEDED, get: icmp4.code, set: icmp4.setCode },
    {
      name: 'checksum, a little-endian word',
      at: 2,
      bytes: 2,
      value: 0x3412,
      get: icmp4.checksum,
      set: icmp4.setChecksum,
    },
    { name: 'rest', at: 4, bytes: 4, value: 0x002a05dc, get: icmp4.rest, set: icmp4.setRest },
    { name: 'identifier', at: 4, bytes: 2, value: 0x2a, get: icmp4.identifier },
    { name: 'sequence', at: 6, bytes: 2, value: 1500, get: icmp4.sequence },
  ]);

  it('knows which messages quote a packet (RFC 1122 section 3.2.2) and which have an identifier', () => {
    const types = Array.from({ length: 256 }, (_, type) => type);
    expect(types.filter(icmp4.isError)).to.deep.equal([3, 4, 5, 11, 12]);
    expect(types.filter(icmp4.hasIdentifier)).to.deep.equal([0, 8, 13, 14, 15, 16, 17, 18]);
  });
});
