/**
 * After each recorded case of classic NAT44 the model holds the sessions that VPP held: same indices, users, order of
 * use, packets and bytes. The goldens are the recordings' sessions.txt.
 */

import { expect } from 'chai';
import { CORPUS } from '../../oracle/floor.js';
import { casesWhere, recordedText, tablesAfter } from '../../oracle/tables-after.js';
import { modelSessionLines, recordedSessionLines } from '../nat-common/nat-sessions-text.js';

describe('NAT44 sessions at the end of a recording', () => {
  const names = casesWhere((script) => script.includes('nat44 add address') && !script.includes('endpoint-dependent'));
  if (names.length === 0) it.skip(`(skipped: no corpus at ${CORPUS}; VPPCAP_ORACLE names another place)`);
  for (const name of names)
    it(name, async function () {
      this.timeout(20_000);
      const { nat44 } = await tablesAfter(name);
      expect(modelSessionLines(nat44)).to.deep.equal(recordedSessionLines(recordedText(name)));
    });
});
