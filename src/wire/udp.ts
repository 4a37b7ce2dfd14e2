/**
 * UDP header (RFC 768). The checksum is a little-endian word, the form wire/checksum.ts works on; 0 means none.
 *
 *     +-------------------------------+-------------------------------+
 *     |          Source Port          |       Destination Port        |
 *     |            Length             |           Checksum            |
 *     +-------------------------------+-------------------------------+
 */

export const HEADER_BYTES = 8;

const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const LENGTH = 4;
export const CHECKSUM = 6;

export const sourcePort = (frame: DataView, at: number): number => frame.getUint16(at + SOURCE_PORT);
export const setSourcePort = (frame: DataView, at: number, port: number): void =>
  frame.setUint16(at + SOURCE_PORT, port);

export const destinationPort = (frame: DataView, at: number): number => frame.getUint16(at + DESTINATION_PORT);
export const setDestinationPort = (frame: DataView, at: number, port: number): void =>
  frame.setUint16(at + DESTINATION_PORT, port);

/** Length in bytes, header included. */
export const length = (frame: DataView, at: number): number => frame.getUint16(at + LENGTH);
export const setLength = (frame: DataView, at: number, value: number): void => frame.setUint16(at + LENGTH, value);

export const checksum = (frame: DataView, at: number): number => frame.getUint16(at + CHECKSUM, true);
export const setChecksum = (frame: DataView, at: number, value: number): void =>
  frame.setUint16(at + CHECKSUM, value, true);
