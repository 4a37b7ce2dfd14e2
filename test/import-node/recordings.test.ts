/**
 * Nodes of which the recordings have the text of their show commands (families P and Q): the script made of the text alone, with the
 * state that `--state` writes beside it, gives what VPP sent, as the recorded configuration does with the text itself.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { importNode } from '../../src/import-node/import-node.js';
import { readShownFiles } from '../../src/import-node/shown-files.js';
import { casesOf, corporaIn } from '../../tools/oracle/corpora.js';
import { loadOracleCase, type OracleCase } from '../../tools/oracle/oracle-case.js';
import { isExact, runOracleCase } from '../../tools/oracle/oracle-run.js';
import { runVectorCase } from '../../tools/oracle/vector-run.js';
import { CORPORA } from '../oracle/floor.js';

const FORWARDING = /^nat44 (?:ei )?forwarding enable$/m;

/** Of a report that asked for both: it has no sessions, and takes none away. */
const COUNTED = '### show nat44 sessions\nNAT44 sessions:\n  10.1.1.3: 2 dynamic translations, 0 static translations\n';

/** Frames that are not as VPP had them. */
const wrongFrames = (recorded: OracleCase, script?: string): number[] =>
  runOracleCase(recorded, script).flatMap((frame, index) => (isExact(frame) ? [] : [index]));

/** Bursts that are not as VPP had them. */
const wrongBursts = (recorded: OracleCase, script?: string): number[] =>
  runVectorCase(recorded, script).flatMap(({ burst, differences }) => (differences.length === 0 ? [] : [burst]));

describe('scripts made of the show commands of recordings', () => {
  const nodes = ['running', 'loaded'].flatMap((kind) =>
    corporaIn(join(CORPORA, kind)).flatMap(({ release, folder }) =>
      casesOf({ release, folder }).map((name) => ({ release, folder, name, isLoaded: kind === 'loaded' })),
    ),
  );
  if (nodes.length === 0) it.skip('the recordings are not there (VPPCAP_ORACLE)');
  for (const { release, folder, name, isLoaded } of nodes)
    it(`${release} ${name}`, async function () {
      this.timeout(60_000);
      const recorded = await loadOracleCase(folder, name);
      const config = readFileSync(recorded.configPath, 'utf8');
      const { script, release: found, state } = importNode(readShownFiles(join(folder, name, 'state.txt'), undefined));
      expect(found.name).to.equal(release);
      expect(FORWARDING.test(script)).to.equal(FORWARDING.test(config));
      const wrongOf = isLoaded ? wrongBursts : wrongFrames;
      const text = `${state}${found.name === '19.08' ? COUNTED : ''}`;
      const wrong = wrongOf({ ...recorded, state: [{ file: 'state.txt', text }] }, script);
      expect(wrong).to.deep.equal(wrongOf(recorded));
      expect(wrong.length).to.be.at.most(1);
    });
});
