import { expect } from 'chai';
import * as ethernet from '../../src/wire/ethernet.js';
import * as vlan from '../../src/wire/vlan.js';
import { describeHeader } from './header-table.js';

describe('wire/ethernet', () => {
  // IEEE 802.3 clause 3.2: destination, source, type.
  describeHeader('01005e000016' + '020000000103' + '0800', [
    { name: 'destination, high', at: 0, bytes: 2, value: 0x0100, get: ethernet.destinationHigh },
    { name: 'destination, low', at: 2, bytes: 4, value: 0x5e000016, get: ethernet.destinationLow },
    {
      name: 'destination',
      at: 0,
      bytes: 6,
      value: 0,
      set: (v, at) => ethernet.setDestination(v, at, 0x0100, 0x5e000016),
    },
    { name: 'source, high', at: 6, bytes: 2, value: 0x0200, get: ethernet.sourceHigh },
    { name: 'source, low', at: 8, bytes: 4, value: 0x00000103, get: ethernet.sourceLow },
    { name: 'source', at: 6, bytes: 6, value: 0, set: (v, at) => ethernet.setSource(v, at, 0x0200, 0x0103) },
    { name: 'type', at: 12, bytes: 2, value: 0x0800, get: ethernet.type, set: ethernet.setType },
    { name: 'group bit', at: 0, bytes: 1, value: true, get: ethernet.isMulticast },
  ]);

  const TAGGED: readonly { name: string; types: string; expected: number }[] = [
    { name: 'no tag', types: '0800' + '4500001c', expected: 14 },
    { name: 'a tag', types: '8100' + '00070800', expected: 18 },
    { name: 'a service tag and a tag', types: '88a8' + '00078100' + '00080800', expected: 22 },
    { name: 'a service tag behind a tag is no second', types: '8100' + '000788a8' + '00080800', expected: 18 },
  ];
  for (const { name, types, expected } of TAGGED)
    it(`finds the length of a header with ${name}`, () => {
      const bytes = Uint8Array.from(Buffer.from('00'.repeat(12) + types + '00'.repeat(8), 'hex'));
      expect(ethernet.taggedHeaderLength(new DataView(bytes.buffer), 0)).to.equal(expected);
    });
});

describe('wire/vlan', () => {
  // IEEE 802.1Q clause 9.6: priority 5, not drop eligible, id 10; IPv4 behind it.
  describeHeader('a00a' + '0800', [
    { name: 'control', at: 0, bytes: 2, value: (5 << 13) | 10, get: vlan.control, set: vlan.setControl },
    { name: 'type', at: 2, bytes: 2, value: 0x0800, get: vlan.type, set: vlan.setType },
  ]);
});
