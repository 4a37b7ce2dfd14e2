/** The nodes of classic NAT44. */

import { errorSet } from '../engine/errors.js';
import type { AnyNode } from '../engine/node.js';
import { classifyNode } from '../nat-common/nodes/classify-node.js';
import { hairpinNodes } from '../nat-common/nodes/hairpin-nodes.js';
import { natErrors } from '../nat-common/nat-errors.js';
import { in2outFlowPart, out2inFlowPart } from '../nat-common/nat-flow.js';
import { natNode } from '../nat-common/nodes/nat-node.js';
import { reassNode } from '../nat-common/nodes/reass-node.js';
import { NAT_IN2OUT, NAT_OUT2IN } from '../nat-common/nodes/nat-trace.js';
import { classicFlowSessions } from './classic-flow.js';
import { ClassicIn2out } from './classic-in2out.js';
import { ClassicOut2in } from './classic-out2in.js';

const in2outErrors = (owner: string) => natErrors(owner, 'in2out', { BAD_OUTSIDE_FIB: 'outside VRF ID not found' });
const out2inErrors = (owner: string) => natErrors(owner, 'out2in', {});

const fastErrors = in2outErrors('nat44-in2out');
const slowErrors = in2outErrors('nat44-in2out-slowpath');

const in2out = { strategy: ClassicIn2out, trace: NAT_IN2OUT };
const in2outNext = {
  LOOKUP: 'ip4-lookup',
  DROP: 'error-drop',
  ICMP_ERROR: 'ip4-icmp-error',
  SLOW_PATH: 'nat44-in2out-slowpath',
  REASS: 'nat44-in2out-reass',
};
const outputNext = { ...in2outNext, LOOKUP: 'interface-output', SLOW_PATH: 'nat44-in2out-output-slowpath' };

const classifyErrors = errorSet('nat44-classify', {
  MAX_REASS: 'Maximum reassemblies exceeded',
  MAX_FRAG: 'Maximum fragments per reassembly exceeded',
  NEXT_IN2OUT: 'next in2out',
  NEXT_OUT2IN: 'next out2in',
  FRAG_CACHED: 'fragment cached',
});

export const classicNodes: readonly AnyNode[] = [
  natNode({
    ...in2out,
    name: 'nat44-in2out',
    stage: 'fast',
    flow: (tables) => in2outFlowPart(classicFlowSessions(tables, true), false),
    next: in2outNext,
    errors: fastErrors,
  }),
  natNode({ ...in2out, name: 'nat44-in2out-slowpath', stage: 'slow', next: in2outNext, errors: slowErrors }),
  // Both output nodes count where the input ones do; the reason of a drop is their own.
  natNode({
    ...in2out,
    name: 'nat44-in2out-output',
    stage: 'fast',
    flow: (tables) => in2outFlowPart(classicFlowSessions(tables, true), true),
    isOutput: true,
    next: outputNext,
    errors: in2outErrors('nat44-in2out-output'),
    counts: fastErrors,
  }),
  natNode({
    ...in2out,
    name: 'nat44-in2out-output-slowpath',
    stage: 'slow',
    isOutput: true,
    next: outputNext,
    errors: in2outErrors('nat44-in2out-output-slowpath'),
    counts: slowErrors,
  }),
  natNode({
    name: 'nat44-out2in',
    flow: (tables) => out2inFlowPart(classicFlowSessions(tables, false)),
    strategy: ClassicOut2in,
    stage: 'whole',
    trace: NAT_OUT2IN,
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
  ...hairpinNodes('nat44', { strategy: ClassicIn2out, errors: fastErrors }),
  // Fragments on their way out of an output-feature interface come here too, but VPP then takes their Ethernet header for the IP
  // header: hardly any looks like a first fragment, so they are kept and never come out again.
  reassNode({
    name: 'nat44-in2out-reass',
    strategy: ClassicIn2out,
    next: { LOOKUP: 'ip4-lookup', DROP: 'error-drop' },
    errors: in2outErrors('nat44-in2out-reass'),
    waitsInVain: true,
  }),
  reassNode({
    name: 'nat44-out2in-reass',
    strategy: ClassicOut2in,
    next: { DROP: 'error-drop', LOOKUP: 'ip4-lookup' },
    errors: out2inErrors('nat44-out2in-reass'),
  }),
];
