/**
 * ip6-local and ip6-receive (VPP 19.08 and 26.06 src/vnet/ip/ip6_forward.c): packets to the node itself. Checks UDP and ICMPv6 checksums and
 * the source, and hands over by protocol.
 *
 * In 19.08 every packet carries "valid ip6 packets" from here on, whatever was wrong: error_node->errors[0].
 */

import * as ip6 from '../../../wire/ip6.js';
import * as udp from '../../../wire/udp.js';
import { PROTOCOL_UDP } from '../../../wire/ip4.js';
import { fold, sumWords } from '../../../wire/checksum.js';
import { formatNotedIp6, noteIp6 } from '../../../wire/ip6-address.js';
import { ICMP_HEADER, isCutBefore, UDP_HEADER } from '../../engine/cut-off.js';
import { defineNode, type AnyNode } from '../../engine/node.js';
import {
  FLAG_CHECKSUM_ASSUMED,
  FLAG_IS_IP6,
  FLAG_L4_CHECKSUM_COMPUTED,
  FLAG_L4_CHECKSUM_CORRECT,
  type PacketBuffer,
} from '../../engine/packet-buffer.js';
import { arrivalTrace, IP6_FORWARD_NEXT } from '../../trace/writers.js';
import { ip6InputErrors } from '../ip6-errors.js';

const NEXT = {
  DROP: 'ip6-drop',
  PUNT: 'ip6-punt',
  UDP_LOOKUP: 'ip6-udp-lookup',
  ICMP: 'ip6-icmp-input',
  HOP_BY_HOP: 'ip6-local-hop-by-hop',
} as const;

/** IP6_EXT_HDR_MAX_DEPTH: headers are looked at within so many bytes. */
const HEADERS_MAX = 256;
const UDP_END = ip6.HEADER_BYTES + udp.HEADER_BYTES;
const ICMP_END = ip6.HEADER_BYTES + 4;

/** Of a packet that the capture cut off, a checksum cannot be told. */
const isCut = ({ length, cutBytes }: PacketBuffer, payload: number): boolean =>
  cutBytes !== 0 && length < ip6.HEADER_BYTES + payload;

/** ip6_tcp_udp_icmp_validate_checksum: remembers the outcome in the buffer's flags. */
function isChecksumRight(b: PacketBuffer, protocol: number): boolean {
  const { view, at } = b;
  const l4 = at + ip6.HEADER_BYTES;
  const payload = ip6.payloadLength(view, at);
  b.flags |= FLAG_L4_CHECKSUM_COMPUTED;
  const hasNone = protocol === PROTOCOL_UDP && udp.checksum(view, l4) === 0;
  if (!hasNone && isCut(b, payload)) b.flags |= FLAG_CHECKSUM_ASSUMED;
  else if (!hasNone) {
    if (ip6.HEADER_BYTES + payload > b.length) return false;
    const sum = sumWords(view, l4, payload, ip6.pseudoSum(view, at, protocol, payload));
    if (fold(sum) !== 0xffff) return false;
  }
  b.flags |= FLAG_L4_CHECKSUM_CORRECT;
  return true;
}

/**
 * ip6_tcp_udp_icmp_bad_length: asked of packets whose checksum is not, and meant for those with ICMPv6 behind a hop-by-hop header. It takes
 * the first byte behind the IPv6 header for the number of a next one, whatever header that is.
 */
const isTooLong = ({ view, at, length, cutBytes }: PacketBuffer): boolean =>
  view.getUint8(at + ip6.HEADER_BYTES) === ip6.PROTOCOL_ICMP6 &&
  ip6.payloadLength(view, at) + ip6.HEADER_BYTES > length + cutBytes;

const localNode = (name: 'ip6-local' | 'ip6-receive'): AnyNode =>
  defineNode({
    name,
    trace: arrivalTrace(IP6_FORWARD_NEXT, 'ip6'),
    next: NEXT,
    errors: [ip6InputErrors],
    causes: {
      IP6_UDP_CHECKSUM: 'the UDP checksum is wrong (VPP checks it for packets to itself only)',
      UDP_LENGTH: 'the UDP length is larger than the packet says it is',
      ICMP_CHECKSUM: 'the ICMPv6 checksum is wrong (VPP checks it for packets to itself only)',
      IP6_BAD_LENGTH: 'the IPv6 payload length is larger than the frame',
      IP6_NO_SOURCE_ROUTE: (b) =>
        `there is no route back to the source ${formatNotedIp6(b.causeArg0)}, or it is an address of the node itself`,
      IP6_PUNTED: (b) =>
        `${formatNotedIp6(b.causeArg0)} is an address of the node itself; nothing in VPP takes IPv6 next header ${b.causeArg1}, so it is punted`,
    },
    create: ({ next, cause, errors, tables, graph }) => {
      const error = errors.ids(ip6InputErrors);
      const { prefixes, fibIndexOf } = tables.ip6;
      const { loadBalances, fib } = tables.ip4;
      const { interfaceOf } = fib.receiveDpos;
      const { namesIp6Errors, limitsIp6Headers, ip6LocalReassemblyNode } = tables.composition.behaviour;
      const reassembly = graph.nodeIndex(ip6LocalReassemblyNode);

      const nextOf = (protocol: number): number => {
        switch (protocol) {
          case PROTOCOL_UDP:
            return next.UDP_LOOKUP;
          case ip6.PROTOCOL_ICMP6:
            return next.ICMP;
          case ip6.FRAGMENT:
            return reassembly;
          case ip6.HOP_BY_HOP:
            return next.HOP_BY_HOP;
          default:
            return next.PUNT;
        }
      };
      /** The packet's fault as an error id, UNKNOWN_PROTOCOL for none. */
      const faultOf = (b: PacketBuffer, protocol: number): number => {
        const { view, at } = b;
        const isUdp = protocol === PROTOCOL_UDP;
        const isIcmp = protocol === ip6.PROTOCOL_ICMP6;
        const payload = ip6.payloadLength(view, at);
        const wholeBytes = b.length + b.cutBytes;
        let fault = error.UNKNOWN_PROTOCOL;
        let isGood = (!isUdp && !isIcmp) || (b.flags & FLAG_L4_CHECKSUM_CORRECT) !== 0;
        let missing = 0;
        const hasUdpHeader = limitsIp6Headers
          ? UDP_END <= Math.min(wholeBytes, HEADERS_MAX, ip6.HEADER_BYTES + payload)
          : wholeBytes > ip6.HEADER_BYTES;
        if (isUdp && hasUdpHeader) {
          const l4 = at + ip6.HEADER_BYTES;
          if (udp.checksum(view, l4) === 0) isGood = true;
          missing = ((udp.length(view, l4) - payload) << 16) >> 16;
        }
        if (!isGood && (b.flags & FLAG_L4_CHECKSUM_COMPUTED) === 0) isGood = isChecksumRight(b, protocol);
        else if (limitsIp6Headers && isTooLong(b)) {
          fault = error.BAD_LENGTH;
          b.cause = cause.IP6_BAD_LENGTH;
        }
        if (missing > 0) {
          fault = error.UDP_LENGTH;
          b.cause = cause.UDP_LENGTH;
        }
        if (!isGood) {
          b.cause = isUdp ? cause.IP6_UDP_CHECKSUM : cause.ICMP_CHECKSUM;
          return isUdp ? error.UDP_CHECKSUM : error.ICMP_CHECKSUM;
        }
        const isSourceChecked = fault === error.UNKNOWN_PROTOCOL && !isIcmp && !ip6.isLinkLocal(view, at + ip6.SOURCE);
        if (!isSourceChecked) return fault;
        const fibIndex = b.swIfIndexTx >= 0 ? b.swIfIndexTx : fibIndexOf[b.swIfIndexRx];
        if (loadBalances.hasUrpf[prefixes.lookup(fibIndex, view, at + ip6.SOURCE)] !== 0) return fault;
        b.cause = cause.IP6_NO_SOURCE_ROUTE;
        b.causeArg0 = noteIp6(b.bytes, at + ip6.SOURCE);
        return error.SRC_LOOKUP_MISS;
      };

      return (b) => {
        const { view, at } = b;
        const protocol = ip6.nextHeader(view, at);
        b.l3 = at;
        if (protocol === PROTOCOL_UDP && isCutBefore(b, at + UDP_END, UDP_HEADER)) return next.DROP;
        if (protocol === ip6.PROTOCOL_ICMP6 && isCutBefore(b, at + ICMP_END, ICMP_HEADER)) return next.DROP;
        const fault = faultOf(b, protocol);
        if (b.swIfIndexTx >= 0) b.fibIndex = b.swIfIndexTx;
        if (namesIp6Errors) {
          b.flags |= FLAG_IS_IP6;
          const owner = name === 'ip6-receive' ? interfaceOf[b.adjIndexTx] : -1;
          b.localRxSwIfIndex = owner >= 0 ? owner : b.swIfIndexRx;
        }
        b.error = namesIp6Errors ? fault : error.NONE;
        if (fault !== error.UNKNOWN_PROTOCOL) return next.DROP;
        const onward = nextOf(protocol);
        if (onward === next.PUNT) {
          b.cause = cause.IP6_PUNTED;
          b.causeArg0 = noteIp6(b.bytes, at + ip6.DESTINATION);
          b.causeArg1 = protocol;
        }
        return onward;
      };
    },
  });

export const ip6Local = localNode('ip6-local');
export const ip6Receive = localNode('ip6-receive');
