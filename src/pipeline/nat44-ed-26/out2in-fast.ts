/**
 * nat44-ed-out2in: packets to the outside whose flow is known; of whichever direction, where forwarding is enabled (VPP 26.06
 * src/plugins/nat/nat44-ed/nat44_ed_out2in.c nat44_ed_out2in_fast_path_node_fn_inline).
 */

import * as ip4 from '../../wire/ip4.js';
import { defineNode, type AnyNode, type NodeFunction } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { STEP_BY_SESSION, STEP_UNREPEATABLE } from '../engine/steps.js';
import { hasSession } from '../nat-common/icmp-error.js';
import { SESSION_TWICE_NAT } from '../nat-common/state/sessions.js';
import { ED_CAUSES, out2inErrors, type EdCause } from './ed-causes.js';
import { DHCP_TO_CLIENT, edFlow } from './ed-flow.js';
import { edTrace, NAT44_ED_OUT2IN } from './ed-trace.js';
import { ED_NEXT, EdWork, type EdErrors, type EdNext } from './ed-work.js';
import { FLOW_MISMATCH, SUCCESS } from './rewrite-flow.js';
import { i2oOf, o2iOf } from './state/ed-flows.js';

/** nat_slow_path_reason_e */
const LOOKUP_FAILED = 1;
const VRF_EXPIRED = 2;
const SESSION_EXPIRED = 3;

export interface Out2inErrors extends EdErrors {
  readonly NO_TRANSLATION: number;
  readonly HASH_ADD_FAILED: number;
}

/** The packet goes on as it is: no flow; or VPP has no use for the one found. */
const NO_FLOW = -1;
const PASSED = -2;

const NAME = 'nat44-ed-out2in';

export const out2inFast: AnyNode = defineNode<EdNext, EdCause>({
  name: NAME,
  trace: edTrace(NAT44_ED_OUT2IN, false),
  next: ED_NEXT,
  errors: [out2inErrors(NAME)],
  causes: ED_CAUSES,
  flow: edFlow(false, false),
  create: (context) => {
    const error = context.errors.ids(out2inErrors(NAME));
    return fastPath(new EdWork(context, error, false, false), error);
  },
});

function fastPath(work: EdWork, error: Out2inErrors): NodeFunction {
  const { ed, nat, next, cause, visit, rewriter, fibOf } = work;
  const { sessions } = ed;

  /** The flow by which a packet of the session is rewritten, NO_FLOW, or PASSED. */
  const flowOf = (b: PacketBuffer, session: number, protocol: number): number => {
    const o2i = o2iOf(session);
    if (work.isMatch(o2i)) return o2i;
    const i2o = i2oOf(session);
    const isI2o = work.isMatch(i2o);
    if (isI2o && (sessions.flags(session) & SESSION_TWICE_NAT) !== 0) return i2o;
    // So that a DHCP client on the outside interface gets its answers.
    if (protocol === ip4.PROTOCOL_UDP && b.l4DestinationPort === DHCP_TO_CLIENT) return PASSED;
    return isI2o && nat.forwardingEnabled ? i2o : NO_FLOW;
  };

  /** Its session has another flow than the packet; with forwarding disabled VPP does not look further. */
  const mismatch = (b: PacketBuffer, l3: number, session: number): number => {
    if (!nat.forwardingEnabled) {
      visit.session = session;
      return work.drop(b, error.NO_TRANSLATION, cause.OTHER_DIRECTION, ip4.destination(b.view, l3));
    }
    visit.error = FLOW_MISMATCH;
    ed.remove(session);
    return work.drop(b, error.TRNSL_FAILED, cause.NOT_ITS_FLOW);
  };

  return (b) => {
    const l3 = work.begin(b);
    const { view } = b;
    b.adjIndexRx = 0; // snat.flags shares its place
    if (ip4.ttl(view, l3) === 1) return work.expire(b);
    if (b.cutBytes !== 0 && work.isCut(b, l3)) return next.DROP;
    const { now } = nat.clock;
    const protocol = ip4.protocol(view, l3);
    if (protocol === ip4.PROTOCOL_ICMP && !hasSession(b.icmpTypeOrTcpFlags))
      return work.drop(b, error.BAD_ICMP_TYPE, cause.BAD_ICMP_TYPE, ip4.destination(view, l3), b.icmpTypeOrTcpFlags);
    work.readKey(b, l3);
    const session = work.find(fibOf[b.swIfIndexRx]);
    if (session < 0) {
      visit.reason = LOOKUP_FAILED;
      return next.OUT2IN_SLOW;
    }
    const isVrfExpired = ed.isVrfExpired(session);
    if (isVrfExpired || ed.isExpired(session, now)) {
      ed.remove(session);
      visit.reason = isVrfExpired ? VRF_EXPIRED : SESSION_EXPIRED;
      return next.OUT2IN_SLOW;
    }
    const flow = flowOf(b, session, protocol);
    if (flow === NO_FLOW) return mismatch(b, l3, session);
    visit.session = session;
    if (flow === PASSED) {
      work.note(b, l3, -1, false, STEP_UNREPEATABLE);
      return b.arcNext;
    }
    visit.isViaI2o = flow === i2oOf(session) ? 1 : 0;
    const result = rewriter.rewrite(b, l3, flow, false, false);
    visit.error = result;
    if (result !== SUCCESS) return work.dropUnwritten(b, l3, result);
    if (protocol === ip4.PROTOCOL_TCP) ed.trackTcp(session, b.icmpTypeOrTcpFlags, false, now);
    ed.account(session, now, work.bytesOf(b));
    if (work.steps.isOn) work.note(b, l3, session, false, STEP_BY_SESSION);
    return b.arcNext;
  };
}
