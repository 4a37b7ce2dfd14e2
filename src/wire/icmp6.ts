/**
 * ICMPv6 (RFC 4443) and neighbour discovery (RFC 4861). Checksums are little-endian words, the form that wire/checksum.ts works on.
 *
 *     +---------------+---------------+-------------------------------+
 *     |     Type      |     Code      |           Checksum            |
 *     |         rest of header, by type: MTU, pointer, flags          |
 *     |        target address of neighbour discovery (16 bytes)       |
 *     |                       options, 8 bytes each or more           |
 *     +---------------------------------------------------------------+
 */

import { compute } from './checksum.js';
import * as ip6 from './ip6.js';

export const HEADER_BYTES = 8;

const TYPE = 0;
const CODE = 1;
const CHECKSUM = 2;
const REST = 4;
/** Of a neighbour solicitation or advertisement, and behind it its options. */
export const TARGET = 8;
export const NEIGHBOR_BYTES = 24;
/** Router advertisement, before its options. */
export const ROUTER_ADVERTISEMENT_BYTES = 16;

export const DESTINATION_UNREACHABLE = 1;
export const PACKET_TOO_BIG = 2;
export const TIME_EXCEEDED = 3;
export const PARAMETER_PROBLEM = 4;
export const ECHO_REQUEST = 128;
export const ECHO_REPLY = 129;
export const ROUTER_SOLICITATION = 133;
export const ROUTER_ADVERTISEMENT = 134;
export const NEIGHBOR_SOLICITATION = 135;
export const NEIGHBOR_ADVERTISEMENT = 136;
export const REDIRECT = 137;
export const LISTENER_REPORT_V2 = 143; // RFC 3810

export const CODE_NO_ROUTE = 0;
export const CODE_PROHIBITED = 1;
export const CODE_PORT_UNREACHABLE = 4;
export const CODE_HOP_LIMIT = 0;
export const CODE_REASSEMBLY_TIME = 1;
export const CODE_ERRONEOUS_FIELD = 0;
export const CODE_INCOMPLETE_CHAIN = 3;

/** Flags of a neighbour advertisement. */
export const FLAG_ROUTER = 1 << 31;
export const FLAG_SOLICITED = 1 << 30;
export const FLAG_OVERRIDE = 1 << 29;

/** Options of neighbour discovery, and the length of those that have one. */
export const OPTION_SOURCE_LINK_LAYER = 1;
export const OPTION_TARGET_LINK_LAYER = 2;
export const OPTION_PREFIX = 3;
export const OPTION_MTU = 5;
export const OPTION_BYTES = 8;
export const PREFIX_OPTION_BYTES = 32;

export const type = (frame: DataView, at: number): number => frame.getUint8(at + TYPE);
export const setType = (frame: DataView, at: number, value: number): void => frame.setUint8(at + TYPE, value);
export const code = (frame: DataView, at: number): number => frame.getUint8(at + CODE);
export const setCode = (frame: DataView, at: number, value: number): void => frame.setUint8(at + CODE, value);
export const checksum = (frame: DataView, at: number): number => frame.getUint16(at + CHECKSUM, true);
export const setChecksum = (frame: DataView, at: number, value: number): void =>
  frame.setUint16(at + CHECKSUM, value, true);
export const setRest = (frame: DataView, at: number, value: number): void => frame.setInt32(at + REST, value);

/** True for messages of neighbour discovery about one address. */
export const hasTarget = (icmpType: number): boolean =>
  icmpType === NEIGHBOR_SOLICITATION || icmpType === NEIGHBOR_ADVERTISEMENT || icmpType === REDIRECT;
export const isEcho = (icmpType: number): boolean => icmpType === ECHO_REQUEST || icmpType === ECHO_REPLY;

/** True for errors, which quote the packet that they are about. */
export const isError = (icmpType: number): boolean => icmpType < 128;

/** Writes the checksum of the message behind an IPv6 header without extension headers, over what the header says there is. */
export function fillChecksum(frame: DataView, l3: number): void {
  const at = l3 + ip6.HEADER_BYTES;
  const length = ip6.payloadLength(frame, l3);
  setChecksum(frame, at, 0);
  setChecksum(frame, at, compute(frame, at, length, ip6.pseudoSum(frame, l3, ip6.PROTOCOL_ICMP6, length)));
}
