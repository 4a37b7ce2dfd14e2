/** The nodes of endpoint-dependent NAT44 (VPP 26.06 src/plugins/nat/nat44-ed). */

import * as ip4 from '../../wire/ip4.js';
import { errorSet } from '../engine/errors.js';
import { SILENT_FOR_A_FLOW } from '../engine/flow-part.js';
import { defineNode, type AnyNode } from '../engine/node.js';
import type { Nat44 } from '../nat-common/state/nat44.js';
import { classifyTrace, NAT_FAMILY, preTrace } from './ed-trace.js';
import { ED_NEXT } from './ed-work.js';
import { in2outFast } from './in2out-fast.js';
import { in2outSlow } from './in2out-slow.js';
import { out2inFast } from './out2in-fast.js';
import { out2inSlow } from './out2in-slow.js';
import { i2oOf, portsWord, protocolWord } from './state/ed-flows.js';
import type { ExternalMappings } from './state/external-mappings.js';

/** Nodes on the arcs: they note where the arc goes on, and send the packet to NAT44's node. */
const preNode = (name: string, next: string, isOut2in: boolean): AnyNode =>
  defineNode({
    name,
    siblingOf: NAT_FAMILY,
    trace: preTrace(isOut2in),
    next: { NAT: next },
    flow: () => SILENT_FOR_A_FLOW,
    create:
      ({ next: { NAT }, arcs }) =>
      (b) => {
        b.arcNext = arcs.next(b);
        return NAT;
      },
  });

/** The node has registered no errors, so what it counts are the first two of all (VPP 26.06: null-node's and vxlan-flow-input's). */
const toOut2in = errorSet('vxlan-flow-input', { COUNTED: 'no error' });
const TO_IN2OUT = 0;

/**
 * Interfaces that are inside and outside: packets of known flows go by those, others to outside addresses and services to out2in (VPP
 * 26.06 src/plugins/nat/nat44-ed/nat44_ed_classify.c).
 */
const classify = defineNode({
  name: 'nat44-ed-classify',
  siblingOf: NAT_FAMILY,
  trace: classifyTrace,
  next: { IN2OUT: ED_NEXT.IN2OUT, OUT2IN: ED_NEXT.OUT2IN },
  errors: [toOut2in],
  flow: () => SILENT_FOR_A_FLOW,
  create: ({ next, errors, arcs, tables: { nat44, nat44Ed26, interfaces } }) => {
    const { external, sessions } = nat44Ed26;
    const { flows } = sessions;
    const { fibIndexOf } = interfaces;
    const { COUNTED: TO_OUT2IN } = errors.ids(toOut2in);
    return (b) => {
      b.arcNext = arcs.next(b);
      const { view, at } = b;
      const protocol = ip4.protocol(view, at);
      const destination = ip4.destination(view, at);
      let session = -1;
      let isOut2in = false;
      if (protocol !== ip4.PROTOCOL_ICMP) {
        const source = ip4.source(view, at);
        const ports = portsWord(b.l4SourcePort, b.l4DestinationPort);
        const word = protocolWord(protocol, fibIndexOf[b.swIfIndexRx]);
        session = flows.find(source, destination, ports, word);
        isOut2in = session >= 0 && !flows.matches(i2oOf(session), source, destination, ports, word);
      }
      if (session < 0) isOut2in = isOutside(nat44, external, destination, b.l4DestinationPort, protocol);
      errors.increment(isOut2in ? TO_OUT2IN : TO_IN2OUT);
      return isOut2in ? next.OUT2IN : next.IN2OUT;
    };
  },
});

/** An address of the pool, or one that a mapping translates. */
function isOutside(
  { pool, mappings }: Nat44,
  external: ExternalMappings,
  destination: number,
  port: number,
  ipProtocol: number,
): boolean {
  if (pool.has(destination)) return true;
  if (mappings.pool.count === 0) return false;
  let index = mappings.wholeByExternal(destination);
  if (index < 0) index = external.exact(destination, port, ipProtocol);
  const mapping = index < 0 ? undefined : external.at(index);
  return mapping !== undefined && mapping.localAddress !== mapping.externalAddress;
}

export const edNodes: readonly AnyNode[] = [
  preNode('nat-pre-in2out', ED_NEXT.IN2OUT, false),
  preNode('nat-pre-out2in', ED_NEXT.OUT2IN, true),
  preNode('nat-pre-in2out-output', ED_NEXT.OUTPUT, false),
  classify,
  in2outFast(ED_NEXT.IN2OUT, false),
  in2outSlow(ED_NEXT.IN2OUT_SLOW, false),
  in2outFast(ED_NEXT.OUTPUT, true),
  in2outSlow(ED_NEXT.OUTPUT_SLOW, true),
  out2inFast,
  out2inSlow,
];
