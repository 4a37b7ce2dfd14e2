/** l2-fwd (VPP 19.08 src/vnet/l2/l2_fwd.c): sends a frame to the port behind which its destination is. */

import { formatMac } from '../../wire/address.js';
import * as ethernet from '../../wire/ethernet.js';
import { FEATURE_FWD, FEATURE_GBP_FWD, FEATURE_UU_FLOOD, FEATURE_UU_FWD } from './l2-features.js';
import { ENTRY_BVI, ENTRY_FILTER, NOT_LEARNED } from './l2-fib.js';
import { errorSet } from '../engine/errors.js';
import { INPUT_NEXT } from '../engine/next-by-type.js';
import { bridgeDomain } from '../engine/l2-opaque.js';
import { defineNode, end } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { L2_INPUT_NEXT, nextFeature, nodeByFeature } from './l2-next.js';
import { BVI_CAUSES, l2ToBvi } from './l2-to-bvi.js';
import { L2_FWD } from './l2-trace.js';
import { putPacket } from '../trace/writers.js';

const l2FwdErrors = errorSet('l2-fwd', {
  L2FWD: 'L2 forward packets',
  FLOOD: 'L2 forward misses',
  HIT: 'L2 forward hits',
  BVI_BAD_MAC: 'BVI L3 MAC mismatch',
  BVI_ETHERTYPE: 'BVI packet with unhandled ethertype',
  FILTER_DROP: 'Filter Mac Drop',
  REFLECT_DROP: 'Reflection Drop',
  STALE_DROP: 'Stale entry Drop',
});

const UNKNOWN = -1;
const FLOODS_UNKNOWN = FEATURE_UU_FLOOD | FEATURE_UU_FWD | FEATURE_GBP_FWD;

const destinationOf = (b: PacketBuffer): string => formatMac({ high: b.causeArg0, low: b.causeArg1 >>> 0 });

export const l2Fwd = defineNode({
  name: 'l2-fwd',
  trace: {
    role: 'l2',
    layout: L2_FWD,
    when: 'before',
    writer: ({ tables: { bridgeDomains } }) => {
      const { fib } = bridgeDomains;
      return (b, records) => {
        const { view, at } = b;
        const domain = bridgeDomain(b);
        const entry = fib.find(domain, ethernet.destinationHigh(view, at), ethernet.destinationLow(view, at));
        records.write(
          L2_FWD,
          b.swIfIndexRx,
          domain,
          entry === UNKNOWN ? -1 : fib.swIfIndex[entry],
          entry === UNKNOWN ? -1 : fib.flags[entry],
          entry === UNKNOWN ? NOT_LEARNED : fib.minute[entry],
        );
        putPacket(b, records);
      };
    },
  },
  next: { ...L2_INPUT_NEXT, ...INPUT_NEXT, OUTPUT: 'l2-output', DROP: 'error-drop' },
  errors: [l2FwdErrors],
  causes: {
    ...BVI_CAUSES,
    MISS: (b) =>
      `no port of the bridge domain is known to lead to ${destinationOf(b)}, and unknown frames are not flooded`,
    FILTERED: (b) => `a filter entry of the L2 FIB drops what is sent to ${destinationOf(b)}`,
    REFLECTED: (b, { interfaces }) =>
      `${destinationOf(b)} is behind ${interfaces.all[b.swIfIndexRx].name}, from where the frame came`,
  },
  create: ({ next, cause, errors, tables }) => {
    const error = errors.ids(l2FwdErrors);
    const nodes = nodeByFeature(next);
    const toBvi = l2ToBvi({ next, error, cause }, tables);
    const { bridgeDomains } = tables;
    const { fib } = bridgeDomains;
    return (b) => {
      const { view, at } = b;
      const high = ethernet.destinationHigh(view, at);
      const low = ethernet.destinationLow(view, at);
      const entry = fib.find(bridgeDomain(b), high, low);
      b.causeArg0 = high;
      b.causeArg1 = low;
      if (entry === UNKNOWN) {
        if ((b.adjIndexRx & FLOODS_UNKNOWN) === 0) return end(b, error.FLOOD, cause.MISS, next.DROP);
        return nextFeature(b, nodes, FEATURE_FWD);
      }
      const swIfIndex = fib.swIfIndex[entry];
      const flags = fib.flags[entry];
      b.swIfIndexTx = swIfIndex;
      if (swIfIndex === b.swIfIndexRx) return end(b, error.REFLECT_DROP, cause.REFLECTED, next.DROP);
      if ((flags & ENTRY_FILTER) !== 0) return end(b, error.FILTER_DROP, cause.FILTERED, next.DROP);
      return (flags & ENTRY_BVI) === 0 ? next.OUTPUT : toBvi(b, swIfIndex);
    };
  },
});
