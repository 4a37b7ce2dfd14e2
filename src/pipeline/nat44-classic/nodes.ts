/** The nodes of classic NAT44. */

import { errorSet } from '../engine/errors.js';
import type { AnyNode } from '../engine/node.js';
import { classifyNode } from '../nat-common/nodes/classify-node.js';
import { hairpinNodes } from '../nat-common/nodes/hairpin-nodes.js';
import { natErrors } from '../nat-common/nat-errors.js';
import { in2outFlowPart, out2inFlowPart } from '../nat-common/nat-flow.js';
import { in2outNodes, natNode } from '../nat-common/nodes/nat-node.js';
import { reassNode } from '../nat-common/nodes/reass-node.js';
import { NAT_IN2OUT, NAT_OUT2IN } from '../nat-common/nodes/nat-trace.js';
import { independentFlowSessions } from '../nat-common/independent/independent-flow.js';
import { IndependentIn2out } from '../nat-common/independent/independent-in2out.js';
import { IndependentOut2in } from '../nat-common/independent/independent-out2in.js';

const in2outErrors = (owner: string) => natErrors(owner, 'in2out', { BAD_OUTSIDE_FIB: 'outside VRF ID not found' });
const out2inErrors = (owner: string) => natErrors(owner, 'out2in', {});

const classifyErrors = errorSet('nat44-classify', {
  MAX_REASS: 'Maximum reassemblies exceeded',
  MAX_FRAG: 'Maximum fragments per reassembly exceeded',
  NEXT_IN2OUT: 'next in2out',
  NEXT_OUT2IN: 'next out2in',
  FRAG_CACHED: 'fragment cached',
});

export const classicNodes: readonly AnyNode[] = [
  ...in2outNodes({
    prefix: 'nat44',
    strategy: IndependentIn2out,
    trace: NAT_IN2OUT,
    pairsFrom: 4,
    errors: in2outErrors,
    outputReass: 'nat44-in2out-reass',
    flow: (stage, isOutput) =>
      stage === 'fast' ? (tables) => in2outFlowPart(independentFlowSessions(tables, true), isOutput) : undefined,
  }),
  natNode({
    name: 'nat44-out2in',
    flow: (tables) => out2inFlowPart(independentFlowSessions(tables, false)),
    strategy: IndependentOut2in,
    stage: 'whole',
    trace: NAT_OUT2IN,
    pairsFrom: 4,
    next: { DROP: 'error-drop', LOOKUP: 'ip4-lookup', ICMP_ERROR: 'ip4-icmp-error', REASS: 'nat44-out2in-reass' },
    errors: out2inErrors('nat44-out2in'),
  }),
  classifyNode({
    prefix: 'nat44',
    directions: classifyErrors,
    kept: classifyErrors,
    reasons: classifyErrors,
    flows: null,
  }),
  ...hairpinNodes('nat44', { strategy: IndependentIn2out, errors: in2outErrors('nat44-in2out') }),
  // Fragments on their way out of an output-feature interface come here too, but VPP then takes their Ethernet header for the IP
  // header: hardly any looks like a first fragment, so they are kept and never come out again.
  reassNode({
    name: 'nat44-in2out-reass',
    strategy: IndependentIn2out,
    next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
    errors: in2outErrors('nat44-in2out-reass'),
    waitsInVain: true,
  }),
  reassNode({
    name: 'nat44-out2in-reass',
    strategy: IndependentOut2in,
    next: { DROP: 'error-drop', LOOKUP: 'ip4-lookup' },
    errors: out2inErrors('nat44-out2in-reass'),
  }),
];
