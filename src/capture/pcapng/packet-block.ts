/**
 * The enhanced packet block (draft-ietf-opsawg-pcapng §4.3) as it is written: frame, direction, comments.
 *
 *     +----------------------------------+-------+----------------------------------+--------------+
 *     | type, length, interface, time,   | frame | options: flags, comments, end    | total length |
 *     | captured and original length     |       |                                  |              |
 *     +----------------------------------+-------+----------------------------------+--------------+
 */

import { copyFrame, copyText, COPY_SLACK_BYTES } from '../copy-frame.js';
import { writeDecimal } from '../decimal.js';
import { DIRECTION_UNKNOWN } from '../frame-batch.js';
import { SNAP_LENGTH, type FrameRecord } from '../frame-record.js';
import * as blocks from './pcapng-blocks.js';

const HEADER_BYTES = 28;
export const OPTION_HEADER_BYTES = 4;
const FLAGS_OPTION_BYTES = 8;
const LENGTH_BYTES = 4;
const PADDING_BYTES = 3; // of an option at most
/** An option's length is 16 bits. */
const MAXIMUM_OPTION_BYTES = 0xfffc;

/** Bytes of an option with header and padding. */
export const optionBytes = (length: number): number => OPTION_HEADER_BYTES + ((length + 3) & ~3);

/** Bytes of a text as UTF-8, as far as an option can hold it. */
export const textLength = (value: string): number => Math.min(Buffer.byteLength(value, 'utf8'), MAXIMUM_OPTION_BYTES);

/** Bytes of all comments as options. */
export const commentBytes = (comments: readonly string[]): number =>
  comments.reduce((sum, comment) => sum + optionBytes(textLength(comment)), 0);

/** Writes comments as options; returns where they end. A character that would be cut in two is left out. */
export function writeComments(bytes: Buffer, at: number, comments: readonly string[]): number {
  for (const comment of comments) {
    const length = textLength(comment);
    const end = at + optionBytes(length);
    const start = at + OPTION_HEADER_BYTES;
    bytes.writeUInt16LE(blocks.OPTION_COMMENT, at);
    const written = bytes.write(comment, start, length, 'utf8');
    bytes.writeUInt16LE(written, at + 2);
    for (let i = start + written; i < end; i++) bytes[i] = 0;
    at = end;
  }
  return at;
}

/** A comment with a number in it: what stands before and behind that, each with zeros behind it. */
export interface NumberedComment {
  readonly before: DataView;
  readonly beforeBytes: number;
  readonly behind: DataView;
  readonly behindBytes: number;
}

/** @param pieces the text before and behind the number */
export function numberedComment(pieces: readonly string[]): NumberedComment {
  const [beforeBytes, behindBytes] = pieces.map((piece) => Buffer.byteLength(piece));
  const [before, behind] = pieces.map((piece) => {
    const bytes = new ArrayBuffer(Buffer.byteLength(piece) + PADDING_BYTES + COPY_SLACK_BYTES);
    Buffer.from(bytes).write(piece);
    return new DataView(bytes);
  });
  return { before, beforeBytes, behind, behindBytes };
}

/** Bytes of the option with a number of so many digits. */
export const numberedBytes = ({ beforeBytes, behindBytes }: NumberedComment, digits: number): number =>
  optionBytes(beforeBytes + digits + behindBytes);

/** Writes the option; returns where it ends. COPY_SLACK_BYTES behind it may be overwritten. */
export function writeNumbered(
  { before, beforeBytes, behind, behindBytes }: NumberedComment,
  number: number,
  digits: number,
  bytes: Uint8Array,
  view: DataView,
  at: number,
): number {
  const length = beforeBytes + digits + behindBytes;
  view.setUint16(at, blocks.OPTION_COMMENT, true);
  view.setUint16(at + 2, length, true);
  let to = copyText(before, 0, view, at + OPTION_HEADER_BYTES, beforeBytes);
  to = writeDecimal(bytes, to, number, digits);
  copyText(behind, 0, view, to, behindBytes + PADDING_BYTES); // zeros behind the text are the padding
  return at + optionBytes(length);
}

export class PacketBlockForm {
  private readonly unitsPerSecond: number;
  private readonly nanosecondsPerUnit: number;

  /** @param digits of a second in timestamps */
  constructor(digits: number) {
    this.unitsPerSecond = 10 ** digits;
    this.nanosecondsPerUnit = 1e9 / this.unitsPerSecond;
  }

  /** Bytes of a frame's block with comments of so many bytes, all options of them. */
  bytesOf({ length, direction }: FrameRecord, comments: number): number {
    const framePadded = (Math.min(length, SNAP_LENGTH) + 3) & ~3;
    const flags = direction === DIRECTION_UNKNOWN ? 0 : FLAGS_OPTION_BYTES;
    const options = comments + flags === 0 ? 0 : comments + flags + OPTION_HEADER_BYTES;
    return HEADER_BYTES + framePadded + options + LENGTH_BYTES;
  }

  /**
   * Begins a block of `total` bytes; returns where its comments go, behind which `end` is to be called. The buffer has COPY_SLACK_BYTES
   * behind the block.
   */
  begin(frame: FrameRecord, total: number, bytes: Uint8Array, to: DataView, block: number): number {
    const { length, originalLength, direction } = frame;
    const captured = length > SNAP_LENGTH ? SNAP_LENGTH : length;
    to.setUint32(block, blocks.ENHANCED_PACKET, true);
    to.setUint32(block + 4, total, true);
    to.setUint32(block + 8, frame.interfaceIndex, true);
    this.writeTime(to, block + 12, frame.seconds, frame.nanoseconds);
    to.setUint32(block + 20, captured, true);
    to.setUint32(block + 24, originalLength > length ? originalLength : length, true);
    const start = block + HEADER_BYTES;
    copyFrame(frame.bytes, frame.view, frame.at, bytes, to, start, captured);
    let option = start + ((captured + 3) & ~3);
    for (let k = start + captured; k < option; k++) to.setUint8(k, 0);
    if (direction !== DIRECTION_UNKNOWN) {
      to.setUint16(option, blocks.OPTION_EPB_FLAGS, true);
      to.setUint16(option + 2, 4, true);
      to.setUint32(option + 4, direction, true);
      option += FLAGS_OPTION_BYTES;
    }
    return option;
  }

  /** Ends the block. @param at where its last option ends */
  end(total: number, to: DataView, block: number, at: number): void {
    const end = block + total - LENGTH_BYTES;
    if (at < end) to.setUint32(at, blocks.OPTION_END, true);
    to.setUint32(end, total, true);
  }

  /** 64 bits of time, high half first. There is no time before 1970: it becomes 1970. */
  private writeTime(to: DataView, at: number, seconds: number, nanoseconds: number): void {
    const whole = seconds < 0 ? 0 : seconds;
    const fraction = seconds < 0 ? 0 : Math.floor(nanoseconds / this.nanosecondsPerUnit);
    // The low half exactly, modulo 2^32; the rest is then a multiple of 2^32 but for a double's rounding.
    const low = (Math.imul(whole, this.unitsPerSecond) + fraction) >>> 0;
    const high = Math.round((whole * this.unitsPerSecond + fraction - low) / 2 ** 32);
    to.setUint32(at, high, true);
    to.setUint32(at + 4, low, true);
  }
}
