/** What the NAT nodes' traces hold: written from what a node left in the packet record about the packet that it just had. */

import { DONE } from '../../engine/node.js';
import type { NodeTrace, TraceLayout } from '../../engine/trace-layout.js';
import { NAT_REASS } from '../../trace/layouts.js';
import type { NatNexts } from './nat-shell.js';

/** By node: VPP's next index, which is the place among the node's next nodes; LOOKUP's for other features. */
function nextIndices(next: NatNexts, names: readonly string[]): Int32Array {
  const order: string[] = Object.values(next);
  return Int32Array.from(names, (name) => order.indexOf(order.includes(name) ? name : next.LOOKUP));
}

/** in2out and out2in: interface, VPP's next index, session. */
export const natTrace = (layout: TraceLayout, isSlowPath: boolean, next: NatNexts): NodeTrace => ({
  when: 'after',
  writer: ({ names, tables: { nat44 } }) => {
    const indices = nextIndices(next, names);
    return (_, records) => {
      records.begin(layout);
      records.put(records.rx);
      records.put(indices[records.next]);
      records.put(nat44.packet.session);
      records.put(isSlowPath ? 1 : 0);
    };
  },
});

/** The reassembly nodes; a fragment that is kept has LOOKUP's index. */
export const reassTrace = (next: NatNexts): NodeTrace => ({
  when: 'after',
  writer: ({ names, nodeIndex }) => {
    const indices = nextIndices(next, names);
    const lookup = nodeIndex(next.LOOKUP);
    return (_, records) => {
      const isKept = records.next === DONE;
      records.begin(NAT_REASS);
      records.put(records.rx);
      records.put(indices[isKept ? lookup : records.next]);
      records.put(isKept ? 1 : 0);
    };
  },
});
