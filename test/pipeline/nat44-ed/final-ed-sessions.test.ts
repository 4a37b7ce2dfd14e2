/**
 * After each recorded case of endpoint-dependent NAT44 the model holds the sessions that VPP held: same indices, users,
 * both hosts, order of use, packets and bytes. The goldens are the recordings' sessions.txt.
 */

import { expect } from 'chai';
import { CORPUS } from '../../oracle/floor.js';
import { casesWhere, recordedText, tablesAfter } from '../../oracle/tables-after.js';
import { recordedSessionLines } from '../nat-common/nat-sessions-text.js';
import { edSessionLines } from './ed-sessions-text.js';

describe('NAT44 ED sessions at the end of a recording', () => {
  const names = casesWhere((script) => script.includes('endpoint-dependent'));
  if (names.length === 0) it.skip(`(skipped: no corpus at ${CORPUS}; VPPCAP_ORACLE names another place)`);
  for (const name of names)
    it(name, async function () {
      this.timeout(20_000);
      const { nat44 } = await tablesAfter(name);
      expect(edSessionLines(nat44)).to.deep.equal(recordedSessionLines(recordedText(name)));
    });
});
