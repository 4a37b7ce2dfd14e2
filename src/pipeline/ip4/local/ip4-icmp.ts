/**
 * ICMP to the node itself: ip4-icmp-input, ip4-icmp-echo-request (VPP 19.08 src/vnet/ip/icmp4.c) and
 * ip4-icmp-echo-reply (src/plugins/ping/ping.c).
 */

import * as icmp4 from '../../../wire/icmp4.js';
import * as ip4 from '../../../wire/ip4.js';
import { update, update2 } from '../../../wire/checksum.js';
import { ICMP_HEADER, isCutBefore } from '../../engine/cut-off.js';
import { defineNode, passOn } from '../../engine/node.js';
import { FLAG_ID_UNKNOWN, FLAG_LOCALLY_ORIGINATED } from '../../engine/packet-buffer.js';
import { missedBy, noSessionCause } from '../../nat-common/missed.js';
import { icmp4InputErrors } from '../ip4-errors.js';
import { ICMP_ECHO, ICMP_INPUT } from '../ip4-trace.js';
import { packetTrace } from '../../trace/writers.js';

/** ip4_main.host_config.ttl */
const REPLY_TTL = 64;
/** VPP draws the IP id of a reply at random; the model has no randomness and takes 0. */
const REPLY_ID = 0;
const LOCAL0 = 0;
const LITTLE_ENDIAN = true;
const IDENTIFICATION = 4;

/** Places in the ICMP message. */
const ECHO_ID = 4;
const ECHO_SEQUENCE = 6;

export const ip4IcmpInput = defineNode({
  name: 'ip4-icmp-input',
  trace: packetTrace(ICMP_INPUT, 'ip4'),
  next: {
    PUNT: 'ip4-punt',
    DROP: 'ip4-drop',
    ECHO_REQUEST: 'ip4-icmp-echo-request',
    ECHO_REPLY: 'ip4-icmp-echo-reply',
  },
  errors: [icmp4InputErrors],
  causes: {
    UNKNOWN_TYPE: (b) =>
      `nothing in VPP takes ICMP type ${b.causeArg0} to an address of the node itself, so it is punted`,
    NO_SESSION: noSessionCause,
  },
  create: ({ next, cause, errors, tables }) => {
    const isMissed = missedBy(tables);
    const error = errors.ids(icmp4InputErrors);
    return (b) => {
      const { view, at } = b;
      // Set for every type, known or not: later drops may show it.
      b.error = error.UNKNOWN_TYPE;
      const l4 = at + ip4.headerLength(view, at);
      if (isCutBefore(b, l4 + icmp4.HEADER_BYTES, ICMP_HEADER)) return next.DROP;
      const type = icmp4.type(view, l4);
      if (type === icmp4.ECHO_REQUEST) return next.ECHO_REQUEST;
      if (isMissed(b, at)) b.cause = cause.NO_SESSION;
      else {
        b.cause = cause.UNKNOWN_TYPE;
        b.causeArg0 = type;
      }
      return type === icmp4.ECHO_REPLY ? next.ECHO_REPLY : next.PUNT;
    };
  },
});

/** Turns the request into its reply, in place, and sends it back by the route that ip4-local found to the source. */
export const ip4IcmpEchoRequest = defineNode({
  name: 'ip4-icmp-echo-request',
  trace: packetTrace(ICMP_INPUT, 'echo'),
  next: { LOAD_BALANCE: 'ip4-load-balance' },
  errors: [icmp4InputErrors],
  create: ({ next, errors }) => {
    const error = errors.ids(icmp4InputErrors);
    return (b) => {
      const { view, at } = b;
      const l4 = at + ip4.headerLength(view, at);
      b.swIfIndexRx = LOCAL0;
      icmp4.setChecksum(view, l4, update(icmp4.checksum(view, l4), icmp4.ECHO_REQUEST, icmp4.ECHO_REPLY));
      icmp4.setType(view, l4, icmp4.ECHO_REPLY);

      const source = ip4.source(view, at);
      ip4.setSource(view, at, ip4.destination(view, at));
      ip4.setDestination(view, at, source);

      const id = view.getUint16(at + IDENTIFICATION, LITTLE_ENDIAN);
      const checksum = update2(ip4.checksum(view, at), ip4.ttl(view, at), REPLY_TTL, id, REPLY_ID);
      ip4.setTtl(view, at, REPLY_TTL);
      ip4.setIdentification(view, at, REPLY_ID);
      ip4.setChecksum(view, at, checksum);
      b.flags |= FLAG_LOCALLY_ORIGINATED | FLAG_ID_UNKNOWN;
      errors.increment(error.ECHO_REPLIES_SENT);
      return next.LOAD_BALANCE;
    };
  },
});

/** The ping plugin's node: without a ping running, every reply is punted. */
export const ip4IcmpEchoReply = defineNode({
  name: 'ip4-icmp-echo-reply',
  trace: {
    layout: ICMP_ECHO,
    when: 'before',
    writer: () => (b, records) => {
      const l4 = b.at + ip4.headerLength(b.view, b.at);
      records.write(ICMP_ECHO, b.view.getUint16(l4 + ECHO_ID), b.view.getUint16(l4 + ECHO_SEQUENCE));
    },
  },
  next: { NEXT: 'ip4-punt' },
  create: passOn,
});
