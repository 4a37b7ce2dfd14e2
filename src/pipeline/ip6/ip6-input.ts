/**
 * IPv6 on a node that routes IPv4 only: ip6-input, ip6-not-enabled, ip6-lookup, ip6-drop, ip6-icmp-error (VPP 19.08
 * src/vnet/ip/ip6_input.c, ip6_input.h, ip6_forward.c, icmp6.c). No command here gives an interface an IPv6 address. But an unnumbered interface has IPv6
 * enabled (src/vnet/interface.c, vnet_sw_interface_update_unnumbered), and looks up in a table without routes.
 */

import { IP_HEADER, isCutBefore } from '../engine/cut-off.js';
import { errorSet } from '../engine/errors.js';
import { deadEnd, defineNode, passOn } from '../engine/node.js';
import { FLAG_ORIGINATED } from '../engine/packet-buffer.js';
import { IP6_INPUT } from './ip6-trace.js';
import { arrivalTrace, IP6_FORWARD_NEXT, packetTrace } from '../trace/writers.js';
import * as ip6 from '../../wire/ip6.js';

const icmp6Errors = errorSet('ip6-icmp-error', { DROP: 'error message dropped' });

const MULTICAST = 0xff;
/** fe80::/10: the first ten bits of an address. */
const LINK_LOCAL = 0xfe80 >>> 6;

/** Its checks choose the next node, but leave the buffer's error alone. Multicast meets no feature but ip6-not-enabled. */
export const ip6Input = defineNode({
  name: 'ip6-input',
  trace: packetTrace(IP6_INPUT),
  next: { NOT_ENABLED: 'ip6-not-enabled', LOOKUP: 'ip6-lookup', ICMP_ERROR: 'ip6-icmp-error', DROP: 'error-drop' },
  causes: {
    TOO_SHORT: 'the frame is too short for an IPv6 header',
    HOP_LIMIT: 'the packet arrived with hop limit 0',
    VERSION: 'the IP version is not 6',
    MULTICAST: 'not modelled: IPv6 multicast on an interface with IPv6 (an unnumbered one)',
  },
  create: ({ next, cause, arcs, tables }) => {
    const unicast = arcs.arcIndex('ip6-unicast');
    const interfaces = tables.interfaces.all;
    return (b) => {
      const { view, at } = b;
      if (b.length + b.cutBytes < ip6.HEADER_BYTES) {
        b.cause = cause.TOO_SHORT;
        return next.DROP;
      }
      if (isCutBefore(b, at + ip6.HEADER_BYTES, IP_HEADER)) return next.DROP;
      if (ip6.hopLimit(view, at) === 0) {
        b.cause = cause.HOP_LIMIT;
        return next.ICMP_ERROR;
      }
      if (ip6.version(view, at) !== 6) {
        b.cause = cause.VERSION;
        return next.DROP;
      }
      const onward = interfaces[b.swIfIndexRx].unnumberedTo >= 0 ? next.LOOKUP : next.NOT_ENABLED;
      if (view.getUint8(at + ip6.DESTINATION) !== MULTICAST) return arcs.start(unicast, b.swIfIndexRx, b, onward);
      if (onward === next.NOT_ENABLED) return onward;
      b.cause = cause.MULTICAST;
      return next.DROP;
    };
  },
});

export const ip6NotEnabled = deadEnd({
  name: 'ip6-not-enabled',
  trace: arrivalTrace(IP6_FORWARD_NEXT),
  causes: { NOT_ENABLED: 'IPv6 is not enabled on the receiving interface' },
});

export const ip6Lookup = defineNode({
  name: 'ip6-lookup',
  next: { DROP: 'ip6-drop' },
  causes: {
    NO_ROUTE: 'there is no IPv6 route: this node routes IPv4 only',
    LINK_LOCAL: 'not modelled: IPv6 to a link-local address',
  },
  create:
    ({ next, cause }) =>
    (b) => {
      const isLinkLocal = b.view.getUint16(b.at + ip6.DESTINATION) >>> 6 === LINK_LOCAL;
      b.cause = isLinkLocal ? cause.LINK_LOCAL : cause.NO_ROUTE;
      return next.DROP;
    },
});

export const ip6Drop = defineNode({
  name: 'ip6-drop',
  trace: arrivalTrace(IP6_FORWARD_NEXT),
  next: { NEXT: 'error-drop' },
  create: passOn,
});

/** No interface has an IPv6 address to send the error from: it is made, and dropped with the packet. */
export const ip6IcmpError = defineNode({
  name: 'ip6-icmp-error',
  trace: packetTrace(IP6_INPUT),
  next: { DROP: 'error-drop' },
  errors: [icmp6Errors],
  create: ({ next, errors, buffers, graph }) => {
    const error = errors.ids(icmp6Errors);
    return (b) => {
      const made = buffers.take(b.length, b.swIfIndexRx);
      made.frame = b.frame;
      made.flags = FLAG_ORIGINATED;
      made.cause = b.cause;
      errors.increment(error.DROP);
      graph.enqueue(made, next.DROP);
      return next.DROP;
    };
  },
});
