/**
 * ip4-input (VPP 19.08 src/vnet/ip/ip4_input.c, ip4_input.h): decides whether an IPv4 header is sound, and starts the
 * receiving interface's feature arc. After it, the fixed header and the datagram's length can be relied on.
 *
 * The checks run in VPP's order, and a later one overrides an earlier one.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { sumWords, fold } from '../../wire/checksum.js';
import { IP_HEADER, IP_OPTIONS, isCutBefore } from '../engine/cut-off.js';
import { deadEnd, defineNode } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { BEFORE_CARD } from '../../wire/l4-checksum.js';
import { ip4InputErrors } from './ip4-errors.js';
import { IP4_INPUT } from './ip4-trace.js';
import { arrivalTrace, IP4_FORWARD_NEXT, packetTrace } from '../trace/writers.js';

const NEXT = {
  DROP: 'error-drop',
  OPTIONS: 'ip4-options',
  LOOKUP: 'ip4-lookup',
  MULTICAST: 'ip4-mfib-forward-lookup',
  ICMP_ERROR: 'ip4-icmp-error',
} as const;

const CAUSES = {
  TOO_SHORT: 'the IP total length is below 20 bytes',
  ZERO_LENGTH: `the IP total length is 0: ${BEFORE_CARD.segmentation}`,
  BAD_LENGTH: 'the IP total length is larger than the frame',
  BAD_CHECKSUM: 'the IP header checksum is wrong',
  ZERO_CHECKSUM: `the IP header checksum is 0: ${BEFORE_CARD.checksum}`,
  VERSION: 'the IP version is not 4',
  HDR_TOO_SHORT: 'the IP header says that it is shorter than 20 bytes',
  OPTIONS: 'the packet has IP options, which VPP punts before any interface feature',
  FRAGMENT_OFFSET_ONE: 'a fragment with offset 1 (RFC 1858 attack)',
  TTL_ZERO: 'the packet arrived with TTL 0',
};

const VERSION_4_NO_OPTIONS = 0x45;
/** Packets that end before this may lack part of the L4 header that later nodes take for granted, */
const SHORT_BYTES = 2 * ip4.HEADER_BYTES;
/** and ICMP errors part of the headers that they quote, and cut-off packets their TCP options. */
const SHORT_QUOTE_BYTES = 128;

/** True for a packet that later nodes could read beyond the end of. */
const isShort = ({ view, at, length, cutBytes }: PacketBuffer): boolean =>
  length < SHORT_BYTES || cutBytes > 0 || ip4.protocol(view, at) === ip4.PROTOCOL_ICMP;

/** Which check an unsound header fails last, as an error id; sets the cause. */
function faultOf(
  b: PacketBuffer,
  error: Readonly<Record<keyof typeof ip4InputErrors.texts, number>>,
  cause: Readonly<Record<keyof typeof CAUSES, number>>,
  looksAtVersion: boolean,
): number {
  const { view, at } = b;
  const versionIhl = ip4.versionIhl(view, at);
  const badChecksum = ip4.checksum(view, at) === 0 ? cause.ZERO_CHECKSUM : cause.BAD_CHECKSUM;
  let fault = 0;
  if (versionIhl !== VERSION_4_NO_OPTIONS) {
    const ihl = versionIhl & 0xf;
    if (looksAtVersion ? versionIhl >>> 4 !== 4 : ihl === 5) {
      fault = error.VERSION;
      b.cause = cause.VERSION;
    } else if (looksAtVersion && ihl < 5) {
      fault = error.HDR_TOO_SHORT;
      b.cause = cause.HDR_TOO_SHORT;
    } else {
      const isRight = fold(sumWords(view, at, ip4.headerLength(view, at))) === 0xffff;
      fault = isRight ? error.OPTIONS : error.BAD_CHECKSUM;
      b.cause = isRight ? cause.OPTIONS : badChecksum;
    }
  } else if (!ip4.hasGoodChecksum(view, at)) {
    fault = error.BAD_CHECKSUM;
    b.cause = badChecksum;
  }
  if (ip4.ttl(view, at) === 0) {
    fault = error.TIME_EXPIRED;
    b.cause = cause.TTL_ZERO;
  }
  if (ip4.fragmentOffset(view, at) === 1) {
    fault = error.FRAGMENT_OFFSET_ONE;
    b.cause = cause.FRAGMENT_OFFSET_ONE;
  }
  const totalLength = ip4.totalLength(view, at);
  if (totalLength < ip4.HEADER_BYTES) {
    fault = error.TOO_SHORT;
    b.cause = totalLength === 0 ? cause.ZERO_LENGTH : cause.TOO_SHORT;
  }
  if (b.length + b.cutBytes < totalLength) {
    fault = error.BAD_LENGTH;
    b.cause = cause.BAD_LENGTH;
  }
  return fault;
}

export const ip4Input = defineNode({
  name: 'ip4-input',
  trace: packetTrace(IP4_INPUT, 'ip4'),
  next: NEXT,
  errors: [ip4InputErrors],
  causes: CAUSES,
  create: ({ next, cause, errors, arcs, buffers, tables }) => {
    const error = errors.ids(ip4InputErrors);
    const { looksAtVersion } = tables.composition.behaviour;
    const unicastArc = arcs.arcIndex('ip4-unicast');
    const multicastArc = arcs.arcIndex('ip4-multicast');
    return (b) => {
      if (isCutBefore(b, b.at + ip4.HEADER_BYTES, IP_HEADER)) return next.DROP;
      if (b.length < SHORT_QUOTE_BYTES && isShort(b)) buffers.isolate(b);
      const { view, at } = b;
      b.adjIndexRx = -1;
      const onward = ip4.isMulticast(ip4.destination(view, at))
        ? arcs.start(multicastArc, b.swIfIndexRx, b, next.MULTICAST)
        : arcs.start(unicastArc, b.swIfIndexRx, b, next.LOOKUP);
      const totalLength = ip4.totalLength(view, at);
      if (
        ip4.versionIhl(view, at) === VERSION_4_NO_OPTIONS &&
        ip4.hasGoodChecksum(view, at) &&
        ip4.ttl(view, at) !== 0 &&
        ip4.fragmentOffset(view, at) !== 1 &&
        totalLength >= ip4.HEADER_BYTES &&
        totalLength <= b.length + b.cutBytes
      )
        return onward;
      if (isCutBefore(b, at + ip4.headerLength(view, at), IP_OPTIONS)) return next.DROP;
      b.error = faultOf(b, error, cause, looksAtVersion);
      if (b.error === error.OPTIONS) return next.OPTIONS;
      if (b.error !== error.TIME_EXPIRED) return next.DROP;
      b.setIcmpError(icmp4.TIME_EXCEEDED, icmp4.CODE_TTL_EXCEEDED_IN_TRANSIT);
      return next.ICMP_ERROR;
    };
  },
});

/** ip4-not-enabled (VPP 19.08 src/vnet/ip/ip4_punt_drop.c): drops what arrives on an interface without IPv4. */
export const ip4NotEnabled = deadEnd({
  name: 'ip4-not-enabled',
  trace: arrivalTrace(IP4_FORWARD_NEXT),
  causes: {
    NOT_ENABLED: (b, { interfaces }) =>
      `${interfaces.all[b.swIfIndexRx].name} has no IPv4 address and is not unnumbered: IPv4 is not enabled on it`,
  },
});
