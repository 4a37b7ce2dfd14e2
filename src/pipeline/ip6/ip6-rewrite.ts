/**
 * ip6-rewrite and ip6-rewrite-mcast (VPP 19.08 src/vnet/ip/ip6_forward.c): takes one from the hop limit, checks the MTU, prepends the
 * adjacency's Ethernet header and starts the output feature arc. Towards multicast groups the MAC ends in the
 * address's last four bytes.
 */

import * as icmp6 from '../../wire/icmp6.js';
import * as ip6 from '../../wire/ip6.js';
import { formatNotedIp6, noteIp6 } from '../../wire/ip6-address.js';
import { defineNode, type AnyNode } from '../engine/node.js';
import { mtuOrigin } from '../engine/state/interface-table.js';
import { FLAG_LOCALLY_ORIGINATED, type PacketBuffer } from '../engine/packet-buffer.js';
import { NEIGHBOUR, REWRITTEN } from '../fib/fib-steps.js';
import { forwardTrace6 } from '../trace/writers.js';
import { ip6InputErrors } from './ip6-errors.js';
import { IP6_REWRITE } from './ip6-trace.js';

/** Of an MTU that is checked at all: every link of IPv6 has it (RFC 8200 section 5). */
const SMALLEST_MTU = 1280;
/** The largest packet that an MTU lets pass. */
export const limitOf = (mtuBytes: number): number => (mtuBytes >= SMALLEST_MTU ? mtuBytes : 0xffff);
/** In a multicast MAC: the last four bytes of the group's address. */
const GROUP = 2;
const LAST_WORD = 12;

const rewriteNode = (name: 'ip6-rewrite' | 'ip6-rewrite-mcast'): AnyNode =>
  defineNode({
    name,
    flow: () => REWRITTEN,
    trace: forwardTrace6(IP6_REWRITE, 'rewrite'),
    next: { DROP: 'ip6-drop', ICMP_ERROR: 'ip6-icmp-error', FRAGMENT: 'ip6-frag' },
    errors: [ip6InputErrors],
    causes: {
      HOP_LIMIT: (b) => `the hop limit expired in transit to ${formatNotedIp6(b.causeArg0)}`,
      TOO_BIG: {
        text: (b, { interfaces }) =>
          `the packet is larger than the MTU of ${interfaces.all[b.causeArg0].name}, ${b.causeArg1} bytes`,
        origin: mtuOrigin,
      },
    },
    create: ({ node, steps, next, cause, errors, arcs, buffers, tables, graph }) => {
      const error = errors.ids(ip6InputErrors);
      const { adjacencies } = tables.ip4;
      const { outputNodeOf } = graph;
      const isMulticast = name === 'ip6-rewrite-mcast';
      const outputArc = arcs.arcIndex('ip6-output');
      const { hasMulticastFeatures } = tables.ip6.links;
      const { originatesErrors } = tables.composition.behaviour;
      const note = (b: PacketBuffer, adjacency: number): void => {
        const at = steps.add(NEIGHBOUR, node, b);
        steps.words[at + NEIGHBOUR.at.adjacency] = adjacency;
      };
      return (b) => {
        const adjacency = b.adjIndexTx;
        const rewriteBytes = adjacencies.rewriteBytes[adjacency];
        // More tags than it came with.
        if (rewriteBytes > b.at - b.dataAt) buffers.reserveHeadroom(b, rewriteBytes);
        const { view, at } = b;
        let onward = -1;

        const isOriginated = (b.flags & FLAG_LOCALLY_ORIGINATED) !== 0;
        if (isOriginated) {
          if (!originatesErrors) b.flags &= ~FLAG_LOCALLY_ORIGINATED;
        } else {
          const left = ip6.hopLimit(view, at) - 1;
          ip6.setHopLimit(view, at, left & 0xff);
          if (left <= 0) {
            b.error = error.TIME_EXPIRED;
            b.cause = cause.HOP_LIMIT;
            b.causeArg0 = noteIp6(b.bytes, at + ip6.DESTINATION);
            b.swIfIndexTx = -1;
            b.setIcmpError(icmp6.TIME_EXCEEDED, icmp6.CODE_HOP_LIMIT);
            onward = next.ICMP_ERROR;
          }
        }

        b.saveRewriteLength = rewriteBytes;
        const mtuBytes = adjacencies.mtuBytes[adjacency];
        // VPP's sum is 16 bits wide.
        const packetBytes = (ip6.payloadLength(view, at) + ip6.HEADER_BYTES) & 0xffff;
        if (packetBytes > limitOf(mtuBytes)) {
          b.error = error.MTU_EXCEEDED;
          if (isOriginated) {
            b.fragMtu = b.flowHash = mtuBytes; // one place in VPP's union
            onward = next.FRAGMENT;
          } else {
            b.cause = cause.TOO_BIG;
            b.causeArg0 = adjacencies.swIfIndex[adjacency];
            b.causeArg1 = mtuBytes;
            b.setIcmpError(icmp6.PACKET_TOO_BIG, 0, mtuBytes);
            onward = next.ICMP_ERROR;
          }
        }
        if (onward >= 0) return onward;

        if (steps.isOn) note(b, adjacency);
        const l2 = at - rewriteBytes;
        adjacencies.write(adjacency, view, l2);
        if (isMulticast) view.setInt32(l2 + GROUP, view.getInt32(at + ip6.DESTINATION + LAST_WORD));
        b.at = l2;
        b.length += rewriteBytes;
        const swIfIndex = adjacencies.swIfIndex[adjacency];
        b.swIfIndexTx = swIfIndex;
        const output = outputNodeOf[swIfIndex];
        const hasFeatures = !isMulticast || hasMulticastFeatures[swIfIndex] === 1;
        return hasFeatures ? arcs.start(outputArc, swIfIndex, b, output) : output;
      };
    },
  });

export const ip6Rewrite = rewriteNode('ip6-rewrite');
export const ip6RewriteMcast = rewriteNode('ip6-rewrite-mcast');
