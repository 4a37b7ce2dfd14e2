/**
 * After each recorded case of NAT44 EI the model holds the sessions that VPP held: same users, indices, packets and bytes. Their order in
 * a user's list follows the clock of the recording, where a session moves at most once a second. The goldens are the recordings'
 * sessions.txt.
 */

import { expect } from 'chai';
import { CORPORA } from '../../oracle/floor.js';
import { casesWhere, recordedText, tablesAfter } from '../../oracle/tables-after.js';
import { modelSessionLines, recordedSessionLines, sortedByUser } from '../nat-common/nat-sessions-text.js';

const RELEASE = '26.06';

describe('NAT44 EI sessions at the end of a recording', () => {
  const names = casesWhere((script) => script.includes('nat44 ei plugin enable'), RELEASE);
  if (names.length === 0) it.skip(`(skipped: no corpus in ${CORPORA}; VPPCAP_ORACLE names another place)`);
  for (const name of names)
    it(name, async function () {
      this.timeout(20_000);
      const { nat44 } = await tablesAfter(name, RELEASE);
      const recorded = recordedSessionLines(recordedText(name, RELEASE));
      expect(sortedByUser(modelSessionLines(nat44))).to.deep.equal(sortedByUser(recorded));
    });
});
