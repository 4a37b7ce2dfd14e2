/** Writers and records that nodes of several plugins share. */

import type { PacketBuffer } from '../engine/packet-buffer.js';
import {
  FLAG_IS_IP4,
  FLAG_IS_IP6,
  FLAG_IS_NATED,
  FLAG_L4_CHECKSUM_COMPUTED,
  FLAG_L4_CHECKSUM_CORRECT,
  FLAG_LOCALLY_ORIGINATED,
  FLAG_TOTAL_LENGTH_VALID,
  FLAG_VLAN_1_DEEP,
  FLAG_VLAN_2_DEEP,
} from '../engine/packet-buffer.js';
import type { NodeRole, NodeTrace } from '../engine/trace/node-trace.js';
import type { TraceLayout, TraceRecords } from '../engine/trace/trace-records.js';
import { IP4_LINES, ip4Header, IP6_LINES, ip6Header } from './headers.js';
import type { Header } from './header.js';
import { indentedHeader } from './icmp6-header.js';
import { line, type LineTemplate } from './template.js';
import { traceRecord } from './wording.js';

/**
 * The flags of a buffer that the model has: our bit, its number in VPP 26.06 (src/vnet/buffer.h), and its name. In the order in which
 * VPP prints them. Records have the flags as 26.06 prints them in one number.
 */
const flag = (own: number, number: number, name: string) => [own, 1 << (32 - number), name] as const;
export const BUFFER_FLAGS = [
  flag(FLAG_L4_CHECKSUM_COMPUTED, 1, 'l4-cksum-computed'),
  flag(FLAG_L4_CHECKSUM_CORRECT, 2, 'l4-cksum-correct'),
  flag(FLAG_VLAN_2_DEEP, 3, 'vlan-2-deep'),
  flag(FLAG_VLAN_1_DEEP, 4, 'vlan-1-deep'),
  flag(FLAG_LOCALLY_ORIGINATED, 7, 'local'),
  flag(FLAG_IS_IP4, 8, 'ip4'),
  flag(FLAG_IS_IP6, 9, 'ip6'),
  flag(FLAG_IS_NATED, 11, 'natted'),
];
export const TRACED_L2_OFFSET_VALID = 1 << (32 - 12);
export const TRACED_L3_OFFSET_VALID = 1 << (32 - 13);
const IS_TRACED = 1;
export const TRACED_TOTAL_LENGTH_VALID = 1 << 2;

/** VPP's flags of a buffer, as far as the model has them. */
export function tracedFlags({ flags, l2, l3 }: PacketBuffer): number {
  let traced = IS_TRACED;
  for (const [own, bit] of BUFFER_FLAGS) if ((flags & own) !== 0) traced |= bit;
  if ((flags & FLAG_TOTAL_LENGTH_VALID) !== 0) traced |= TRACED_TOTAL_LENGTH_VALID;
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
    const { fibIndexOf } = tables.interfaces;
    return (b, records) => {
      writeForward(layout, b, records, fibIndexOf);
    };
  },
});

/** The same of IPv6, whose interfaces have FIBs of their own. */
export const forwardTrace6 = (layout: TraceLayout, role: NodeRole = 'ip6'): NodeTrace => ({
  role,
  layout,
  when: 'after',
  writer: ({ tables }) => {
    const { fibIndexOf } = tables.ip6;
    return (b, records) => {
      writeForward(layout, b, records, fibIndexOf);
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

/** Object, flow hash and FIB of a packet on its way between nodes (ip4_forward_next_trace_t). */
export const FORWARD_FIELDS = ['dpoIndex', 'flowHash', 'fibIndex'] as const;

/** A record of ip4_forward_next_trace_t with its packet, as most nodes print it (format_ip4_forward_next_trace). */
const forwardRecord = (dataBytes: number, lines: readonly LineTemplate[], header: Header): TraceLayout =>
  traceRecord(FORWARD_FIELDS, dataBytes, [FORWARD, ...lines], ({ fields, data }, { wording }) => {
    const packet = header(data, 0, data.length, wording);
    return wording.forwardHasIndices ? [`  ${FORWARD.print(fields)}`, ...packet] : indentedHeader(packet, 2);
  });

/** Bytes of the packet in such a record of IPv6 (ip6_forward_next_trace_t). */
export const IP6_FORWARD_BYTES = 124;

export const IP4_FORWARD_NEXT = forwardRecord(60, IP4_LINES, ip4Header);
export const IP6_FORWARD_NEXT = forwardRecord(IP6_FORWARD_BYTES, IP6_LINES, ip6Header);

/** Writes such a record of the packet as it is now. */
export function writeForward(
  layout: TraceLayout,
  b: PacketBuffer,
  records: TraceRecords,
  fibIndexOf: Int32Array,
): void {
  records.write(layout, b.adjIndexTx, b.flowHash, b.swIfIndexTx >= 0 ? b.swIfIndexTx : fibIndexOf[b.swIfIndexRx]);
  putPacket(b, records);
}

/** The packet as it comes to a node on its way. */
export const arrivalTrace = (layout: TraceLayout, role: NodeRole = 'other'): NodeTrace => ({
  role,
  layout,
  when: 'before',
  writer: ({ tables }) => {
    const { fibIndexOf } = layout === IP6_FORWARD_NEXT ? tables.ip6 : tables.interfaces;
    return (b, records) => {
      writeForward(layout, b, records, fibIndexOf);
    };
  },
});
