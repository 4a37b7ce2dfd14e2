/**
 * Writer of pcapng captures (draft-ietf-opsawg-pcapng): one little-endian section, one interface block per interface,
 * enhanced packet blocks with direction and comment.
 */
import { copyFrame } from '../copy-frame.js';
import { CaptureWriter, SNAP_LENGTH } from './capture-writer.js';
import type { SectionDescription, WriterInterface, WriterOptions } from './capture-writer.js';
import { DIRECTION_UNKNOWN, LINKTYPE_ETHERNET } from '../frame-batch.js';
import type { FrameRecord } from '../frame-record.js';
import type { OutputFile } from './output-file.js';
import * as blocks from '../pcapng/pcapng-blocks.js';
import type { MacAddress } from '../../wire/address.js';

const USER_APPLICATION = 'vppcap';
/** Length of a section that is not told in advance. */
const UNKNOWN_SECTION_LENGTH = -1n;
const SECTION_FIXED_BYTES = 16;
const INTERFACE_FIXED_BYTES = 8;
const PACKET_FIXED_BYTES = 28;
const OPTION_HEADER_BYTES = 4;
const FLAGS_OPTION_BYTES = 8;
/** An option's length is 16 bits. */
const MAXIMUM_OPTION_BYTES = 0xfffc;

export class PcapngWriter extends CaptureWriter {
  private readonly unitsPerSecond: number;
  private readonly nanosecondsPerUnit: number;
  private readonly interfaceCount: number;

  constructor(
    private readonly output: OutputFile,
    options: WriterOptions,
  ) {
    super();
    this.outputs.push(output);
    const digits = options.timestampDigits > 6 ? 9 : 6;
    this.unitsPerSecond = 10 ** digits;
    this.nanosecondsPerUnit = 1e9 / this.unitsPerSecond;
    this.interfaceCount = options.interfaces.length;
    this.sectionHeader(options.section ?? {});
    for (const description of options.interfaces) this.interfaceDescription(description, digits);
  }

  write(frame: FrameRecord): void {
    const { bytes, view, at, length, originalLength, interfaceIndex, comment, direction } = frame;
    if (interfaceIndex >= this.interfaceCount) throw new RangeError(`interface ${interfaceIndex} was not announced`);
    const { output } = this;
    const captured = length > SNAP_LENGTH ? SNAP_LENGTH : length;
    const framePadded = (captured + 3) & ~3;
    const commentLength = comment === null ? 0 : textLength(comment);
    const commentBytes = comment === null ? 0 : optionBytes(commentLength);
    const flagsBytes = direction === DIRECTION_UNKNOWN ? 0 : FLAGS_OPTION_BYTES;
    const optionsBytes = commentBytes + flagsBytes === 0 ? 0 : commentBytes + flagsBytes + OPTION_HEADER_BYTES;
    const total = PACKET_FIXED_BYTES + framePadded + optionsBytes + 4;
    const block = output.reserve(total);
    const to = output.view;
    to.setUint32(block, blocks.ENHANCED_PACKET, true);
    to.setUint32(block + 4, total, true);
    to.setUint32(block + 8, interfaceIndex, true);
    this.timestamp(to, block + 12, frame.seconds, frame.nanoseconds);
    to.setUint32(block + 20, captured, true);
    to.setUint32(block + 24, originalLength > length ? originalLength : length, true);
    const start = block + PACKET_FIXED_BYTES;
    copyFrame(bytes, view, at, output.bytes, to, start, captured);
    for (let k = captured; k < framePadded; k++) to.setUint8(start + k, 0);
    let option = start + framePadded;
    if (flagsBytes > 0) {
      to.setUint16(option, blocks.OPTION_EPB_FLAGS, true);
      to.setUint16(option + 2, 4, true);
      to.setUint32(option + 4, direction, true);
      option += FLAGS_OPTION_BYTES;
    }
    if (comment !== null) option = this.text(option, blocks.OPTION_COMMENT, comment, commentLength);
    if (optionsBytes > 0) to.setUint32(option, blocks.OPTION_END, true);
    to.setUint32(block + total - 4, total, true);
    this.frameCount++;
  }

  private sectionHeader({ application = USER_APPLICATION, comment }: SectionDescription): void {
    const options = [
      ...(comment === undefined ? [] : [textOption(blocks.OPTION_COMMENT, comment)]),
      textOption(blocks.OPTION_SHB_USERAPPL, application),
    ];
    const fixed = Buffer.alloc(SECTION_FIXED_BYTES);
    fixed.writeUInt32LE(blocks.BYTE_ORDER_MAGIC, 0);
    fixed.writeUInt16LE(1, 4); // version 1.0
    fixed.writeBigInt64LE(UNKNOWN_SECTION_LENGTH, 8);
    this.block(blocks.SECTION_HEADER, fixed, options);
  }

  private interfaceDescription(described: WriterInterface, digits: number): void {
    const { name, description, mac, linkType = LINKTYPE_ETHERNET, snapLength = SNAP_LENGTH } = described;
    const options = [textOption(blocks.OPTION_IF_NAME, name)];
    if (description !== undefined) options.push(textOption(blocks.OPTION_IF_DESCRIPTION, description));
    if (mac !== undefined) options.push(option(blocks.OPTION_IF_MAC_ADDRESS, macBytes(mac)));
    options.push(option(blocks.OPTION_IF_TSRESOL, Buffer.of(digits)));
    const fixed = Buffer.alloc(INTERFACE_FIXED_BYTES);
    fixed.writeUInt16LE(linkType, 0);
    fixed.writeUInt32LE(snapLength, 4);
    this.block(blocks.INTERFACE_DESCRIPTION, fixed, options);
  }

  /** A block that is written once, with options of which there is at least one. */
  private block(type: number, fixed: Buffer, options: readonly Buffer[]): void {
    const body = Buffer.concat([fixed, ...options, Buffer.alloc(OPTION_HEADER_BYTES)]);
    const total = body.length + blocks.MINIMUM_BLOCK_BYTES;
    const at = this.output.reserve(total);
    const { bytes, view } = this.output;
    view.setUint32(at, type, true);
    view.setUint32(at + 4, total, true);
    bytes.set(body, at + 8);
    view.setUint32(at + total - 4, total, true);
  }

  /** 64 bits of time, high half first. There is no time before 1970: it becomes 1970. */
  private timestamp(to: DataView, at: number, seconds: number, nanoseconds: number): void {
    const whole = seconds < 0 ? 0 : seconds;
    const fraction = seconds < 0 ? 0 : Math.floor(nanoseconds / this.nanosecondsPerUnit);
    // The low half exactly, modulo 2^32; the rest is then a multiple of 2^32 but for a double's rounding.
    const low = (Math.imul(whole, this.unitsPerSecond) + fraction) >>> 0;
    const high = Math.round((whole * this.unitsPerSecond + fraction - low) / 2 ** 32);
    to.setUint32(at, high, true);
    to.setUint32(at + 4, low, true);
  }

  /** Writes a text option of `length` bytes, for which `optionBytes` are reserved. Returns where the next one goes. */
  private text(at: number, code: number, value: string, length: number): number {
    const { bytes, view } = this.output;
    const start = at + OPTION_HEADER_BYTES;
    const end = at + optionBytes(length);
    view.setUint32(end - 4, 0, true); // the padding; text goes over the rest of it
    view.setUint16(at, code, true);
    // A character that would be cut in two is left out.
    const written = bytes.write(value, start, length, 'utf8');
    view.setUint16(at + 2, written, true);
    if (written < length) bytes.fill(0, start + written, end);
    return end;
  }
}

/** Bytes of a text as UTF-8, as far as an option can hold it. */
const textLength = (value: string): number => Math.min(Buffer.byteLength(value, 'utf8'), MAXIMUM_OPTION_BYTES);

/** Bytes of an option with header and padding. */
const optionBytes = (length: number): number => OPTION_HEADER_BYTES + blocks.padded(length);

/** An option with its header, padded. */
function option(code: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(optionBytes(value.length));
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt16LE(value.length, 2);
  value.copy(bytes, OPTION_HEADER_BYTES);
  return bytes;
}

/** A text that is too long is cut; a character that would be cut in two is left out. */
function textOption(code: number, value: string): Buffer {
  const bytes = Buffer.alloc(textLength(value));
  return option(code, bytes.subarray(0, bytes.write(value)));
}

function macBytes({ high, low }: MacAddress): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt16BE(high, 0);
  bytes.writeUInt32BE(low >>> 0, 2);
  return bytes;
}
