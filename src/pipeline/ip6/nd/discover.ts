/**
 * ip6-discover-neighbor and ip6-glean (VPP 19.08 src/vnet/ip/ip6_neighbor.c, 26.06 src/vnet/ip-neighbor/ip6_neighbor.c): solicit a neighbour, and
 * drop the packet that needs it. The former resolves the adjacency's next hop, which it writes over the packet's destination; the latter
 * the destination itself.
 */

import * as icmp6 from '../../../wire/icmp6.js';
import * as ip6 from '../../../wire/ip6.js';
import { formatNotedIp6, noteIp6, writeIp6 } from '../../../wire/ip6-address.js';
import { errorSet } from '../../engine/errors.js';
import { defineNode, end, type AnyNode } from '../../engine/node.js';
import {
  FLAG_LOCALLY_ORIGINATED,
  FLAG_ORIGINATED,
  FLAG_TRACED,
  FLAG_TRACED_AT_TX,
} from '../../engine/packet-buffer.js';
import { ADJACENCY_REWRITE } from '../../fib/adjacencies.js';
import { arrivalTrace, IP6_FORWARD_NEXT } from '../../trace/writers.js';
import { Throttle } from '../throttle.js';
import { writeLinkLayer } from './on-link.js';

/** An address is asked for once in this time (nd_throttle). */
const QUIET_SECONDS = 1e-3;
const HOP_LIMIT = 255;
const VERSION_6 = 6 << 28;
const MESSAGE_BYTES = icmp6.NEIGHBOR_BYTES + icmp6.OPTION_BYTES;
const LOCAL0 = 0;
/** The solicited-node group of an address ends in its last three bytes, behind ff02::1:ff (RFC 4291 section 2.7.1). */
const SOLICITED_NODE = [0xff020000 | 0, 0, 1] as const;

const discoverNode = (name: 'ip6-discover-neighbor' | 'ip6-glean'): AnyNode => {
  const errors = errorSet(name, {
    DROP: 'address overflow drops',
    REQUEST_SENT: 'neighbor solicitations sent',
    NO_SOURCE_ADDRESS: 'no source address for ND solicitation',
    THROTTLED: 'throttled',
  });
  return defineNode({
    name,
    trace: arrivalTrace(IP6_FORWARD_NEXT),
    next: { DROP: 'ip6-drop', SOLICIT: 'ip6-rewrite-mcast' },
    errors: [errors],
    causes: {
      IP6_UNRESOLVED: (b, { interfaces }) =>
        `neighbour ${formatNotedIp6(b.causeArg0)} on ${interfaces.all[b.causeArg1].name} is unresolved: neighbour solicitation sent`,
      IP6_THROTTLED: (b, { interfaces }) =>
        `neighbour ${formatNotedIp6(b.causeArg0)} on ${interfaces.all[b.causeArg1].name} is unresolved: asked for it just before`,
      NO_IP6: (b, { interfaces }) =>
        `${interfaces.all[b.causeArg1].name} has no IPv6 to ask for ${formatNotedIp6(b.causeArg0)} from`,
    },
    create: ({ next, cause, errors: heap, tables, buffers, graph, clock }) => {
      const error = heap.ids(errors);
      const { interfaces, ip6: routes } = tables;
      const { adjacencies } = tables.ip4;
      const { linkLocal, multicastAdjacency } = routes.links;
      const { solicitsLinkLocally } = tables.composition.behaviour;
      const throttle = new Throttle(name, QUIET_SECONDS, tables.saved);
      return (b) => {
        const { view, at } = b;
        const adjacency = b.adjIndexTx;
        const swIfIndex = adjacencies.swIfIndex[adjacency];
        const target = at + ip6.DESTINATION;
        if (name === 'ip6-discover-neighbor') writeIp6(adjacencies.nextHop[adjacency], view, target);
        b.swIfIndexTx = swIfIndex;
        b.causeArg0 = noteIp6(b.bytes, target);
        b.causeArg1 = swIfIndex;
        const high = view.getInt32(target) ^ view.getInt32(target + 8);
        const low = view.getInt32(target + 4) ^ view.getInt32(target + 12) ^ swIfIndex;
        if (throttle.isQuiet(high, low, clock.now))
          return end(b, solicitsLinkLocally ? error.THROTTLED : error.DROP, cause.IP6_THROTTLED, next.DROP);
        const isResolved = adjacencies.state[adjacency] === ADJACENCY_REWRITE;
        if (linkLocal[swIfIndex] < 0 || isResolved) return end(b, error.DROP, cause.NO_IP6, next.DROP);
        const source = solicitsLinkLocally ? linkLocal[swIfIndex] : routes.sourceAddress(swIfIndex, view, target);
        if (source === null) return end(b, error.NO_SOURCE_ADDRESS, cause.NO_IP6, next.DROP);

        const made = buffers.take(ip6.HEADER_BYTES + MESSAGE_BYTES, LOCAL0);
        made.frame = b.frame;
        made.flags = FLAG_ORIGINATED | FLAG_LOCALLY_ORIGINATED;
        if ((b.flags & FLAG_TRACED) !== 0) made.flags |= solicitsLinkLocally ? FLAG_TRACED_AT_TX : FLAG_TRACED;
        made.dataAt = made.at;
        made.swIfIndexTx = swIfIndex;
        made.adjIndexTx = multicastAdjacency[swIfIndex];
        const { view: to, at: l3 } = made;
        const l4 = l3 + ip6.HEADER_BYTES;
        ip6.setFirstWord(to, l3, VERSION_6);
        ip6.setPayloadLength(to, l3, MESSAGE_BYTES);
        ip6.setNextHeader(to, l3, ip6.PROTOCOL_ICMP6);
        ip6.setHopLimit(to, l3, HOP_LIMIT);
        writeIp6(source, to, l3 + ip6.SOURCE);
        SOLICITED_NODE.forEach((word, index) => {
          to.setInt32(l3 + ip6.DESTINATION + index * 4, word);
        });
        to.setInt32(l3 + ip6.DESTINATION + 12, view.getInt32(target + 12) | 0xff000000);
        icmp6.setType(to, l4, icmp6.NEIGHBOR_SOLICITATION);
        for (let word = 0; word < ip6.ADDRESS_BYTES; word += 4)
          to.setInt32(l4 + icmp6.TARGET + word, view.getInt32(target + word));
        const { mac } = interfaces.all[swIfIndex];
        writeLinkLayer(to, l4 + icmp6.NEIGHBOR_BYTES, icmp6.OPTION_SOURCE_LINK_LAYER, mac);
        icmp6.fillChecksum(to, l3);
        graph.enqueue(made, next.SOLICIT);
        return end(b, error.REQUEST_SENT, cause.IP6_UNRESOLVED, next.DROP);
      };
    },
  });
};

export const ip6DiscoverNeighbor = discoverNode('ip6-discover-neighbor');
export const ip6Glean = discoverNode('ip6-glean');
