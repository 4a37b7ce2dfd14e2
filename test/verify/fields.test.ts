import { expect } from 'chai';
import fc from 'fast-check';
import { LINKTYPE_ETHERNET, LINKTYPE_RAW } from '../../src/capture/frame-batch.js';
import { decodeFrame, differingFields } from '../../src/verify/packet/fields.js';
import { summaryLine } from '../../src/verify/packet/fields.js';
import { changed, fromHex, TCP_FRAME } from './frames.js';

/** TCP_FRAME's parts with other headers around or in them. */
const ETHERNET = TCP_FRAME.slice(0, 24);
const IP_TO_UDP = changed(TCP_FRAME.slice(28, 68), 9, '11');
const IP_TO_ICMP = changed(TCP_FRAME.slice(28, 68), 9, '01');
const ARP = `${ETHERNET}0806` + '0001080006040001' + '020000000103' + '0a010103' + '000000000000' + '0a010101';
const UDP = `${ETHERNET}0800${IP_TO_UDP}` + '12b50035' + '000a' + 'beef' + 'abcd';
const ECHO = `${ETHERNET}0800${IP_TO_ICMP}` + '0800' + 'beef' + '00070003' + 'abcd';

describe('fields of a frame', () => {
  for (const { name, at, bytes, field, before, after } of [
    {
      name: 'MAC',
      at: 0,
      bytes: '02fe00000009',
      field: 'eth.dst',
      before: '02:fe:00:00:00:01',
      after: '02:fe:00:00:00:09',
    },
    { name: 'IP id', at: 18, bytes: 'ffff', field: 'ip4.id', before: '0x0001', after: '0xffff' },
    { name: 'IP flags', at: 20, bytes: '00', field: 'ip4.flags', before: '0x2', after: '0x0' },
    { name: 'TTL', at: 22, bytes: '3f', field: 'ip4.ttl', before: '64', after: '63' },
    { name: 'IP checksum', at: 24, bytes: '1234', field: 'ip4.checksum', before: '0xabcd', after: '0x1234' },
    { name: 'destination', at: 30, bytes: '08080808', field: 'ip4.dst', before: '93.184.216.34', after: '8.8.8.8' },
    { name: 'TCP port', at: 36, bytes: '01bb', field: 'tcp.dstport', before: '80', after: '443' },
    { name: 'TCP window', at: 48, bytes: '0001', field: 'tcp.window', before: '65535', after: '1' },
    { name: 'TCP checksum', at: 50, bytes: 'abcd', field: 'tcp.checksum', before: '0x1234', after: '0xabcd' },
    { name: 'payload', at: 56, bytes: 'ff', field: 'payload@2', before: '6c6c6f', after: 'ff6c6f' },
  ]) {
    it(`names a changed ${name}`, () => {
      const differences = differingFields(
        fromHex(TCP_FRAME),
        fromHex(changed(TCP_FRAME, at, bytes)),
        LINKTYPE_ETHERNET,
      );
      expect(differences).to.deep.equal([{ field, expected: before, actual: after }]);
    });
  }

  it('names fields that only one side has', () => {
    const names = differingFields(fromHex(UDP), fromHex(ECHO), LINKTYPE_ETHERNET).map(({ field }) => field);
    expect(names).to.include.members(['ip4.proto', 'udp.srcport', 'icmp.type']);
  });

  it('reads IP without Ethernet', () => {
    expect(decodeFrame(fromHex(TCP_FRAME.slice(28)), LINKTYPE_RAW).fields.get('tcp.dstport')).to.equal('80');
  });

  it('finds words for any two frames that differ, and none for equal ones', () => {
    const frame = fc
      .tuple(fc.constantFrom(TCP_FRAME, UDP, ECHO, ARP), fc.nat(70), fc.nat(255), fc.nat(70))
      .map(([hex, at, value, length]) => {
        const bytes = fromHex(hex);
        bytes[at % bytes.length] = value;
        return bytes.subarray(0, length);
      });
    fc.assert(
      fc.property(frame, frame, (a, b) => {
        expect(differingFields(a, b, LINKTYPE_ETHERNET).length > 0).to.equal(Buffer.compare(a, b) !== 0);
      }),
    );
  });
});

describe('summary line of a frame', () => {
  for (const { name, given, expected } of [
    { name: 'TCP', given: TCP_FRAME, expected: '10.1.1.3:42010 > 93.184.216.34:80 tcp flags 0x02, 59 bytes' },
    { name: 'UDP', given: UDP, expected: '10.1.1.3:4789 > 93.184.216.34:53 udp, 44 bytes' },
    { name: 'ICMP', given: ECHO, expected: '10.1.1.3 > 93.184.216.34 icmp type 8 code 0, 44 bytes' },
    { name: 'ARP', given: ARP, expected: 'arp request for 10.1.1.1 from 10.1.1.3, 42 bytes' },
    { name: 'another ethertype', given: `${ETHERNET}88b500`, expected: 'ethertype 0x88b5, 15 bytes' },
    { name: 'no whole header', given: '02fe', expected: 'frame, 2 bytes' },
  ]) {
    it(name, () => {
      expect(summaryLine(fromHex(given), LINKTYPE_ETHERNET)).to.equal(expected);
    });
  }
});
