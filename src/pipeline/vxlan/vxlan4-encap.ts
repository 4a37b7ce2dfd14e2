/**
 * vxlan4-encap (VPP 19.08 src/vnet/vxlan/encap.c): prepends the outer headers and sends the packet to the tunnel's remote
 * node. The UDP source port is a hash of the inner frame, so that routers on the way can tell flows apart.
 */

import { formatAddress } from '../../wire/address.js';
import * as checksum from '../../wire/checksum.js';
import * as ethernet from '../../wire/ethernet.js';
import * as ip4 from '../../wire/ip4.js';
import * as udp from '../../wire/udp.js';
import * as vxlan from '../../wire/vxlan.js';
import { DPO_ADJACENCY, DPO_DROP, DPO_LOAD_BALANCE, DPO_RECEIVE } from '../fib/dpo.js';
import { FLOW_HASH_DEFAULT, flowHash, hashedBytes, mixAndFinalize } from '../fib/flow-hash.js';
import type { VxlanTunnel } from './vxlan-tunnels.js';
import { IP_HEADER, isCutBefore, PORTS } from '../engine/cut-off.js';
import { errorSet } from '../engine/errors.js';
import { LOOKUP_NEXT, nextByDpo, receiveNodeOf } from '../fib/forwarding.js';
import { routeDropCause } from '../fib/route-causes.js';
import { l2EtherType, l2Length } from '../engine/l2-opaque.js';
import { defineNode } from '../engine/node.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { IP6_FIXED_BYTES, ip6FlowHash, ip6HashedBytes } from '../fib/ip6/ip6-flow-hash.js';
import { VXLAN_ENCAP } from './vxlan-trace.js';

const vxlanEncapErrors = errorSet('vxlan4-encap', { ENCAPSULATED: 'good packets encapsulated' });

const OUTER_BYTES = ip4.HEADER_BYTES + udp.HEADER_BYTES + vxlan.HEADER_BYTES;
/** The outer headers, and an Ethernet header that ip4-rewrite prepends to them. */
const HEADROOM_BYTES = OUTER_BYTES + ethernet.HEADER_BYTES;
const VERSION_4_NO_OPTIONS = 0x45;
const TTL = 254;
const LARGEST_DATAGRAM = 0xffff;
const LITTLE_ENDIAN = true;

/** Writes the outer IPv4 header, of total length 0 and without checksum. */
function writeFixedIp4(view: DataView, at: number, { source, destination }: VxlanTunnel): void {
  ip4.setVersionIhl(view, at, VERSION_4_NO_OPTIONS);
  ip4.setTos(view, at, 0);
  ip4.setTotalLength(view, at, 0);
  ip4.setIdentification(view, at, 0);
  ip4.setFlagsAndFragment(view, at, 0);
  ip4.setTtl(view, at, TTL);
  ip4.setProtocol(view, at, ip4.PROTOCOL_UDP);
  ip4.setChecksum(view, at, 0);
  ip4.setSource(view, at, source);
  ip4.setDestination(view, at, destination);
}

/** Checksum of the outer header while its total length is 0; a packet's length is then added to it. */
function fixedChecksum(tunnel: VxlanTunnel): number {
  const view = new DataView(new ArrayBuffer(ip4.HEADER_BYTES));
  writeFixedIp4(view, 0, tunnel);
  return checksum.compute(view, 0, ip4.HEADER_BYTES);
}

/** The most that a hash reads without following options: an IPv6 header and ports. */
const HASHED_BYTES = 40 + 4;
const padded = new DataView(new ArrayBuffer(HASHED_BYTES));

/** The beginning of a packet that the frame's end cuts off, with zeros behind; VPP reads on behind the end. */
function padHeader({ view }: PacketBuffer, l3: number, end: number): DataView {
  for (let i = 0; i < HASHED_BYTES; i++) padded.setUint8(i, l3 + i < end ? view.getUint8(l3 + i) : 0);
  return padded;
}

/** True where the capture cut the frame off before what its hash is made of. */
function isHashCut(b: PacketBuffer, etherType: number): boolean {
  if (b.cutBytes === 0) return false;
  const l3 = b.at + l2Length(b);
  if (etherType === ethernet.TYPE_IP4)
    return (
      isCutBefore(b, l3 + ip4.HEADER_BYTES, IP_HEADER) ||
      isCutBefore(b, l3 + hashedBytes(b.view, l3, FLOW_HASH_DEFAULT), PORTS)
    );
  if (etherType !== ethernet.TYPE_IP6) return false;
  return isCutBefore(b, l3 + IP6_FIXED_BYTES, IP_HEADER) || isCutBefore(b, l3 + ip6HashedBytes(b.view, l3), PORTS);
}

/** vnet_l2_compute_flow_hash */
function frameHash(b: PacketBuffer, etherType: number, ip6Config: number): number {
  const { view, at } = b;
  if (etherType === ethernet.TYPE_IP4 || etherType === ethernet.TYPE_IP6) {
    const l3 = at + l2Length(b);
    const end = at + b.length;
    const isWhole = l3 + HASHED_BYTES <= end;
    const frame = isWhole ? view : padHeader(b, l3, end);
    const header = isWhole ? l3 : 0;
    if (etherType === ethernet.TYPE_IP4) return flowHash(frame, header, FLOW_HASH_DEFAULT);
    return ip6FlowHash(frame, header, isWhole ? end : HASHED_BYTES, ip6Config);
  }
  // The last four bytes of each MAC.
  return mixAndFinalize(view.getInt32(at + 2, LITTLE_ENDIAN), view.getInt32(at + 8, LITTLE_ENDIAN), etherType);
}

export const vxlan4Encap = defineNode({
  name: 'vxlan4-encap',
  trace: {
    role: 'encap',
    layout: VXLAN_ENCAP,
    when: 'after',
    writer: ({ tables }) => {
      const { tunnelOf } = tables.vxlan;
      return (b, records) => {
        const index = tunnelOf[b.swIfIndexTx];
        records.write(VXLAN_ENCAP, index, tables.vxlan.all[index].vni);
      };
    },
  },
  next: { ...LOOKUP_NEXT, NOT_MODELLED: 'error-drop' },
  errors: [vxlanEncapErrors],
  causes: {
    DROPPED: routeDropCause,
    TOO_LONG: 'not modelled: a VXLAN packet of more than 65535 bytes (a tunnel that leads through itself?)',
    INSIDE_OUT: (b, { interfaces }) =>
      `not modelled: a VXLAN tunnel whose remote node is reached through ${interfaces.all[b.causeArg0].name}, which is bridged`,
    TO_ITSELF: (b, { vxlan: { all } }) =>
      `not modelled: a VXLAN tunnel whose remote node ${formatAddress(all[b.causeArg0].destination)} is the node itself`,
  },
  create: ({ next, cause, errors, buffers, tables, graph }) => {
    const error = errors.ids(vxlanEncapErrors);
    const nodes = nextByDpo(next, receiveNodeOf(tables, graph));
    const { mtrie, loadBalances, adjacencies } = tables.ip4;
    const { all: tunnels, tunnelOf } = tables.vxlan;
    const { domainOf } = tables.bridgeDomains;
    const { ip6FlowHash: ip6FlowHashConfig } = tables.composition.behaviour;
    /** By tunnel, where it has sent something. */
    const baseChecksum: number[] = [];

    const refuse = (b: PacketBuffer, why: number): number => {
      b.cause = why;
      return next.NOT_MODELLED;
    };

    /** vxlan_tunnel_restack_dpo: what the way to the remote node comes down to, past load balances with one bucket. */
    const sendTo = (b: PacketBuffer, { destination, encapFibIndex }: VxlanTunnel): number => {
      let loadBalance = mtrie.lookup(encapFibIndex, destination);
      let type = DPO_LOAD_BALANCE;
      while (type === DPO_LOAD_BALANCE && loadBalances.count[loadBalance] === 1) {
        const bucket = loadBalances.first[loadBalance];
        type = loadBalances.dpoType[bucket];
        b.adjIndexTx = loadBalances.dpoIndex[bucket];
        if (type === DPO_LOAD_BALANCE) loadBalance = b.adjIndexTx;
      }
      if (type === DPO_LOAD_BALANCE) b.adjIndexTx = loadBalance;
      if (type === DPO_ADJACENCY) {
        const swIfIndex = adjacencies.swIfIndex[b.adjIndexTx];
        if (domainOf[swIfIndex] < 0) return nodes[DPO_ADJACENCY + adjacencies.state[b.adjIndexTx]];
        b.causeArg0 = swIfIndex;
        return refuse(b, cause.INSIDE_OUT);
      }
      // ip4-local takes the tunnel's number for that of a table, which there need not be.
      if (type === DPO_RECEIVE && b.swIfIndexTx >= tables.ip4.tableCount) {
        b.causeArg0 = tunnelOf[b.swIfIndexTx];
        return refuse(b, cause.TO_ITSELF);
      }
      if (type === DPO_DROP) {
        b.cause = cause.DROPPED;
        b.causeArg0 = loadBalance;
        b.causeArg1 = destination;
      }
      return nodes[type];
    };

    return (b) => {
      const index = tunnelOf[b.swIfIndexTx];
      const tunnel = tunnels[index];
      const etherType = l2EtherType(b);
      if (isHashCut(b, etherType)) return next.NOT_MODELLED;
      const hash = frameHash(b, etherType, ip6FlowHashConfig);
      const totalLength = b.length + b.cutBytes + OUTER_BYTES;
      if (totalLength > LARGEST_DATAGRAM) return refuse(b, cause.TOO_LONG);
      buffers.reserveHeadroom(b, HEADROOM_BYTES);
      b.advance(-OUTER_BYTES);
      const { view, at } = b;
      const udpAt = at + ip4.HEADER_BYTES;
      writeFixedIp4(view, at, tunnel);
      ip4.setTotalLength(view, at, totalLength);
      ip4.setChecksum(
        view,
        at,
        checksum.update((baseChecksum[index] ??= fixedChecksum(tunnel)), 0, checksum.swap16(totalLength)),
      );
      udp.setSourcePort(view, udpAt, checksum.swap16(hash & 0xffff));
      udp.setDestinationPort(view, udpAt, vxlan.UDP_PORT);
      udp.setLength(view, udpAt, totalLength - ip4.HEADER_BYTES);
      udp.setChecksum(view, udpAt, 0);
      vxlan.setHeader(view, udpAt + udp.HEADER_BYTES, tunnel.vni);
      b.flowHash = hash; // for ip4-load-balance
      errors.increment(error.ENCAPSULATED);
      return sendTo(b, tunnel);
    };
  },
});
