/** What endpoint-independent NAT44 answers the flow cache: sessions are found by one end. */

import type { FlowEnds } from '../../engine/flow-part.js';
import type { NewFlowPart } from '../../engine/new-flow-part.js';
import { Places } from '../../engine/state/places.js';
import type { FlowSessions } from '../nat-flow.js';
import type { Tables } from '../../engine/tables.js';
import { natProtocolOf, packKey } from '../state/session-key.js';

const sourceKey = ({ ports, protocol, fibIndex }: FlowEnds): number =>
  packKey(ports >>> 16, natProtocolOf(protocol), fibIndex);
const destinationKey = ({ ports, protocol, fibIndex }: FlowEnds): number =>
  packKey(ports & 0xffff, natProtocolOf(protocol), fibIndex);

/** The ends of a session that has yet to be made: of the outside one, the port that the generator would give next. */
export function independentNewFlows({ nat44, nat44Independent: { in2out, out2in } }: Tables): NewFlowPart {
  const { pool } = nat44;
  const [inside, outside] = [new Places(), new Places()];
  return {
    expect: (flows) => (in2out.expected = out2in.expected = flows),
    begin: () => {
      if (!in2out.isFar) return false;
      pool.startForetelling();
      return true;
    },
    note: (ends) => {
      inside.add(in2out.placeOf(ends.source, sourceKey(ends)));
      const protocol = natProtocolOf(ends.protocol);
      const word = packKey(pool.foretellPort(protocol), protocol, nat44.outsideFibIndex);
      outside.add(out2in.placeOf(pool.allocatedAddress, word));
    },
    read: () => {
      in2out.read(inside);
      out2in.read(outside);
    },
  };
}

export function independentFlowSessions({ nat44, nat44Independent }: Tables, isIn2out: boolean): FlowSessions {
  const { sessions, users, pool, mappings } = nat44;
  let outside = new Set<number>();
  let version = -1;
  const isOutside = (address: number): boolean => {
    if (version !== pool.version + mappings.pool.version) {
      version = pool.version + mappings.pool.version;
      const mapped = mappings.pool.values().map(({ externalAddress }) => externalAddress);
      outside = new Set([...pool.addresses.map((one) => one.address), ...mapped]);
    }
    return outside.has(address);
  };
  return {
    sessions,
    users,
    isFound: isIn2out
      ? (session, ends) => sessions.hasIn2out(session, ends.source, sourceKey(ends))
      : (session, ends) => sessions.hasOut2in(session, ends.destination, destinationKey(ends)),
    isAny: (ends) => nat44Independent.out2in.get(ends.destination, destinationKey(ends)) >= 0,
    isOutside,
  };
}
