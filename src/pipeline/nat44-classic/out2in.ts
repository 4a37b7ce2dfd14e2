/** nat44-out2in (VPP 19.08 src/plugins/nat/out2in.c): translation of destinations of packets from the outside. */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { NAT_ICMP, NAT_TCP, NAT_UDP, NAT_UNKNOWN, natProtocolOf, packKey } from '../nat-common/state/session-key.js';
import { NAT_OUT2IN, NAT_OUT2IN_PASSED, UNSETTLED } from '../engine/decisions.js';
import { defineNode, type NodeContext, type NodeFunction } from '../engine/node.js';
import { FLAG_NAT44_MISSED, type PacketBuffer } from '../engine/packet-buffer.js';
import { isCutForNat } from '../nat-common/cut-for-nat.js';
import { fibBySwIfIndex } from '../engine/fib-of.js';
import { NAT_CAUSES } from '../nat-common/nat-causes.js';
import { out2inErrors } from '../nat-common/nat-errors.js';
import { Out2InSessions } from './out2in-session.js';
import { DESTINATION, rewriteAddress } from '../nat-common/rewrite.js';
import { DROPPED } from './session-work.js';
import { NAT_OUT2IN as OUT2IN_TRACE } from '../nat-common/nat-trace.js';
import { natTrace } from '../nat-common/nat-trace.js';

/** VPP's next indices, for traces. */
const NEXT_DROP = 0;
const NEXT_LOOKUP = 1;
const NEXT_ICMP_ERROR = 2;
const NEXT_REASS = 3;

const DHCP_TO_CLIENT = 68;

type Context = NodeContext<'LOOKUP' | 'DROP' | 'ICMP_ERROR' | 'REASS', keyof typeof NAT_CAUSES>;

function create(context: Context): NodeFunction {
  const { next, cause, errors, arcs, tables } = context;
  const nat = tables.nat44;
  const fibOf = fibBySwIfIndex(tables);
  const error = errors.ids(out2inErrors);
  const sessions = new Out2InSessions(nat, fibOf, error, cause);
  const { out2in } = nat.classic;

  const drop = (): number => {
    nat.lastNextIndex = NEXT_DROP;
    return next.DROP;
  };
  const pass = (): number => {
    nat.lastNextIndex = NEXT_LOOKUP;
    errors.increment(error.GOOD_PACKETS);
    return next.LOOKUP;
  };

  /** nat_out2in_sm_unknown_proto: protocols without ports, by address-only static mapping. */
  const unknownProtocol = (b: PacketBuffer): number => {
    const destination = ip4.destination(b.view, b.at);
    const mapping = nat.mappings.byExternal.get(destination, packKey(0, 0, 0));
    errors.increment(error.OTHER_PACKETS);
    if (mapping >= 0) {
      const { localAddress, fibIndex } = nat.mappings.use(mapping);
      rewriteAddress(b.view, b.at, DESTINATION, localAddress);
      b.swIfIndexTx = fibIndex;
      return pass();
    }
    if (nat.forwardingEnabled) {
      b.flags |= FLAG_NAT44_MISSED;
      return pass();
    }
    b.error = error.UNSUPPORTED_PROTOCOL;
    b.cause = cause.UNSUPPORTED_PROTOCOL;
    b.causeArg0 = destination;
    b.causeArg1 = ip4.protocol(b.view, b.at);
    return drop();
  };

  /** A session for a packet that has none; next node where there will be none either, noted by a negative session. */
  const withoutSession = (b: PacketBuffer, l4: number, protocol: number, fib: number): number => {
    const address = ip4.destination(b.view, b.at);
    const port = b.view.getUint16(l4 + DESTINATION.port);
    if (!nat.mappings.matchExternal(address, port, protocol, 0)) {
      // So that a DHCP client on an outside interface gets its answers.
      if (protocol === NAT_UDP && port === DHCP_TO_CLIENT) {
        const feature = arcs.next(b);
        return feature === next.LOOKUP ? pass() : feature;
      }
      if (nat.forwardingEnabled) {
        b.decided |= NAT_OUT2IN_PASSED;
        b.flags |= FLAG_NAT44_MISSED;
        return pass();
      }
      sessions.refuseUntranslated(b, b.at);
      return drop();
    }
    if (nat.mappings.matchedIsIdentity) {
      b.decided |= NAT_OUT2IN_PASSED;
      return pass();
    }
    b.decided |= UNSETTLED;
    const session = sessions.create(b, l4, address, port, protocol, fib);
    if (session === DROPPED) return drop();
    return translated(b, l4, session, protocol);
  };

  const translated = (b: PacketBuffer, l4: number, session: number, protocol: number): number => {
    nat.lastSession = session;
    sessions.translate(b, b.at, l4, session, protocol);
    errors.increment(protocol === NAT_TCP ? error.TCP_PACKETS : error.UDP_PACKETS);
    return pass();
  };

  return (b) => {
    const { view, at: l3 } = b;
    b.adjIndexRx = 0; // snat.flags shares its place
    nat.lastSession = -1;
    const protocol = natProtocolOf(ip4.protocol(view, l3));
    if (protocol === NAT_UNKNOWN) return unknownProtocol(b);
    if (ip4.ttl(view, l3) === 1) {
      b.swIfIndexTx = -1;
      b.icmpType = icmp4.TIME_EXCEEDED;
      b.icmpCode = 0;
      b.icmpData = 0;
      b.cause = cause.TTL;
      nat.lastNextIndex = NEXT_ICMP_ERROR;
      return next.ICMP_ERROR;
    }
    if (ip4.isFragment(view, l3)) {
      errors.increment(error.FRAGMENTS);
      nat.lastNextIndex = NEXT_REASS;
      return next.REASS;
    }
    if (isCutForNat(b, l3)) return drop();
    const l4 = l3 + ip4.headerLength(view, l3);
    if (protocol === NAT_ICMP) {
      errors.increment(error.ICMP_PACKETS);
      return sessions.icmp(b, l3, l4) === DROPPED ? drop() : pass();
    }
    const fib = fibOf[b.swIfIndexRx];
    const key = packKey(view.getUint16(l4 + DESTINATION.port), protocol, fib);
    const session = out2in.get(ip4.destination(view, l3), key);
    if (session < 0) return withoutSession(b, l4, protocol, fib);
    b.decided |= NAT_OUT2IN;
    return translated(b, l4, session, protocol);
  };
}

export const out2in = defineNode({
  name: 'nat44-out2in',
  trace: natTrace(OUT2IN_TRACE, false),
  next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop', ICMP_ERROR: 'ip4-icmp-error', REASS: 'nat44-out2in-reass' },
  errors: [out2inErrors],
  causes: NAT_CAUSES,
  create,
});
