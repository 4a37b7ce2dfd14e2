import { expect } from 'chai';
import fc from 'fast-check';
import * as checksum from '../../src/wire/checksum.js';
import * as ip4 from '../../src/wire/ip4.js';
import * as loads from '../../src/wire/header-loads.js';
import { describeHeader } from './header-table.js';

/** RFC 791 section 3.1; the checksum is that of the header (RFC 1071), added up by hand: 0x9148. */
const HEADER = '45b8' + '005e' + '1c46' + '60b9' + '3f11' + '9148' + 'ac100a63' + 'ac100a0c';

describe('wire/ip4', () => {
  describeHeader(HEADER, [
    { name: 'version and header length', at: 0, bytes: 1, value: 0x45, get: ip4.versionIhl, set: ip4.setVersionIhl },
    { name: 'header length', at: 0, bytes: 1, value: 20, get: ip4.headerLength },
    { name: 'type of service', at: 1, bytes: 1, value: 0xb8, get: ip4.tos, set: ip4.setTos },
    { name: 'total length', at: 2, bytes: 2, value: 94, get: ip4.totalLength, set: ip4.setTotalLength },
    { name: 'identification', at: 4, bytes: 2, value: 0x1c46, get: ip4.identification, set: ip4.setIdentification },
    {
      name: 'flags and fragment offset',
      at: 6,
      bytes: 2,
      value: ip4.DONT_FRAGMENT | ip4.MORE_FRAGMENTS | 185,
      get: ip4.flagsAndFragment,
      set: ip4.setFlagsAndFragment,
    },
    { name: 'fragment offset', at: 6, bytes: 2, value: 185, get: ip4.fragmentOffset },
    { name: 'that it is a fragment', at: 6, bytes: 2, value: true, get: ip4.isFragment },
    { name: 'time to live', at: 8, bytes: 1, value: 63, get: ip4.ttl, set: ip4.setTtl },
    { name: 'protocol', at: 9, bytes: 1, value: ip4.PROTOCOL_UDP, get: ip4.protocol, set: ip4.setProtocol },
    {
      name: 'checksum, a little-endian word',
      at: 10,
      bytes: 2,
      value: 0x4891,
      get: ip4.checksum,
      set: ip4.setChecksum,
    },
    { name: 'source, signed', at: 12, bytes: 4, value: 0xac100a63 | 0, get: ip4.source, set: ip4.setSource },
    {
      name: 'destination, signed',
      at: 16,
      bytes: 4,
      value: 0xac100a0c | 0,
      get: ip4.destination,
      set: ip4.setDestination,
    },
  ]);

  it('tells 224.0.0.0/4 from other addresses', () => {
    const given = [0xdfffffff, 0xe0000000, 0xefffffff, 0xf0000000].map((address) => ip4.isMulticast(address | 0));
    expect(given).to.deep.equal([false, true, true, false]);
  });

  it('says of any header, and word by word, whether its checksum is what a whole sum makes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 34, maxLength: 34 }), fc.boolean(), (frame, isRight) => {
        const view = new DataView(frame.buffer, frame.byteOffset, frame.length);
        const l3 = 14;
        if (isRight) {
          ip4.setChecksum(view, l3, 0);
          ip4.setChecksum(view, l3, checksum.compute(view, l3, ip4.HEADER_BYTES));
        }
        const expected = checksum.fold(checksum.sumWords(view, l3, ip4.HEADER_BYTES)) === 0xffff;
        expect(ip4.hasGoodChecksum(view, l3)).to.equal(expected);
        const { typeAndVersion, lengthAndId, fragmentAndTtl } = loads;
        const sum = loads.headerSum(typeAndVersion(view, 0), lengthAndId(view, 0), fragmentAndTtl(view, 0));
        const [source, destination] = [loads.source(view, 0), loads.destination(view, 0)];
        expect(loads.hasGoodChecksum(sum, loads.checksum(view, 0), source, destination)).to.equal(expected);
      }),
    );
  });
});

describe('wire/header-loads', () => {
  const ENDS = '0102' + '0304' + '00000000' + '00000000' + '5012' + 'ffff' + 'abcd';
  const FRAME = '02fe00000001' + '020000000103' + '0800' + HEADER + ENDS;
  const at = 0;
  const view = new DataView(Uint8Array.from(Buffer.from(FRAME, 'hex')).buffer);

  it('reads what the field by field getters read', () => {
    expect(loads.isPlainIp4(loads.typeAndVersion(view, at))).to.equal(true);
    expect(loads.totalLengthOf(loads.lengthAndId(view, at))).to.equal(94);
    const word = loads.fragmentAndTtl(view, at);
    expect([loads.isFragmentWord(word), loads.ttlOf(word), loads.protocolOf(word)]).to.deep.equal([true, 63, 17]);
    expect(loads.ttlAndProtocol(view, at)).to.equal(0x3f11);
    expect(loads.checksum(view, at)).to.equal(0x9148);
    expect([loads.source(view, at) >>> 0, loads.destination(view, at) >>> 0]).to.deep.equal([0xac100a63, 0xac100a0c]);
    expect(loads.ports(view, at)).to.equal(0x01020304);
    expect([loads.tcpFlags(view, at), view.getUint16(at + loads.TCP_CHECKSUM)]).to.deep.equal([0x12, 0xabcd]);
    expect(view.getUint16(at + loads.UDP_CHECKSUM)).to.equal(0);
  });

  const WRITES: readonly { name: string; write: (view: DataView) => void; place: number; expected: string }[] = [
    { name: 'source', write: (v) => loads.setSource(v, 0, 0x0a010103), place: 26, expected: '0a010103' },
    { name: 'destination', write: (v) => loads.setDestination(v, 0, 0x0a010103), place: 30, expected: '0a010103' },
    { name: 'ports', write: (v) => loads.setPorts(v, 0, 0x1234abcd), place: 34, expected: '1234abcd' },
    {
      name: 'TTL and checksum',
      write: (v) => loads.setTtlAndChecksum(v, 0, 0x3e11, 0xabcd),
      place: 22,
      expected: '3e11abcd',
    },
  ];
  for (const { name, write, place, expected } of WRITES)
    it(`writes ${name} and nothing else`, () => {
      const bytes = Buffer.alloc(60, 0xa5);
      write(new DataView(bytes.buffer, bytes.byteOffset, bytes.length));
      const whole = Buffer.alloc(60, 0xa5);
      whole.write(expected, place, 'hex');
      expect(bytes.toString('hex')).to.equal(whole.toString('hex'));
    });
});
