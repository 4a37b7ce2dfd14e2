/** Verdicts of recorded cases against the published schema, with every kind of step among them. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { verdictSchema } from '../../scripts/verdict-schema.js';
import { Node } from '../../src/node/node.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { CORPUS } from '../oracle/floor.js';

describe('schema/verdict.schema.json', () => {
  const kinds = new Set<string>();
  for (const name of ['A-seed0', 'C-nat0', 'D-ed0', 'E-route0', 'H-vxlan0', 'I-mix0'].filter((one) =>
    existsSync(join(CORPUS, one)),
  ))
    it(`takes the steps of ${name}`, async () => {
      const { configPath, input } = await loadOracleCase(CORPUS, name);
      const node = new Node(readFileSync(configPath, 'utf8'), { file: configPath });
      const { steps } = verdictSchema.shape;
      for (const frame of input) {
        const outcome = node.receive(frame.bytes, { ...frame, interface: frame.interfaceName });
        expect(() => steps.parse(outcome.steps), JSON.stringify(outcome.steps)).not.to.throw();
        for (const { step } of outcome.steps) kinds.add(step);
      }
    });

  it('has seen every kind of step', function () {
    if (kinds.size === 0) this.skip();
    expect([...kinds].sort()).to.deep.equal(['acl', 'end', 'nat44', 'nat44-port', 'neighbour', 'route']);
  });
});
