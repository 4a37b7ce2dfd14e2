/** Recordings of vectors: frames that VPP got together and ran node by node. All are exact, burst by burst. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { casesOf, corporaIn } from '../../tools/oracle/corpora.js';
import { loadOracleCase } from '../../tools/oracle/oracle-case.js';
import { runVectorCase } from '../../tools/oracle/vector-run.js';
import { CORPORA } from './floor.js';

const KINDS = ['vectors', 'loaded'].map((kind) => join(CORPORA, kind));
const isPresent = KINDS.every(existsSync);

describe(`recorded vectors${isPresent ? '' : ` (skipped: no recordings at ${KINDS.join(', ')})`}`, () => {
  if (!isPresent) it.skip('are exact');
  for (const { release, folder } of KINDS.flatMap(corporaIn))
    for (const name of casesOf({ release, folder }))
      it(`${release} ${name}`, async function () {
        this.timeout(60_000);
        const bursts = runVectorCase(await loadOracleCase(folder, name));
        expect(bursts).not.to.have.length(0);
        expect(bursts.flatMap(({ differences }) => differences)).to.deep.equal([]);
      });
});
