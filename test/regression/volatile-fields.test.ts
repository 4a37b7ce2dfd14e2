/** Which bytes a field that is not compared stands for. */

import { expect } from 'chai';
import { LINKTYPE_ETHERNET, LINKTYPE_RAW } from '../../src/capture/frame-batch.js';
import { maskFields } from '../../src/regression/compare/volatile-fields.js';
import { ethernet, ip4, udp, vlan, vxlan, type Layer } from '../../tools/build-packets.js';

const MACS = { destination: '02:fe:00:00:00:01', source: '02:00:00:00:01:03' };
const ENDS = { source: '10.1.1.3', destination: '8.8.8.8' };
const packet = (identification: number): Layer =>
  ip4({ ...ENDS, identification, checksum: 0xaaaa }, udp({ sourcePort: 1, destinationPort: 2 }));
const tunnel = (identification: number): Layer =>
  ip4(
    ENDS,
    udp(
      { sourcePort: 1, destinationPort: 4789, checksum: 0 },
      vxlan({ vni: 1 }, ethernet(MACS, packet(identification))),
    ),
  );
const tagged = (identification: number): Layer => vlan({ id: 7 }, packet(identification));

const ROWS: readonly { name: string; given: (id: number) => Uint8Array; field: string; linkType?: number }[] = [
  { name: 'an Ethernet frame', given: (id) => ethernet(MACS, packet(id)), field: 'ip4.id' },
  { name: 'a tagged frame', given: (id) => ethernet(MACS, tagged(id)), field: 'ip4.id' },
  { name: 'a packet without link header', given: (id) => packet(id).bytes, field: 'ip4.id', linkType: LINKTYPE_RAW },
  { name: 'a frame in VXLAN', given: (id) => ethernet(MACS, tunnel(id)), field: 'inner.ip4.id' },
];

describe('fields that are not compared', () => {
  for (const { name, given, field, linkType = LINKTYPE_ETHERNET } of ROWS)
    it(`blanks ${field} of ${name}, and nothing else`, () => {
      expect(maskFields(given(0x1234), [field], linkType)).to.deep.equal(given(0));
    });

  it('leaves a frame as it is that has no such field', () => {
    const frame = ethernet(MACS, packet(0x1234));
    expect(maskFields(frame, ['inner.ip4.id'])).to.deep.equal(frame);
    expect(maskFields(frame, [])).to.equal(frame);
  });
});
