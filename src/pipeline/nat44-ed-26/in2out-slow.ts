/**
 * nat44-ed-in2out-slowpath and nat44-ed-in2out-output-slowpath: packets from the inside whose flow is not known, which get a session or
 * pass (VPP 26.06 src/plugins/nat/nat44-ed/nat44_ed_in2out.c nat44_ed_in2out_slow_path_node_fn_inline).
 */

import * as ip4 from '../../wire/ip4.js';
import { defineNode, type AnyNode, type NodeFunction } from '../engine/node.js';
import { FLAG_IS_NATED, type PacketBuffer } from '../engine/packet-buffer.js';
import { STEP_UNREPEATABLE } from '../engine/steps.js';
import { isIcmpError } from '../nat-common/icmp-error.js';
import { ED_CAUSES, in2outErrors, type EdCause } from './ed-causes.js';
import { edPassFlow } from './ed-flow.js';
import { edTrace, NAT44_ED_IN2OUT } from './ed-trace.js';
import { ED_NEXT, EdWork, type EdNext } from './ed-work.js';
import { isUntranslatedInput, isUntranslatedOutput } from './in2out-choice.js';
import { In2outOpener, PASSED, REFUSED } from './in2out-open.js';
import { isIcmpSumGood, isUnknownProtocol } from './icmp-sum.js';
import { SUCCESS } from './rewrite-flow.js';
import { i2oOf } from './state/ed-flows.js';

/** The next packet of the flow passes as well, as long as there is no session. */
const REPEATABLE = 0;
const DHCP_TO_SERVER = 67; // RFC 2131 §4.1
const EVERYBODY = -1; // 255.255.255.255

export const in2outSlow = (name: string, isOutput: boolean): AnyNode =>
  defineNode<EdNext, EdCause>({
    name,
    trace: edTrace(NAT44_ED_IN2OUT, true),
    next: ED_NEXT,
    errors: [in2outErrors(name)],
    causes: ED_CAUSES,
    flow: edPassFlow(isOutput),
    create: (context) => slowPath(new EdWork(context, context.errors.ids(in2outErrors(name)), isOutput, true)),
  });

function slowPath(work: EdWork): NodeFunction {
  const { ed, nat, next, error, cause, visit, rewriter, fibOf, isOutput } = work;
  const opener = new In2outOpener(work);

  /** The packet passes untranslated. */
  const pass = (b: PacketBuffer, l3: number, flags = STEP_UNREPEATABLE): number => {
    work.note(b, l3, -1, false, flags);
    return b.arcNext;
  };

  /** Rewrites the packet by its session; false where that is gone with it. */
  const rewrite = (b: PacketBuffer, l3: number, session: number): boolean => {
    const result = rewriter.rewrite(b, l3, i2oOf(session), isOutput, true);
    visit.error = result;
    if (result === SUCCESS) return true;
    ed.remove(session);
    visit.session = -1;
    work.dropUnwritten(b, l3, result);
    return false;
  };

  const unknownProtocol = (b: PacketBuffer, l3: number, fib: number): number => {
    const session = opener.openUnknown(b, l3, fib);
    if (session < 0) return next.DROP;
    ed.account(session, nat.clock.now, work.bytesOf(b));
    visit.session = session;
    visit.isViaI2o = 1;
    if (!rewrite(b, l3, session)) return next.DROP;
    work.note(b, l3, session, true, STEP_UNREPEATABLE);
    return b.arcNext;
  };

  const icmp = (b: PacketBuffer, l3: number, fib: number): number => {
    work.readKey(b, l3);
    const [source, destination] = [ip4.source(b.view, l3), ip4.destination(b.view, l3)];
    if (b.swIfIndexTx >= 0) {
      if (isUntranslatedOutput(work, b, l3, fib)) return pass(b, l3);
    } else {
      if (isUntranslatedInput(work, b, l3, fib)) return pass(b, l3);
      if (b.cause !== 0) return next.DROP;
    }
    if (isIcmpError(b.icmpTypeOrTcpFlags))
      return work.drop(b, error.BAD_ICMP_TYPE, cause.ERROR_WITHOUT_SESSION, source, b.icmpTypeOrTcpFlags);
    const session = opener.open(b, source, destination, work.ports, ip4.PROTOCOL_ICMP, fib);
    if (session === REFUSED) return next.DROP;
    if (session >= 0) {
      visit.session = session;
      visit.isViaI2o = 1;
    }
    // A session that was made stays also where the message ends here.
    if (!isIcmpSumGood(work, b, l3)) return next.DROP;
    if (session === PASSED) return pass(b, l3);
    ed.account(session, nat.clock.now, work.bytesOf(b));
    if (!rewrite(b, l3, session)) return next.DROP;
    work.note(b, l3, session, true, STEP_UNREPEATABLE);
    return b.arcNext;
  };

  return (b) => {
    const l3 = work.begin(b);
    const { view } = b;
    if (!isOutput && ip4.ttl(view, l3) === 1) return work.expire(b);
    if (b.cutBytes !== 0 && work.isCut(b, l3)) return next.DROP;
    const { now } = nat.clock;
    const protocol = ip4.protocol(view, l3);
    const fib = fibOf[b.swIfIndexRx];
    if (isUnknownProtocol(protocol)) return unknownProtocol(b, l3, fib);
    if (protocol === ip4.PROTOCOL_ICMP) return icmp(b, l3, fib);
    work.readKey(b, l3);
    let session = work.find(fib);
    const isNew = session < 0;
    if (isNew) {
      const { source, destination, ports } = work;
      if (isOutput) {
        if (isUntranslatedOutput(work, b, l3, fib)) return pass(b, l3, REPEATABLE);
        // So that a DHCP client on the outside interface works.
        if (protocol === ip4.PROTOCOL_UDP && ports >>> 16 === DHCP_TO_SERVER && destination === EVERYBODY)
          return pass(b, l3);
      } else {
        if (isUntranslatedInput(work, b, l3, fib)) return pass(b, l3, REPEATABLE);
        if (b.cause !== 0) return next.DROP;
      }
      session = opener.open(b, source, destination, ports, protocol, fib);
      if (session === REFUSED) return next.DROP;
      if (session === PASSED) return pass(b, l3);
    }
    b.flags |= FLAG_IS_NATED;
    visit.session = session;
    visit.isViaI2o = 1;
    if (!rewrite(b, l3, session)) return next.DROP;
    if (protocol === ip4.PROTOCOL_TCP) ed.trackTcp(session, b.icmpTypeOrTcpFlags, true, now);
    ed.account(session, now, work.bytesOf(b));
    work.note(b, l3, session, isNew, STEP_UNREPEATABLE);
    return b.arcNext;
  };
}
