/** How packets of a flow fare at an IPv4 node of the ACL plugin: by the session or the rule of the first. */

import { ALL_TCP_FLAGS, type FlowEnds, type FlowPart } from '../engine/flow-part.js';
import type { Tables } from '../engine/tables.js';
import { ACL_VERDICT } from './acl-steps.js';
import type { AclDirection } from './acl-table.js';
import { L4_FLAG_IS_INPUT } from './five-tuple.js';

const SESSION = ACL_VERDICT.at.session;
/** No session: a rule permits the packets. */
const BY_RULE = -1;

/** The ACL plugin's order of ports in a key word. */
const swapPorts = (ports: number): number => (ports >>> 16) | (ports << 16);

export const aclFlowPart =
  (direction: AclDirection) =>
  ({ acl: { sessions, cleaner } }: Tables): FlowPart => {
    const isInput = direction === 'input';
    const flag = isInput ? L4_FLAG_IS_INPUT << 8 : 0;
    const { hash } = sessions;
    const follow = (session: number, ends: FlowEnds): boolean => {
      const { source, destination, ports, protocol } = ends;
      const swIfIndex = isInput ? ends.swIfIndexRx : ends.swIfIndexTx;
      const l4 = protocol | flag | (swIfIndex << 16);
      return session === BY_RULE
        ? !hash.hasAny(swIfIndex) || hash.get(source, destination, swapPorts(ports), l4) < 0
        : sessions.hasKey(session, source, destination, swapPorts(ports), l4);
    };
    return {
      valueOf: ({ words }, at, ends) => {
        const session = words[at + SESSION];
        if (session === BY_RULE) ends.needsAbsence = true;
        return session;
      },
      follow,
      tcpFlags: (session) => (session === BY_RULE ? ALL_TCP_FLAGS : sessions.tcpFlagsSeen(session, isInput)),
      account: (session, _packets, _bytes, last) => {
        if (session !== BY_RULE) sessions.keepAlive(session, last);
      },
      nextWake: cleaner.wake,
    };
  };
