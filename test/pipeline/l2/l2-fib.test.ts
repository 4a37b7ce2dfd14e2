import { expect } from 'chai';
import fc from 'fast-check';
import { L2Fib } from '../../../src/pipeline/l2/l2-fib.js';

/** Few keys, so that they meet; MACs with the highest bits set, which are negative as 32-bit integers. */
const key = fc.tuple(fc.nat(3), fc.constantFrom(0, 1, 0xffff), fc.constantFrom(0, 1, 0x80000000, 0xffffffff));
const operation = fc.record({
  key,
  swIfIndex: fc.integer({ min: -1, max: 9 }),
  flags: fc.nat(15),
  isDelete: fc.boolean(),
});

describe('tables/l2/l2-fib', () => {
  it('agrees with a Map', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), fc.array(key), (operations, asked) => {
        const fib = new L2Fib();
        const naive = new Map<string, { swIfIndex: number; flags: number }>();
        for (const { key: where, swIfIndex, flags, isDelete } of operations) {
          if (isDelete) {
            fib.delete(...where);
            naive.delete(where.join());
          } else {
            fib.set(...where, swIfIndex, flags);
            naive.set(where.join(), { swIfIndex, flags });
          }
        }
        expect(fib.size).to.equal(naive.size);
        for (const where of [...asked, ...operations.map((each) => each.key)]) {
          const entry = fib.find(...where);
          const found = entry < 0 ? undefined : { swIfIndex: fib.swIfIndex[entry], flags: fib.flags[entry] };
          expect(found).to.deep.equal(naive.get(where.join()));
        }
      }),
    );
  });

  it('grows', () => {
    const fib = new L2Fib();
    for (let low = 0; low < 1000; low++) fib.set(1, 2, low, low % 7, 1);
    expect(fib.swIfIndex[fib.find(1, 2, 999)]).to.equal(999 % 7);
    expect(fib.find(2, 2, 999)).to.equal(-1);
  });
});
