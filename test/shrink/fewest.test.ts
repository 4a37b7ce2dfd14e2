/** Delta debugging against what is needed, which is chosen here. */

import { expect } from 'chai';
import fc from 'fast-check';
import { fewest } from '../../src/shrink/fewest.js';

describe('the fewest units', () => {
  it('are those that are needed, in their order, whichever these are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.integer({ min: 0, max: 99 }), { maxLength: 8 }), async (needed) => {
        const found = await fewest(
          Array.from({ length: 100 }, (_, i) => i),
          (some) => Promise.resolve(needed.every((one) => some.includes(one))),
        );
        expect(found).to.deep.equal([...needed].sort((a, b) => a - b));
      }),
      { numRuns: 50 },
    );
  });

  it('are so few that without any one of them it does not hold, where one may stand for another', async () => {
    const holds = (some: readonly number[]): boolean => some.filter((one) => one % 7 === 0).length >= 3;
    const found = await fewest(
      Array.from({ length: 60 }, (_, i) => i),
      (some) => Promise.resolve(holds(some)),
    );
    expect(found.length).to.equal(3);
    expect(holds(found)).to.equal(true);
  });

  it('of 100,000 are found by some hundred questions', async () => {
    let asked = 0;
    const found = await fewest(
      Array.from({ length: 100_000 }, (_, i) => i),
      (some) => {
        asked++;
        return Promise.resolve(some.includes(4711) && some.includes(77_777));
      },
    );
    expect(found).to.deep.equal([4711, 77_777]);
    expect(asked).to.be.below(100);
  });
});
