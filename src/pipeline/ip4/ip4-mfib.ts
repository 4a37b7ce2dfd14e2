/**
 * Multicast: ip4-mfib-forward-lookup, ip4-mfib-forward-rpf (VPP 19.08 src/vnet/mfib/mfib_forward.c) and ip4-replicate
 * (src/vnet/dpo/replicate_dpo.c). A table has a default entry, which accepts from no interface; in 26.06 also entries of 224.0.0.1 and
 * 224.0.0.2, which deliver to the node itself what comes from interfaces with an address (ip4_mfib_interface_enable_disable).
 */

import { formatAddress } from '../../wire/address.js';
import * as ip4 from '../../wire/ip4.js';
import { receiveNodeOf } from '../fib/forwarding.js';
import { MULTICAST_GROUPS as GROUPS } from '../fib/ip4/ip4-tables.js';
import { defineNode, end } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { Tables } from '../engine/tables.js';
import { ip4InputErrors } from './ip4-errors.js';
import { MFIB_LOOKUP, MFIB_RPF, REPLICATE } from './ip4-trace.js';

/** MFIB_ITF_FLAG_ACCEPT */
const ACCEPT = 2;
const NO_INTERFACE = -1;

/** Index of the entry that a packet matches: that of its group, or the default entry. */
function entryOf(b: PacketBuffer, { interfaces, ip4: routes, composition: { behaviour } }: Tables): number {
  const { entry } = routes.multicast[interfaces.fibIndexOf[b.swIfIndexRx]];
  return behaviour.acceptsAllHosts ? entry + 1 + GROUPS.indexOf(ip4.destination(b.view, b.at)) : entry;
}

export const ip4MfibForwardLookup = defineNode({
  name: 'ip4-mfib-forward-lookup',
  trace: {
    layout: MFIB_LOOKUP,
    when: 'after',
    writer:
      ({ tables }) =>
      (b, records) => {
        records.write(MFIB_LOOKUP, b.adjIndexTx, tables.interfaces.fibIndexOf[b.swIfIndexRx]);
      },
  },
  next: { NEXT: 'ip4-mfib-forward-rpf' },
  create:
    ({ next, tables }) =>
    (b) => {
      b.fibIndex = b.swIfIndexTx >= 0 ? b.swIfIndexTx : tables.interfaces.fibIndexOf[b.swIfIndexRx];
      b.adjIndexTx = entryOf(b, tables);
      return next.NEXT;
    },
});

export const ip4MfibForwardRpf = defineNode({
  name: 'ip4-mfib-forward-rpf',
  trace: {
    layout: MFIB_RPF,
    when: 'after',
    writer: ({ tables, nodeIndex }) => {
      const dropped = nodeIndex('ip4-drop');
      return (b, records) => {
        const isAccepted = records.next !== dropped;
        records.write(MFIB_RPF, entryOf(b, tables), isAccepted ? b.swIfIndexRx : NO_INTERFACE, isAccepted ? ACCEPT : 0);
      };
    },
  },
  next: { DROP: 'ip4-drop', REPLICATE: 'ip4-replicate' },
  errors: [ip4InputErrors],
  causes: { NO_ROUTE: (b) => `there is no multicast route for ${formatAddress(b.causeArg0)}` },
  create: ({ next, cause, errors, tables }) => {
    const error = errors.ids(ip4InputErrors);
    const { acceptsAllHosts } = tables.ip4.interfaceIp4;
    return (b) => {
      const destination = ip4.destination(b.view, b.at);
      const group = GROUPS.indexOf(destination);
      if (group >= 0 && acceptsAllHosts[b.swIfIndexRx] === 1) {
        b.error = 0;
        b.adjIndexTx = tables.ip4.multicast[tables.interfaces.fibIndexOf[b.swIfIndexRx]].replicate + group;
        return next.REPLICATE;
      }
      b.causeArg0 = destination;
      return end(b, error.RPF_FAILURE, cause.NO_ROUTE, next.DROP);
    };
  },
});

/** Of an entry with one way to go: the packet itself goes it. */
export const ip4Replicate = defineNode({
  name: 'ip4-replicate',
  trace: {
    layout: REPLICATE,
    when: 'before',
    writer: () => (b, records) => {
      records.write(REPLICATE, b.adjIndexTx);
    },
  },
  next: {},
  create: ({ tables, graph }) => {
    const receive = receiveNodeOf(tables, graph);
    const { groupDpos } = tables.ip4;
    const { fibIndexOf } = tables.interfaces;
    return (b) => {
      const group = GROUPS.indexOf(ip4.destination(b.view, b.at));
      b.adjIndexTx = groupDpos[fibIndexOf[b.swIfIndexRx] * GROUPS.length + group];
      return receive;
    };
  },
});
