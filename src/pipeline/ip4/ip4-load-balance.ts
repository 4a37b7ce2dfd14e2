/**
 * ip4-load-balance (VPP 19.08 src/vnet/ip/ip4_forward.c): the second and further levels of a recursive route, and the way
 * out of echo replies. adj_index[TX] is a load balance; the hash of the level before is used on, shifted.
 */

import { flowHash, hashedBytes } from '../fib/flow-hash.js';
import { SAME_FOR_A_FLOW } from '../engine/flow-part.js';
import { isCutBefore, PORTS } from '../engine/cut-off.js';
import { defineNode } from '../engine/node.js';
import { Forwarding, LOOKUP_NEXT, nextByDpo, receiveNodeOf } from '../fib/forwarding.js';
import { routeDropCause } from '../fib/route-causes.js';
import { IP4_LOOKUP } from './ip4-trace.js';
import { forwardTrace } from '../trace/writers.js';

export const ip4LoadBalance = defineNode({
  name: 'ip4-load-balance',
  flow: () => SAME_FOR_A_FLOW,
  trace: forwardTrace(IP4_LOOKUP),
  next: LOOKUP_NEXT,
  causes: {
    DROPPED: routeDropCause,
    NO_LOAD_BALANCE:
      'not modelled: an echo reply to translated traffic, whose way back VPP reads from an unrelated index',
  },
  create: (context) => {
    const { next, cause, tables, graph } = context;
    const { loadBalances, fib } = tables.ip4;
    const forwarding = new Forwarding(context, nextByDpo(next, receiveNodeOf(tables, graph)));
    return (b) => {
      const loadBalance = b.adjIndexTx;
      // ip4-local leaves another kind of index here where it skips its source check.
      if (loadBalance < 0 || loadBalance >= loadBalances.size || fib.entryOf(loadBalance) === null) {
        b.cause = cause.NO_LOAD_BALANCE;
        return next.DROP;
      }
      const count = loadBalances.count[loadBalance];
      let bucket = loadBalances.first[loadBalance];
      if (count > 1) {
        if (b.flowHash !== 0) b.flowHash >>>= 1;
        else {
          const config = loadBalances.hashConfig[loadBalance];
          if (isCutBefore(b, b.at + hashedBytes(b.view, b.at, config), PORTS)) return next.DROP;
          b.flowHash = flowHash(b.view, b.at, config);
        }
        bucket += b.flowHash & (count - 1);
      }
      return forwarding.byBucket(b, loadBalance, bucket);
    };
  },
});
