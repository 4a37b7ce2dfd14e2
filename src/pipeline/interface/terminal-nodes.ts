/**
 * Where packets end: error-drop and error-punt (VPP 19.08 src/vnet/interface_output.c), which only record, then drop and
 * punt (src/vlib/drop.c), which count the error that the packet carries.
 */

import { DONE, defineNode, passOn, type AnyNode } from '../engine/node.js';
import type { NodeTrace } from '../engine/trace/node-trace.js';
import { line, vagueLine } from '../trace/template.js';
import { traceRecord } from '../trace/wording.js';
import { arrivalTrace, IP4_FORWARD_NEXT, IP6_FORWARD_NEXT } from '../trace/writers.js';

const RX = line('drop-rx', 'rx:{interface:interface=}');
/** Error and node as VPP's counters name them. */
const REASON = vagueLine('drop-reason', '{node:label=}: {reason:rest=}');
const VNET_ERROR = traceRecord(['swIfIndex'], 0, [RX, REASON], ({ fields }, context) => [
  RX.print({ interface: fields.swIfIndex }, context),
]);
const ERROR = traceRecord(['error'], 0, [RX, REASON], ({ fields }, { errorNames }) => {
  const [node, ...reason] = errorNames[fields.error].split(': ');
  return [REASON.print({ node, reason: reason.join(': ') })];
});

/** error-drop and error-punt show where the packet came in. */
const receivedOn: NodeTrace = {
  role: 'end',
  layout: VNET_ERROR,
  when: 'before',
  writer: () => (b, records) => {
    records.write(VNET_ERROR, b.swIfIndexRx);
  },
};

/** drop and punt show the error that the packet carries. */
const carriedError: NodeTrace = {
  role: 'end',
  layout: ERROR,
  when: 'before',
  writer: () => (b, records) => {
    records.write(ERROR, b.error);
  },
};

const forwarding = (name: string, next: string, trace: NodeTrace): AnyNode =>
  defineNode({
    name,
    trace,
    next: { NEXT: next },
    create: passOn,
  });

const last = (name: 'drop' | 'punt'): AnyNode =>
  defineNode({
    name,
    trace: carriedError,
    next: {},
    create:
      ({ errors, graph: { sink } }) =>
      (b) => {
        errors.increment(b.error);
        sink[name](b);
        return DONE;
      },
  });

/** ip4-drop, ip4-punt and their twins (VPP 19.08 src/vnet/ip/ip4_punt_drop.c, ip6_punt_drop.c) have arcs of their own, on which nothing is modelled. */
export const terminalNodes: AnyNode[] = [
  last('drop'),
  last('punt'),
  forwarding('error-drop', 'drop', receivedOn),
  forwarding('error-punt', 'punt', receivedOn),
  forwarding('ip4-drop', 'error-drop', arrivalTrace(IP4_FORWARD_NEXT)),
  forwarding('ip4-punt', 'error-punt', arrivalTrace(IP4_FORWARD_NEXT)),
  forwarding('ip6-drop', 'error-drop', arrivalTrace(IP6_FORWARD_NEXT)),
  forwarding('ip6-punt', 'error-punt', arrivalTrace(IP6_FORWARD_NEXT)),
];
