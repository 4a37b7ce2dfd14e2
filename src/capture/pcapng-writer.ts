/**
 * Writer of pcapng captures (draft-ietf-opsawg-pcapng): one little-endian section, one interface block per interface,
 * enhanced packet blocks with direction and comment.
 */
import { DIRECTION_UNKNOWN, SNAP_LENGTH } from './capture-writer.js';
import type { CaptureWriter, WriterInterface, WriterOptions } from './capture-writer.js';
import { copyFrame } from './copy-frame.js';
import { LINKTYPE_ETHERNET } from './frame-batch.js';
import type { OutputFile } from './output-file.js';
import * as blocks from './pcapng-blocks.js';

const USER_APPLICATION = 'vppcap';
/** Length of a section that is not told in advance. */
const UNKNOWN_SECTION_LENGTH = -1n;
const PACKET_FIXED_BYTES = 28;
const OPTION_HEADER_BYTES = 4;
const FLAGS_OPTION_BYTES = 8;
/** An option's length is 16 bits. */
const MAXIMUM_OPTION_BYTES = 0xfffc;

export class PcapngWriter implements CaptureWriter {
  frameCount = 0;
  private readonly unitsPerSecond: number;
  private readonly nanosecondsPerUnit: number;
  private readonly interfaceCount: number;

  constructor(
    private readonly output: OutputFile,
    options: WriterOptions,
  ) {
    const digits = options.timestampDigits > 6 ? 9 : 6;
    this.unitsPerSecond = 10 ** digits;
    this.nanosecondsPerUnit = 1e9 / this.unitsPerSecond;
    this.interfaceCount = options.interfaces.length;
    this.sectionHeader();
    for (const description of options.interfaces) this.interfaceDescription(description, digits);
  }

  write(
    bytes: Uint8Array,
    view: DataView,
    at: number,
    length: number,
    originalLength: number,
    seconds: number,
    nanoseconds: number,
    interfaceIndex: number,
    comment: string | null = null,
    direction = DIRECTION_UNKNOWN,
  ): void {
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
    this.timestamp(to, block + 12, seconds, nanoseconds);
    to.setUint32(block + 20, captured, true);
    to.setUint32(block + 24, originalLength > length ? originalLength : length, true);
    const frame = block + PACKET_FIXED_BYTES;
    copyFrame(bytes, view, at, output.bytes, to, frame, captured);
    for (let k = captured; k < framePadded; k++) to.setUint8(frame + k, 0);
    let option = frame + framePadded;
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

  flush(): void {
    this.output.flush();
  }

  drain(): Promise<void> | null {
    return this.output.drain();
  }

  settle(): Promise<void> {
    return this.output.settle();
  }

  publish(): void {
    this.output.publish();
  }

  close(): Promise<void> {
    return this.output.close();
  }

  abort(): Promise<void> {
    return this.output.abort();
  }

  private sectionHeader(): void {
    const length = textLength(USER_APPLICATION);
    const total = 24 + optionBytes(length) + OPTION_HEADER_BYTES + 4;
    const at = this.output.reserve(total);
    const { view } = this.output;
    view.setUint32(at, blocks.SECTION_HEADER, true);
    view.setUint32(at + 4, total, true);
    view.setUint32(at + 8, blocks.BYTE_ORDER_MAGIC, true);
    view.setUint16(at + 12, 1, true);
    view.setUint16(at + 14, 0, true);
    view.setBigInt64(at + 16, UNKNOWN_SECTION_LENGTH, true);
    const end = this.text(at + 24, blocks.OPTION_SHB_USERAPPL, USER_APPLICATION, length);
    view.setUint32(end, blocks.OPTION_END, true);
    view.setUint32(end + 4, total, true);
  }

  private interfaceDescription(description: WriterInterface, digits: number): void {
    const length = textLength(description.name);
    const total = 16 + optionBytes(length) + 8 + OPTION_HEADER_BYTES + 4;
    const at = this.output.reserve(total);
    const { view } = this.output;
    view.setUint32(at, blocks.INTERFACE_DESCRIPTION, true);
    view.setUint32(at + 4, total, true);
    view.setUint16(at + 8, LINKTYPE_ETHERNET, true);
    view.setUint16(at + 10, 0, true);
    view.setUint32(at + 12, SNAP_LENGTH, true);
    const resolution = this.text(at + 16, blocks.OPTION_IF_NAME, description.name, length);
    view.setUint16(resolution, blocks.OPTION_IF_TSRESOL, true);
    view.setUint16(resolution + 2, 1, true);
    view.setUint32(resolution + 4, digits, true); // one octet and its padding
    view.setUint32(resolution + 8, blocks.OPTION_END, true);
    view.setUint32(resolution + 12, total, true);
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
