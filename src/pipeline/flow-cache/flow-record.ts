/**
 * The record of a flow, 16 words, one cache line:
 *
 *      word  0  source address                        7  source address
 *            1  destination address                   8  destination address
 *            2  source port << 16 | destination       9  ports, all as the packet leaves
 *            3  protocol | interface << 8         10-12  the adjacency's MACs
 *            4  FLOW_*: what is translated           13  what is added to the IP header checksum,
 *            5  largest IP total length              14  and to that of TCP or UDP (checksum-delta.ts)
 *            6  TCP flags with which a packet is     15  interface it leaves on
 *               left to the graph
 *
 * An interface is a sw_if_index, of a sub-interface its own, and above it how many VLAN tags packets have there. So frames of one
 * sub-interface are one flow, whatever their tags. Which ones leave by an interface stands behind the records.
 *
 * Of IPv6, word 3 has FLOW_IS_IP6, and the eight words 0, 4, 7, 8 and 1, 9, 13, 14 are the addresses: they leave as they came. Where packets
 * with another flow label may take another way, word 6 has FLOW_HAS_LABEL and the label.
 */

import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import { MAX_INTERFACES, type Interface } from '../engine/state/interface-table.js';

export const FLOW_WORDS = 16;
export const SOURCE = 0;
export const DESTINATION = 1;
export const PORTS = 2;
export const PROTOCOL_RX = 3;
export const ACTION = 4;
export const MTU = 5;
export const REFUSED_TCP_FLAGS = 6;
export const FINAL_SOURCE = 7;
export const FINAL_DESTINATION = 8;
export const FINAL_PORTS = 9;
export const REWRITE = 10;
export const IP_DELTA = 13;
export const L4_DELTA = 14;
export const LEAVES_ON = 15;

/** In PROTOCOL_RX: the protocol, and that it is one of IPv6. */
export const PROTOCOL_MASK = 0x7f;
export const FLOW_IS_IP6 = 0x80;

/** In PROTOCOL_RX, above RX_SHIFT, and in LEAVES_ON: the sw_if_index, and above TAGS_SHIFT the number of tags. */
export const RX_SHIFT = 8;
export const TAGS_SHIFT = 12;
const INTERFACE_MASK = MAX_INTERFACES - 1;

/** Of the record at `at`: where its flow's packets come and leave, with how many tags, and whether with any. */
export const receivedOn = (records: Int32Array, at: number): number =>
  (records[at + PROTOCOL_RX] >>> RX_SHIFT) & INTERFACE_MASK;
export const leavesOn = (records: Int32Array, at: number): number => records[at + LEAVES_ON] & INTERFACE_MASK;
export const tagsReceived = (records: Int32Array, at: number): number =>
  records[at + PROTOCOL_RX] >>> (RX_SHIFT + TAGS_SHIFT);
export const tagsLeaving = (records: Int32Array, at: number): number => records[at + LEAVES_ON] >>> TAGS_SHIFT;
/** Of the Ethernet headers that they come and leave with. */
export const headerBytesReceived = (records: Int32Array, at: number): number =>
  ethernet.HEADER_BYTES + tagsReceived(records, at) * vlan.TAG_BYTES;
export const headerBytesLeaving = (records: Int32Array, at: number): number =>
  ethernet.HEADER_BYTES + tagsLeaving(records, at) * vlan.TAG_BYTES;
export const isTagged = (records: Int32Array, at: number): boolean =>
  ((records[at + PROTOCOL_RX] >>> RX_SHIFT) | records[at + LEAVES_ON]) >>> TAGS_SHIFT !== 0;

/** In REFUSED_TCP_FLAGS: packets with another flow label are left to the graph as well. */
export const FLOW_HAS_LABEL = 1 << 28;
export const LABEL_SHIFT = 8;
export const LABEL_MASK = 0xfffff;

/** Words of both addresses of an IPv6 flow, source first. */
export const IP6_WORDS = 8;

/** A table that is full forgets all it knows: flows that still live are soon learned again. */
export const MAXIMUM_FLOWS = 1 << 21;

/** Behind the records: by interface the tags that leave by it, types with ids; then what any flow's packets do, in bits. */
const TAGS = MAXIMUM_FLOWS * FLOW_WORDS;
const MAX_TAGS = 2;
const SUMMARY = TAGS + MAX_INTERFACES * MAX_TAGS;
export const RECORDS_WORDS = SUMMARY + 1;
/** They come or leave with tags; they become longer or shorter. */
const ARE_TAGGED = 1;
const ARE_RESIZED = 2;

/** Notes in the record at `at` where its flow's packets leave, and the tags that they get there. */
export function setLeavesOn(
  records: Int32Array,
  at: number,
  { swIfIndex, tags }: Pick<Interface, 'swIfIndex' | 'tags'>,
): void {
  records[at + LEAVES_ON] = swIfIndex | (tags.length << TAGS_SHIFT);
  tags.forEach(({ type, control }, n) => (records[TAGS + swIfIndex * MAX_TAGS + n] = (type << 16) | control));
  if (isTagged(records, at)) records[SUMMARY] |= ARE_TAGGED;
  if (tagsReceived(records, at) !== tags.length) records[SUMMARY] |= ARE_RESIZED;
}

/** Tag `n` of those with which packets leave by the interface of the record at `at`. */
export const tagLeaving = (records: Int32Array, at: number, n: number): number =>
  records[TAGS + leavesOn(records, at) * MAX_TAGS + n];

/** True where frames that follow flows may have tags, before or after; where they may change their length. */
export const haveTags = (records: Int32Array): boolean => (records[SUMMARY] & ARE_TAGGED) !== 0;
export const areResized = (records: Int32Array): boolean => (records[SUMMARY] & ARE_RESIZED) !== 0;
