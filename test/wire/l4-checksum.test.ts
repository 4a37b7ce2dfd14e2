/** Whether checksums are right, as a sum over every byte says, and whether wrong ones are those that offload leaves. */

import { expect } from 'chai';
import fc from 'fast-check';
import { compute, fold, sumWords } from '../../src/wire/checksum.js';
import * as state from '../../src/wire/l4-checksum.js';
import { frameOf, icmpOf, L3, L4, tcpOf, udpOf, viewOf, type Ip4Packet } from '../pipeline/packets.js';

const packet = (protocol: number, more: Partial<Ip4Packet> = {}): Ip4Packet => ({
  source: '10.1.1.3',
  destination: '8.8.8.8',
  protocol,
  ...more,
});
const TCP = tcpOf(packet(6), 41000, 80, 2);
const UDP = udpOf(packet(17), 40001, 53, Uint8Array.of(1, 2, 3));
const ICMP = icmpOf(packet(1), 8, 0, Uint8Array.of(0, 7, 0, 1, 9));
const [TCP_SUM, UDP_SUM, ICMP_SUM] = [L4 + 16, L4 + 6, L4 + 2];

const withBytes = (frame: Uint8Array, at: number, ...values: number[]): Uint8Array => {
  const bytes = frame.slice();
  bytes.set(values, at);
  return bytes;
};

/** The pseudo header's sum by the book: RFC 793 §3.1, as octets on the wire. */
function pseudo(frame: Uint8Array, length: number): number[] {
  const header = Uint8Array.of(...frame.slice(L3 + 12, L3 + 20), 0, frame[L3 + 9], length >>> 8, length & 0xff);
  const sum = ~compute(viewOf(header), 0, 12) & 0xffff;
  return [sum & 0xff, sum >>> 8];
}

const ROWS = [
  { name: 'TCP, right', given: TCP, expected: state.RIGHT },
  { name: 'UDP with an odd length, right', given: UDP, expected: state.RIGHT },
  { name: 'ICMP, right', given: ICMP, expected: state.RIGHT },
  { name: 'TCP, one off', given: withBytes(TCP, TCP_SUM, TCP[TCP_SUM] ^ 1), expected: state.WRONG },
  { name: 'ICMP, one off', given: withBytes(ICMP, ICMP_SUM, ICMP[ICMP_SUM] ^ 1), expected: state.WRONG },
  { name: 'TCP, 0', given: withBytes(TCP, TCP_SUM, 0, 0), expected: state.ZERO },
  { name: 'ICMP, 0', given: withBytes(ICMP, ICMP_SUM, 0, 0), expected: state.ZERO },
  { name: 'UDP, 0, which is allowed', given: withBytes(UDP, UDP_SUM, 0, 0), expected: state.ABSENT },
  { name: 'TCP, pseudo header', given: withBytes(TCP, TCP_SUM, ...pseudo(TCP, 20)), expected: state.PSEUDO_HEADER },
  {
    name: 'TCP, pseudo header of length 0',
    given: withBytes(TCP, TCP_SUM, ...pseudo(TCP, 0)),
    expected: state.PSEUDO_HEADER,
  },
  { name: 'UDP, pseudo header', given: withBytes(UDP, UDP_SUM, ...pseudo(UDP, 11)), expected: state.PSEUDO_HEADER },
  { name: 'ICMP has no pseudo header', given: withBytes(ICMP, ICMP_SUM, ...pseudo(ICMP, 9)), expected: state.WRONG },
  {
    name: 'a first fragment',
    given: frameOf(packet(6, { flagsAndFragment: 0x2000 }), new Uint8Array(40)),
    expected: state.UNKNOWN,
  },
  { name: 'another protocol', given: frameOf(packet(47), new Uint8Array(40)), expected: state.UNKNOWN },
  { name: 'cut off', given: TCP.slice(0, -1), expected: state.UNKNOWN },
  { name: 'padded', given: Uint8Array.of(...TCP, 1, 2, 3, 4, 5, 6), expected: state.RIGHT },
  { name: 'an IP length of 0', given: withBytes(TCP, L3 + 2, 0, 0), expected: state.UNKNOWN },
  { name: 'a UDP length that does not fit', given: withBytes(UDP, L4 + 4, 9, 9), expected: state.UNKNOWN },
];

/** The naive twin of sumWords. */
function wordByWord(view: DataView, at: number, length: number, sum: number): number {
  for (let i = 0; i + 1 < length; i += 2) sum += view.getUint16(at + i, true);
  return length % 2 === 1 ? sum + view.getUint8(at + length - 1) : sum;
}

describe('L4 checksums', () => {
  for (const { name, given, expected } of ROWS)
    it(name, () => {
      const bytes = new Uint8Array(given.length + 64);
      bytes.set(given);
      expect(state.l4State(viewOf(bytes), L3, given.length)).to.equal(expected);
    });

  it('four bytes at a time add up to as much as two', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(3), fc.nat(0xffff), (bytes, at, sum) => {
        const room = new Uint8Array(at + bytes.length + 8);
        room.set(bytes, at);
        const view = viewOf(room);
        expect(fold(sumWords(view, at, bytes.length, sum))).to.equal(fold(wordByWord(view, at, bytes.length, sum)));
      }),
    );
  });
});
