/** What the ACL nodes' traces hold (acl_fa_trace_t, VPP 19.08 src/plugins/acl/dataplane_node.c maybe_trace_buffer). */

import { ACL_FA } from '../trace/layouts.js';
import type { NodeTrace, TraceContext } from '../engine/trace-layout.js';
import type { TraceRecords } from '../engine/trace-records.js';

/** A word as it stands in memory, read as VPP's little-endian machine reads it. */
const swap = (word: number): number => (word << 24) | ((word & 0xff00) << 8) | ((word >>> 8) & 0xff00) | (word >>> 24);

/** mask_type_index_lsb of a packet. */
const NO_MASK_TYPE = 0xffff;

/** fa_packet_info_t's second word without its octet of TCP flags: mask type, and bits that say what is valid. */
export const packetFlags = (
  tcpFlagsValid: number,
  l4Valid: number,
  isNonFirstFragment: number,
  isIp6: number,
): number => NO_MASK_TYPE | ((tcpFlagsValid | (l4Valid << 1) | (isNonFirstFragment << 2) | (isIp6 << 3)) << 24);

/** VPP's next index of the node that the packet goes to. */
export const nextIndexOf = ({ name, names, nextSlots }: TraceContext, { next }: TraceRecords): number =>
  nextSlots.of(name, names[next]);

/** The record of an IPv4 packet: written from what the node left in `acl.last`. */
export const aclTrace: NodeTrace = {
  when: 'after',
  writer: (context) => {
    const { last } = context.tables.acl;
    const { tuple } = last;
    const tcpFlags = new Uint8Array(1);
    return (_, records) => {
      records.begin(ACL_FA);
      records.put(nextIndexOf(context, records));
      records.put(tuple.swIfIndex);
      records.put(last.lcIndex);
      records.put(last.aclIndex);
      records.put(last.tracedRule);
      records.put(last.action);
      records.put(last.traceBits);
      for (let word = 0; word < 6; word++) records.put(0);
      records.put(swap(tuple.source));
      records.put(swap(tuple.destination));
      records.put(tuple.ports);
      records.put(tuple.l4);
      records.put(Math.max(last.lcIndex, 0)); // the match writes it; a packet of a session has none
      records.put(packetFlags(tuple.tcpFlagsValid, tuple.l4Valid, tuple.isNonFirstFragment, 0));
      tcpFlags[0] = tuple.tcpFlags;
      records.putBytes(tcpFlags, 0, tuple.tcpFlagsPresent);
    };
  },
};
