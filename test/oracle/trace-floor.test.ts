/**
 * What of the recorded traces is worded the same may only grow. trace-floor.json holds frames and node records by family:
 * a run that finds fewer fails; one that finds more asks for the floor to be raised (`node dist/test/oracle/raise-floor.js`).
 */

import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { ConfigError } from '../../src/pipeline/command/config-error.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { compareTraces } from '../../tools/oracle/oracle-trace.js';
import { addTraces, newTraceScore } from '../../tools/oracle/trace-score.js';
import { casesIn, CORPORA, TRACE_FLOOR_FILE, type TraceFloor } from './floor.js';

const isPresent = existsSync(CORPORA);
const floor = JSON.parse(readFileSync(TRACE_FLOOR_FILE, 'utf8')) as TraceFloor;

describe(`golden corpus, traces at their floor${isPresent ? '' : ` (skipped: no corpus at ${CORPORA})`}`, () => {
  const rows = Object.entries(floor).flatMap(([release, families]) =>
    Object.entries(families).map(([family, atLeast]) => ({ release, family, atLeast })),
  );
  for (const { release, family, atLeast } of rows) {
    const test = isPresent ? it : it.skip;
    test(`${release} ${family}: ${atLeast.matching} of ${atLeast.records} node records equal`, async function () {
      this.timeout(120_000);
      const score = newTraceScore();
      for (const { folder, name } of casesIn(release, family))
        try {
          addTraces(score, compareTraces(await loadOracleCase(folder, name)));
        } catch (error) {
          if (!(error instanceof ConfigError)) throw error;
        }
      expect(score.frames, 'frames').to.equal(atLeast.frames);
      expect(score.records, 'records').to.equal(atLeast.records);
      expect(score.equal, 'equal').to.be.at.least(atLeast.equal);
      expect(score.matching, 'matching').to.be.at.least(atLeast.matching);
    });
  }
});
