/**
 * ip4-lookup, and lookup-ip4-dst, which looks up again in another table (VPP 19.08 src/vnet/ip/ip4_forward.h,
 * src/vnet/dpo/lookup_dpo.c). The longest prefix gives a load balance, the flow hash one of its buckets.
 *
 * Uses sw_if_index[TX] as FIB index where it is set, else the FIB of the receiving interface.
 */

import * as ip4 from '../../wire/ip4.js';
import { DPO_LOOKUP } from '../fib/dpo.js';
import { flowHash, hashedBytes } from '../fib/flow-hash.js';
import { SAME_FOR_A_FLOW } from '../engine/flow-part.js';
import { isCutBefore, PORTS } from '../engine/cut-off.js';
import { defineNode, type NodeContext } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { Forwarding, LOOKUP_NEXT, nextByDpo, receiveNodeOf } from '../fib/forwarding.js';
import { routeDropCause } from '../fib/route-causes.js';
import { IP4_LOOKUP, LOOKUP_DPO } from './ip4-trace.js';
import { forwardTrace } from '../trace/writers.js';

type LookupContext = NodeContext<keyof typeof LOOKUP_NEXT, 'DROPPED' | 'LOOP'>;

/** MAX_LUKPS_PER_PACKET: tables that hand a packet to each other do so at most this often. */
const LOOKUPS_PER_PACKET = 4;

const CAUSES = {
  DROPPED: routeDropCause,
  LOOP: 'routes that look up in another table hand the packet round in a circle',
};

/** A function that looks the destination up in `fibIndex` and returns the next node. */
function lookupIn(context: LookupContext): (b: PacketBuffer, fibIndex: number) => number {
  const { next, tables, graph } = context;
  const { mtrie, loadBalances } = tables.ip4;
  const forwarding = new Forwarding(context, nextByDpo(next, receiveNodeOf(tables, graph)));
  return (b, fibIndex) => {
    b.fibIndex = fibIndex;
    const loadBalance = mtrie.lookup(fibIndex, ip4.destination(b.view, b.at));
    const count = loadBalances.count[loadBalance];
    let bucket = loadBalances.first[loadBalance];
    b.flowHash = 0;
    if (count > 1) {
      const config = loadBalances.hashConfig[loadBalance];
      if (isCutBefore(b, b.at + hashedBytes(b.view, b.at, config), PORTS)) return next.DROP;
      b.flowHash = flowHash(b.view, b.at, config);
      bucket += b.flowHash & (count - 1);
    }
    return forwarding.byBucket(b, loadBalance, bucket);
  };
}

export const ip4Lookup = defineNode({
  name: 'ip4-lookup',
  flow: () => SAME_FOR_A_FLOW,
  trace: forwardTrace(IP4_LOOKUP),
  next: LOOKUP_NEXT,
  causes: CAUSES,
  create: (context) => {
    const { fibIndexOf } = context.tables.interfaces;
    const lookup = lookupIn(context);
    return (b) => lookup(b, b.swIfIndexTx >= 0 ? b.swIfIndexTx : fibIndexOf[b.swIfIndexRx]);
  },
});

export const lookupIp4Dst = defineNode({
  name: 'lookup-ip4-dst',
  trace: {
    layout: LOOKUP_DPO,
    when: 'after',
    writer:
      ({ tables: { ip4: routes } }) =>
      (b, records) => {
        const destination = ip4.destination(b.view, b.at);
        records.write(LOOKUP_DPO, b.fibIndex, routes.mtrie.lookup(b.fibIndex, destination), destination);
      },
  },
  next: LOOKUP_NEXT,
  causes: CAUSES,
  create: (context) => {
    const lookup = lookupIn(context);
    const { next, cause, tables, graph } = context;
    const { loadBalances, mtrie } = tables.ip4;
    const self = graph.nodeIndex('lookup-ip4-dst');
    return (b) => {
      let fibIndex = b.adjIndexTx;
      for (let looked = 1; looked < LOOKUPS_PER_PACKET; looked++) {
        const node = lookup(b, fibIndex);
        if (node !== self) return node;
        const bucket = loadBalances.first[mtrie.lookup(fibIndex, ip4.destination(b.view, b.at))];
        if (loadBalances.dpoType[bucket] !== DPO_LOOKUP) break;
        fibIndex = loadBalances.dpoIndex[bucket];
      }
      b.cause = cause.LOOP;
      return next.DROP;
    };
  },
});
