/**
 * An Ethernet frame with an IPv6 packet whose L4 header follows the fixed one at once, read as header-loads.ts reads IPv4:
 *
 *      12              14              16              18              20      21      22      38      54
 *     +---------------+---------------+---------------+---------------+-------+-------+- ... -+- ... -+-------+---
 *     |   EtherType   |    version, class, flow label   payload length|  next | limit |  src  |  dst  | ports
 *     +---------------+---------------+---------------+---------------+-------+-------+- ... -+- ... -+-------+---
 */

/** True for the EtherType and version of IPv6, as header-loads.ts typeAndVersion loads them. */
export const isIp6 = (typeAndVersion: number): boolean => typeAndVersion >>> 12 === 0x86dd6;

/** 20 bits. */
export const flowLabel = (frame: DataView, at: number): number => frame.getInt32(at + 14) & 0xfffff;
export const payloadLength = (frame: DataView, at: number): number => frame.getUint16(at + 18);
export const nextHeader = (frame: DataView, at: number): number => frame.getUint8(at + 20);
export const hopLimit = (frame: DataView, at: number): number => frame.getUint8(at + 21);
export const setHopLimit = (frame: DataView, at: number, hops: number): void => frame.setUint8(at + 21, hops);

/** Puts the words of both addresses, source first, into `words`. */
export function readAddresses(frame: DataView, at: number, words: Int32Array): void {
  words[0] = frame.getInt32(at + 22);
  words[1] = frame.getInt32(at + 26);
  words[2] = frame.getInt32(at + 30);
  words[3] = frame.getInt32(at + 34);
  words[4] = frame.getInt32(at + 38);
  words[5] = frame.getInt32(at + 42);
  words[6] = frame.getInt32(at + 46);
  words[7] = frame.getInt32(at + 50);
}

/** Of an address's first word: fe80::/10 and ff00::/8, whose packets do not simply follow a route. */
export const isLinkLocalOrMulticast = (word: number): boolean =>
  (word & 0xffc00000) === (0xfe800000 | 0) || word >>> 24 === 0xff;

/** Source port and destination port of TCP or UDP; of ICMPv6 type, code and checksum. */
export const ports = (frame: DataView, at: number): number => frame.getInt32(at + 54);
export const tcpFlags = (frame: DataView, at: number): number => frame.getUint8(at + 67);
