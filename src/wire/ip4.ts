/**
 * IPv4 header (RFC 791 section 3.1).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |Version|  IHL  |Type of Service|          Total Length         |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |         Identification        |Flags|      Fragment Offset    |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |  Time to Live |    Protocol   |         Header Checksum       |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                       Source Address                          |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *     |                    Destination Address                        |
 *     +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
 *
 * Addresses are signed 32-bit integers (`getInt32`): a small integer to the engine, never a heap number. Show them
 * with `formatAddress`, compare them as they are, order them with `>>> 0`. Checksums are little-endian words, the
 * form wire/checksum.ts works on.
 */

/** Header length in bytes, without options. */
export const HEADER_BYTES = 20;

export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;

/** Flag and offset masks of the `flagsAndFragment` word. */
export const DONT_FRAGMENT = 0x4000;
export const MORE_FRAGMENTS = 0x2000;
export const FRAGMENT_OFFSET = 0x1fff;

const VERSION_IHL = 0;
const TOS = 1;
const TOTAL_LENGTH = 2;
const IDENTIFICATION = 4;
const FLAGS_FRAGMENT = 6;
const TTL = 8;
const PROTOCOL = 9;
const CHECKSUM = 10;
const SOURCE = 12;
const DESTINATION = 16;

/** Version and header length octet; 0x45 for a header without options. */
export const versionIhl = (frame: DataView, at: number): number => frame.getUint8(at + VERSION_IHL);
export const setVersionIhl = (frame: DataView, at: number, value: number): void =>
  frame.setUint8(at + VERSION_IHL, value);

/** Header length in bytes, options included. */
export const headerLength = (frame: DataView, at: number): number => (frame.getUint8(at + VERSION_IHL) & 0xf) << 2;

export const tos = (frame: DataView, at: number): number => frame.getUint8(at + TOS);
export const setTos = (frame: DataView, at: number, value: number): void => frame.setUint8(at + TOS, value);

/** Datagram length in bytes, header included. */
export const totalLength = (frame: DataView, at: number): number => frame.getUint16(at + TOTAL_LENGTH);
export const setTotalLength = (frame: DataView, at: number, value: number): void =>
  frame.setUint16(at + TOTAL_LENGTH, value);

export const identification = (frame: DataView, at: number): number => frame.getUint16(at + IDENTIFICATION);
export const setIdentification = (frame: DataView, at: number, value: number): void =>
  frame.setUint16(at + IDENTIFICATION, value);

/** Flags and fragment offset as one 16-bit word; see DONT_FRAGMENT, MORE_FRAGMENTS, FRAGMENT_OFFSET. */
export const flagsAndFragment = (frame: DataView, at: number): number => frame.getUint16(at + FLAGS_FRAGMENT);
export const setFlagsAndFragment = (frame: DataView, at: number, value: number): void =>
  frame.setUint16(at + FLAGS_FRAGMENT, value);

/** Fragment offset in units of 8 bytes. */
export const fragmentOffset = (frame: DataView, at: number): number =>
  frame.getUint16(at + FLAGS_FRAGMENT) & FRAGMENT_OFFSET;
export const isFragment = (frame: DataView, at: number): boolean =>
  (frame.getUint16(at + FLAGS_FRAGMENT) & (MORE_FRAGMENTS | FRAGMENT_OFFSET)) !== 0;

/** Time to live, in hops. */
export const ttl = (frame: DataView, at: number): number => frame.getUint8(at + TTL);
export const setTtl = (frame: DataView, at: number, value: number): void => frame.setUint8(at + TTL, value);

export const protocol = (frame: DataView, at: number): number => frame.getUint8(at + PROTOCOL);
export const setProtocol = (frame: DataView, at: number, value: number): void => frame.setUint8(at + PROTOCOL, value);

/** Header checksum as a little-endian word, for wire/checksum.ts. */
export const checksum = (frame: DataView, at: number): number => frame.getUint16(at + CHECKSUM, true);
export const setChecksum = (frame: DataView, at: number, value: number): void =>
  frame.setUint16(at + CHECKSUM, value, true);

export const source = (frame: DataView, at: number): number => frame.getInt32(at + SOURCE);
export const setSource = (frame: DataView, at: number, value: number): void => frame.setInt32(at + SOURCE, value);

export const destination = (frame: DataView, at: number): number => frame.getInt32(at + DESTINATION);
export const setDestination = (frame: DataView, at: number, value: number): void =>
  frame.setInt32(at + DESTINATION, value);

/** 224.0.0.0/4 */
export const isMulticast = (address: number): boolean => address >>> 28 === 0xe;

/** True where the checksum of a header without options is right: the one's complement sum of its 20 bytes is 0xffff. */
export function hasGoodChecksum(frame: DataView, at: number): boolean {
  const w0 = frame.getInt32(at);
  const w1 = frame.getInt32(at + 4);
  const w2 = frame.getInt32(at + 8);
  const w3 = frame.getInt32(at + 12);
  const w4 = frame.getInt32(at + 16);
  const sum =
    (w0 >>> 16) +
    (w0 & 0xffff) +
    (w1 >>> 16) +
    (w1 & 0xffff) +
    (w2 >>> 16) +
    (w2 & 0xffff) +
    (w3 >>> 16) +
    (w3 & 0xffff) +
    (w4 >>> 16) +
    (w4 & 0xffff);
  return (sum & 0xffff) + (sum >>> 16) === 0xffff;
}
