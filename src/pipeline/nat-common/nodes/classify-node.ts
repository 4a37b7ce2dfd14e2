/**
 * nat44-classify and nat44-ed-classify (VPP 19.08 src/plugins/nat/nat44_classify.c): on interfaces that are inside and outside, packets
 * to outside addresses and services take out2in, all others in2out; in endpoint-dependent mode those of known inside flows as well.
 */

import * as ip4 from '../../../wire/ip4.js';
import type { ErrorSet } from '../../engine/errors.js';
import { SILENT_FOR_A_FLOW } from '../../engine/flow-part.js';
import { DONE, defineNode, type AnyNode, type NodeContext, type NodeFunction } from '../../engine/node.js';
import type { PacketBuffer } from '../../engine/packet-buffer.js';
import type { NodeTrace } from '../../engine/trace/node-trace.js';
import { NAT_CLASSIFY } from './nat-trace.js';
import { isCutForHairpin } from '../cut-for-nat.js';
import { HeldFragments } from './fragments.js';
import type { In2out } from './in2out.js';
import { NAT_CAUSES, type NatCause } from '../nat-causes.js';
import { NatShell, type NatRole } from './nat-shell.js';
import { CLASSIFY_IN2OUT, CLASSIFY_NONE, CLASSIFY_OUT2IN, REASS_CLASSIFY_ED_CONTINUE } from '../state/reassembly.js';
import { packKey } from '../state/session-key.js';

type Reasons = 'MAX_REASS' | 'MAX_FRAG';
type Directions = 'NEXT_IN2OUT' | 'NEXT_OUT2IN';

export interface ClassifyNode {
  readonly prefix: string;
  /** Where it counts what goes where, and fragments that it keeps. */
  readonly directions: ErrorSet<Directions>;
  readonly kept: ErrorSet<'FRAG_CACHED'>;
  /**
   * Reasons of its drops. The node of endpoint-dependent mode has registered none, so what it takes for one is the memory of an empty
   * vector, which is zero.
   */
  readonly reasons: ErrorSet<Reasons> | null;
  /** How it finds a known inside flow's session, where it looks for one; the node leaves a trace record then. */
  readonly flows: NatRole<In2out> | null;
}

const classifyTrace = (in2out: string): NodeTrace => ({
  layout: NAT_CLASSIFY,
  when: 'after',
  writer: ({ nodeIndex }) => {
    const in2outNode = nodeIndex(in2out);
    return (_, records) => {
      records.write(NAT_CLASSIFY, records.next === in2outNode ? 1 : 0, records.next === DONE ? 1 : 0);
    };
  },
});

/** Not decided by a session. */
const GO_ON = -2;

export const classifyNode = (declaration: ClassifyNode): AnyNode => {
  const { prefix, directions, kept, flows } = declaration;
  return defineNode({
    name: `${prefix}-classify`,
    ...(flows === null ? {} : { trace: classifyTrace(`${prefix}-in2out`) }),
    next: { IN2OUT: `${prefix}-in2out`, OUT2IN: `${prefix}-out2in`, DROP: 'error-drop' },
    errors: [directions, kept],
    causes: NAT_CAUSES,
    flow: () => SILENT_FOR_A_FLOW,
    create: (context) => classify(context, declaration),
  });
};

function classify(
  context: NodeContext<'IN2OUT' | 'OUT2IN' | 'DROP', NatCause>,
  { prefix, directions, kept, reasons, flows }: ClassifyNode,
): NodeFunction {
  const { next, cause, errors, graph } = context;
  const { nat44 } = context.tables;
  const { pool, mappings, packet: p } = nat44;
  const direction = errors.ids(directions);
  const cached = errors.ids(kept).FRAG_CACHED;
  const reason = reasons === null ? { MAX_REASS: 0, MAX_FRAG: 0 } : errors.ids(reasons);
  const shell = flows === null ? null : new NatShell(context, flows, false);
  const self = graph.nodeIndex(`${prefix}-classify`);
  const held = new HeldFragments(nat44, context.buffers, graph, -1, cause.DROP_FRAGMENT);

  const drop = (b: PacketBuffer, error: number, why: number): number => {
    b.error = error;
    b.cause = why;
    return next.DROP;
  };
  const refuse = (b: PacketBuffer): number => drop(b, reason.MAX_REASS, cause.MAX_REASS);
  const choose = (isOut2in: boolean): number => {
    errors.increment(isOut2in ? direction.NEXT_OUT2IN : direction.NEXT_IN2OUT);
    return isOut2in ? next.OUT2IN : next.IN2OUT;
  };
  /** A mapping of an address to itself is no reason to translate the destination. */
  const translates = (index: number): boolean => {
    const { localAddress, externalAddress } = mappings.pool.at(index);
    return localAddress !== externalAddress;
  };
  /** A later fragment goes where the first one went, which it waits for; GO_ON where that does not say by session. */
  const laterFragment = (b: PacketBuffer, isBySession: boolean): number => {
    const of = held.find(p);
    if (!of) return refuse(b);
    const { classifyNext, flags } = of;
    const isUnknown = isBySession ? (flags & REASS_CLASSIFY_ED_CONTINUE) !== 0 : false;
    if (classifyNext === CLASSIFY_NONE && !isUnknown) {
      if (!held.hold(of, p)) return drop(b, reason.MAX_FRAG, cause.MAX_FRAG);
      errors.increment(cached);
      return DONE;
    }
    if (isBySession) return classifyNext === CLASSIFY_IN2OUT ? choose(false) : GO_ON;
    return choose(classifyNext === CLASSIFY_OUT2IN);
  };

  /** By session; not for ICMP. */
  const bySession = (b: PacketBuffer, { strategy }: NatShell<In2out>): number => {
    const isFragment = ip4.isFragment(p.view, p.l3);
    if (isFragment && !p.isFirstFragment) return laterFragment(b, true);
    if (isCutForHairpin(p)) return next.DROP;
    const session = strategy.find(p);
    if (!isFragment) return session >= 0 ? choose(false) : GO_ON;
    const of = held.find(p);
    if (!of) return refuse(b);
    if (session >= 0) {
      // The reassembly nodes share this state and take the session from here.
      of.session = session;
      of.classifyNext = CLASSIFY_IN2OUT;
    } else of.flags |= REASS_CLASSIFY_ED_CONTINUE;
    held.release(of, b, self);
    return session >= 0 ? choose(false) : GO_ON;
  };

  const byMapping = (b: PacketBuffer): number => {
    const { view, l3, protocol } = p;
    const destination = ip4.destination(view, l3);
    if (pool.has(destination)) return choose(true);
    if (mappings.pool.count === 0) return choose(false);
    const byAddress = mappings.wholeByExternal(destination);
    if (byAddress >= 0) return choose(translates(byAddress));
    const isFragment = ip4.isFragment(view, l3);
    if (isFragment && !p.isFirstFragment) return laterFragment(b, false);
    if (isCutForHairpin(p)) return next.DROP;
    const byPort = mappings.byExternal.get(destination, packKey(p.remotePort, protocol, 0));
    const isOut2in = byPort >= 0 && translates(byPort);
    if (!isFragment) return choose(isOut2in);
    const of = held.find(p);
    if (!of) return refuse(b);
    of.classifyNext = isOut2in ? CLASSIFY_OUT2IN : CLASSIFY_IN2OUT;
    held.release(of, b, self);
    return choose(isOut2in);
  };

  return (b) => {
    if (shell === null) p.begin(b, b.at, 0, true, false);
    else shell.begin(b);
    if (shell === null || p.ipProtocol === ip4.PROTOCOL_ICMP) return byMapping(b);
    const answer = bySession(b, shell);
    return answer === GO_ON ? byMapping(b) : answer;
  };
}
