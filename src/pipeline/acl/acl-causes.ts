/** Sentences for packets that end in an ACL node. */

import type { Tables } from '../engine/tables.js';
import type { CauseText } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';

/** Bits of causeArg1 that number the rule within its ACL; the ACL is above them. */
export const RULE_BITS = 16;

/** causeArg0 is the lc_index; causeArg1 the ACL and rule as aclIndex << RULE_BITS | ruleIndex. */
const deniedByRule = (b: PacketBuffer, { acl }: Tables): string => {
  const rule = acl.describeRule(b.causeArg1 >>> RULE_BITS, b.causeArg1 & ((1 << RULE_BITS) - 1));
  return `denied on ${acl.placeOf(b.causeArg0)} by ${rule}`;
};

const deniedByDefault = (b: PacketBuffer, { acl, interfaces }: Tables): string => {
  const { aclIndices, direction, swIfIndex } = acl.contexts[b.causeArg0];
  const lists = aclIndices.length === 1 ? `the ${direction} ACL` : `the ${direction} ACLs`;
  return `no rule of ${lists} of ${interfaces.all[swIfIndex].name} (${aclIndices.join(', ')}) matches`;
};

const tooManySessions = (b: PacketBuffer, { acl }: Tables): string =>
  `the session table is full (${acl.sessions.maxEntries} entries): no session for the packet on ${acl.placeOf(b.causeArg0)}`;

export const ACL_CAUSES = {
  DENIED_BY_RULE: deniedByRule,
  DENIED_BY_DEFAULT: deniedByDefault,
  TOO_MANY_SESSIONS: tooManySessions,
} satisfies Record<string, CauseText>;
