/** Each flag of a buffer has a bit of its own. */

import { expect } from 'chai';
import * as buffer from '../../../src/pipeline/engine/packet-buffer.js';

it('flags of a buffer have bits of their own', () => {
  const flags = Object.entries(buffer).filter(([name]) => name.startsWith('FLAG_'));
  expect(flags).to.have.length.above(10);
  const bits = flags.map(([, bit]) => bit);
  expect(new Set(bits).size).to.equal(bits.length);
});
