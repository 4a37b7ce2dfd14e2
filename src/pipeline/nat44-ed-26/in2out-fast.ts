/**
 * nat44-ed-in2out and nat44-ed-in2out-output: packets from the inside whose flow is known (VPP 26.06
 * src/plugins/nat/nat44-ed/nat44_ed_in2out.c nat44_ed_in2out_fast_path_node_fn_inline).
 */

import * as ip4 from '../../wire/ip4.js';
import { defineNode, type AnyNode, type NodeFunction } from '../engine/node.js';
import { FLAG_IS_NATED, type PacketBuffer } from '../engine/packet-buffer.js';
import { STEP_BY_SESSION } from '../engine/steps.js';
import { hasSession } from '../nat-common/icmp-error.js';
import { SESSION_FWD_BYPASS } from '../nat-common/state/sessions.js';
import { ED_CAUSES, in2outErrors, type EdCause } from './ed-causes.js';
import { edFlow } from './ed-flow.js';
import { edTrace, NAT44_ED_IN2OUT } from './ed-trace.js';
import { ED_NEXT, EdWork, type EdNext } from './ed-work.js';
import { FLOW_MISMATCH, SUCCESS } from './rewrite-flow.js';
import { i2oOf, o2iOf, protocolWord } from './state/ed-flows.js';

export const in2outFast = (name: string, isOutput: boolean): AnyNode =>
  defineNode<EdNext, EdCause>({
    name,
    trace: edTrace(NAT44_ED_IN2OUT, false),
    next: ED_NEXT,
    errors: [in2outErrors(name)],
    causes: ED_CAUSES,
    flow: edFlow(true, isOutput),
    create: (context) => fastPath(new EdWork(context, context.errors.ids(in2outErrors(name)), isOutput, true)),
  });

function fastPath(work: EdWork): NodeFunction {
  const { ed, nat, next, error, cause, visit, rewriter, fibOf, isOutput } = work;
  const { flows } = ed;
  const slow = isOutput ? next.OUTPUT_SLOW : next.IN2OUT_SLOW;
  return (b) => {
    const l3 = work.begin(b);
    const { view } = b;
    if (!isOutput && ip4.ttl(view, l3) === 1) return work.expire(b);
    if (b.cutBytes !== 0 && work.isCut(b, l3)) return next.DROP;
    const { now } = nat.clock;
    const protocol = ip4.protocol(view, l3);
    if (isOutput && nat.forwardingEnabled && followsBypass(work, b, l3, protocol)) return b.arcNext;
    if (protocol === ip4.PROTOCOL_ICMP && !hasSession(b.icmpTypeOrTcpFlags))
      return work.drop(b, error.BAD_ICMP_TYPE, cause.BAD_ICMP_TYPE, ip4.source(view, l3), b.icmpTypeOrTcpFlags);
    work.readKey(b, l3);
    const session = work.find(fibOf[b.swIfIndexRx]);
    if (session < 0) return slow;
    if (ed.isVrfExpired(session) || ed.isExpired(session, now)) {
      ed.remove(session);
      return slow;
    }
    b.flags |= FLAG_IS_NATED;
    const i2o = i2oOf(session);
    const isI2o = work.isMatch(i2o);
    if (!isI2o && !(flows.isHairpinning(session) && work.isMatch(o2iOf(session)))) {
      visit.error = FLOW_MISMATCH;
      ed.remove(session);
      return work.drop(b, error.TRNSL_FAILED, cause.NOT_ITS_FLOW);
    }
    const result = rewriter.rewrite(b, l3, isI2o ? i2o : o2iOf(session), isOutput, true);
    if (result !== SUCCESS) {
      visit.error = result;
      ed.remove(session);
      return work.dropUnwritten(b, l3, result);
    }
    if (protocol === ip4.PROTOCOL_TCP) ed.trackTcp(session, b.icmpTypeOrTcpFlags, true, now);
    ed.account(session, now, work.bytesOf(b));
    visit.session = session;
    visit.isViaI2o = isI2o ? 1 : 0;
    if (work.steps.isOn) work.note(b, l3, session, false, STEP_BY_SESSION);
    return b.arcNext;
  };
}

/**
 * nat_not_translate_output_feature_fwd: with forwarding enabled, true for an answer to a flow that came in untranslated; its bypass
 * session, which is asked for in FIB 0, is kept alive by it.
 */
function followsBypass(work: EdWork, b: PacketBuffer, l3: number, protocol: number): boolean {
  const { ed, nat } = work;
  work.readKey(b, l3);
  const session = ed.flows.find(work.source, work.destination, work.ports, protocolWord(work.protocol, 0));
  if (session < 0 || (ed.sessions.flags(session) & SESSION_FWD_BYPASS) === 0) return false;
  const { now } = nat.clock;
  if (protocol === ip4.PROTOCOL_TCP) ed.trackTcp(session, b.icmpTypeOrTcpFlags, true, now);
  ed.account(session, now, work.bytesOf(b));
  work.note(b, l3, session, false, 0);
  return true;
}
