/**
 * ICMPv6 to the node itself: ip6-icmp-input, ip6-icmp-echo-request (VPP 19.08 src/vnet/ip/icmp6.c, 26.06 src/plugins/ping/ping.c) and
 * ip6-icmp-echo-reply (src/plugins/ping/ping.c).
 */

import * as icmp6 from '../../../wire/icmp6.js';
import * as ip6 from '../../../wire/ip6.js';
import { update } from '../../../wire/checksum.js';
import { defineNode, passOn } from '../../engine/node.js';
import { FLAG_LOCALLY_ORIGINATED } from '../../engine/packet-buffer.js';
import { packetTrace } from '../../trace/writers.js';
import { icmp6InputErrors } from '../ip6-errors.js';
import { ICMP6_ECHO, ICMP6_INPUT } from '../ip6-trace.js';

/** ip6_main.host_config.ttl */
const REPLY_HOP_LIMIT = 64;
/** Of neighbour discovery: nobody forwarded it (RFC 4861 section 6.1). */
const UNFORWARDED = 255;

/** By type: the largest code, and the smallest payload and hop limit (icmp6_init). */
const byType = (rows: readonly (readonly [type: number, value: number])[], otherwise: number): Uint8Array => {
  const values = new Uint8Array(256).fill(otherwise);
  for (const [type, value] of rows) values[type] = value;
  return values;
};
const ROUTER_RENUMBERING = 138;
const NODE_INFORMATION_REQUEST = 139;
const NODE_INFORMATION_RESPONSE = 140;
const LARGEST_CODE = byType(
  [
    [icmp6.DESTINATION_UNREACHABLE, 6],
    [icmp6.TIME_EXCEEDED, 1],
    [icmp6.PARAMETER_PROBLEM, 3],
    [ROUTER_RENUMBERING, 1],
    [NODE_INFORMATION_REQUEST, 2],
    [NODE_INFORMATION_RESPONSE, 2],
  ],
  0,
);
const SMALLEST_PAYLOAD = byType(
  [
    [icmp6.ROUTER_SOLICITATION, 8],
    [icmp6.ROUTER_ADVERTISEMENT, icmp6.ROUTER_ADVERTISEMENT_BYTES],
    [icmp6.NEIGHBOR_SOLICITATION, icmp6.NEIGHBOR_BYTES],
    [icmp6.NEIGHBOR_ADVERTISEMENT, icmp6.NEIGHBOR_BYTES],
    [icmp6.REDIRECT, 40],
  ],
  4,
);
const SMALLEST_HOP_LIMIT = byType(
  [
    icmp6.ROUTER_SOLICITATION,
    icmp6.ROUTER_ADVERTISEMENT,
    icmp6.NEIGHBOR_SOLICITATION,
    icmp6.NEIGHBOR_ADVERTISEMENT,
    icmp6.REDIRECT,
  ].map((type) => [type, UNFORWARDED]),
  0,
);

export const ip6IcmpInput = defineNode({
  name: 'ip6-icmp-input',
  trace: packetTrace(ICMP6_INPUT, 'ip6'),
  next: {
    PUNT: 'ip6-punt',
    ECHO_REQUEST: 'ip6-icmp-echo-request',
    ECHO_REPLY: 'ip6-icmp-echo-reply',
    ROUTER_SOLICITATION: 'icmp6-router-solicitation',
    ROUTER_ADVERTISEMENT: 'icmp6-router-advertisement',
    NEIGHBOR_SOLICITATION: 'icmp6-neighbor-solicitation',
    NEIGHBOR_ADVERTISEMENT: 'icmp6-neighbor-advertisement',
  },
  errors: [icmp6InputErrors],
  causes: {
    UNKNOWN_TYPE: (b) => `nothing in VPP takes ICMPv6 type ${b.causeArg0} to the node itself, so it is punted`,
    INVALID_CODE: (b) => `ICMPv6 type ${b.causeArg0} has no such code`,
    HOP_LIMIT: 'a neighbour discovery message that did not arrive with hop limit 255: somebody forwarded it',
    TOO_SMALL: (b) => `the packet is too small for ICMPv6 type ${b.causeArg0}`,
  },
  create: ({ next, cause, errors }) => {
    const error = errors.ids(icmp6InputErrors);
    const nodes = new Int32Array(256).fill(next.PUNT);
    nodes[icmp6.ECHO_REQUEST] = next.ECHO_REQUEST;
    nodes[icmp6.ECHO_REPLY] = next.ECHO_REPLY;
    nodes[icmp6.ROUTER_SOLICITATION] = next.ROUTER_SOLICITATION;
    nodes[icmp6.ROUTER_ADVERTISEMENT] = next.ROUTER_ADVERTISEMENT;
    nodes[icmp6.NEIGHBOR_SOLICITATION] = next.NEIGHBOR_SOLICITATION;
    nodes[icmp6.NEIGHBOR_ADVERTISEMENT] = next.NEIGHBOR_ADVERTISEMENT;
    return (b) => {
      const { view, at } = b;
      const l4 = at + ip6.HEADER_BYTES;
      const type = icmp6.type(view, l4);
      const onward = nodes[type];
      b.error = error.NONE;
      b.causeArg0 = type;
      if (onward === next.PUNT || onward === next.ECHO_REPLY) b.cause = cause.UNKNOWN_TYPE;
      if (onward === next.PUNT) b.error = error.UNKNOWN_TYPE;
      if (icmp6.code(view, l4) > LARGEST_CODE[type]) {
        b.error = error.INVALID_CODE_FOR_TYPE;
        b.cause = cause.INVALID_CODE;
      }
      if (ip6.hopLimit(view, at) < SMALLEST_HOP_LIMIT[type]) {
        b.error = error.INVALID_HOP_LIMIT_FOR_TYPE;
        b.cause = cause.HOP_LIMIT;
      }
      if (ip6.payloadLength(view, at) < SMALLEST_PAYLOAD[type]) {
        b.error = error.LENGTH_TOO_SMALL_FOR_TYPE;
        b.cause = cause.TOO_SMALL;
      }
      return b.error === error.NONE ? onward : next.PUNT;
    };
  },
});

/** Turns the request into its reply, in place. */
export const ip6IcmpEchoRequest = defineNode({
  name: 'ip6-icmp-echo-request',
  trace: packetTrace(ICMP6_INPUT, 'echo'),
  next: { LOOKUP: 'ip6-lookup' },
  errors: [icmp6InputErrors],
  create: ({ next, errors, tables }) => {
    const error = errors.ids(icmp6InputErrors);
    const { fibIndexOf } = tables.ip6;
    const { originatesIp6Echo } = tables.composition.behaviour;
    return (b) => {
      const { view, at } = b;
      const l4 = at + ip6.HEADER_BYTES;
      icmp6.setChecksum(view, l4, update(icmp6.checksum(view, l4), icmp6.ECHO_REQUEST, icmp6.ECHO_REPLY));
      icmp6.setType(view, l4, icmp6.ECHO_REPLY);
      const source = at + ip6.SOURCE;
      const destination = at + ip6.DESTINATION;
      for (let word = 0; word < ip6.ADDRESS_BYTES; word += 4) {
        const kept = view.getInt32(source + word);
        view.setInt32(source + word, view.getInt32(destination + word));
        view.setInt32(destination + word, kept);
      }
      ip6.setHopLimit(view, at, REPLY_HOP_LIMIT);
      // The table of link-local addresses does not lead back to others.
      if (!originatesIp6Echo || (ip6.isLinkLocal(view, source) && !ip6.isLinkLocal(view, destination)))
        b.swIfIndexTx = fibIndexOf[b.swIfIndexRx];
      if (originatesIp6Echo) b.flags |= FLAG_LOCALLY_ORIGINATED;
      errors.increment(error.ECHO_REPLIES_SENT);
      return next.LOOKUP;
    };
  },
});

/** Places in the message. */
const ECHO_ID = 4;
const ECHO_SEQUENCE = 6;

/** The ping plugin's node: without a ping running, every reply is punted. */
export const ip6IcmpEchoReply = defineNode({
  name: 'ip6-icmp-echo-reply',
  trace: {
    layout: ICMP6_ECHO,
    when: 'before',
    writer: () => (b, records) => {
      const l4 = b.at + ip6.HEADER_BYTES;
      records.write(ICMP6_ECHO, b.view.getUint16(l4 + ECHO_ID), b.view.getUint16(l4 + ECHO_SEQUENCE));
    },
  },
  next: { NEXT: 'ip6-punt' },
  create: passOn,
});
