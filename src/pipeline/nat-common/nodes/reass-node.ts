/**
 * The nodes for fragments: what the first one decides holds for all of its datagram, and the others wait for it (VPP 19.08
 * src/plugins/nat/in2out.c nat44_in2out_reass_node, out2in.c nat44_out2in_reass_node, in2out_ed.c, out2in_ed.c).
 */

import { DONE, defineNode, type AnyNode, type NodeFunction } from '../../engine/node.js';
import type { PacketBuffer } from '../../engine/packet-buffer.js';
import { STEP_UNREPEATABLE } from '../../engine/steps.js';
import { HeldFragments } from './fragments.js';
import { hairpin } from './hairpinning.js';
import { In2out } from './in2out.js';
import { NAT_CAUSES, type NatCause } from '../nat-causes.js';
import { NatShell, type NatContext, type NatNexts, type NatRole } from './nat-shell.js';
import { DROPPED, NEXT_FEATURE, PASSED, TO_IN2OUT, type NatStrategy } from './nat-strategy.js';
import { reassTrace } from './nat-trace.js';
import { rewriteBySession, rewriteLaterFragment } from '../rewrite-session.js';
import { REASS_DONT_TRANSLATE, type Reassembly } from '../state/reassembly.js';
import { NAT_ICMP } from '../state/session-key.js';

export interface ReassNode extends NatRole<NatStrategy> {
  readonly name: string;
  /** In VPP's order, whose numbers traces print. */
  readonly next: NatNexts;
  /** Counts every packet that goes on, wherever to, as good; kept fragments not at all. */
  readonly countsGood?: boolean;
  /** Later fragments wait also where the first one passed untranslated. */
  readonly waitsInVain?: boolean;
}

export const reassNode = (declaration: ReassNode): AnyNode => {
  const { name, next, errors, counts = errors } = declaration;
  return defineNode<'LOOKUP' | 'DROP', NatCause>({
    name,
    trace: reassTrace(next),
    next,
    errors: [counts, errors],
    causes: NAT_CAUSES,
    create: (context) => reassembly(context, declaration),
  });
};

function reassembly(context: NatContext, declaration: ReassNode): NodeFunction {
  const { name, countsGood = false, waitsInVain = false } = declaration;
  const shell = new NatShell(context, declaration, true);
  const { p, nat, strategy, next, errors, error, cause, count, isOutput, isIn2out } = shell;
  const { marksIdentity } = strategy;
  const { sessions } = nat;
  const held = new HeldFragments(nat, context.buffers, context.graph, error.DROP_FRAGMENT, cause.DROP_FRAGMENT);
  const self = context.graph.nodeIndex(name);
  const passCounter = countsGood ? count.GOOD_PACKETS : count.PROCESSED_FRAGMENTS;

  const goTo = (node: number): number => {
    if (countsGood || node === next.LOOKUP) errors.increment(passCounter);
    shell.note(STEP_UNREPEATABLE);
    return node;
  };
  const refuse = (b: PacketBuffer, why: number, reason: number): number => {
    b.error = reason;
    b.cause = why;
    return shell.drop();
  };

  const translate = (b: PacketBuffer, session: number, isFirst: boolean): number => {
    p.session = session;
    if (!isOutput) b.swIfIndexTx = strategy.fibOfSession(session);
    if (isFirst) rewriteBySession(p, sessions, session, isIn2out, 0);
    else rewriteLaterFragment(p, sessions, session, isIn2out);
    if (strategy instanceof In2out && hairpin(strategy, p, sessions.extHostPort(session), isFirst) === DROPPED)
      return shell.drop();
    strategy.account(p, session);
    return goTo(next.LOOKUP);
  };

  const firstIcmp = (b: PacketBuffer, of: Reassembly<object>): number => {
    if (isOutput) {
      // VPP 19.08 lets it go untranslated; without a bypass session the other fragments then wait in vain.
      if (strategy.bypasses?.(p) === true) of.flags |= REASS_DONT_TRANSLATE;
      return goTo(next.LOOKUP);
    }
    const answer = strategy.icmp(p);
    if (answer === DROPPED) return shell.drop();
    if (answer >= 0) of.session = answer;
    else of.flags |= REASS_DONT_TRANSLATE;
    held.release(of, b, self);
    return goTo(answer === TO_IN2OUT ? next.IN2OUT : next.LOOKUP);
  };

  const first = (b: PacketBuffer, of: Reassembly<object>): number => {
    const found = strategy.find(p);
    const answer = found >= 0 ? found : strategy.create(p);
    if (answer >= 0) {
      of.session = answer;
      held.release(of, b, self);
      return translate(b, answer, true);
    }
    if (answer === DROPPED) return shell.drop();
    if (answer === NEXT_FEATURE) return goTo(strategy.nextFeature(b));
    if (answer === PASSED || (marksIdentity && answer !== TO_IN2OUT)) of.flags |= REASS_DONT_TRANSLATE;
    if (answer === PASSED) held.release(of, b, self);
    return goTo(answer === TO_IN2OUT ? next.IN2OUT : next.LOOKUP);
  };

  return (b) => {
    shell.begin(b);
    if (b.cutBytes !== 0 && shell.isCut()) return next.DROP;
    const of = held.find(p);
    if (!of) return refuse(b, cause.MAX_REASS, error.MAX_REASS);
    if (p.isFirstFragment) return p.protocol === NAT_ICMP ? firstIcmp(b, of) : first(b, of);
    if (!waitsInVain && (of.flags & REASS_DONT_TRANSLATE) !== 0) return goTo(next.LOOKUP);
    if (of.session >= 0) return translate(b, of.session, false);
    if (!held.hold(of, p)) return refuse(b, cause.MAX_FRAG, error.MAX_FRAG);
    if (!countsGood) errors.increment(count.CACHED_FRAGMENTS);
    return DONE;
  };
}
