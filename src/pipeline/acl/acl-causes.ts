/** Sentences for packets that end in an ACL node. */

import type { Tables } from '../engine/tables.js';
import type { CauseText } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';

/** Bits of causeArg1 that number the rule within its ACL; the ACL is above them. */
export const RULE_BITS = 16;

export const denyingRule = ({ causeArg1 }: PacketBuffer): [acl: number, rule: number] => [
  causeArg1 >>> RULE_BITS,
  causeArg1 & ((1 << RULE_BITS) - 1),
];

/** causeArg0 is the lc_index; causeArg1 the ACL and rule as aclIndex << RULE_BITS | ruleIndex. */
export const ACL_CAUSES = {
  DENIED_BY_RULE: (b: PacketBuffer, { acl }: Tables) =>
    `denied on ${acl.placeOf(b.causeArg0)} by ${acl.describeRule(...denyingRule(b))}`,
  DENIED_BY_DEFAULT: (b: PacketBuffer, { acl, interfaces }: Tables) => {
    const { aclIndices, direction, swIfIndex } = acl.contexts[b.causeArg0];
    const lists = aclIndices.length === 1 ? `the ${direction} ACL` : `the ${direction} ACLs`;
    return `no rule of ${lists} of ${interfaces.all[swIfIndex].name} (${aclIndices.join(', ')}) matches`;
  },
  TOO_MANY_SESSIONS: (b: PacketBuffer, { acl }: Tables) =>
    `the session table is full (${acl.sessions.maxEntries} entries): no session for the packet on ${acl.placeOf(b.causeArg0)}`,
} satisfies Record<string, CauseText>;
