/**
 * ip6-lookup, ip6-load-balance, lookup-ip6-dst and ip6-link-local (VPP 19.08 src/vnet/ip/ip6_forward.h, ip6_forward.c,
 * src/vnet/dpo/lookup_dpo.c, ip6_ll_dpo.c). The longest prefix gives a load balance, the flow hash one of its buckets.
 *
 * Uses sw_if_index[TX] as FIB index where it is set, else the FIB of the receiving interface.
 */

import * as ip6 from '../../wire/ip6.js';
import { isCutBefore, PORTS } from '../engine/cut-off.js';
import { errorSet } from '../engine/errors.js';
import { SAME_FOR_A_FLOW, type FlowPart } from '../engine/flow-part.js';
import { defineNode, type NodeContext } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { Tables } from '../engine/tables.js';
import { DPO_LOOKUP } from '../fib/dpo.js';
import { ROUTE } from '../fib/fib-steps.js';
import { FLOW_HASH_FLOW_LABEL } from '../fib/flow-hash.js';
import { Forwarding, IP6_LOOKUP_NEXT, ip6ReceiveNodeOf, nextByDpo } from '../fib/forwarding.js';
import { ip6FlowHash, ip6HashedBytes } from '../fib/ip6/ip6-flow-hash.js';
import { routeDropCause } from '../fib/route-causes.js';
import { forwardTrace6 } from '../trace/writers.js';
import { IP6_LINK_LOCAL, IP6_LOOKUP, LOOKUP6_DPO } from './ip6-trace.js';

/** MAX_LUKPS_PER_PACKET: tables that hand a packet to each other do so at most this often. */
const LOOKUPS_PER_PACKET = 4;

const CAUSES = {
  DROPPED: routeDropCause,
  LOOP: 'routes that look up in another table hand the packet round in a circle',
};
/** Packets of a flow take one bucket, unless the flow label, in which they may differ, is among what picks it. */
const bucketOfFlow = ({ ip4: { loadBalances } }: Tables): FlowPart => ({
  ...SAME_FOR_A_FLOW,
  valueOf: ({ words }, at, ends) => {
    const loadBalance = words[at + ROUTE.at.loadBalance];
    const usesLabel = (loadBalances.hashConfig[loadBalance] & FLOW_HASH_FLOW_LABEL) !== 0;
    if (usesLabel && loadBalances.count[loadBalance] > 1) ends.dependsOnLabel = true;
    return 0;
  },
});

type Context = NodeContext<keyof typeof IP6_LOOKUP_NEXT, keyof typeof CAUSES>;

/** The packet's hash for a load balance of several buckets; false where the capture cut it off before what that is made of. */
function setFlowHash(b: PacketBuffer, config: number): boolean {
  if (isCutBefore(b, b.at + ip6HashedBytes(b.view, b.at), PORTS)) return false;
  b.flowHash = ip6FlowHash(b.view, b.at, b.at + b.length, config);
  return true;
}

const forwardingOf = (context: Context): Forwarding => {
  const { next, tables, graph } = context;
  return new Forwarding(context, nextByDpo(next, ip6ReceiveNodeOf(tables, graph)), true);
};

/** A function that looks the destination up in `fibIndex` and returns the next node. */
function lookupIn(context: Context): (b: PacketBuffer, fibIndex: number) => number {
  const { next, tables } = context;
  const { prefixes } = tables.ip6;
  const { loadBalances } = tables.ip4;
  const forwarding = forwardingOf(context);
  return (b, fibIndex) => {
    b.fibIndex = fibIndex;
    const loadBalance = prefixes.lookup(fibIndex, b.view, b.at + ip6.DESTINATION);
    const count = loadBalances.count[loadBalance];
    let bucket = loadBalances.first[loadBalance];
    b.flowHash = 0;
    if (count > 1) {
      if (!setFlowHash(b, loadBalances.hashConfig[loadBalance])) return next.DROP;
      bucket += b.flowHash & (count - 1);
    }
    return forwarding.byBucket(b, loadBalance, bucket);
  };
}

export const ip6Lookup = defineNode({
  name: 'ip6-lookup',
  flow: bucketOfFlow,
  trace: forwardTrace6(IP6_LOOKUP),
  next: IP6_LOOKUP_NEXT,
  causes: CAUSES,
  create: (context) => {
    const { fibIndexOf } = context.tables.ip6;
    const lookup = lookupIn(context);
    return (b) => lookup(b, b.swIfIndexTx >= 0 ? b.swIfIndexTx : fibIndexOf[b.swIfIndexRx]);
  },
});

/** The second and further levels of a recursive route; the hash of the level before is used on, shifted. */
export const ip6LoadBalance = defineNode({
  name: 'ip6-load-balance',
  flow: bucketOfFlow,
  trace: forwardTrace6(IP6_LOOKUP),
  next: IP6_LOOKUP_NEXT,
  causes: CAUSES,
  create: (context) => {
    const { next, tables } = context;
    const { loadBalances } = tables.ip4;
    const forwarding = forwardingOf(context);
    return (b) => {
      const loadBalance = b.adjIndexTx;
      const count = loadBalances.count[loadBalance];
      let bucket = loadBalances.first[loadBalance];
      if (count > 1) {
        if (b.flowHash !== 0) b.flowHash >>>= 1;
        else if (!setFlowHash(b, loadBalances.hashConfig[loadBalance])) return next.DROP;
        bucket += b.flowHash & (count - 1);
      }
      return forwarding.byBucket(b, loadBalance, bucket);
    };
  },
});

export const lookupIp6Dst = defineNode({
  name: 'lookup-ip6-dst',
  trace: {
    layout: LOOKUP6_DPO,
    when: 'after',
    writer:
      ({ tables: { ip6: routes } }) =>
      (b, records) => {
        const destination = b.at + ip6.DESTINATION;
        records.write(LOOKUP6_DPO, b.fibIndex, routes.prefixes.lookup(b.fibIndex, b.view, destination));
        for (let word = 0; word < 4; word++) records.put(b.view.getInt32(destination + word * 4));
      },
  },
  next: IP6_LOOKUP_NEXT,
  causes: CAUSES,
  create: (context) => {
    const lookup = lookupIn(context);
    const { next, cause, tables, graph } = context;
    const { loadBalances } = tables.ip4;
    const { prefixes } = tables.ip6;
    const self = graph.nodeIndex('lookup-ip6-dst');
    return (b) => {
      let fibIndex = b.adjIndexTx;
      for (let looked = 1; looked < LOOKUPS_PER_PACKET; looked++) {
        const node = lookup(b, fibIndex);
        if (node !== self) return node;
        const bucket = loadBalances.first[prefixes.lookup(fibIndex, b.view, b.at + ip6.DESTINATION)];
        if (loadBalances.dpoType[bucket] !== DPO_LOOKUP) break;
        fibIndex = loadBalances.dpoIndex[bucket];
      }
      b.cause = cause.LOOP;
      return next.DROP;
    };
  },
});

const linkLocalErrors = errorSet('ip6-link-local', {
  NO_TABLE: 'Interface is not mapped to an IP6-LL table',
});

/** Sends packets to link-local addresses through the table of the interface that they came by. */
export const ip6LinkLocal = defineNode({
  name: 'ip6-link-local',
  flow: () => SAME_FOR_A_FLOW,
  trace: {
    layout: IP6_LINK_LOCAL,
    when: 'after',
    writer:
      ({ tables: { ip6: routes } }) =>
      (b, records) => {
        records.write(IP6_LINK_LOCAL, b.swIfIndexRx, routes.links.fibIndex[b.swIfIndexRx]);
      },
  },
  next: { DROP: 'ip6-drop', LOOKUP: 'ip6-lookup' },
  errors: [linkLocalErrors],
  causes: {
    NO_TABLE: (b, { interfaces }) => `${interfaces.all[b.swIfIndexRx].name} has no link-local address`,
  },
  create: ({ next, cause, errors, tables }) => {
    const error = errors.ids(linkLocalErrors);
    const { fibIndex } = tables.ip6.links;
    return (b) => {
      const table = fibIndex[b.swIfIndexRx];
      if (table < 0) {
        b.error = error.NO_TABLE;
        b.cause = cause.NO_TABLE;
        return next.DROP;
      }
      b.swIfIndexTx = table;
      return next.LOOKUP;
    };
  },
});
