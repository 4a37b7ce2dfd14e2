/**
 * What a packet in a bridge carries (vnet_buffer's `l2`, VPP 19.08 src/vnet/buffer.h). VPP keeps it where `ip` is outside of
 * bridges, and so does the model: feature_bitmap is adj_index[RX], bd_index and l2fib_sn are adj_index[TX], l2_len and shg the low
 * bytes of flow_hash. Nodes behind a bridge see what it left there, as in VPP.
 */

import * as ethernet from '../../wire/ethernet.js';
import * as vlan from '../../wire/vlan.js';
import { FLAG_VLAN_1_DEEP, FLAG_VLAN_2_DEEP, type PacketBuffer } from './packet-buffer.js';

/** sw_if_index[TX] of a packet that a BVI sends into its bridge (L2INPUT_BVI). */
export const FROM_BVI = -2;

const BYTE = 0xff;
const GROUP_SHIFT = 8;

const BRIDGE_DOMAIN = 0xffff;
/** l2fib_sn: that of the bridge domain, 0, and that of the port, which was put into a bridge once. */
const SEQUENCE_NUMBER = 1 << 16;

/** Index of the bridge domain that the packet is in (bd_index). */
export const bridgeDomain = (b: PacketBuffer): number => b.adjIndexTx & BRIDGE_DOMAIN;

export function setBridgeDomain(b: PacketBuffer, index: number): void {
  b.adjIndexTx = index | SEQUENCE_NUMBER;
}

/** Bytes of the Ethernet header, tags included (l2_len). */
export const l2Length = (b: PacketBuffer): number => b.flowHash & BYTE;

/** vnet_update_l2_len: notes how long the Ethernet header at b.at is, and how many tags it has. */
export function updateL2Length(b: PacketBuffer): void {
  const bytes = ethernet.taggedHeaderLength(b.view, b.at);
  setL2Length(b, bytes);
  setVlanCount(b, (bytes - ethernet.HEADER_BYTES) / vlan.TAG_BYTES);
}

export function setL2Length(b: PacketBuffer, bytes: number): void {
  b.flowHash = (b.flowHash & ~BYTE) | bytes;
}

/** Tags of the packet as VPP counts them in two bits of its flags (ethernet_buffer_get_vlan_count). */
export const vlanCount = ({ flags }: PacketBuffer): number =>
  ((flags & FLAG_VLAN_1_DEEP) === 0 ? 0 : 1) + ((flags & FLAG_VLAN_2_DEEP) === 0 ? 0 : 2);

export function setVlanCount(b: PacketBuffer, count: number): void {
  const bits = ((count & 1) === 0 ? 0 : FLAG_VLAN_1_DEEP) | ((count & 2) === 0 ? 0 : FLAG_VLAN_2_DEEP);
  b.flags = (b.flags & ~(FLAG_VLAN_1_DEEP | FLAG_VLAN_2_DEEP)) | bits;
}

export const l2EtherType = (b: PacketBuffer): number => b.view.getUint16(b.at + l2Length(b) - 2);

/** Split-horizon group of the port that the packet came in by (shg). */
export const splitHorizonGroup = (b: PacketBuffer): number => (b.flowHash >>> GROUP_SHIFT) & BYTE;

export function setSplitHorizonGroup(b: PacketBuffer, group: number): void {
  b.flowHash = (b.flowHash & BYTE) | (group << GROUP_SHIFT);
}
