/**
 * ip4-arp and ip4-glean (VPP 19.08 src/vnet/ip/ip4_forward.c, ip4_arp_inline; 26.06 src/vnet/ip-neighbor/ip4_neighbor.c): ask for the
 * MAC of a neighbour, and drop the packet that needs it; VPP queues nothing. ip4-arp resolves the adjacency's next hop, ip4-glean
 * the packet's destination. In 26.06 a source is sought before an address counts as asked for, and the request is not traced.
 */

import * as arp from '../../wire/arp.js';
import * as ip4 from '../../wire/ip4.js';
import { formatAddress } from '../../wire/address.js';
import { TYPE_IP4 } from '../../wire/ethernet.js';
import { ADJACENCY_ARP, ADJACENCY_GLEAN, ADJACENCY_REWRITE } from '../fib/adjacencies.js';
import { savedRow } from '../engine/state/saved-states.js';
import { errorSet } from '../engine/errors.js';
import { defineNode, end, type AnyNode } from '../engine/node.js';
import { FLAG_LOCALLY_ORIGINATED, FLAG_ORIGINATED, FLAG_TRACED } from '../engine/packet-buffer.js';
import { arrivalTrace, IP4_FORWARD_NEXT } from '../trace/writers.js';

/** An address is asked for once in this time (arp_throttle, 1e-3). Capture clocks tick in microseconds: hence "at least". */
const QUIET_SECONDS = 1e-3 - 1e-7;

const arpNode = (name: 'ip4-arp' | 'ip4-glean', expectedState: number, isIpNeighbor = false): AnyNode => {
  const errors = errorSet(name, {
    THROTTLED: 'ARP requests throttled',
    RESOLVED: 'ARP requests resolved',
    NO_BUFFERS: 'ARP requests out of buffer',
    REQUEST_SENT: 'ARP requests sent',
    NON_ARP_ADJ: 'ARPs to non-ARP adjacencies',
    NO_SOURCE_ADDRESS: 'no source address for ARP request',
  });
  return defineNode({
    name,
    trace: arrivalTrace(IP4_FORWARD_NEXT),
    next: { DROP: isIpNeighbor ? 'ip4-drop' : 'error-drop' },
    errors: [errors],
    causes: {
      UNRESOLVED: (b, { interfaces }) =>
        `neighbour ${formatAddress(b.causeArg0)} on ${interfaces.all[b.causeArg1].name} is unresolved: ARP request sent`,
      THROTTLED: (b, { interfaces }) =>
        `neighbour ${formatAddress(b.causeArg0)} on ${interfaces.all[b.causeArg1].name} is unresolved: asked for it just before`,
      NO_SOURCE: (b, { interfaces }) =>
        `${interfaces.all[b.causeArg1].name} has no address to ask for ${formatAddress(b.causeArg0)} from`,
    },
    create: ({ next, cause, errors: heap, tables, buffers, graph, clock }) => {
      const error = heap.ids(errors);
      const { interfaces } = tables;
      const { adjacencies } = tables.ip4;
      // VPP keeps a bitmap of hashes; the model keeps the addresses themselves, so two never collide.
      const asked = new Set<number>();
      let askedSince = 0;
      tables.saved.add(
        savedRow(
          `${name} throttle`,
          'since when, sw_if_index * 2^32 + address of each that was asked for',
          () => [askedSince, ...asked],
          ([since, ...keys]) => {
            askedSince = since;
            asked.clear();
            for (const key of keys) asked.add(key);
          },
        ),
      );
      return (b) => {
        const adjacency = b.adjIndexTx;
        const swIfIndex = adjacencies.swIfIndex[adjacency];
        const isGlean = expectedState === ADJACENCY_GLEAN;
        const target = isGlean ? ip4.destination(b.view, b.at) : adjacencies.nextHop[adjacency];
        b.causeArg0 = target;
        b.causeArg1 = swIfIndex;
        if (clock.now - askedSince >= QUIET_SECONDS) {
          asked.clear();
          askedSince = clock.now;
        }
        const own = isGlean ? adjacencies.nextHop[adjacency] : 0;
        const source = own !== 0 || (isGlean && !isIpNeighbor) ? own : tables.ip4.sourceAddress(swIfIndex, target);
        if (isIpNeighbor && source === null) return end(b, error.NO_SOURCE_ADDRESS, cause.NO_SOURCE, next.DROP);
        const key = swIfIndex * 2 ** 32 + (target >>> 0);
        if (asked.has(key)) return end(b, error.THROTTLED, cause.THROTTLED, next.DROP);
        asked.add(key);
        const state = adjacencies.state[adjacency];
        if (state !== expectedState) {
          b.error = state === ADJACENCY_REWRITE ? error.RESOLVED : error.NON_ARP_ADJ;
          return next.DROP;
        }
        if (source === null) return end(b, error.NO_SOURCE_ADDRESS, cause.NO_SOURCE, next.DROP);
        const headerBytes = adjacencies.rewriteBytes[adjacency];
        const request = buffers.take(headerBytes + arp.MESSAGE_BYTES, b.swIfIndexRx);
        const { view, at } = request;
        request.frame = b.frame;
        request.flags = FLAG_ORIGINATED | (isIpNeighbor ? FLAG_LOCALLY_ORIGINATED : b.flags & FLAG_TRACED);
        request.dataAt = at + headerBytes; // VPP prepends the header to a message made at the start of the buffer
        request.swIfIndexTx = swIfIndex;
        adjacencies.write(adjacency, view, at);
        const message = at + headerBytes;
        const { mac } = interfaces.all[swIfIndex];
        arp.setTypes(view, message, arp.HARDWARE_ETHERNET, TYPE_IP4);
        arp.setOperation(view, message, arp.OPERATION_REQUEST);
        arp.setSenderMac(view, message, mac.high, mac.low);
        arp.setSenderAddress(view, message, source);
        arp.setTargetAddress(view, message, target);
        b.error = error.REQUEST_SENT;
        b.cause = cause.UNRESOLVED;
        graph.enqueue(request, graph.outputNodeOf[swIfIndex]);
        return next.DROP;
      };
    },
  });
};

export const ip4Arp = arpNode('ip4-arp', ADJACENCY_ARP);
export const ip4Glean = arpNode('ip4-glean', ADJACENCY_GLEAN);
export const ip4NeighborNodes: readonly AnyNode[] = [
  arpNode('ip4-arp', ADJACENCY_ARP, true),
  arpNode('ip4-glean', ADJACENCY_GLEAN, true),
];
