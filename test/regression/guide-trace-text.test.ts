import { expect } from 'chai';
import { guideFrame } from '../../tools/guide/guide-frames.js';
import { headersOf, nodePath, parseTrace, recordOf, rewriteDump } from '../../tools/guide/trace-text.js';

/** An invented packet in the guide's form: 10.0.0.1:1 to 10.0.0.2:2, TTL 64, 60 bytes on the wire. */
const TRACE = `SYN:
----
00:00:01:000002: virtio-input
  virtio: hw_if_index 6 next-index 4 vring 0 len 60
00:00:01:000003: ethernet-input
  IP4: 00:00:00:00:00:02 -> 02:fe:00:00:00:01
00:00:01:000004: ip4-input
  TCP: 10.0.0.1 -> 10.0.0.2
    tos 0x00, ttl 64, length 40, checksum 0x66ce
    fragment id 0x0000
  TCP: 1 -> 2
    seq. 0x00000003 ack 0x00000000
    flags 0x02 SYN, tcp header: 20 bytes
    window 4, checksum 0x9bd6
00:00:01:000005: ip4-rewrite
  tx_sw_if_index 7 dpo-idx 1 : ipv4 via 10.0.0.2 tap1: 0000000000020200 flow hash: 0x00000000
  00000000: 00000000000202fe00000002080045000028000000003f0667ce0a0000010a00
  00000020: 0002000100020000000300000000500200049bd60000000000000000
00:00:01:000006: tap1-output
  tap1
  IP4: 02:fe:00:00:00:02 -> 00:00:00:00:00:02
  TCP: 10.0.0.1 -> 10.0.0.2
    tos 0x00, ttl 63, length 40, checksum 0x67ce
    fragment id 0x0000
  TCP: 1 -> 2
    seq. 0x00000003 ack 0x00000000
    flags 0x02 SYN, tcp header: 20 bytes
    window 4, checksum 0x9bd6
`;

describe("the reader of the guide's traces", () => {
  const [records] = parseTrace(TRACE);

  it('finds records, headers and the dump', () => {
    expect(nodePath(records)).to.deep.equal(['ethernet-input', 'ip4-input', 'ip4-rewrite', 'tap1-output']);
    expect(records[0].microseconds).to.equal(1_000_002);
    expect(headersOf(recordOf(records, 'ip4-input'))).to.include({
      ttl: 64,
      checksum: 0x66ce,
      sourcePort: 1,
      window: 4,
    });
    expect(rewriteDump(records)).to.have.length(60);
  });

  it('builds the frame that came and the frame that left', () => {
    const { input, expected, unknownFrom } = guideFrame(records);
    expect(Buffer.from(input.subarray(0, 26)).toString('hex')).to.equal(
      '02fe000000010000000000020800' + '4500002800000000400666ce',
    );
    expect(Buffer.from(expected).toString('hex')).to.equal(Buffer.from(rewriteDump(records)).toString('hex'));
    expect(unknownFrom).to.equal(60);
  });

  const CONTRADICTIONS: { name: string; given: string; expected: RegExp }[] = [
    { name: 'an IPv4 checksum', given: TRACE.replace('0x66ce', '0x66cf'), expected: /IPv4 header checksum/ },
    { name: 'a TCP checksum', given: TRACE.replaceAll('9bd6', '9bd7'), expected: /TCP checksum/ },
    { name: 'the dump', given: TRACE.replace('00020001000200000003', '00020001000200000004'), expected: /disagree/ },
    { name: 'the length', given: TRACE.replace('len 60', 'len 50'), expected: /frame length 50/ },
  ];
  for (const { name, given, expected } of CONTRADICTIONS)
    it(`refuses a trace that contradicts itself: ${name}`, () => {
      expect(() => parseTrace(given).map(guideFrame)).to.throw(expected);
    });
});
