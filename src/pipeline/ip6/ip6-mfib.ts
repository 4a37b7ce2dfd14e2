/**
 * Multicast: ip6-mfib-forward-lookup, ip6-mfib-forward-rpf (VPP 19.08 src/vnet/mfib/mfib_forward.c) and ip6-replicate
 * (src/vnet/dpo/replicate_dpo.c). A table has a default entry, which accepts from no interface, and entries of the groups that every node is
 * in, which deliver to the node itself what comes from interfaces with IPv6 (ip6_mfib.c, ip6_mfib_specials).
 */

import * as ip6 from '../../wire/ip6.js';
import { formatNotedIp6, noteIp6 } from '../../wire/ip6-address.js';
import { defineNode, end } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import type { Tables } from '../engine/tables.js';
import { ip6ReceiveNodeOf } from '../fib/forwarding.js';
import { ip6InputErrors } from './ip6-errors.js';
import { MFIB6_LOOKUP, MFIB6_RPF, REPLICATE6 } from './ip6-trace.js';

const LINK_SCOPE = 0xff020000 | 0;
const NONE = -1;
const SOLICITED_NODES = 0;
const ALL_ROUTERS = 1;
const ALL_NODES = 2;
const MLDV2_ROUTERS = 3;
/** MFIB_ITF_FLAG_ACCEPT */
const ACCEPT = 2;

/** Which of the groups that every node is in a destination is, in the order of VPP's entries; NONE for another. */
function groupOf(view: DataView, destination: number): number {
  if (view.getInt32(destination) !== LINK_SCOPE || view.getInt32(destination + 4) !== 0) return NONE;
  const third = view.getInt32(destination + 8);
  const last = view.getInt32(destination + 12);
  if (third === 1) return last >>> 24 === 0xff ? SOLICITED_NODES : NONE;
  if (third !== 0) return NONE;
  return last === 2 ? ALL_ROUTERS : last === 1 ? ALL_NODES : last === 0x16 ? MLDV2_ROUTERS : NONE;
}

const tableOf = (b: PacketBuffer, { ip6: routes }: Tables) => routes.multicast[routes.fibIndexOf[b.swIfIndexRx]];

/** Index of the entry that a packet matches: behind the default one, those of the groups. */
const entryOf = (b: PacketBuffer, tables: Tables): number =>
  tableOf(b, tables).entry + 1 + groupOf(b.view, b.at + ip6.DESTINATION);

export const ip6MfibForwardLookup = defineNode({
  name: 'ip6-mfib-forward-lookup',
  trace: {
    layout: MFIB6_LOOKUP,
    when: 'after',
    writer:
      ({ tables }) =>
      (b, records) => {
        records.write(MFIB6_LOOKUP, b.adjIndexTx, tables.ip6.fibIndexOf[b.swIfIndexRx]);
      },
  },
  next: { NEXT: 'ip6-mfib-forward-rpf' },
  create:
    ({ next, tables }) =>
    (b) => {
      b.adjIndexTx = entryOf(b, tables);
      return next.NEXT;
    },
});

export const ip6MfibForwardRpf = defineNode({
  name: 'ip6-mfib-forward-rpf',
  trace: {
    layout: MFIB6_RPF,
    when: 'after',
    writer: ({ tables, nodeIndex }) => {
      const dropped = nodeIndex('ip6-drop');
      return (b, records) => {
        const isAccepted = records.next !== dropped;
        records.write(MFIB6_RPF, entryOf(b, tables), isAccepted ? b.swIfIndexRx : NONE, isAccepted ? ACCEPT : 0);
      };
    },
  },
  next: { DROP: 'ip6-drop', REPLICATE: 'ip6-replicate' },
  errors: [ip6InputErrors],
  causes: { NO_ROUTE: (b) => `there is no multicast route for ${formatNotedIp6(b.causeArg0)}` },
  create: ({ next, cause, errors, tables }) => {
    const error = errors.ids(ip6InputErrors);
    const { acceptsGroups } = tables.ip6.links;
    // 19.08 takes the number of an IPv4 error for one of IPv6.
    const { namesIp6Errors } = tables.composition.behaviour;
    const failure = namesIp6Errors ? error.RPF_FAILURE : error.REASS_FRAGMENT_CHAIN_TOO_LONG;
    return (b) => {
      const destination = b.at + ip6.DESTINATION;
      const group = groupOf(b.view, destination);
      if (group !== NONE && acceptsGroups[b.swIfIndexRx] === 1) {
        b.error = 0;
        b.adjIndexTx = tableOf(b, tables).replicate + group;
        return next.REPLICATE;
      }
      b.causeArg0 = noteIp6(b.bytes, destination);
      return end(b, failure, cause.NO_ROUTE, next.DROP);
    };
  },
});

/** Of an entry with one way to go: the packet itself goes it. */
export const ip6Replicate = defineNode({
  name: 'ip6-replicate',
  trace: {
    layout: REPLICATE6,
    when: 'before',
    writer: () => (b, records) => {
      records.write(REPLICATE6, b.adjIndexTx);
    },
  },
  next: {},
  create: ({ tables, graph }) => {
    const receive = ip6ReceiveNodeOf(tables, graph);
    return (b) => {
      b.adjIndexTx = tableOf(b, tables).dpos[groupOf(b.view, b.at + ip6.DESTINATION)];
      return receive;
    };
  },
});
