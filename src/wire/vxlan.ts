/**
 * VXLAN header (RFC 7348 §5). Only the I flag is defined; reserved fields are sent as zero.
 *
 *     +-+-+-+-+-+-+-+-+-----------------------------------------------+
 *     |R|R|R|R|I|R|R|R|            Reserved                           |
 *     |                VXLAN Network Identifier (VNI) |   Reserved    |
 *     +-----------------------------------------------+---------------+
 */

export const HEADER_BYTES = 8;

/** Destination port of its UDP datagrams (IANA). */
export const UDP_PORT = 4789;

/** The VNI is valid. */
export const FLAG_I = 0x08;

const FLAGS = 0;
const VNI = 4;

export const flags = (frame: DataView, at: number): number => frame.getUint8(at + FLAGS);

/** The VNI in the upper 24 bits, the reserved byte below it; a signed 32-bit integer. */
export const vniWord = (frame: DataView, at: number): number => frame.getInt32(at + VNI);

/** Writes a whole header. */
export const setHeader = (frame: DataView, at: number, vni: number, flagBits = FLAG_I): void => {
  frame.setUint32(at + FLAGS, flagBits << 24);
  frame.setInt32(at + VNI, vni << 8);
};
