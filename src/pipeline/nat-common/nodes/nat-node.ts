/**
 * The nodes that translate whole packets: a function made from a declaration. The fast ones translate packets of known sessions, the
 * slow ones make sessions and do ICMP and other protocols; classic nat44-out2in does both by itself (VPP 19.08 src/plugins/nat/in2out.c
 * snat_in2out_node_fn_inline, out2in.c snat_out2in_node, in2out_ed.c, out2in_ed.c).
 */

import * as ip4 from '../../../wire/ip4.js';
import { defineNode, type AnyNode, type NodeFunction } from '../../engine/node.js';
import type { FlowPart } from '../../engine/flow-part.js';
import { STEP_UNREPEATABLE } from '../../engine/steps.js';
import type { Tables } from '../../engine/tables.js';
import type { TraceLayout } from '../../engine/trace-layout.js';
import { isCutForMss } from '../cut-for-nat.js';
import { NAT_CAUSES, type NatCause } from '../nat-causes.js';
import { NatShell, type NatNexts, type NatRole } from './nat-shell.js';
import { AS_UDP, PASSED, PASSED_ALONE, type NatStrategy } from './nat-strategy.js';
import { natTrace } from './nat-trace.js';
import { NAT_ICMP, NAT_TCP, NAT_UNKNOWN } from '../state/session-key.js';

export interface NatNode extends NatRole<NatStrategy> {
  readonly name: string;
  readonly stage: 'fast' | 'slow' | 'whole';
  /** In VPP's order, whose numbers traces print. */
  readonly next: NatNexts;
  readonly trace: TraceLayout;
  /** What the flow cache asks about its sessions; without, packets of its flows need the graph. */
  readonly flow?: (tables: Tables) => FlowPart;
}

export const natNode = (declaration: NatNode): AnyNode => {
  const { name, stage, next, errors, counts = errors, trace, flow } = declaration;
  return defineNode<'LOOKUP' | 'DROP', NatCause>({
    name,
    trace: natTrace(trace, stage === 'slow', next),
    next,
    errors: [counts, errors],
    causes: NAT_CAUSES,
    ...(flow ? { flow } : {}),
    create: (context) => {
      const shell = new NatShell(context, declaration, false);
      return stage === 'fast' ? fastPath(shell) : slowPath(shell, stage === 'whole');
    },
  });
};

function fastPath(shell: NatShell): NodeFunction {
  const { p, nat, strategy, next, errors, count, isOutput } = shell;
  const { isIn2out } = strategy;
  return (b) => {
    shell.begin(b);
    if (!isIn2out) b.adjIndexRx = 0; // snat.flags shares its place
    const { view, l3, protocol } = p;
    if (ip4.ttl(view, l3) === 1) return shell.expire(b);
    if (protocol === NAT_UNKNOWN) return next.SLOW_PATH;
    if (ip4.isFragment(view, l3)) {
      errors.increment(count.FRAGMENTS);
      return next.REASS;
    }
    if (protocol === NAT_ICMP && !isOutput) return next.SLOW_PATH;
    if (shell.isCut(b) || (isIn2out && protocol === NAT_TCP && isCutForMss(b, l3, p.l4, nat.mssClamping)))
      return next.DROP;
    p.readEnds(isIn2out);
    if (isOutput && strategy.bypasses?.(p) === true) return shell.pass(STEP_UNREPEATABLE);
    if (protocol === NAT_ICMP) return next.SLOW_PATH;
    const session = strategy.find(p);
    return session < 0 ? next.SLOW_PATH : shell.translateFound(session);
  };
}

function slowPath(shell: NatShell, isWhole: boolean): NodeFunction {
  const { p, strategy, next, errors, count } = shell;
  const { isIn2out } = strategy;
  return (b) => {
    shell.begin(b);
    if (!isIn2out) b.adjIndexRx = 0; // snat.flags shares its place
    const { view, l3, protocol } = p;
    // Classic out2in does not look at the TTL of other protocols.
    if (ip4.ttl(view, l3) === 1 && !(isWhole && protocol === NAT_UNKNOWN)) return shell.expire(b);
    p.readEnds(isIn2out);
    if (protocol === NAT_UNKNOWN) {
      errors.increment(count.OTHER_PACKETS);
      const answer = strategy.unknownProtocol(p);
      if (answer !== AS_UDP) return shell.finish(b, answer);
    } else if (isWhole && ip4.isFragment(view, l3)) {
      errors.increment(count.FRAGMENTS);
      return next.REASS;
    }
    if (shell.isCut(b)) return next.DROP;
    if (protocol === NAT_ICMP) {
      errors.increment(count.ICMP_PACKETS);
      return shell.finish(b, strategy.icmp(p));
    }
    const session = strategy.find(p);
    if (session >= 0) return isWhole ? shell.translateFound(session) : shell.translate(session, STEP_UNREPEATABLE);
    const answer = strategy.create(p);
    if (answer >= 0) return shell.translate(answer, STEP_UNREPEATABLE);
    if (isWhole && (answer === PASSED || answer === PASSED_ALONE)) return shell.passUntranslated();
    return shell.finish(b, answer);
  };
}
