import { expect } from 'chai';
import fc from 'fast-check';
import { decimalDigits, digitsInRow } from '../../src/capture/decimal.js';

describe('decimal numbers', () => {
  it('in a row have as many digits as one by one', () => {
    const expectSum = (first: number, count: number): void => {
      let sum = 0;
      for (let value = first; value < first + count; value++) sum += String(value).length;
      expect(digitsInRow(first, count), `${count} from ${first}`).to.equal(sum);
    };
    for (const power of [10, 100, 1e6, 1e15]) for (let first = power - 3; first <= power; first++) expectSum(first, 3);
    fc.assert(fc.property(fc.nat({ max: 200_000 }), fc.nat({ max: 20_000 }), expectSum), { numRuns: 50 });
    expect(digitsInRow(7, 0)).to.equal(0);
    expect(decimalDigits(1e15)).to.equal(16);
  });
});
