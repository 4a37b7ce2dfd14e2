/** Writers that several nodes share. */

import type { PacketBuffer } from '../engine/packet-buffer.js';
import {
  FLAG_IS_NATED,
  FLAG_L4_CHECKSUM_COMPUTED,
  FLAG_L4_CHECKSUM_CORRECT,
  FLAG_LOCALLY_ORIGINATED,
  FLAG_VLAN_1_DEEP,
} from '../engine/packet-buffer.js';
import type { NodeTrace, TraceLayout } from '../engine/trace-layout.js';
import type { TraceRecords } from '../engine/trace-records.js';

/** Bits of the `flags` field, by their places in VPP's vnet_buffer_flags_t (src/vnet/buffer.h); the names are src/trace's. */
export const TRACED_L4_CHECKSUM_COMPUTED = 1 << 1;
export const TRACED_L4_CHECKSUM_CORRECT = 1 << 2;
export const TRACED_VLAN_1_DEEP = 1 << 4;
export const TRACED_LOCALLY_ORIGINATED = 1 << 7;
export const TRACED_IS_NATED = 1 << 13;
export const TRACED_L2_OFFSET_VALID = 1 << 14;
export const TRACED_L3_OFFSET_VALID = 1 << 15;

/** VPP's flags of a buffer, as far as the model has them. */
export function tracedFlags({ flags, l2, l3 }: PacketBuffer): number {
  let traced = 0;
  if ((flags & FLAG_L4_CHECKSUM_COMPUTED) !== 0) traced |= TRACED_L4_CHECKSUM_COMPUTED;
  if ((flags & FLAG_L4_CHECKSUM_CORRECT) !== 0) traced |= TRACED_L4_CHECKSUM_CORRECT;
  if ((flags & FLAG_VLAN_1_DEEP) !== 0) traced |= TRACED_VLAN_1_DEEP;
  if ((flags & FLAG_LOCALLY_ORIGINATED) !== 0) traced |= TRACED_LOCALLY_ORIGINATED;
  if ((flags & FLAG_IS_NATED) !== 0) traced |= TRACED_IS_NATED;
  if (l2 >= 0) traced |= TRACED_L2_OFFSET_VALID;
  if (l3 >= 0) traced |= TRACED_L3_OFFSET_VALID;
  return traced;
}

/** The fields of a buffer that drivers' records have, in the order of layouts.ts. */
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

/** A record of nothing but the packet as it comes in. */
export const packetTrace = (layout: TraceLayout): NodeTrace => ({
  when: 'before',
  writer: () => (b, records) => {
    records.begin(layout);
    putPacket(b, records);
  },
});

/** Records of ip4_forward_next_trace that show more than the packet. */
export const forwardTrace = (layout: TraceLayout): NodeTrace => ({
  when: 'after',
  writer: ({ tables }) => {
    const fibIndexOf = Int32Array.from(tables.interfaces.all, ({ fibIndex }) => fibIndex);
    return (b, records) => {
      records.begin(layout);
      records.put(b.adjIndexTx);
      records.put(b.flowHash);
      records.put(b.swIfIndexTx >= 0 ? b.swIfIndexTx : fibIndexOf[b.swIfIndexRx]);
      putPacket(b, records);
    };
  },
});
