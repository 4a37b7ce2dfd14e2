/** How packets of a flow fare at a node of the ACL plugin: by the session or the rule of the first. */

import { PROTOCOL_ICMP6 } from '../../wire/ip6.js';
import { ALL_TCP_FLAGS, type FlowEnds, type FlowPart } from '../engine/flow-part.js';
import type { NewFlowPart } from '../engine/new-flow-part.js';
import { Places } from '../engine/state/places.js';
import type { Tables } from '../engine/tables.js';
import { ACL_VERDICT } from './acl-steps.js';
import type { AclDirection } from './acl-table.js';
import { ip6AddressHash, L4_FLAG_IS_INPUT, L4_FLAG_IS_SLOWPATH } from './five-tuple.js';

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
    const follow = (session: number, ends: FlowEnds): boolean => {
      const { ports, protocol, isIp6, addresses } = ends;
      const source = isIp6 ? ip6AddressHash(addresses, 0) : ends.source;
      const destination = isIp6 ? ip6AddressHash(addresses, 4) : ends.destination;
      const swIfIndex = isInput ? ends.swIfIndexRx : ends.swIfIndexTx;
      const isSlowPath = isIp6 && protocol === PROTOCOL_ICMP6;
      const l4 = protocol | flag | (isSlowPath ? L4_FLAG_IS_SLOWPATH << 8 : 0) | (swIfIndex << 16);
      const hash = sessions.hashOf(isIp6, addresses, false);
      return session === BY_RULE
        ? hash.get(source, destination, swapPorts(ports), l4) < 0
        : sessions.hasKey(session, source, destination, swapPorts(ports), l4, isIp6 ? addresses : null);
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

/** The session on the interface that a packet comes by. */
export function aclNewFlows({ acl: { sessions } }: Tables): NewFlowPart {
  const { hash } = sessions;
  const places = new Places();
  return {
    expect: (flows) => (hash.expected = flows),
    begin: () => hash.isFar,
    note: ({ source, destination, ports, protocol, swIfIndexRx }) => {
      const l4 = protocol | (L4_FLAG_IS_INPUT << 8) | (swIfIndexRx << 16);
      places.add(hash.placeOf(source, destination, swapPorts(ports), l4));
    },
    read: () => hash.read(places),
  };
}
