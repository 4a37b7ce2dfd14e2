/** Writers and records that nodes of several plugins share. */

import type { PacketBuffer } from '../engine/packet-buffer.js';
import {
  FLAG_IS_NATED,
  FLAG_L4_CHECKSUM_COMPUTED,
  FLAG_L4_CHECKSUM_CORRECT,
  FLAG_LOCALLY_ORIGINATED,
  FLAG_VLAN_1_DEEP,
} from '../engine/packet-buffer.js';
import type { NodeRole, NodeTrace } from '../engine/trace/node-trace.js';
import type { TraceLayout, TraceRecords } from '../engine/trace/trace-records.js';
import { IP4_LINES, ip4Header } from './headers.js';
import { line } from './template.js';
import { headerRecord } from './wording.js';

/**
 * The flags of a buffer that the model has: our bit, its place in VPP's vnet_buffer_flags_t (src/vnet/buffer.h), and its name in
 * VPP 19.08. In the order in which VPP prints them.
 */
export const BUFFER_FLAGS = [
  [FLAG_L4_CHECKSUM_COMPUTED, 1 << 1, 'l4-cksum-computed'],
  [FLAG_L4_CHECKSUM_CORRECT, 1 << 2, 'l4-cksum-correct'],
  [FLAG_VLAN_1_DEEP, 1 << 4, 'vlan-1-deep'],
  [FLAG_LOCALLY_ORIGINATED, 1 << 7, 'local'],
  [FLAG_IS_NATED, 1 << 13, 'natted'],
] as const;
export const TRACED_L2_OFFSET_VALID = 1 << 14;
export const TRACED_L3_OFFSET_VALID = 1 << 15;

/** VPP's flags of a buffer, as far as the model has them. */
export function tracedFlags({ flags, l2, l3 }: PacketBuffer): number {
  let traced = 0;
  for (const [own, bit] of BUFFER_FLAGS) if ((flags & own) !== 0) traced |= bit;
  if (l2 >= 0) traced |= TRACED_L2_OFFSET_VALID;
  if (l3 >= 0) traced |= TRACED_L3_OFFSET_VALID;
  return traced;
}

/** The fields of a buffer that drivers' records have, in the order of interface-trace.ts. */
export function putBuffer(b: PacketBuffer, records: TraceRecords): void {
  records.put(b.at - b.dataAt);
  records.put(b.length + b.cutBytes);
  records.put(tracedFlags(b));
  records.put(b.l2 - b.dataAt);
  records.put(b.l3 - b.dataAt);
}

/** The bytes of the packet from its current start on. */
export function putPacket(b: PacketBuffer, records: TraceRecords): void {
  records.putBytes(b.bytes, b.at, b.at + b.length);
}

/** A record of what forwards the packet, and the packet. */
export const forwardTrace = (layout: TraceLayout): NodeTrace => ({
  role: 'ip4',
  layout,
  when: 'after',
  writer: ({ tables }) => {
    const fibIndexOf = Int32Array.from(tables.interfaces.all, ({ fibIndex }) => fibIndex);
    return (b, records) => {
      records.write(layout, b.adjIndexTx, b.flowHash, b.swIfIndexTx >= 0 ? b.swIfIndexTx : fibIndexOf[b.swIfIndexRx]);
      putPacket(b, records);
    };
  },
});

/** A record of nothing but the packet as it comes in. */
export const packetTrace = (layout: TraceLayout, role: NodeRole = 'other'): NodeTrace => ({
  role,
  layout,
  when: 'before',
  writer: () => (b, records) => {
    records.begin(layout);
    putPacket(b, records);
  },
});

/** 22.02 and later, where another node than ip4-lookup prints the same. */
const FORWARD = line('forward', 'fib:{fibIndex:dec} adj:{dpoIndex:dec} flow:0x{flowHash:hex8}');

export const IP4_FORWARD_NEXT = headerRecord(60, [FORWARD, ...IP4_LINES], ip4Header, 2);
