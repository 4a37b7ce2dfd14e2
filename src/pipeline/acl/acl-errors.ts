/** Counters of the ACL plugin's nodes (foreach_acl_fa_error, VPP 19.08 src/plugins/acl/dataplane_node.c). */

import { errorSet, type ErrorSet } from '../engine/errors.js';

const TEXTS = {
  DENY: 'ACL deny packets',
  PERMIT: 'ACL permit packets',
  NEW_SESSION: 'new sessions added',
  EXISTING_SESSION: 'existing session packets',
  CHECKED: 'checked packets',
  RESTART_TIMER: 'restart session timer',
  TOO_MANY_SESSIONS: 'too many sessions to add new',
};

/** The errors of one ACL node; each node has all of them. */
export const aclErrors = (node: string): ErrorSet<keyof typeof TEXTS> => errorSet(node, TEXTS);
