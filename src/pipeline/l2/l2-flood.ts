/**
 * l2-flood (VPP 19.08 src/vnet/l2/l2_flood.c): sends a frame to all other ports of the bridge domain. The BVI comes last,
 * because IP changes the packet.
 */

import { errorSet } from '../engine/errors.js';
import { INPUT_NEXT } from '../engine/next-by-type.js';
import { defineNode, end } from '../engine/node.js';
import { bridgeDomain, splitHorizonGroup } from '../engine/l2-opaque.js';
import { BVI_CAUSES, l2ToBvi } from './l2-to-bvi.js';
import { L2_FLOOD } from './l2-trace.js';
import type { NodeTrace } from '../engine/trace/node-trace.js';

const l2FloodErrors = errorSet('l2-flood', {
  L2FLOOD: 'L2 flood packets',
  REPL_FAIL: 'L2 replication failures',
  NO_MEMBERS: 'L2 replication complete',
  BVI_BAD_MAC: 'BVI L3 mac mismatch',
  BVI_ETHERTYPE: 'BVI packet with unhandled ethertype',
});

/** Up to this length VPP copies all but the first replica; longer frames share their tail, and every head is new. */
const COPY_BYTES = 256 + 128;
const NONE = -1;

/** A record for each copy; none where no port gets one. */
const floodTrace: NodeTrace = {
  role: 'fork',
  layout: L2_FLOOD,
  when: 'after',
  writer: ({ errors }) => {
    const { NO_MEMBERS } = errors.ids(l2FloodErrors);
    return (b, records) => {
      if (b.error === NO_MEMBERS) return;
      for (let copy = 0; copy <= records.sent; copy++) {
        records.write(L2_FLOOD, records.rx, bridgeDomain(b));
        records.putBytes(b.bytes, records.start, b.at + b.length);
      }
    };
  },
};

export const l2Flood = defineNode({
  name: 'l2-flood',
  trace: floodTrace,
  next: { ...INPUT_NEXT, OUTPUT: 'l2-output', DROP: 'error-drop' },
  errors: [l2FloodErrors],
  causes: {
    ...BVI_CAUSES,
    NO_MEMBERS: (b, { interfaces }) =>
      `no other port of the bridge domain may get what comes from ${interfaces.all[b.swIfIndexRx].name} (split horizon)`,
  },
  create: ({ next, cause, errors, buffers, graph, tables }) => {
    const error = errors.ids(l2FloodErrors);
    const toBvi = l2ToBvi({ next, error, cause }, tables);
    const { floodOrder, groupOf, isBviOf } = tables.bridgeDomains;

    return (b) => {
      const members = floodOrder[bridgeDomain(b)];
      const group = splitHorizonGroup(b);
      const rx = b.swIfIndexRx;
      // The error stays with VPP's first replica; all others start without one.
      let firstError = b.length + b.cutBytes <= COPY_BYTES ? b.error : 0;
      let last = NONE;
      errors.increment(error.L2FLOOD);
      for (const member of members) {
        if (member === rx || (group !== 0 && groupOf[member] === group)) continue;
        if (last !== NONE) {
          const replica = buffers.copy(b);
          replica.error = firstError;
          replica.swIfIndexTx = last;
          graph.enqueue(replica, next.OUTPUT);
          firstError = 0;
          b.error = 0;
        }
        last = member;
      }
      if (last !== NONE) {
        if (isBviOf[last] !== 0) return toBvi(b, last);
        b.swIfIndexTx = last;
        return next.OUTPUT;
      }
      return end(b, error.NO_MEMBERS, cause.NO_MEMBERS, next.DROP);
    };
  },
});
