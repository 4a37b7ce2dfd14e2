/**
 * The nodes that translate whole packets: a function made from a declaration. The fast ones translate packets of known sessions, the
 * slow ones make sessions and do ICMP and other protocols; classic nat44-out2in does both by itself (VPP 19.08 src/plugins/nat/in2out.c
 * snat_in2out_node_fn_inline, out2in.c snat_out2in_node, in2out_ed.c, out2in_ed.c).
 */

import * as ip4 from '../../../wire/ip4.js';
import { defineNode, type AnyNode, type NodeFunction } from '../../engine/node.js';
import type { FlowPart } from '../../engine/flow-part.js';
import { STEP_BY_SESSION, STEP_UNREPEATABLE } from '../../engine/steps.js';
import type { Tables } from '../../engine/tables.js';
import type { TraceLayout } from '../../engine/trace/trace-records.js';
import { isCutForMss } from '../cut-for-nat.js';
import { NAT_CAUSES, type NatCause } from '../nat-causes.js';
import type { NatErrorSet } from '../nat-errors.js';
import { NatShell, type NatNexts, type NatRole } from './nat-shell.js';
import { AS_UDP, PASSED, PASSED_ALONE, TO_IN2OUT, type NatStrategy } from './nat-strategy.js';
import { natTrace } from './nat-trace.js';
import { NAT_ICMP, NAT_UNKNOWN } from '../state/session-key.js';

export interface NatNode extends NatRole<NatStrategy> {
  readonly name: string;
  readonly stage: 'fast' | 'slow' | 'whole';
  /** In VPP's order, whose numbers traces print. */
  readonly next: NatNexts;
  readonly trace: TraceLayout;
  /** Of packets in pairs, the second one's record says the wrong path: in vectors of at least so many. */
  readonly pairsFrom?: number;
  /** What the flow cache asks about its sessions; without, packets of its flows need the graph. */
  readonly flow?: (tables: Tables) => FlowPart;
}

/** What the four in2out nodes of a kind of NAT44 have in common. */
export interface In2outFamily {
  /** What their names begin with. */
  readonly prefix: string;
  readonly strategy: NatNode['strategy'];
  readonly trace: TraceLayout;
  readonly pairsFrom?: number;
  readonly errors: (owner: string) => NatErrorSet;
  /** Where fragments on their way out of an output-feature interface go; without, fragments are like other packets. */
  readonly outputReass?: string;
  /** What the flow cache asks a node; without, packets of flows need the graph. */
  readonly flow?: (stage: 'fast' | 'slow', isOutput: boolean) => ((tables: Tables) => FlowPart) | undefined;
}

/** In2out's nodes: fast and slow, on input and on output. The output ones count where the input ones do; reasons of drops are their own. */
export function in2outNodes({
  prefix,
  strategy,
  trace,
  pairsFrom,
  errors,
  outputReass,
  flow,
}: In2outFamily): readonly AnyNode[] {
  const node = (stage: 'fast' | 'slow', isOutput: boolean): AnyNode => {
    const suffix = stage === 'fast' ? '' : '-slowpath';
    const part = flow?.(stage, isOutput);
    const arc = `${prefix}-in2out${isOutput ? '-output' : ''}`;
    return natNode({
      name: arc + suffix,
      stage,
      strategy,
      trace,
      ...(pairsFrom === undefined ? {} : { pairsFrom }),
      isOutput,
      ...(part ? { flow: part } : {}),
      next: {
        LOOKUP: isOutput ? 'interface-output' : 'ip4-lookup',
        DROP: 'error-drop',
        ICMP_ERROR: 'ip4-icmp-error',
        SLOW_PATH: `${arc}-slowpath`,
        ...(outputReass === undefined ? {} : { REASS: isOutput ? outputReass : `${prefix}-in2out-reass` }),
      },
      errors: errors(arc + suffix),
      counts: errors(`${prefix}-in2out${suffix}`),
    });
  };
  return [node('fast', false), node('slow', false), node('fast', true), node('slow', true)];
}

const PATHS = { fast: fastPath, slow: slowPath, whole: wholePath };

export const natNode = (declaration: NatNode): AnyNode => {
  const { name, stage, next, errors, counts = errors, trace, pairsFrom = Infinity, flow } = declaration;
  return defineNode<'LOOKUP' | 'DROP', NatCause>({
    name,
    trace: natTrace(trace, stage === 'slow', next, pairsFrom),
    next,
    errors: [counts, errors],
    causes: NAT_CAUSES,
    ...(flow ? { flow } : {}),
    create: (context) => {
      const shell = new NatShell(context, declaration, false);
      return PATHS[stage](shell, pairsFrom);
    },
  });
};

function fastPath(shell: NatShell): NodeFunction {
  const { p, nat, strategy, next, errors, count, isOutput, isIn2out, checksTtl } = shell;
  const { isReassembled } = strategy;
  return (b) => {
    shell.begin(b);
    if (!isIn2out) b.adjIndexRx = 0; // snat.flags shares its place
    const { view, l3, protocol } = p;
    if (checksTtl && ip4.ttl(view, l3) === 1) return shell.expire(b);
    if (protocol === NAT_UNKNOWN) return next.SLOW_PATH;
    if (!isReassembled && ip4.isFragment(view, l3)) {
      errors.increment(count.FRAGMENTS);
      return next.REASS;
    }
    if (protocol === NAT_ICMP && !isOutput) return next.SLOW_PATH;
    if (b.cutBytes !== 0 && (shell.isCut() || isCutForMss(p, isIn2out ? nat.mssClamping : 0))) return next.DROP;
    if (isOutput && strategy.bypasses?.(p) === true) return shell.pass(0);
    if (protocol === NAT_ICMP) return next.SLOW_PATH;
    const session = strategy.find(p);
    if (session < 0) return next.SLOW_PATH;
    return shell.translate(session, STEP_BY_SESSION);
  };
}

function slowPath(shell: NatShell): NodeFunction {
  const { p, strategy, next, isIn2out, checksTtl } = shell;
  return (b) => {
    shell.begin(b);
    if (!isIn2out) b.adjIndexRx = 0; // snat.flags shares its place
    if (checksTtl && ip4.ttl(p.view, p.l3) === 1) return shell.expire(b);
    if (p.protocol === NAT_UNKNOWN) {
      const answer = shell.unknownProtocol();
      if (answer !== AS_UDP) return shell.finish(answer);
    }
    if (b.cutBytes !== 0 && shell.isCut()) return next.DROP;
    if (p.protocol === NAT_ICMP) return shell.icmp();
    const session = strategy.find(p);
    const answer = session >= 0 ? session : strategy.create(p);
    // The next packet of the flow fares the same, as long as there is no session that it lacks now.
    if (answer === PASSED) return shell.pass(0);
    if (answer === TO_IN2OUT) return shell.leaveToIn2out(0);
    return answer >= 0 ? shell.translate(answer, STEP_UNREPEATABLE) : shell.finish(answer);
  };
}

/** Of other protocols it looks at the TTL only where it has packets in pairs. */
function wholePath(shell: NatShell, pairsFrom: number): NodeFunction {
  const { p, strategy, next, errors, count, graph } = shell;
  const { isReassembled } = strategy;
  const isInPair = (): boolean => graph.vectorLength - (graph.position & ~1) >= pairsFrom;
  return (b) => {
    shell.begin(b);
    b.adjIndexRx = 0; // snat.flags shares its place
    const { view, l3, protocol } = p;
    if (protocol === NAT_UNKNOWN) {
      const isExpired = ip4.ttl(view, l3) === 1 && graph.position >= 0 && isInPair();
      return isExpired ? shell.expire(b) : shell.finish(shell.unknownProtocol());
    }
    if (ip4.ttl(view, l3) === 1) return shell.expire(b);
    if (!isReassembled && ip4.isFragment(view, l3)) {
      errors.increment(count.FRAGMENTS);
      return next.REASS;
    }
    if (b.cutBytes !== 0 && shell.isCut()) return next.DROP;
    if (protocol === NAT_ICMP) return shell.icmp();
    const session = strategy.find(p);
    if (session >= 0) return shell.translate(session, STEP_BY_SESSION);
    const answer = strategy.create(p);
    // The next packet of the flow passes, too, as long as there is neither session nor mapping for it.
    if (answer === PASSED || answer === PASSED_ALONE) return shell.pass(0);
    return answer >= 0 ? shell.translate(answer, STEP_UNREPEATABLE) : shell.finish(answer);
  };
}
