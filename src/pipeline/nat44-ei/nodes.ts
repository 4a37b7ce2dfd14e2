/** The nodes of NAT44 EI. */

import type { AnyNode } from '../engine/node.js';
import type { Tables } from '../engine/tables.js';
import { independentFlowSessions } from '../nat-common/independent/independent-flow.js';
import { in2outFlowPart, out2inFlowPart, type FlowSessions } from '../nat-common/nat-flow.js';
import { in2outNodes, natNode } from '../nat-common/nodes/nat-node.js';
import { NAT_IN2OUT, NAT_OUT2IN } from '../nat-common/nodes/nat-trace.js';
import { eiClassify } from './ei-classify.js';
import { in2outErrors, out2inErrors } from './ei-errors.js';
import { eiHairpinning } from './ei-hairpinning.js';
import { EiIn2out, EiOut2in } from './ei-strategies.js';

const flowSessions = (tables: Tables, isIn2out: boolean): FlowSessions => ({
  ...independentFlowSessions(tables, isIn2out),
  renewsOnceASecond: true,
});

export const eiNodes: readonly AnyNode[] = [
  ...in2outNodes({
    prefix: 'nat44-ei',
    strategy: EiIn2out,
    trace: NAT_IN2OUT,
    pairsFrom: 2,
    errors: in2outErrors,
    flow: (stage, isOutput) =>
      stage === 'fast' ? (tables) => in2outFlowPart(flowSessions(tables, true), isOutput) : undefined,
  }),
  natNode({
    name: 'nat44-ei-out2in',
    flow: (tables) => out2inFlowPart(flowSessions(tables, false)),
    strategy: EiOut2in,
    stage: 'whole',
    trace: NAT_OUT2IN,
    pairsFrom: 2,
    next: { DROP: 'error-drop', LOOKUP: 'ip4-lookup', ICMP_ERROR: 'ip4-icmp-error' },
    errors: out2inErrors('nat44-ei-out2in'),
  }),
  eiClassify,
  eiHairpinning,
];
