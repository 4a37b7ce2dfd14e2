/**
 * ICMP header (RFC 792). The checksum is a little-endian word, the form wire/checksum.ts works on.
 *
 *     +---------------+---------------+-------------------------------+
 *     |     Type      |     Code      |          Checksum             |
 *     |  Identifier (queries)         |  Sequence Number (queries)    |
 *     +---------------+---------------+-------------------------------+
 */

/** Length of the fixed part in bytes: type, code, checksum, and the four bytes whose meaning depends on the type. */
export const HEADER_BYTES = 8;

export const ECHO_REPLY = 0;
export const DESTINATION_UNREACHABLE = 3;
export const SOURCE_QUENCH = 4;
export const REDIRECT = 5;
export const ECHO_REQUEST = 8;
export const TIME_EXCEEDED = 11;
export const PARAMETER_PROBLEM = 12;
export const TIMESTAMP_REQUEST = 13;
export const TIMESTAMP_REPLY = 14;
export const INFORMATION_REQUEST = 15;
export const INFORMATION_REPLY = 16;
export const ADDRESS_MASK_REQUEST = 17;
export const ADDRESS_MASK_REPLY = 18;

/** Codes of DESTINATION_UNREACHABLE (RFC 792, RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1) and TIME_EXCEEDED. */
export const CODE_HOST_UNREACHABLE = 1;
export const CODE_PORT_UNREACHABLE = 3;
export const CODE_FRAGMENTATION_NEEDED = 4;
export const CODE_HOST_PROHIBITED = 10;
export const CODE_TTL_EXCEEDED_IN_TRANSIT = 0;

const TYPE = 0;
const CODE = 1;
export const CHECKSUM = 2;
const IDENTIFIER = 4;
const SEQUENCE = 6;
const REST = 4;

export const type = (frame: DataView, at: number): number => frame.getUint8(at + TYPE);
export const setType = (frame: DataView, at: number, value: number): void => frame.setUint8(at + TYPE, value);

export const code = (frame: DataView, at: number): number => frame.getUint8(at + CODE);
export const setCode = (frame: DataView, at: number, value: number): void => frame.setUint8(at + CODE, value);

export const checksum = (frame: DataView, at: number): number => frame.getUint16(at + CHECKSUM, true);
export const setChecksum = (frame: DataView, at: number, value: number): void =>
  frame.setUint16(at + CHECKSUM, value, true);

export const identifier = (frame: DataView, at: number): number => frame.getUint16(at + IDENTIFIER);

export const sequence = (frame: DataView, at: number): number => frame.getUint16(at + SEQUENCE);

/** The four bytes after the checksum, whose meaning depends on the type (next-hop MTU, pointer, gateway). */
export const rest = (frame: DataView, at: number): number => frame.getUint32(at + REST);
export const setRest = (frame: DataView, at: number, value: number): void => frame.setUint32(at + REST, value);

/** ICMP messages that quote the packet they are about (RFC 1122 section 3.2.2). */
export const isError = (messageType: number): boolean =>
  messageType === DESTINATION_UNREACHABLE ||
  messageType === SOURCE_QUENCH ||
  messageType === REDIRECT ||
  messageType === TIME_EXCEEDED ||
  messageType === PARAMETER_PROBLEM;

/** ICMP queries and their answers, which carry an identifier that NAT translates. */
export const hasIdentifier = (messageType: number): boolean =>
  messageType === ECHO_REQUEST ||
  messageType === ECHO_REPLY ||
  (messageType >= TIMESTAMP_REQUEST && messageType <= ADDRESS_MASK_REPLY);
