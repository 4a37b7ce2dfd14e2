/** ip4-udp-lookup (VPP 19.08 src/vnet/udp/udp_local.c): hands UDP to the node registered for the destination port. */

import * as icmp4 from '../../../wire/icmp4.js';
import * as ip4 from '../../../wire/ip4.js';
import * as udp from '../../../wire/udp.js';
import { isCutBefore, UDP_HEADER } from '../../engine/cut-off.js';
import { defineNode } from '../../engine/node.js';
import { missedBy, noSessionCause } from '../../nat-common/missed.js';
import { udp4LookupErrors } from '../ip4-errors.js';
import { UDP_RX } from '../ip4-trace.js';
import type { NodeTrace } from '../../engine/trace/node-trace.js';

/** Of a packet with a bad length VPP says nothing: the record keeps what was in its place before, here zero. */
const udpTrace: NodeTrace = {
  layout: UDP_RX,
  when: 'after',
  writer: ({ errors, nodeIndex }) => {
    const { LENGTH_ERROR } = errors.ids(udp4LookupErrors);
    const icmpError = nodeIndex('ip4-icmp-error');
    return (b, records) => {
      const l4 = records.start + ip4.HEADER_BYTES;
      records.begin(UDP_RX);
      if (b.error === LENGTH_ERROR) return;
      records.put(udp.sourcePort(b.view, l4));
      records.put(udp.destinationPort(b.view, l4));
      records.put(records.next === icmpError ? 0 : 1);
    };
  },
};

export const ip4UdpLookup = defineNode({
  name: 'ip4-udp-lookup',
  trace: udpTrace,
  next: { DROP: 'ip4-drop', ICMP_ERROR: 'ip4-icmp-error' },
  errors: [udp4LookupErrors],
  causes: {
    NO_LISTENER: (b) => `nothing in VPP listens on UDP port ${b.causeArg0}`,
    NO_SESSION: noSessionCause,
    LENGTH: 'the UDP header or length does not fit the packet',
  },
  create: ({ next, cause, errors, tables, graph }) => {
    const error = errors.ids(udp4LookupErrors);
    // By port: 1 more than the node's index, 0 without one, so that no page is written for ports that nobody listens on.
    const listeners = new Int32Array(65536);
    const isMissed = missedBy(tables);
    const { blamesMissingListener } = tables.composition.behaviour;
    const listen = (port: number, node: string): void => void (listeners[port] = graph.nodeIndex(node) + 1);
    for (const [port, node] of tables.ip4.udpListeners) listen(port, node);
    tables.ip4.udpListenerAdded.listen(listen);
    return (b) => {
      const l4 = b.at + ip4.HEADER_BYTES;
      if (isCutBefore(b, l4 + udp.HEADER_BYTES, UDP_HEADER)) return next.DROP;
      const udpBytes = b.length + b.cutBytes - ip4.HEADER_BYTES;
      if (udpBytes < udp.HEADER_BYTES || udp.length(b.view, l4) > udpBytes) {
        b.error = error.LENGTH_ERROR;
        b.cause = cause.LENGTH;
        if (udpBytes >= udp.HEADER_BYTES) b.advance(ip4.HEADER_BYTES);
        return next.DROP;
      }
      const port = udp.destinationPort(b.view, l4);
      const listener = listeners[port];
      if (listener > 0) {
        b.error = error.NONE;
        b.l4 = l4;
        b.advance(ip4.HEADER_BYTES + udp.HEADER_BYTES);
        return listener - 1;
      }
      if (isMissed(b, b.at)) b.cause = cause.NO_SESSION;
      else {
        b.cause = cause.NO_LISTENER;
        b.causeArg0 = port;
      }
      b.setIcmpError(icmp4.DESTINATION_UNREACHABLE, icmp4.CODE_PORT_UNREACHABLE);
      if (blamesMissingListener) b.error = error.NO_LISTENER;
      else errors.increment(error.NO_LISTENER);
      return next.ICMP_ERROR;
    };
  },
});
