/**
 * Ethernet II header (IEEE 802.3 clause 3.2).
 *
 *      0                   1
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3
 *     +-----------+-----------+---+
 *     |destination|  source   |typ|
 *     +-----------+-----------+---+
 *
 * A MAC address is read as two numbers, high 16 and low 32 bits, because a 48-bit value needs a double.
 */

import type { MacAddress } from './address.js';
import * as vlan from './vlan.js';

/** Header length in bytes, without VLAN tags. */
export const HEADER_BYTES = 14;

export const TYPE_IP4 = 0x0800;
export const TYPE_ARP = 0x0806;
export const TYPE_VLAN = 0x8100; // IEEE 802.1Q
export const TYPE_DOT1AD = 0x88a8; // IEEE 802.1ad
export const TYPE_IP6 = 0x86dd;
export const TYPE_VLAN_9100 = 0x9100; // QinQ before IEEE 802.1ad
export const TYPE_VLAN_9200 = 0x9200;
export const TYPE_MPLS = 0x8847;
export const TYPE_LLDP = 0x88cc;

const DESTINATION = 0;
const SOURCE = 6;
const TYPE = 12;

export const destinationHigh = (frame: DataView, at: number): number => frame.getUint16(at + DESTINATION);
export const destinationLow = (frame: DataView, at: number): number => frame.getUint32(at + DESTINATION + 2);
export const setDestination = (frame: DataView, at: number, high: number, low: number): void => {
  frame.setUint16(at + DESTINATION, high);
  frame.setUint32(at + DESTINATION + 2, low);
};

export const sourceHigh = (frame: DataView, at: number): number => frame.getUint16(at + SOURCE);
export const sourceLow = (frame: DataView, at: number): number => frame.getUint32(at + SOURCE + 2);

/** True where this MAC address is the source. */
export const isFrom = (frame: DataView, at: number, { high, low }: MacAddress): boolean =>
  sourceHigh(frame, at) === high && sourceLow(frame, at) === low;
export const setSource = (frame: DataView, at: number, high: number, low: number): void => {
  frame.setUint16(at + SOURCE, high);
  frame.setUint32(at + SOURCE + 2, low);
};

/** EtherType, or the 802.3 length where below 0x600. */
export const type = (frame: DataView, at: number): number => frame.getUint16(at + TYPE);
export const setType = (frame: DataView, at: number, value: number): void => frame.setUint16(at + TYPE, value);

/** True for a group address: broadcast or multicast (the I/G bit of the first octet). */
export const isMulticast = (frame: DataView, at: number): boolean => (frame.getUint8(at + DESTINATION) & 1) !== 0;

/** EtherTypes that VPP takes for a VLAN tag (VPP 19.08 src/vnet/ethernet/ethernet.h, ethernet_frame_is_tagged). */
export const isTagType = (etherType: number): boolean =>
  etherType === TYPE_VLAN || etherType === TYPE_DOT1AD || etherType === TYPE_VLAN_9100 || etherType === TYPE_VLAN_9200;

/** Those that ethernet-input's nodes take off: to its fast path the others are unknown types. */
export const isTakenTagType = (etherType: number): boolean => etherType === TYPE_VLAN || etherType === TYPE_DOT1AD;

/** Length of the header at `at` with its VLAN tags, of which two are looked for (vnet_update_l2_len). */
export function taggedHeaderLength(frame: DataView, at: number): number {
  if (!isTagType(type(frame, at))) return HEADER_BYTES;
  const isTwice = vlan.type(frame, at + HEADER_BYTES) === TYPE_VLAN;
  return HEADER_BYTES + (isTwice ? 2 : 1) * vlan.TAG_BYTES;
}
