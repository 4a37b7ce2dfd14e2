/**
 * nat44-ed-out2in-slowpath: packets to the outside whose flow is not known, which get a session by static mapping, pass or end (VPP
 * 26.06 src/plugins/nat/nat44-ed/nat44_ed_out2in.c nat44_ed_out2in_slow_path_node_fn_inline).
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { defineNode, type AnyNode, type NodeFunction } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { STEP_UNREPEATABLE } from '../engine/steps.js';
import { NO_LB, TWICE_NAT_DISABLED } from '../nat-common/state/static-mappings.js';
import { bypassForward } from './bypass.js';
import { ED_CAUSES, out2inErrors, type EdCause } from './ed-causes.js';
import { DHCP_TO_CLIENT, edForwardFlow } from './ed-flow.js';
import { edTrace, NAT44_ED_OUT2IN } from './ed-trace.js';
import { CRASH, ED_NEXT, EdWork, type EdNext } from './ed-work.js';
import { isIcmpSumGood, isUnknownProtocol } from './icmp-sum.js';
import { opensConnection, REFUSED } from './in2out-open.js';
import type { Out2inErrors } from './out2in-fast.js';
import { Out2inOpener } from './out2in-open.js';
import { SUCCESS } from './rewrite-flow.js';
import { o2iOf, protocolWord } from './state/ed-flows.js';
import { NO_MAPPING } from './state/external-mappings.js';

const NAME = 'nat44-ed-out2in-slowpath';

export const out2inSlow: AnyNode = defineNode<EdNext, EdCause>({
  name: NAME,
  trace: edTrace(NAT44_ED_OUT2IN, true),
  next: ED_NEXT,
  errors: [out2inErrors(NAME)],
  causes: ED_CAUSES,
  flow: edForwardFlow,
  create: (context) => {
    const error = context.errors.ids(out2inErrors(NAME));
    return slowPath(new EdWork(context, error, false, false), error);
  },
});

function slowPath(work: EdWork, error: Out2inErrors): NodeFunction {
  const { ed, nat, next, cause, visit, rewriter, fibOf } = work;
  const { mappings } = nat;
  const opener = new Out2inOpener(work, error);

  const pass = (b: PacketBuffer, l3: number): number => {
    work.note(b, l3, -1, false, STEP_UNREPEATABLE);
    return b.arcNext;
  };

  /** Nothing translates the packet, and it goes on: an inside host's to nat44-ed-in2out, any other with a bypass session. */
  const forward = (b: PacketBuffer, l3: number, fib: number): number => {
    const { view } = b;
    const protocol = protocolWord(ip4.protocol(view, l3), fib);
    if (ed.flows.find(ip4.source(view, l3), ip4.destination(view, l3), work.ports, protocol) >= 0) return next.IN2OUT;
    bypassForward(work, b, l3, fib);
    work.miss(b, l3, 0);
    return b.arcNext;
  };

  /** Rewrites the packet by its session, which stays whatever comes of it. */
  const rewrite = (b: PacketBuffer, l3: number, session: number, isNew: boolean): boolean => {
    const result = rewriter.rewrite(b, l3, o2iOf(session), false, false);
    visit.session = session;
    visit.error = result;
    if (result !== SUCCESS) {
      work.dropUnwritten(b, l3, result);
      return false;
    }
    work.note(b, l3, session, isNew, STEP_UNREPEATABLE);
    return true;
  };

  const unknownProtocol = (b: PacketBuffer, l3: number): number => {
    const session = opener.openUnknown(b, l3);
    if (session >= 0) {
      ed.account(session, nat.clock.now, work.bytesOf(b));
      return rewrite(b, l3, session, true) ? b.arcNext : next.DROP;
    }
    if (!nat.forwardingEnabled) return next.DROP;
    // The error stays in the buffer.
    b.cause = 0;
    work.miss(b, l3);
    return b.arcNext;
  };

  const icmp = (b: PacketBuffer, l3: number, fib: number): number => {
    work.readKey(b, l3);
    const { view } = b;
    const destination = ip4.destination(view, l3);
    const identifier = work.ports & 0xffff;
    const match = work.matchExternal(b, destination, identifier, ip4.PROTOCOL_ICMP, null);
    if (match === CRASH) return next.DROP;
    if (match === NO_MAPPING) {
      if (nat.forwardingEnabled) return forward(b, l3, fib);
      if (!work.isAddressOf(b.swIfIndexRx, destination)) return work.dropUntranslated(b, l3, error.NO_TRANSLATION);
      work.miss(b, l3);
      return b.arcNext;
    }
    const type = b.icmpTypeOrTcpFlags;
    if (type !== icmp4.ECHO_REPLY && !(type === icmp4.ECHO_REQUEST && mappings.matchedIsAddressOnly))
      return work.drop(b, error.BAD_ICMP_TYPE, cause.BAD_ICMP_TYPE, destination, type);
    if (mappings.matchedIsIdentity) return pass(b, l3);
    const session = opener.open(b, l3, identifier, work.protocol, fib, TWICE_NAT_DISABLED, NO_LB);
    if (session === REFUSED) return next.DROP;
    if (!isIcmpSumGood(work, b, l3)) {
      ed.delete(session);
      return next.DROP;
    }
    ed.account(session, nat.clock.now, work.bytesOf(b));
    return rewrite(b, l3, session, true) ? b.arcNext : next.DROP;
  };

  /** Where a packet goes that gets no session. */
  let left = 0;
  const leave = (node: number): number => {
    left = node;
    return REFUSED;
  };

  /** A session by static mapping, or REFUSED with the node that the packet goes to in `left`. */
  const create = (b: PacketBuffer, l3: number, protocol: number, fib: number): number => {
    const { view } = b;
    const port = b.l4DestinationPort;
    const destination = ip4.destination(view, l3);
    const match = work.matchExternal(b, destination, port, protocol, ip4.source(view, l3));
    if (match === CRASH) return leave(next.DROP);
    if (match === NO_MAPPING) {
      // So that a DHCP client on the outside interface gets its answers.
      if (protocol === ip4.PROTOCOL_UDP && port === DHCP_TO_CLIENT) return leave(b.arcNext);
      if (!nat.forwardingEnabled) return leave(work.dropUntranslated(b, l3, error.NO_TRANSLATION));
      return leave(forward(b, l3, fib));
    }
    if (mappings.matchedIsIdentity) return leave(pass(b, l3));
    if (protocol === ip4.PROTOCOL_TCP && !opensConnection(b.icmpTypeOrTcpFlags))
      return leave(work.drop(b, error.NON_SYN, cause.NON_SYN, destination, port));
    const session = opener.open(b, l3, port, protocol, fib, mappings.matchedTwiceNat, mappings.matchedLb);
    return session === REFUSED ? leave(next.DROP) : session;
  };

  return (b) => {
    const l3 = work.begin(b);
    const { view } = b;
    b.adjIndexRx = 0; // snat.flags shares its place
    if (ip4.ttl(view, l3) === 1) return work.expire(b);
    if (b.cutBytes !== 0 && work.isCut(b, l3)) return next.DROP;
    const { now } = nat.clock;
    const protocol = ip4.protocol(view, l3);
    const fib = fibOf[b.swIfIndexRx];
    if (isUnknownProtocol(protocol)) return unknownProtocol(b, l3);
    if (protocol === ip4.PROTOCOL_ICMP) return icmp(b, l3, fib);
    work.readKey(b, l3);
    const known = work.find(fib);
    const session = known >= 0 ? known : create(b, l3, protocol, fib);
    if (session < 0) return left;
    // VPP sets no error where it cannot rewrite the packet, which it always can.
    if (!rewrite(b, l3, session, known < 0)) return next.DROP;
    if (protocol === ip4.PROTOCOL_TCP) ed.trackTcp(session, b.icmpTypeOrTcpFlags, false, now);
    ed.account(session, now, work.bytesOf(b));
    return b.arcNext;
  };
}
