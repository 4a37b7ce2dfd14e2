/**
 * What of the golden corpus is exact may only grow. floor.json holds frames by family: a run that finds fewer fails; one
 * that finds more asks for the floor to be raised (`node dist/test/oracle/raise-floor.js`).
 */

import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { runOracleCase } from '../../tools/oracle/oracle-run.js';
import { ConfigError } from '../../src/pipeline/command/config-error.js';
import { addCase, addUnrunnableCase, newScore } from '../../tools/oracle/oracle-score.js';
import { casesIn, CORPORA, FLOOR_FILE, type Floor } from './floor.js';

const isPresent = existsSync(CORPORA);
const floor = JSON.parse(readFileSync(FLOOR_FILE, 'utf8')) as Floor;

describe(`golden corpus, families at their floor${isPresent ? '' : ` (skipped: no corpus at ${CORPORA})`}`, () => {
  const rows = Object.entries(floor).flatMap(([release, families]) =>
    Object.entries(families).map(([family, atLeast]) => ({ release, family, atLeast })),
  );
  for (const { release, family, atLeast } of rows) {
    const test = isPresent ? it : it.skip;
    test(`${release} ${family}: ${atLeast.exact} of ${atLeast.frames} frames exact`, async function () {
      this.timeout(120_000);
      const score = newScore();
      for (const { folder, name } of casesIn(release, family)) {
        const recorded = await loadOracleCase(folder, name);
        try {
          addCase(score, runOracleCase(recorded));
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
          addUnrunnableCase(score, recorded.input.length);
        }
      }
      expect(score.frames, 'frames').to.equal(atLeast.frames);
      for (const respect of ['bytes', 'verdicts', 'nodes', 'counters', 'exact'] as const)
        expect(score[respect], respect).to.be.at.least(atLeast[respect]);
    });
  }
});
