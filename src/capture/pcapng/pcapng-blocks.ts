/**
 * Blocks of pcapng (draft-ietf-opsawg-pcapng): type numbers, option codes, and the reading of options.
 *
 *     +------+--------------+------------------+--------------+
 *     | type | total length | body, 4n bytes   | total length |
 *     +------+--------------+------------------+--------------+
 */
import type { CaptureInterface } from '../frame-batch.js';
import { DEFAULT_RESOLUTION, TimestampUnit } from './timestamp-unit.js';

export const SECTION_HEADER = 0x0a0d0d0a; // §4.1, the same in both byte orders
export const INTERFACE_DESCRIPTION = 1; // §4.2
export const OBSOLETE_PACKET = 2; // appendix A
export const SIMPLE_PACKET = 3; // §4.4
export const NAME_RESOLUTION = 4; // §4.5
export const ENHANCED_PACKET = 6; // §4.3

export const isPacket = (type: number): boolean =>
  type === ENHANCED_PACKET || type === SIMPLE_PACKET || type === OBSOLETE_PACKET;

export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;

/** Type, total length, and the total length again behind the body. */
export const MINIMUM_BLOCK_BYTES = 12;

/** Records of a name resolution block: an address, then a name with a zero behind it. */
export const RECORD_IP4 = 1;
export const RECORD_IP6 = 2;

export const OPTION_END = 0;
export const OPTION_COMMENT = 1;
export const OPTION_SHB_USERAPPL = 4;
export const OPTION_IF_NAME = 2;
export const OPTION_IF_DESCRIPTION = 3;
export const OPTION_IF_MAC_ADDRESS = 6;
export const OPTION_IF_TSRESOL = 9;
export const OPTION_IF_FCSLEN = 13;
export const OPTION_IF_TSOFFSET = 14;
/** Of the enhanced packet block, and of the obsolete one, where it is pack_flags. */
export const OPTION_EPB_FLAGS = 2;

/** The flags word (§4.3.1): direction in bits 0 and 1, bytes of frame check sequence in bits 5 to 8, 0 for as the interface has it. */
const FLAGS_DIRECTION = 0x3;
const FLAGS_FCS_SHIFT = 5;
const FLAGS_FCS = 0xf;
export const directionOf = (flags: number): number => flags & FLAGS_DIRECTION;
export const fcsBytesOfFlags = (flags: number): number => (flags >>> FLAGS_FCS_SHIFT) & FLAGS_FCS;

/**
 * Bytes of an if_fcslen: the format says bits (§4.2), Wireshark takes it for bytes, and both are written: 32 and 4 for Ethernet. No
 * link layer has a frame check sequence of 16 bytes.
 */
const fcsBytesOf = (length: number): number => (length >= 16 ? length >> 3 : length);

export const padded = (length: number): number => Math.ceil(length / 4) * 4;

/** An interface as the reader needs it: what everyone sees, and how its timestamps count. */
export interface InterfaceDescription {
  readonly publicPart: CaptureInterface;
  readonly unit: TimestampUnit;
  /** Bytes of frame check sequence that its frames end in, unless their own flags say otherwise. */
  readonly fcsBytes: number;
}

/**
 * Reads an Interface Description Block's body at [at, end); the caller has checked that its 8 fixed bytes are there.
 * Returns a sentence's end instead where an option does not fit: what was found.
 */
export function readInterface(view: DataView, at: number, end: number, le: boolean): InterfaceDescription | string {
  let name: string | null = null;
  let resolution = DEFAULT_RESOLUTION;
  let offsetSeconds = 0;
  let fcsBytes = 0;
  let option = at + 8;
  while (end - option >= 4) {
    const code = view.getUint16(option, le);
    const length = view.getUint16(option + 2, le);
    if (code === OPTION_END) break;
    const value = option + 4;
    if (length > end - value) return `has an option ${code} of ${length} bytes where ${end - value} bytes are left`;
    if (code === OPTION_IF_NAME) name = text(view, value, length);
    else if (code === OPTION_IF_TSRESOL && length >= 1) resolution = view.getUint8(value);
    else if (code === OPTION_IF_FCSLEN && length >= 1) fcsBytes = fcsBytesOf(view.getUint8(value));
    else if (code === OPTION_IF_TSOFFSET && length >= 8) offsetSeconds = Number(view.getBigInt64(value, le));
    option = value + padded(length);
  }
  const unit = new TimestampUnit(resolution, offsetSeconds);
  const publicPart = {
    linkType: view.getUint16(at, le),
    snapLength: view.getUint32(at + 4, le),
    name,
    timestampDigits: unit.digits,
  };
  return { publicPart, unit, fcsBytes };
}

/** The flags word among a packet's options at [at, end); 0 where there is none. Options that do not fit say nothing. */
export function packetFlags(view: DataView, at: number, end: number, le: boolean): number {
  let option = at;
  while (end - option >= 4) {
    const code = view.getUint16(option, le);
    const length = view.getUint16(option + 2, le);
    const value = option + 4;
    if (code === OPTION_END || length > end - value) return 0;
    if (code === OPTION_EPB_FLAGS && length >= 4) return view.getUint32(value, le);
    option = value + padded(length);
  }
  return 0;
}

/** UTF-8 text; some writers count a terminating zero in. */
function text(view: DataView, at: number, length: number): string {
  const decoded = new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + at, length));
  const zero = decoded.indexOf('\0');
  return zero < 0 ? decoded : decoded.slice(0, zero);
}
