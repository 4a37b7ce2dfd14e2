import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { guideFiles, handFiles, readBuiltIn } from '../../tools/guide/all-files.js';
import { stale } from './stale-files.js';

const REFERENCE = process.env['VPPCAP_REFERENCE'] ?? '../shared/reference';

describe('captures/ and expectations/ are what tools/guide-cases.ts makes', () => {
  it('the cases made by hand', () => {
    expect(stale(handFiles(readBuiltIn()))).to.deep.equal([]);
  });

  const isThere = existsSync(REFERENCE);
  const why = isThere ? '' : ` (skipped: no traces at ${REFERENCE}; VPPCAP_REFERENCE names another place)`;
  it(`the cases of the guide's traces${why}`, function () {
    if (!isThere) this.skip();
    expect(stale(guideFiles(REFERENCE, readBuiltIn()))).to.deep.equal([]);
  });
});
