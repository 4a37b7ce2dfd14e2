/** What the ACL plugin decides about a packet. */

import { stepKind } from '../engine/steps.js';

/**
 * `action` is ACTION_* (match/acl-rules.ts); `acl` and `rule` those that matched, -1 for none and for a packet of a session;
 * `session` the packet's own or the one it made, else -1; `swIfIndex` the interface whose ACLs were asked.
 */
export const ACL_VERDICT = stepKind('acl', ['swIfIndex', 'action', 'acl', 'rule', 'session']);
