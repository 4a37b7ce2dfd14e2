/**
 * snat_session_key_t as two words for FlowHashTable2: the address, and port, protocol and FIB index packed as in VPP
 * (VPP 19.08 src/plugins/nat/nat.h).
 *
 *     31            19 18  16 15             0
 *     +---------------+------+----------------+
 *     |   FIB index   | prot |      port      |
 *     +---------------+------+----------------+
 */

import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from '../../../wire/ip4.js';

/** snat_protocol_t; UNKNOWN is what ~0 becomes in the key's three bits. */
export const NAT_UDP = 0;
export const NAT_TCP = 1;
export const NAT_ICMP = 2;
export const NAT_UNKNOWN = 7;

const PROTOCOL_SHIFT = 16;
const FIB_SHIFT = 19;
const PROTOCOL_ICMP6 = 58;

/** The second key word. */
export const packKey = (port: number, protocol: number, fibIndex: number): number =>
  port | (protocol << PROTOCOL_SHIFT) | (fibIndex << FIB_SHIFT);

export const keyPort = (word: number): number => word & 0xffff;
export const keyProtocol = (word: number): number => (word >>> PROTOCOL_SHIFT) & 7;
export const keyFib = (word: number): number => word >>> FIB_SHIFT;

/** By IP protocol. ICMPv6 counts as ICMP. */
const NAT_PROTOCOLS = new Uint8Array(256).fill(NAT_UNKNOWN);
NAT_PROTOCOLS[PROTOCOL_TCP] = NAT_TCP;
NAT_PROTOCOLS[PROTOCOL_UDP] = NAT_UDP;
NAT_PROTOCOLS[PROTOCOL_ICMP] = NAT_ICMP;
NAT_PROTOCOLS[PROTOCOL_ICMP6] = NAT_ICMP;

/** ip_proto_to_snat_proto: NAT's number of an IP protocol. */
export const natProtocolOf = (ipProtocol: number): number => NAT_PROTOCOLS[ipProtocol];

/** snat_proto_to_ip_proto; 255 for NAT_UNKNOWN. */
export function ipProtocolOf(natProtocol: number): number {
  if (natProtocol === NAT_TCP) return PROTOCOL_TCP;
  if (natProtocol === NAT_UDP) return PROTOCOL_UDP;
  return natProtocol === NAT_ICMP ? PROTOCOL_ICMP : 255;
}
