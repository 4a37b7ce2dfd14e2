/**
 * IPv6 header (RFC 8200 section 3) and what its extension headers have in common (section 4).
 *
 *      0                   1                   2                   3
 *      0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *     +-------+---------------+---------------------------------------+
 *     |Version| Traffic Class |           Flow Label                  |
 *     |         Payload Length        |  Next Header  |   Hop Limit   |
 *     |                   Source Address (16 bytes)                   |
 *     |                Destination Address (16 bytes)                 |
 *     +---------------------------------------------------------------+
 */

import { sumWords, swap16 } from './checksum.js';

export const HEADER_BYTES = 40;
export const ADDRESS_BYTES = 16;

const PAYLOAD_LENGTH = 4;
export const NEXT_HEADER = 6;
const HOP_LIMIT = 7;
/** Of the two addresses, which are read word by word. */
export const SOURCE = 8;
export const DESTINATION = 24;

export const PROTOCOL_ICMP6 = 58;

/** Extension headers, by the number that the header in front has for them. */
export const HOP_BY_HOP = 0;
export const ROUTING = 43;
export const FRAGMENT = 44;
export const AUTHENTICATION = 51; // RFC 4302
export const DESTINATION_OPTIONS = 60;

/** An extension header begins with the number of the next one and its own length. */
export const EXTENSION_BYTES = 8;
const EXTENSION_NEXT_HEADER = 0;
const EXTENSION_LENGTH = 1;
const FRAGMENT_OFFSET = 2;
const FRAGMENT_ID = 4;
const MORE_FRAGMENTS = 1;

export const version = (frame: DataView, at: number): number => frame.getUint8(at) >>> 4;

/** Bytes behind the header, extension headers included. */
export const payloadLength = (frame: DataView, at: number): number => frame.getUint16(at + PAYLOAD_LENGTH);
/** IP protocol, or the number of an extension header. */
export const nextHeader = (frame: DataView, at: number): number => frame.getUint8(at + NEXT_HEADER);
export const hopLimit = (frame: DataView, at: number): number => frame.getUint8(at + HOP_LIMIT);

/** Version, traffic class and flow label. */
export const setFirstWord = (frame: DataView, at: number, word: number): void => frame.setInt32(at, word);
export const setPayloadLength = (frame: DataView, at: number, bytes: number): void =>
  frame.setUint16(at + PAYLOAD_LENGTH, bytes);
export const setNextHeader = (frame: DataView, at: number, protocol: number): void =>
  frame.setUint8(at + NEXT_HEADER, protocol);
export const setHopLimit = (frame: DataView, at: number, hops: number): void => frame.setUint8(at + HOP_LIMIT, hops);

/** ff00::/8, of an address at `address`. */
export const isMulticast = (frame: DataView, address: number): boolean => frame.getUint8(address) === 0xff;
/** fe80::/10 */
export const isLinkLocal = (frame: DataView, address: number): boolean =>
  frame.getUint16(address) >>> 6 === 0xfe80 >>> 6;
export const isUnspecified = (frame: DataView, address: number): boolean =>
  (frame.getInt32(address) |
    frame.getInt32(address + 4) |
    frame.getInt32(address + 8) |
    frame.getInt32(address + 12)) ===
  0;

/** Copies one of the two addresses, or another one, to a place. */
export function copyAddress(frame: DataView, from: number, to: number): void {
  for (let word = 0; word < ADDRESS_BYTES; word += 4) frame.setInt32(to + word, frame.getInt32(from + word));
}

export const isExtension = (protocol: number): boolean =>
  protocol === HOP_BY_HOP ||
  protocol === ROUTING ||
  protocol === FRAGMENT ||
  protocol === AUTHENTICATION ||
  protocol === DESTINATION_OPTIONS;

export const extensionNextHeader = (frame: DataView, at: number): number => frame.getUint8(at + EXTENSION_NEXT_HEADER);

/** In bytes. The authentication header counts in units of 4, the fragment header has one length, the others count in units of 8. */
export function extensionBytes(frame: DataView, at: number, protocol: number): number {
  if (protocol === FRAGMENT) return EXTENSION_BYTES;
  const length = frame.getUint8(at + EXTENSION_LENGTH);
  return protocol === AUTHENTICATION ? (length + 2) * 4 : (length + 1) * 8;
}

/** Of a fragment header, in units of 8 bytes. */
export const fragmentOffset = (frame: DataView, at: number): number => frame.getUint16(at + FRAGMENT_OFFSET) >>> 3;
export const moreFragments = (frame: DataView, at: number): boolean =>
  (frame.getUint16(at + FRAGMENT_OFFSET) & MORE_FRAGMENTS) !== 0;
export const fragmentId = (frame: DataView, at: number): number => frame.getInt32(at + FRAGMENT_ID);

/** Writes a fragment header. @param offset in units of 8 bytes */
export function writeFragment(
  frame: DataView,
  at: number,
  protocol: number,
  offset: number,
  more: boolean,
  id: number,
): void {
  frame.setUint16(at, protocol << 8);
  frame.setUint16(at + FRAGMENT_OFFSET, (offset << 3) | (more ? MORE_FRAGMENTS : 0));
  frame.setInt32(at + FRAGMENT_ID, id);
}

/** Sum of the pseudo header of what the IPv6 header carries (RFC 8200 section 8.1), in little-endian words as for wire/checksum.ts. */
export const pseudoSum = (frame: DataView, at: number, protocol: number, length: number): number =>
  sumWords(frame, at + SOURCE, 2 * ADDRESS_BYTES) + (protocol << 8) + swap16(length);
