/**
 * Nodes of which the recordings have the text of their show commands (family P): the script made of the text alone, with the text as the
 * state, gives what VPP sent, as the recorded configuration does.
 */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { importNode } from '../../src/import-node/import-node.js';
import { readShownFiles } from '../../src/import-node/shown-files.js';
import { Node } from '../../src/node/node.js';
import { casesOf, corporaIn } from '../../tools/oracle/corpora.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { compareFrame, isExact, runOracleCase } from '../../tools/oracle/oracle-run.js';
import { CORPORA } from '../oracle/floor.js';

const corpora = corporaIn(CORPORA).filter(({ folder }) => existsSync(folder) && folder.includes('running'));
const FORWARDING = /^nat44 (?:ei )?forwarding enable$/m;

describe('scripts made of the show commands of recordings', () => {
  if (corpora.length === 0) it.skip('the recordings are not there (VPPCAP_ORACLE)');
  for (const { release, folder } of corpora)
    for (const name of casesOf({ release, folder }))
      it(`${release} ${name}`, async function () {
        this.timeout(60_000);
        const recorded = await loadOracleCase(folder, name);
        const config = readFileSync(recorded.configPath, 'utf8');
        const { script, release: found } = importNode(readShownFiles(join(folder, name, 'state.txt'), undefined));
        expect(found.name).to.equal(release);
        expect(FORWARDING.test(script)).to.equal(FORWARDING.test(config));
        const node = new Node(script, { state: recorded.state });
        const different = recorded.input.flatMap((frame, index) => {
          const model = node.receive(frame.bytes, { ...frame, interface: frame.interfaceName });
          return isExact(compareFrame(recorded, index, model)) ? [] : [index];
        });
        const asConfigured = runOracleCase(recorded).flatMap((frame, index) => (isExact(frame) ? [] : [index]));
        expect(different).to.deep.equal(asConfigured);
        expect(different.length).to.be.at.most(1);
      });
});
