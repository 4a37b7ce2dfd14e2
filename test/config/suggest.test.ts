/** Edit distance and suggestions, against a naive twin. */

import { expect } from 'chai';
import fc from 'fast-check';
import { editDistance, nearest } from '../../src/pipeline/command/suggest.js';

/** By the definition, without a table. */
function naiveDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const same = a.at(-1) === b.at(-1) ? 0 : 1;
  const [shorterA, shorterB] = [a.slice(0, -1), b.slice(0, -1)];
  const plain = Math.min(
    naiveDistance(shorterA, b) + 1,
    naiveDistance(a, shorterB) + 1,
    naiveDistance(shorterA, shorterB) + same,
  );
  const isSwap = a.length > 1 && b.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1);
  return isSwap ? Math.min(plain, naiveDistance(a.slice(0, -2), b.slice(0, -2)) + 1) : plain;
}

describe('config: suggestions', () => {
  it('the distance is that of the naive twin', () => {
    const short = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
    fc.assert(fc.property(short, short, (a, b) => editDistance(a, b) === naiveDistance(a, b)));
  });

  const ROWS: readonly { given: string; candidates: string[]; expected: string | null }[] = [
    { given: 'interfce', candidates: ['interface', 'ip'], expected: 'interface' },
    { given: 'wieght', candidates: ['preference', 'weight'], expected: 'weight' },
    { given: 'upp', candidates: ['down', 'up'], expected: 'up' },
    { given: 'STATE', candidates: ['state'], expected: 'state' },
    { given: 'x', candidates: ['a', 'b'], expected: null },
    { given: 'frobnicate', candidates: ['forward', 'create'], expected: null },
  ];
  for (const { given, candidates, expected } of ROWS) {
    it(`${given}: ${expected ?? 'nothing near'}`, () => {
      expect(nearest(given, candidates)).to.equal(expected);
    });
  }
});
