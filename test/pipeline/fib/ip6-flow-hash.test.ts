import { expect } from 'chai';
import fc from 'fast-check';
import { FLOW_HASH_DEFAULT } from '../../../src/pipeline/fib/flow-hash.js';
import { ip6FlowHash } from '../../../src/pipeline/fib/ip6/ip6-flow-hash.js';

const MASK = (1n << 64n) - 1n;

/** The same with 64-bit integers, as VPP has them. */
function naiveHash(frame: DataView): number {
  const word = (at: number): bigint => frame.getBigUint64(at, true);
  let protocol = frame.getUint8(6);
  let l4 = 40;
  if (protocol === 0) {
    protocol = frame.getUint8(40);
    l4 = 40 + 8 * (frame.getUint8(41) + 1);
  }
  let a = word(8) ^ word(16);
  let b = word(24) ^ word(32) ^ BigInt(protocol);
  let c = 0n;
  if (protocol === 6 || protocol === 17)
    c = (BigInt(frame.getUint16(l4 + 2, true)) << 16n) | BigInt(frame.getUint16(l4, true));
  const steps: [bigint, bigint, bigint][] = [
    [43n, 9n, 8n],
    [38n, 23n, 5n],
    [35n, 49n, 11n],
    [12n, 18n, 22n],
  ];
  for (const [right1, left, right2] of steps) {
    a = ((a - b - c) & MASK) ^ (c >> right1);
    b = ((b - c - a) & MASK) ^ ((a << left) & MASK);
    c = ((c - a - b) & MASK) ^ (b >> right2);
  }
  return Number(BigInt.asIntN(32, c));
}

describe('pipeline/fib flow hash of IPv6', () => {
  it('is what 64-bit arithmetic gives', () => {
    const packet = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(packet, fc.constantFrom(0, 6, 17, 58), fc.constantFrom(6, 17, 58), (bytes, protocol, behind) => {
        bytes[6] = protocol;
        if (protocol === 0) bytes.set([behind, 0], 40);
        const view = new DataView(bytes.buffer);
        expect(ip6FlowHash(view, 0, view.byteLength, FLOW_HASH_DEFAULT)).to.equal(naiveHash(view));
      }),
    );
  });
});
