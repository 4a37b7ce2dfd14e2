/**
 * ip4-local, ip4-receive and ip4-local-end-of-arc (VPP 19.08 src/vnet/ip/ip4_forward.c): packets to the node itself. Checks TCP
 * and UDP checksums and the source, runs the ip4-local feature arc, and hands over by protocol. The arc is that of the receiving
 * interface; in 26.06, where ip4-receive takes packets by a route, that of the interface whose address it is.
 *
 * Every packet that passes carries "unknown ip protocol": that is VPP's initial value, and what a punt prints.
 */

import * as ip4 from '../../../wire/ip4.js';
import * as udp from '../../../wire/udp.js';
import { formatAddress } from '../../../wire/address.js';
import { fold, sumWords } from '../../../wire/checksum.js';
import { BEFORE_CARD, isOffloaded, l4State } from '../../../wire/l4-checksum.js';
import { DPO_RECEIVE } from '../../fib/dpo.js';
import type { Ip4Tables } from '../../fib/ip4/ip4-tables.js';
import { isCutBefore, isDatagramCut, UDP_HEADER } from '../../engine/cut-off.js';
import { defineNode, type AnyNode } from '../../engine/node.js';
import {
  FLAG_CHECKSUM_ASSUMED,
  FLAG_IS_IP4,
  FLAG_IS_NATED,
  FLAG_L4_CHECKSUM_COMPUTED,
  FLAG_L4_CHECKSUM_CORRECT,
  type PacketBuffer,
} from '../../engine/packet-buffer.js';
import { missedBy, noSessionCause } from '../../nat-common/missed.js';
import { ip4InputErrors, ip4LocalErrors } from '../ip4-errors.js';
import { localRouteOf } from '../../fib/route-causes.js';
import { arrivalTrace, IP4_FORWARD_NEXT } from '../../trace/writers.js';

const NEXT = {
  DROP: 'ip4-drop',
  PUNT: 'ip4-punt',
  UDP_LOOKUP: 'ip4-udp-lookup',
  ICMP: 'ip4-icmp-input',
} as const;

type Next = Readonly<Record<keyof typeof NEXT, number>>;
type ErrorIds = Readonly<Record<keyof typeof ip4InputErrors.texts, number>>;

const BROADCAST = -1;

/** The node for a protocol (local_next_by_ip_protocol). */
function nextByProtocol(protocol: number, next: Next): number {
  if (protocol === ip4.PROTOCOL_UDP) return next.UDP_LOOKUP;
  return protocol === ip4.PROTOCOL_ICMP ? next.ICMP : next.PUNT;
}

/**
 * ip4_tcp_udp_validate_checksum and the UDP length check; remembers the outcome in the buffer's flags. Of a datagram that the
 * capture cut off, the checksum is taken for right.
 */
function isL4ChecksumRight(b: PacketBuffer, protocol: number): boolean {
  if ((b.flags & FLAG_L4_CHECKSUM_COMPUTED) !== 0) return (b.flags & FLAG_L4_CHECKSUM_CORRECT) !== 0;
  const { view, at } = b;
  const isUdp = protocol === ip4.PROTOCOL_UDP;
  const headerBytes = ip4.headerLength(view, at);
  const totalLength = ip4.totalLength(view, at);
  b.flags |= FLAG_L4_CHECKSUM_COMPUTED;
  const hasNone = isUdp && udp.checksum(view, at + ip4.HEADER_BYTES) === 0; // RFC 768
  if (!hasNone && isDatagramCut(b, at)) b.flags |= FLAG_CHECKSUM_ASSUMED;
  else if (!hasNone) {
    const length = totalLength - headerBytes;
    // Pseudo header: addresses, protocol, length (RFC 793); as little-endian words.
    const pseudo = sumWords(view, at + 12, 8) + (protocol << 8) + ((length & 0xff) << 8) + (length >>> 8);
    if (fold(sumWords(view, at + headerBytes, length, pseudo)) !== 0xffff) return false;
  }
  b.flags |= FLAG_L4_CHECKSUM_CORRECT;
  return !isUdp || totalLength >= udp.length(view, at + headerBytes);
}

/**
 * ip4_local_check_src: the source must have a route and not be an own address. Leaves its load balance in
 * adj_index[TX], by which an echo reply goes back.
 */
function sourceFault(b: PacketBuffer, { mtrie, loadBalances }: Ip4Tables, error: ErrorIds): number {
  if (b.swIfIndexTx >= 0) b.fibIndex = b.swIfIndexTx;
  const loadBalance = mtrie.lookup(b.fibIndex, ip4.source(b.view, b.at));
  b.adjIndexRx = b.adjIndexTx;
  b.adjIndexTx = loadBalance;
  if (loadBalances.dpoType[loadBalances.first[loadBalance]] === DPO_RECEIVE) return error.SPOOFED_LOCAL_PACKETS;
  if (loadBalances.hasUrpf[loadBalance] === 0 && ip4.destination(b.view, b.at) !== BROADCAST)
    return error.SRC_LOOKUP_MISS;
  return error.UNKNOWN_PROTOCOL;
}

const sourceOf = (b: PacketBuffer): string => formatAddress(b.causeArg0);

const CAUSES = {
  TCP_CHECKSUM: 'the TCP checksum is wrong (VPP checks it for packets to itself only)',
  UDP_CHECKSUM: 'the UDP checksum or length is wrong (VPP checks them for packets to itself only)',
  OFFLOADED_CHECKSUM: (b: PacketBuffer) =>
    `the ${b.causeArg1 === ip4.PROTOCOL_TCP ? 'TCP' : 'UDP'} checksum is that of the pseudo header only, or 0 (VPP checks it ` +
    `for packets to itself only): ${BEFORE_CARD.checksum}`,
  SPOOFED: (b: PacketBuffer) => `the source ${sourceOf(b)} is an address of the node itself`,
  NO_SOURCE_ROUTE: (b: PacketBuffer) => `there is no route back to the source ${sourceOf(b)}`,
} as const;

/** Whose errors the nodes count: ip4-input's in 19.08, their own in 26.06. */
type LocalErrors = typeof ip4InputErrors;

const localNode = (name: 'ip4-local' | 'ip4-receive', counted: LocalErrors): AnyNode =>
  defineNode({
    name,
    trace: arrivalTrace(IP4_FORWARD_NEXT, 'ip4'),
    next: NEXT,
    errors: [counted],
    causes: {
      ...CAUSES,
      PUNTED: (b, tables) =>
        `${localRouteOf(b.causeArg0, b.fibIndex, tables)}; nothing in VPP takes IP protocol ${b.causeArg1}, so it is punted`,
      NO_SESSION: noSessionCause,
    },
    create: ({ next, cause, errors, arcs, tables, graph }) => {
      const error = errors.ids(counted);
      const arc = arcs.arcIndex('ip4-local');
      const isMissed = missedBy(tables);
      const reassembly = graph.nodeIndex(tables.composition.behaviour.localReassemblyNode);
      const hasOwnArc = counted !== ip4InputErrors;
      const interfaces = tables.interfaces.all;
      const { interfaceOf } = tables.ip4.fib.receiveDpos;
      return (b) => {
        const { view, at } = b;
        const protocol = ip4.protocol(view, at);
        b.l3 = at;
        const hasUdpHeader = protocol === ip4.PROTOCOL_UDP && !ip4.isFragment(view, at);
        if (hasUdpHeader && isCutBefore(b, at + ip4.HEADER_BYTES + udp.HEADER_BYTES, UDP_HEADER)) return next.DROP;
        let fault = error.UNKNOWN_PROTOCOL;
        let onward = reassembly;
        if (hasOwnArc) b.flags |= FLAG_IS_IP4;
        else b.localRxSwIfIndex = b.swIfIndexRx;
        if (!ip4.isFragment(view, at)) {
          onward = nextByProtocol(protocol, next);
          if ((b.flags & FLAG_IS_NATED) === 0) {
            const hasChecksum = protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP;
            const isRight = !hasChecksum || isL4ChecksumRight(b, protocol);
            if (hasOwnArc) {
              const owner = name === 'ip4-receive' ? interfaceOf[b.adjIndexTx] : -1;
              b.localRxSwIfIndex = owner >= 0 ? owner : b.swIfIndexRx;
            }
            fault = sourceFault(b, tables.ip4, error);
            // The source is judged only where the checksum was right.
            if (!isRight) fault = protocol === ip4.PROTOCOL_UDP ? error.UDP_CHECKSUM : error.TCP_CHECKSUM;
          }
        }
        b.error = fault;
        if (fault !== error.UNKNOWN_PROTOCOL) {
          // With a session it would not have come here, right or wrong.
          if (isMissed(b, at)) {
            b.cause = cause.NO_SESSION;
            return next.DROP;
          }
          b.causeArg0 = ip4.source(view, at);
          if (fault === error.SPOOFED_LOCAL_PACKETS) b.cause = cause.SPOOFED;
          else if (fault === error.SRC_LOOKUP_MISS) b.cause = cause.NO_SOURCE_ROUTE;
          else if (isOffloaded(l4State(view, at, at + b.length))) {
            b.cause = cause.OFFLOADED_CHECKSUM;
            b.causeArg1 = protocol;
          } else b.cause = fault === error.UDP_CHECKSUM ? cause.UDP_CHECKSUM : cause.TCP_CHECKSUM;
          return next.DROP;
        }
        if (onward === next.PUNT) {
          if (isMissed(b, at)) b.cause = cause.NO_SESSION;
          else {
            b.cause = cause.PUNTED;
            b.causeArg0 = ip4.destination(view, at);
            b.causeArg1 = protocol;
          }
        }
        const owner = b.localRxSwIfIndex;
        return owner >= 0 && owner < interfaces.length ? arcs.start(arc, owner, b, onward) : onward;
      };
    },
  });

const localEndOfArc = (counted: LocalErrors): AnyNode =>
  defineNode({
    name: 'ip4-local-end-of-arc',
    trace: arrivalTrace(IP4_FORWARD_NEXT),
    next: NEXT,
    errors: [counted],
    create: ({ next, errors, tables, graph }) => {
      const error = errors.ids(counted);
      const reassembly = graph.nodeIndex(tables.composition.behaviour.localReassemblyNode);
      return (b) => {
        const { view, at } = b;
        b.l3 = at;
        if (counted !== ip4InputErrors) b.flags |= FLAG_IS_IP4;
        b.error = error.UNKNOWN_PROTOCOL;
        return ip4.isFragment(view, at) ? reassembly : nextByProtocol(ip4.protocol(view, at), next);
      };
    },
  });

export const ip4Local = localNode('ip4-local', ip4InputErrors);
export const ip4LocalEndOfArc = localEndOfArc(ip4InputErrors);
/** In 26.06 ip4-local only takes what ip4-options sends it. */
export const receiveNodes: readonly AnyNode[] = [
  localNode('ip4-receive', ip4LocalErrors),
  localNode('ip4-local', ip4LocalErrors),
  localEndOfArc(ip4LocalErrors),
];
