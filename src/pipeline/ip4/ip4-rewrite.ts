/**
 * ip4-rewrite (VPP 19.08 src/vnet/ip/ip4_forward.c): takes one from the TTL, checks the MTU, prepends the adjacency's
 * Ethernet header and starts the output feature arc.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { formatAddress } from '../../wire/address.js';
import { NEIGHBOUR, REWRITTEN } from '../fib/fib-steps.js';
import { defineNode } from '../engine/node.js';
import { mtuOrigin } from '../engine/state/interface-table.js';
import { FLAG_LOCALLY_ORIGINATED, type PacketBuffer } from '../engine/packet-buffer.js';
import { ip4InputErrors } from './ip4-errors.js';
import { IP4_REWRITE } from './ip4-trace.js';
import type { NodeTrace } from '../engine/trace/node-trace.js';
import { writeForward } from '../trace/writers.js';

const LITTLE_ENDIAN = true;
const TTL_PROTOCOL = 8;
const CHECKSUM = 10;

/** Takes one from the TTL and returns what is left. */
export function decrementTtl(view: DataView, l3: number): number {
  // RFC 1141 in VPP's form: the field is compared with 0xffff after 1 is added.
  const checksum = view.getUint16(l3 + CHECKSUM, LITTLE_ENDIAN) + 1;
  view.setUint16(l3 + CHECKSUM, checksum >= 0xffff ? checksum + 1 : checksum, LITTLE_ENDIAN);
  const ttl = view.getUint8(l3 + TTL_PROTOCOL) - 1;
  view.setUint8(l3 + TTL_PROTOCOL, ttl);
  return ttl;
}

/** Undoes decrementTtl (ip4_ttl_inc). */
function incrementTtl(view: DataView, l3: number): void {
  const checksum = view.getUint16(l3 + CHECKSUM, LITTLE_ENDIAN) - 1;
  view.setUint16(l3 + CHECKSUM, checksum < 0 || checksum >= 0xffff ? checksum + 1 : checksum, LITTLE_ENDIAN);
  view.setUint8(l3 + TTL_PROTOCOL, view.getUint8(l3 + TTL_PROTOCOL) + 1);
}

const rewriteTrace: NodeTrace = {
  role: 'rewrite',
  layout: IP4_REWRITE,
  when: 'after',
  writer: ({ tables }) => {
    const { fibIndexOf } = tables.interfaces;
    return (b, records) => {
      writeForward(IP4_REWRITE, b, records, fibIndexOf);
    };
  },
};

export const ip4Rewrite = defineNode({
  name: 'ip4-rewrite',
  flow: () => REWRITTEN,
  trace: rewriteTrace,
  next: { DROP: 'ip4-drop', ICMP_ERROR: 'ip4-icmp-error', FRAGMENT: 'ip4-frag' },
  errors: [ip4InputErrors],
  causes: {
    TTL: (b) => `the TTL expired in transit to ${formatAddress(b.causeArg0)}`,
    DONT_FRAGMENT: {
      text: (b, { interfaces }) =>
        `the packet is larger than the MTU of ${interfaces.all[b.causeArg0].name}, ${b.causeArg1} bytes, and says "don't fragment"`,
      origin: mtuOrigin,
    },
  },
  create: ({ node, steps, next, cause, errors, arcs, buffers, tables, graph }) => {
    const error = errors.ids(ip4InputErrors);
    const { adjacencies } = tables.ip4;
    const { outputNodeOf } = graph;
    const outputArc = arcs.arcIndex('ip4-output');
    const { originatesErrors, fragmentsOnce } = tables.composition.behaviour;
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
      } else if (decrementTtl(view, at) <= 0) {
        b.error = error.TIME_EXPIRED;
        b.cause = cause.TTL;
        b.causeArg0 = ip4.destination(view, at);
        b.swIfIndexTx = -1;
        b.setIcmpError(icmp4.TIME_EXCEEDED, icmp4.CODE_TTL_EXCEEDED_IN_TRANSIT);
        onward = next.ICMP_ERROR;
      }

      b.saveRewriteLength = rewriteBytes;
      const mtuBytes = adjacencies.mtuBytes[adjacency];
      if (ip4.totalLength(view, at) > mtuBytes) {
        b.error = error.MTU_EXCEEDED;
        if (fragmentsOnce && !isOriginated) incrementTtl(view, at);
        if ((ip4.flagsAndFragment(view, at) & ip4.DONT_FRAGMENT) !== 0) {
          b.cause = cause.DONT_FRAGMENT;
          b.causeArg0 = adjacencies.swIfIndex[adjacency];
          b.causeArg1 = mtuBytes;
          b.setIcmpError(icmp4.DESTINATION_UNREACHABLE, icmp4.CODE_FRAGMENTATION_NEEDED, mtuBytes);
          onward = next.ICMP_ERROR;
        } else {
          b.fragMtu = b.flowHash = mtuBytes; // one place in VPP's union
          onward = next.FRAGMENT;
        }
      }
      if (onward >= 0) return onward;

      if (steps.isOn) note(b, adjacency);
      adjacencies.write(adjacency, view, at - rewriteBytes);
      b.at = at - rewriteBytes;
      b.length += rewriteBytes;
      const swIfIndex = adjacencies.swIfIndex[adjacency];
      b.swIfIndexTx = swIfIndex;
      return arcs.start(outputArc, swIfIndex, b, outputNodeOf[swIfIndex]);
    };
  },
});
