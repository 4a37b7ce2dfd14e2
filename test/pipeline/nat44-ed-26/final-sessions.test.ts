/**
 * After each recorded case of VPP 26.06's endpoint-dependent NAT44 the model holds the sessions that VPP held: same indices, ends, both
 * flows, packets and bytes. The goldens are the recordings' sessions.txt.
 */

import { expect } from 'chai';
import { corpusOf } from '../../oracle/floor.js';
import { casesWhere, recordedText, tablesAfter } from '../../oracle/tables-after.js';
import { modelledLines, recordedLines } from './ed-sessions-text.js';

const RELEASE = '26.06';

describe('NAT44 ED sessions of VPP 26.06 at the end of a recording', () => {
  const names = casesWhere((script) => script.includes('nat44 plugin enable'), RELEASE);
  if (names.length === 0) it.skip(`(skipped: no corpus at ${corpusOf(RELEASE)}; VPPCAP_ORACLE names another place)`);
  for (const name of names)
    it(name, async function () {
      this.timeout(20_000);
      expect(modelledLines(await tablesAfter(name, RELEASE))).to.deep.equal(recordedLines(recordedText(name, RELEASE)));
    });
});
