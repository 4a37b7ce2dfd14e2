/** What classic NAT44 answers the flow cache: sessions are found by one end. */

import type { FlowEnds } from '../engine/flow-part.js';
import type { FlowSessions } from '../nat-common/nat-flow.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import { natProtocolOf, packKey } from '../nat-common/state/session-key.js';

const sourceKey = ({ ports, protocol, fibIndex }: FlowEnds): number =>
  packKey(ports >>> 16, natProtocolOf(protocol), fibIndex);
const destinationKey = ({ ports, protocol, fibIndex }: FlowEnds): number =>
  packKey(ports & 0xffff, natProtocolOf(protocol), fibIndex);

export function classicFlowSessions(
  { sessions, users, classic, pool, mappings }: Nat44,
  isIn2out: boolean,
): FlowSessions {
  const outside = new Set([
    ...pool.addresses.map(({ address }) => address),
    ...mappings.pool.values().map(({ externalAddress }) => externalAddress),
  ]);
  return {
    sessions,
    users,
    isFound: isIn2out
      ? (session, ends) => sessions.hasIn2out(session, ends.source, sourceKey(ends))
      : (session, ends) => sessions.hasOut2in(session, ends.destination, destinationKey(ends)),
    isAny: (ends) => classic.out2in.get(ends.destination, destinationKey(ends)) >= 0,
    isOutside: (address) => outside.has(address),
  };
}
