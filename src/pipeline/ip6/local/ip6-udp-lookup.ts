/** ip6-udp-lookup (VPP 19.08 src/vnet/udp/udp_local.c): UDP to the node itself. Nothing that is modelled listens over IPv6. */

import * as icmp6 from '../../../wire/icmp6.js';
import * as ip6 from '../../../wire/ip6.js';
import * as udp from '../../../wire/udp.js';
import { isCutBefore, UDP_HEADER } from '../../engine/cut-off.js';
import { defineNode } from '../../engine/node.js';
import { udp6LookupErrors } from '../ip6-errors.js';
import { UDP6_RX } from '../ip6-trace.js';

export const ip6UdpLookup = defineNode({
  name: 'ip6-udp-lookup',
  trace: {
    layout: UDP6_RX,
    when: 'after',
    writer: ({ errors }) => {
      const { LENGTH_ERROR } = errors.ids(udp6LookupErrors);
      return (b, records) => {
        const l4 = records.start + ip6.HEADER_BYTES;
        records.begin(UDP6_RX);
        // Of a packet with a bad length VPP says nothing.
        if (b.error === LENGTH_ERROR) return;
        records.put(udp.sourcePort(b.view, l4));
        records.put(udp.destinationPort(b.view, l4));
        records.put(0);
      };
    },
  },
  next: { DROP: 'ip6-drop', ICMP_ERROR: 'ip6-icmp-error' },
  errors: [udp6LookupErrors],
  causes: {
    NO_LISTENER: (b) => `nothing in VPP listens on UDP port ${b.causeArg0}`,
    LENGTH: 'the UDP header or length does not fit the packet',
  },
  create: ({ next, cause, errors, tables }) => {
    const error = errors.ids(udp6LookupErrors);
    const { blamesMissingListener } = tables.composition.behaviour;
    return (b) => {
      const l4 = b.at + ip6.HEADER_BYTES;
      if (isCutBefore(b, l4 + udp.HEADER_BYTES, UDP_HEADER)) return next.DROP;
      const udpBytes = b.length + b.cutBytes - ip6.HEADER_BYTES;
      if (udpBytes < udp.HEADER_BYTES || udp.length(b.view, l4) > udpBytes) {
        b.error = error.LENGTH_ERROR;
        b.cause = cause.LENGTH;
        if (udpBytes >= udp.HEADER_BYTES) b.advance(ip6.HEADER_BYTES);
        return next.DROP;
      }
      b.cause = cause.NO_LISTENER;
      b.causeArg0 = udp.destinationPort(b.view, l4);
      b.setIcmpError(icmp6.DESTINATION_UNREACHABLE, icmp6.CODE_PORT_UNREACHABLE);
      if (blamesMissingListener) b.error = error.NO_LISTENER;
      else errors.increment(error.NO_LISTENER);
      return next.ICMP_ERROR;
    };
  },
});
