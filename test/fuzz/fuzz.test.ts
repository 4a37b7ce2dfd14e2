/** Hostile input: what was found once stays mended, and a seeded run finds nothing. `make fuzz` goes on for longer. */

import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { fuzz } from './fuzz-run.js';
import { keptInputs, PCAPS } from './seed-files.js';
import { TARGETS } from './targets/all.js';

/** Some ten seconds of one core. */
const INPUTS = 900;
const SEED = 1908;

describe('fuzz', function () {
  this.timeout(600_000);

  for (const kind of ['found', 'corpus'] as const)
    for (const target of TARGETS)
      for (const { name, bytes } of keptInputs(kind, target.name))
        it(`${kind}: ${target.name}/${name}`, async () => {
          await target.check(bytes);
        });

  it(`${INPUTS} inputs from seed ${SEED}${existsSync(PCAPS) ? '' : ` (without the captures at ${PCAPS})`}`, async () => {
    const plan = { seed: SEED, inputs: INPUTS, seconds: null, targets: null, isGuided: false };
    const { tried, faults } = await fuzz(plan);
    expect(faults.map(({ target, number, message }) => `${target} ${number}: ${message}`)).to.deep.equal([]);
    for (const { name } of TARGETS) expect(tried[name], name).to.be.greaterThan(0);
  });
});
