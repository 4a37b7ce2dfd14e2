/**
 * An Ethernet frame with an IPv4 datagram without options, read in 32-bit words: a third of the loads that field by field
 * takes. Words are named after what is in them; all are big-endian.
 *
 *      12              14      15      16              18              20              22      23
 *     +---------------+-------+-------+---------------+---------------+---------------+-------+-------+
 *     |   EtherType   | V/IHL |  TOS  | total length  |      id       | flags, offset |  TTL  | proto |
 *     +---------------+-------+-------+---------------+---------------+---------------+-------+-------+
 *      24              26                              30                              34
 *     +---------------+-------------------------------+-------------------------------+---------------+---
 *     |   checksum    |            source             |          destination          |    ports
 *     +---------------+-------------------------------+-------------------------------+---------------+---
 */

/** Up to the ports and the rest of a UDP header. */
export const SHORTEST = 42;

/** EtherType, version and header length, TOS. */
export const typeAndVersion = (frame: DataView, at: number): number => frame.getInt32(at + 12);
/** True for a `typeAndVersion` of an IPv4 header without options, whatever its TOS. */
export const isPlainIp4 = (typeAndVersion: number): boolean => typeAndVersion >>> 8 === 0x080045;

/** Total length and identification. */
export const lengthAndId = (frame: DataView, at: number): number => frame.getInt32(at + 16);
export const totalLengthOf = (lengthAndId: number): number => lengthAndId >>> 16;

/** Flags and fragment offset, TTL, protocol. */
export const fragmentAndTtl = (frame: DataView, at: number): number => frame.getInt32(at + 20);
/** True where more fragments follow, or the offset is not 0. */
export const isFragmentWord = (fragmentAndTtl: number): boolean => (fragmentAndTtl & 0x3fff0000) !== 0;
export const ttlOf = (fragmentAndTtl: number): number => (fragmentAndTtl >>> 8) & 0xff;
export const protocolOf = (fragmentAndTtl: number): number => fragmentAndTtl & 0xff;

export const checksum = (frame: DataView, at: number): number => frame.getUint16(at + 24);
export const source = (frame: DataView, at: number): number => frame.getInt32(at + 26);
export const destination = (frame: DataView, at: number): number => frame.getInt32(at + 30);
/** Source port and destination port of TCP or UDP. */
export const ports = (frame: DataView, at: number): number => frame.getInt32(at + 34);
export const setSource = (frame: DataView, at: number, address: number): void => frame.setInt32(at + 26, address);
export const setDestination = (frame: DataView, at: number, address: number): void => frame.setInt32(at + 30, address);
export const setPorts = (frame: DataView, at: number, ports: number): void => frame.setInt32(at + 34, ports);

/** TTL and protocol; ONE_HOP is what a hop takes off. */
export const ttlAndProtocol = (frame: DataView, at: number): number => frame.getUint16(at + 22);
export const ONE_HOP = 0x100;
export const setTtlAndChecksum = (frame: DataView, at: number, ttlAndProtocol: number, checksum: number): void =>
  frame.setInt32(at + 22, (ttlAndProtocol << 16) | checksum);

export const tcpFlags = (frame: DataView, at: number): number => frame.getUint8(at + 47);
/** Offset of the checksum of TCP, and of UDP. */
export const TCP_CHECKSUM = 50;
export const UDP_CHECKSUM = 40;

/** Sum of the first five 16-bit words of the header, for `hasGoodChecksum`. */
export const headerSum = (typeAndVersion: number, lengthAndId: number, fragmentAndTtl: number): number =>
  (typeAndVersion & 0xffff) +
  (lengthAndId >>> 16) +
  (lengthAndId & 0xffff) +
  (fragmentAndTtl >>> 16) +
  (fragmentAndTtl & 0xffff);

/** True where the header checksum is right (RFC 1071): the one's complement sum of its words is 0xffff. */
export function hasGoodChecksum(headerSum: number, checksum: number, source: number, destination: number): boolean {
  const sum =
    headerSum + checksum + (source >>> 16) + (source & 0xffff) + (destination >>> 16) + (destination & 0xffff);
  return (sum & 0xffff) + (sum >>> 16) === 0xffff;
}
