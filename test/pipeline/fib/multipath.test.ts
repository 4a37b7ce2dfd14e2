/** Weights to buckets; expected values by hand from ip_multipath_normalize_next_hops. */

import { expect } from 'chai';
import { normalizeNextHops } from '../../../src/pipeline/fib/multipath.js';

const CASES: readonly { name: string; given: readonly number[]; expected: readonly number[] }[] = [
  { name: 'one hop', given: [5], expected: [0] },
  { name: 'two equal hops', given: [3, 3], expected: [0, 1] },
  // 2 buckets miss 3:1 by (1.5 - 2) + (0.5 - 0): none for the lighter; 4 fit exactly, the heavier first.
  { name: 'two hops 1:3, heavier first', given: [1, 3], expected: [1, 1, 1, 0] },
  // 16 buckets: 5.33 each, 5 + 5 + 5, the bucket left over goes to the first.
  {
    name: 'three equal hops',
    given: [1, 1, 1],
    expected: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2],
  },
  { name: 'three hops 1:1:2, lighter first', given: [2, 1, 1], expected: [1, 2, 0, 0] },
];

describe('normalizeNextHops', () => {
  for (const { name, given, expected } of CASES)
    it(name, () => {
      const hops = given.map((weight, dpoIndex) => ({ dpoType: 6, dpoIndex, weight }));
      expect(normalizeNextHops(hops).map(({ dpoIndex }) => dpoIndex)).to.deep.equal(expected);
    });
});
