/** What would let a packet pass that an ACL ended. */

import { denyingRule } from './acl-causes.js';
import type { Remedies } from '../remedy.js';

export const aclRemedies: Remedies = {
  DENIED_BY_RULE: (b) => {
    const [acl, rule] = denyingRule(b);
    return `a rule that permits it has to come before rule ${rule} of ACL ${acl}, or an earlier packet has to make an ACL session for it (permit+reflect)`;
  },
  DENIED_BY_DEFAULT: (b, { acl }) =>
    `one of the ACLs ${acl.contexts[b.causeArg0].aclIndices.join(', ')} needs a rule that permits it, or an earlier packet has to make an ACL session for it (permit+reflect)`,
  TOO_MANY_SESSIONS: 'ACL sessions have to end first: shorter timeouts (set acl-plugin session timeout …) help',
};
