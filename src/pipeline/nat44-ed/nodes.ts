/** The nodes of endpoint-dependent NAT44. */

import { errorSet } from '../engine/errors.js';
import type { AnyNode } from '../engine/node.js';
import { classifyNode } from '../nat-common/nodes/classify-node.js';
import { hairpinNodes } from '../nat-common/nodes/hairpin-nodes.js';
import { natErrors } from '../nat-common/nat-errors.js';
import { in2outNodes, natNode } from '../nat-common/nodes/nat-node.js';
import { reassNode } from '../nat-common/nodes/reass-node.js';
import { NAT_ED_IN2OUT, NAT_ED_OUT2IN } from '../nat-common/nodes/nat-trace.js';
import { in2outFlow, inputPassFlow, out2inFlow, out2inPassFlow, outputPassFlow } from './ed-flow.js';
import { EdIn2out } from './ed-in2out.js';
import { EdOut2in } from './ed-out2in.js';

const NON_SYN = { NON_SYN: 'non-SYN packet try to create session' };
const in2outErrors = (owner: string) => natErrors(owner, 'in2out', NON_SYN);
const out2inErrors = (owner: string) => natErrors(owner, 'out2in', NON_SYN);

const out2in = { strategy: EdOut2in, trace: NAT_ED_OUT2IN };
const out2inNext = {
  DROP: 'error-drop',
  LOOKUP: 'ip4-lookup',
  ICMP_ERROR: 'ip4-icmp-error',
  IN2OUT: 'nat44-ed-in2out',
  SLOW_PATH: 'nat44-ed-out2in-slowpath',
  REASS: 'nat44-ed-out2in-reass',
};

export const edNodes: readonly AnyNode[] = [
  ...in2outNodes({
    prefix: 'nat44-ed',
    strategy: EdIn2out,
    trace: NAT_ED_IN2OUT,
    errors: in2outErrors,
    outputReass: 'nat44-ed-in2out-reass-output',
    flow: (stage, isOutput) => {
      if (stage === 'fast') return in2outFlow(isOutput);
      return isOutput ? outputPassFlow : inputPassFlow;
    },
  }),
  natNode({
    ...out2in,
    name: 'nat44-ed-out2in',
    stage: 'fast',
    next: out2inNext,
    errors: out2inErrors('nat44-ed-out2in'),
    flow: out2inFlow,
  }),
  natNode({
    ...out2in,
    name: 'nat44-ed-out2in-slowpath',
    stage: 'slow',
    next: out2inNext,
    errors: out2inErrors('nat44-ed-out2in-slowpath'),
    flow: out2inPassFlow,
  }),
  // nat44-ed-classify registers no errors of its own, so its counter numbers hit the first ones of the process-wide error heap: after
  // null-node's one, nat-ha-handoff's three and nat-ha's (VPP 19.08 src/plugins/nat/nat44_classify.c).
  classifyNode({
    prefix: 'nat44-ed',
    directions: errorSet('nat-ha-handoff', { NEXT_IN2OUT: 'same worker', NEXT_OUT2IN: 'do handoff' }),
    kept: errorSet('nat-ha', { FRAG_CACHED: 'pkts-processed' }),
    reasons: null,
    flows: { strategy: EdIn2out, errors: in2outErrors('nat44-ed-in2out') },
  }),
  reassNode({
    name: 'nat44-ed-in2out-reass',
    strategy: EdIn2out,
    next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
    errors: in2outErrors('nat44-ed-in2out-reass'),
  }),
  reassNode({
    name: 'nat44-ed-in2out-reass-output',
    strategy: EdIn2out,
    isOutput: true,
    next: { LOOKUP: 'interface-output', DROP: 'error-drop' },
    errors: in2outErrors('nat44-ed-in2out-reass-output'),
    counts: in2outErrors('nat44-ed-in2out-reass'),
  }),
  reassNode({
    name: 'nat44-ed-out2in-reass',
    strategy: EdOut2in,
    next: out2inNext,
    errors: out2inErrors('nat44-ed-out2in-reass'),
    countsGood: true,
  }),
  ...hairpinNodes('nat44-ed', { strategy: EdIn2out, errors: in2outErrors('nat44-ed-in2out') }),
];
