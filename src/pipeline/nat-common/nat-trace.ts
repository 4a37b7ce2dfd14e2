/** What the NAT nodes' traces hold: written from what a node left in the tables about the packet that it just had. */

import { DONE } from '../engine/node.js';
import { NAT_REASS } from '../trace/layouts.js';
import type { NodeTrace, TraceLayout } from '../engine/trace-layout.js';

/** in2out and out2in: interface, VPP's next index, session. */
export const natTrace = (layout: TraceLayout, isSlowPath: boolean): NodeTrace => ({
  when: 'after',
  writer:
    ({ tables: { nat44 } }) =>
    (_, records) => {
      records.begin(layout);
      records.put(records.rx);
      records.put(nat44.lastNextIndex);
      records.put(nat44.lastSession);
      records.put(isSlowPath ? 1 : 0);
    },
});

/** The reassembly nodes; `lookup` is the next index that a fragment has which is kept. */
export const reassTrace = (lookup: number): NodeTrace => ({
  when: 'after',
  writer:
    ({ tables: { nat44 } }) =>
    (_, records) => {
      const isCached = records.next === DONE;
      records.begin(NAT_REASS);
      records.put(records.rx);
      records.put(isCached ? lookup : nat44.lastNextIndex);
      records.put(isCached ? 1 : 0);
    },
});
