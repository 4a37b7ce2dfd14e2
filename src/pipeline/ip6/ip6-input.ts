/**
 * ip6-input and ip6-not-enabled (VPP 19.08 src/vnet/ip/ip6_input.c, ip6_input.h): starts the feature arc of the receiving interface and
 * checks the header. The payload length is not compared with the frame.
 */

import * as icmp6 from '../../wire/icmp6.js';
import * as ip6 from '../../wire/ip6.js';
import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip4.js';
import { IP_HEADER, isCutBefore } from '../engine/cut-off.js';
import { SAME_FOR_A_FLOW } from '../engine/flow-part.js';
import { deadEnd, defineNode } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { arrivalTrace, IP6_FORWARD_NEXT, packetTrace } from '../trace/writers.js';
import { ip6InputErrors } from './ip6-errors.js';
import { IP6_INPUT } from './ip6-trace.js';

/** Packets that end before this may lack part of the L4 header that later nodes take for granted, */
const SHORT_BYTES = ip6.HEADER_BYTES + 20;
const SHORT_UDP_BYTES = ip6.HEADER_BYTES + 8;
/** and other messages part of the headers that they quote. */
const SHORT_MESSAGE_BYTES = 128;

/** True for a packet that later nodes could read beyond the end of. */
function isShort({ view, at, length, cutBytes }: PacketBuffer): boolean {
  const protocol = ip6.nextHeader(view, at);
  if (cutBytes > 0) return true;
  if (protocol === PROTOCOL_UDP) return length < SHORT_UDP_BYTES;
  return protocol !== PROTOCOL_TCP || length < SHORT_BYTES;
}

export const ip6Input = defineNode({
  name: 'ip6-input',
  flow: () => SAME_FOR_A_FLOW,
  trace: packetTrace(IP6_INPUT, 'ip6'),
  next: {
    LOOKUP: 'ip6-lookup',
    MULTICAST: 'ip6-mfib-forward-lookup',
    ICMP_ERROR: 'ip6-icmp-error',
    DROP: 'error-drop',
  },
  errors: [ip6InputErrors],
  causes: {
    TOO_SHORT: 'the frame is too short for an IPv6 header',
    HOP_LIMIT: 'the packet arrived with hop limit 0',
    VERSION: 'the IP version is not 6',
  },
  create: ({ next, cause, errors, arcs, tables, buffers }) => {
    const error = errors.ids(ip6InputErrors);
    const unicast = arcs.arcIndex('ip6-unicast');
    const multicast = arcs.arcIndex('ip6-multicast');
    const { namesIp6Errors } = tables.composition.behaviour;
    const fail = (b: PacketBuffer, reason: number, why: number): number => {
      if (namesIp6Errors) b.error = reason;
      b.cause = why;
      return next.DROP;
    };
    return (b) => {
      if (b.length + b.cutBytes < ip6.HEADER_BYTES) return fail(b, error.TOO_SHORT, cause.TOO_SHORT);
      if (isCutBefore(b, b.at + ip6.HEADER_BYTES, IP_HEADER)) return next.DROP;
      if (b.length < SHORT_MESSAGE_BYTES && isShort(b)) buffers.isolate(b);
      const { view, at } = b;
      b.adjIndexRx = -1;
      const onward = ip6.isMulticast(view, at + ip6.DESTINATION)
        ? arcs.start(multicast, b.swIfIndexRx, b, next.MULTICAST)
        : arcs.start(unicast, b.swIfIndexRx, b, next.LOOKUP);
      if (ip6.hopLimit(view, at) === 0) {
        fail(b, error.TIME_EXPIRED, cause.HOP_LIMIT);
        b.setIcmpError(icmp6.TIME_EXCEEDED, icmp6.CODE_HOP_LIMIT);
        return next.ICMP_ERROR;
      }
      return ip6.version(view, at) === 6 ? onward : fail(b, error.VERSION, cause.VERSION);
    };
  },
});

export const ip6NotEnabled = deadEnd({
  name: 'ip6-not-enabled',
  trace: arrivalTrace(IP6_FORWARD_NEXT),
  causes: {
    NOT_ENABLED: (b, { interfaces }) =>
      `${interfaces.all[b.swIfIndexRx].name} has no IPv6 address and is not unnumbered: IPv6 is not enabled on it`,
  },
});
