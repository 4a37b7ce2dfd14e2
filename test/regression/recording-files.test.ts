import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { allRecordingFiles } from '../../tools/recordings/all-cases.js';
import { stale } from './stale-files.js';

const CORPUS = process.env['VPPCAP_ORACLE'] ?? join('..', 'shared', 'oracle');

describe('expectations/ of recordings are what tools/recording-cases.ts makes', () => {
  const isThere = existsSync(CORPUS);
  const why = isThere ? '' : ` (skipped: no recordings at ${CORPUS}; VPPCAP_ORACLE names another place)`;
  it(`all of them${why}`, async function () {
    if (!isThere) this.skip();
    expect(stale(await allRecordingFiles(CORPUS))).to.deep.equal([]);
  });
});
