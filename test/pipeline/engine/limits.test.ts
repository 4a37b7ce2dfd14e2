/** No table changes a number that it does not have room for: it refuses it. Those of flow-hash-table.ts have a test of their own. */

import { expect } from 'chai';
import { FlowStamps } from '../../../src/pipeline/engine/state/flow-stamps.js';
import { LARGEST_SESSION, SessionHash } from '../../../src/pipeline/acl/sessions/session-hash.js';
import { SessionPool } from '../../../src/pipeline/acl/sessions/session-pool.js';

describe('limits of tables', () => {
  for (const session of [-1, LARGEST_SESSION + 1, 2 ** 31, NaN])
    it(`the hash of ACL sessions refuses session ${session}`, () => {
      const hash = new SessionHash(new SessionPool(), new FlowStamps());
      expect(() => hash.set(1, 2, 3, 4, session, 1)).to.throw(RangeError, `${session} is no session's number`);
      hash.set(1, 2, 3, 4, LARGEST_SESSION, 1);
      expect(hash.size).to.equal(1);
    });
});
