/**
 * ip6-icmp-error (VPP 19.08 src/vnet/ip/icmp6.c): answers a packet with an ICMPv6 error, a new packet with its own route look-up, and drops the
 * packet. The sender put type, code and data into the buffer.
 *
 * The error about a packet that the capture cut off is as long as VPP's, as far as it is known; its checksum is not, and is 0.
 */

import * as icmp6 from '../../../wire/icmp6.js';
import * as ip6 from '../../../wire/ip6.js';
import { writeIp6 } from '../../../wire/ip6-address.js';
import { defineNode } from '../../engine/node.js';
import { FLAG_LOCALLY_ORIGINATED, FLAG_TRACED } from '../../engine/packet-buffer.js';
import { packetTrace } from '../../trace/writers.js';
import { icmp6ErrorErrors } from '../ip6-errors.js';
import { ICMP6_INPUT } from '../ip6-trace.js';
import { Throttle } from '../throttle.js';

const HEADERS_BYTES = ip6.HEADER_BYTES + icmp6.HEADER_BYTES;
/** RFC 4443 section 2.4 (c): as much of the packet as fits what every link carries. */
const LARGEST_BYTES = 1280;
const ERROR_HOP_LIMIT = 255;
const VERSION_6 = 6 << 28;
/** Where errors are throttled, so long there is one for the same addresses (icmp_throttle). */
const QUIET_SECONDS = 1e-3;

export const ip6IcmpError = defineNode({
  name: 'ip6-icmp-error',
  trace: packetTrace(ICMP6_INPUT),
  next: { DROP: 'error-drop', LOOKUP: 'ip6-lookup' },
  errors: [icmp6ErrorErrors],
  causes: {
    IP6_NO_ADDRESS: (b, { interfaces }) =>
      `${interfaces.all[b.swIfIndexRx].name} has no IPv6 address to send an ICMPv6 error from`,
  },
  create: ({ next, cause, errors, tables, buffers, graph, clock }) => {
    const error = errors.ids(icmp6ErrorErrors);
    const { originatesErrors } = tables.composition.behaviour;
    const throttle = new Throttle('ip6-icmp-error', QUIET_SECONDS, tables.saved);
    const counterOf = (type: number): number => {
      switch (type) {
        case icmp6.DESTINATION_UNREACHABLE:
          return error.DEST_UNREACH_SENT;
        case icmp6.PACKET_TOO_BIG:
          return error.PACKET_TOO_BIG_SENT;
        case icmp6.TIME_EXCEEDED:
          return error.TTL_EXPIRE_SENT;
        case icmp6.PARAMETER_PROBLEM:
          return error.PARAM_PROBLEM_SENT;
        default:
          return error.DROP;
      }
    };
    return (b) => {
      if (originatesErrors && throttle.isQuietAbout(b, clock.now)) {
        errors.increment(error.DROP);
        return next.DROP;
      }
      const made = buffers.quote(b, HEADERS_BYTES, LARGEST_BYTES);
      const { at, view } = made;
      const length = made.length + made.cutBytes;
      made.l3 = originatesErrors ? -1 : at; // as of IPv4: in 26.06 a new buffer's flags do not say where it is
      made.l4 = at + ip6.HEADER_BYTES;
      made.flags |= FLAG_LOCALLY_ORIGINATED;
      if (originatesErrors) made.flags |= b.flags & FLAG_TRACED;
      else made.swIfIndexTx = -1;

      const sender = b.at + ip6.SOURCE;
      const { ip6: routes } = tables;
      const source = originatesErrors
        ? routes.sourceAddress(b.swIfIndexRx, b.view, sender)
        : routes.firstAddress(b.swIfIndexRx);
      ip6.setFirstWord(view, at, VERSION_6);
      ip6.setPayloadLength(view, at, length - ip6.HEADER_BYTES);
      ip6.setNextHeader(view, at, ip6.PROTOCOL_ICMP6);
      ip6.setHopLimit(view, at, ERROR_HOP_LIMIT);
      writeIp6(source ?? 0, view, at + ip6.SOURCE);
      ip6.copyAddress(view, at + HEADERS_BYTES + ip6.SOURCE, at + ip6.DESTINATION);

      const l4 = made.l4;
      icmp6.setType(view, l4, b.icmpType);
      icmp6.setCode(view, l4, b.icmpCode);
      icmp6.setRest(view, l4, b.icmpData);
      if (made.cutBytes === 0) icmp6.fillChecksum(view, at);

      if (source === null) {
        made.cause = cause.IP6_NO_ADDRESS;
        errors.increment(error.DROP);
        graph.enqueue(made, next.DROP);
        return next.DROP;
      }
      errors.increment(counterOf(b.icmpType));
      graph.enqueue(made, next.LOOKUP);
      return next.DROP;
    };
  },
});
