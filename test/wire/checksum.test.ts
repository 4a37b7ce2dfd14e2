import { expect } from 'chai';
import fc from 'fast-check';
import * as checksum from '../../src/wire/checksum.js';
import { swap16 } from '../../src/wire/checksum.js';

/** The arithmetic of ip_csum_update and ip_csum_fold on a 64-bit machine, step by step (src/vnet/ip/ip_packet.h). */
const WORD = (1n << 64n) - 1n;
function add(sum: bigint, x: bigint): bigint {
  const total = (sum + x) & WORD;
  return (total + (total < x ? 1n : 0n)) & WORD;
}
function subtract(sum: bigint, x: bigint): bigint {
  const difference = (sum - x) & WORD;
  return (difference - (difference > sum ? 1n : 0n)) & WORD;
}
function fold64(sum: bigint): number {
  sum = (sum & 0xffffffffn) + (sum >> 32n);
  for (let i = 0; i < 3; i++) sum = (sum & 0xffffn) + (sum >> 16n);
  return Number(sum);
}
const updateIn64Bits = (sum: number, ...fields: [before: number, after: number][]): number =>
  fold64(fields.reduce((s, [before, after]) => subtract(add(s, BigInt(before)), BigInt(after)), BigInt(sum)));

const u16 = fc.integer({ min: 0, max: 0xffff });
const u32 = fc.integer({ min: 0, max: 0xffffffff });
/** Values that make sums meet 0 and 0xffff. */
const edge16 = fc.oneof(u16, fc.constantFrom(0, 1, 0xfffe, 0xffff));
const edge32 = fc.oneof(u32, edge16, fc.constantFrom(0xffffffff, 0xffff0000, 0x10000));

const view = (...bytes: number[]): DataView => new DataView(Uint8Array.from(bytes).buffer);

describe('wire/checksum', () => {
  it('gives the checksum of the RFC 1071 example', () => {
    // RFC 1071 section 3: 00 01 f2 03 f4 f5 f6 f7 sums to ddf2 (2ddf0 folded).
    const sum = checksum.fold(checksum.sumWords(view(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7), 0, 8));
    expect(sum).to.equal(0xf2dd); // little-endian word of dd f2
  });

  it('pads an odd last byte with zero', () => {
    expect(checksum.sumWords(view(1, 2, 3), 0, 3)).to.equal(0x0201 + 0x03);
  });

  it('verifies the header of the documented request', () => {
    // The guide's SYN as it arrives: 10.1.1.3 > 31.134.97.51, checksum 0x3154.
    const header = '4500003c7dab400040063154' + '0a010103' + '1f866133';
    const bytes = Buffer.from(header, 'hex');
    const frame = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    expect(checksum.compute(frame, 0, 20)).to.equal(0);
  });

  const documented = [
    { name: 'TTL 64 to 63 (IP header)', given: [0x3154, 0x4006, 0x3f06], expected: 0x3254 },
    { name: 'TTL 63 to 62 (response)', given: [0xe93f, 0x3f06, 0x3e06], expected: 0xea3f },
  ] as const;
  for (const { name, given, expected } of documented)
    it(`updates as the guide's traces show: ${name}`, () => {
      const [sum, before, after] = given.map(swap16);
      expect(checksum.update(sum, before, after)).to.equal(swap16(expected));
    });

  it('updates address and port as the documented source translation does', () => {
    // 10.1.1.3:41084 becomes 192.168.16.1:25801: TCP checksum 0x91d0 becomes 0x07de, IP 0x3254 becomes 0x6cae.
    const before = 0x0301010a;
    const after = 0x0110a8c0;
    expect(checksum.update2(swap16(0x91d0), before, after, swap16(41084), swap16(25801))).to.equal(swap16(0x07de));
    expect(checksum.update(swap16(0x3254), before, after)).to.equal(swap16(0x6cae));
  });

  it('equals the 64-bit arithmetic of VPP for one field', () => {
    fc.assert(
      fc.property(edge16, edge32, edge32, (sum, before, after) => {
        expect(checksum.update(sum, before, after)).to.equal(updateIn64Bits(sum, [before, after]));
        expect(checksum.update(sum, before | 0, after | 0)).to.equal(updateIn64Bits(sum, [before, after]));
      }),
      { numRuns: 2000 },
    );
  });

  it('equals the 64-bit arithmetic of VPP for an address and a port that differ', () => {
    fc.assert(
      fc.property(edge16, edge32, edge32, edge16, edge16.filter(Boolean), (sum, before, after, port, newPort) => {
        expect(checksum.update2(sum, before, after, port, newPort)).to.equal(
          updateIn64Bits(sum, [before, after], [port, newPort]),
        );
      }),
      { numRuns: 2000 },
    );
  });
});
