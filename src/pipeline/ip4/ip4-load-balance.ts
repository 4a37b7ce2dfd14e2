/**
 * ip4-load-balance (VPP 19.08 src/vnet/ip/ip4_forward.c): the second and further levels of a recursive route, and the way
 * out of echo replies. adj_index[TX] is a load balance; the hash of the level before is used on, shifted.
 */

import * as ip4 from '../../wire/ip4.js';
import { DPO_ADJACENCY, DPO_DROP } from '../../tables/ip4/dpo.js';
import { flowHash } from '../../tables/ip4/flow-hash.js';
import { defineNode } from '../node.js';
import { LOOKUP_NEXT, nextByDpo } from './forwarding.js';
import { routeDropCause } from './route-causes.js';

export const ip4LoadBalance = defineNode({
  name: 'ip4-load-balance',
  next: LOOKUP_NEXT,
  causes: {
    DROPPED: routeDropCause,
    NO_LOAD_BALANCE:
      'not modelled: an echo reply to translated traffic, whose way back VPP reads from an unrelated index',
  },
  create: ({ next, cause, tables }) => {
    const { loadBalances, adjacencies, fib } = tables.ip4;
    const nodes = nextByDpo(next);
    return (b) => {
      const loadBalance = b.adjIndexTx;
      // ip4-local leaves another kind of index here where it skips its source check.
      if (loadBalance < 0 || loadBalance >= loadBalances.size || !(loadBalance in fib.entryOfLoadBalance)) {
        b.cause = cause.NO_LOAD_BALANCE;
        return next.DROP;
      }
      const count = loadBalances.count[loadBalance];
      let bucket = loadBalances.first[loadBalance];
      if (count > 1) {
        b.flowHash = b.flowHash !== 0 ? b.flowHash >>> 1 : flowHash(b.view, b.at, loadBalances.hashConfig[loadBalance]);
        bucket += b.flowHash & (count - 1);
      }
      const type = loadBalances.dpoType[bucket];
      const index = loadBalances.dpoIndex[bucket];
      b.adjIndexTx = index;
      if (type === DPO_ADJACENCY) return nodes[DPO_ADJACENCY + adjacencies.state[index]];
      if (type === DPO_DROP) {
        b.cause = cause.DROPPED;
        b.causeArg0 = loadBalance;
        b.causeArg1 = ip4.destination(b.view, b.at);
      }
      return nodes[type];
    };
  },
});
