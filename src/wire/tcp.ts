/**
 * TCP header (RFC 9293 section 3.1). The checksum is a little-endian word, the form
 * wire/checksum.ts works on.
 *
 *     +-------------------------------+-------------------------------+
 *     |          Source Port          |       Destination Port        |
 *     |                        Sequence Number                        |
 *     |                    Acknowledgment Number                      |
 *     |Offset |Rsrvd  |     Flags     |            Window             |
 *     |           Checksum            |         Urgent Pointer        |
 *     +-------------------------------+-------------------------------+
 */

/** Header length in bytes, without options. */
export const HEADER_BYTES = 20;

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const SEQUENCE = 4;
const ACKNOWLEDGMENT = 8;
const OFFSET = 12;
const FLAGS = 13;
const WINDOW = 14;
export const CHECKSUM = 16;
const URGENT_POINTER = 18;

export const sourcePort = (frame: DataView, at: number): number => frame.getUint16(at + SOURCE_PORT);
export const setSourcePort = (frame: DataView, at: number, port: number): void =>
  frame.setUint16(at + SOURCE_PORT, port);

export const destinationPort = (frame: DataView, at: number): number => frame.getUint16(at + DESTINATION_PORT);
export const setDestinationPort = (frame: DataView, at: number, port: number): void =>
  frame.setUint16(at + DESTINATION_PORT, port);

export const sequence = (frame: DataView, at: number): number => frame.getUint32(at + SEQUENCE);
export const setSequence = (frame: DataView, at: number, value: number): void => frame.setUint32(at + SEQUENCE, value);

export const acknowledgment = (frame: DataView, at: number): number => frame.getUint32(at + ACKNOWLEDGMENT);
export const setAcknowledgment = (frame: DataView, at: number, value: number): void =>
  frame.setUint32(at + ACKNOWLEDGMENT, value);

/** Header length in bytes, options included. */
export const headerLength = (frame: DataView, at: number): number => (frame.getUint8(at + OFFSET) >>> 4) << 2;
/** A multiple of 4; the reserved bits beside it become 0. */
export const setHeaderLength = (frame: DataView, at: number, bytes: number): void =>
  frame.setUint8(at + OFFSET, (bytes >>> 2) << 4);

export const flags = (frame: DataView, at: number): number => frame.getUint8(at + FLAGS);
export const setFlags = (frame: DataView, at: number, value: number): void => frame.setUint8(at + FLAGS, value);

export const window = (frame: DataView, at: number): number => frame.getUint16(at + WINDOW);
export const setWindow = (frame: DataView, at: number, value: number): void => frame.setUint16(at + WINDOW, value);

export const checksum = (frame: DataView, at: number): number => frame.getUint16(at + CHECKSUM, true);
export const setChecksum = (frame: DataView, at: number, value: number): void =>
  frame.setUint16(at + CHECKSUM, value, true);

export const urgentPointer = (frame: DataView, at: number): number => frame.getUint16(at + URGENT_POINTER);
export const setUrgentPointer = (frame: DataView, at: number, value: number): void =>
  frame.setUint16(at + URGENT_POINTER, value);
