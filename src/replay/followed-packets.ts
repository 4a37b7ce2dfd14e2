/**
 * Blocks of a pcapng for frames that followed flows. Of their comments only the first, which names the frame, is not the same for
 * all frames of a flow.
 */

import { copyFrame } from '../capture/copy-frame.js';
import { decimalDigits } from '../capture/decimal.js';
import { DIRECTION_INBOUND, DIRECTION_OUTBOUND, type FrameBatch } from '../capture/frame-batch.js';
import { FrameRecord } from '../capture/frame-record.js';
import type { PcapngWriter } from '../capture/output/pcapng-writer.js';
import { commentBytes, numberedBytes, writeComments, writeNumbered } from '../capture/pcapng/packet-block.js';
import type { NumberedComment } from '../capture/pcapng/packet-block.js';

/** Bytes [at, at + length) are the comments behind the first, as options. */
export interface CommentText {
  bytes: Uint8Array;
  view: DataView;
  at: number;
  length: number;
}

export function commentText(comments: readonly string[]): CommentText {
  const bytes = Buffer.alloc(commentBytes(comments));
  writeComments(bytes, 0, comments);
  return textOf(bytes, bytes.length);
}

export const textOf = (bytes: Uint8Array, length: number): CommentText => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  at: 0,
  length,
});

export class FollowedPackets {
  private readonly frame = new FrameRecord();

  constructor(private readonly writer: PcapngWriter) {}

  /** Writes frame `i` of a batch as one that was received on an interface, or leaves by one. */
  write(
    batch: FrameBatch,
    i: number,
    interfaceIndex: number,
    isReceived: boolean,
    source: NumberedComment,
    { bytes: text, view: textView, at, length }: CommentText,
  ): void {
    const { frame, writer } = this;
    const { form, output } = writer;
    const number = batch.firstNumber + i;
    const digits = decimalDigits(number);
    frame.setFrame(batch, i);
    frame.direction = isReceived ? DIRECTION_INBOUND : DIRECTION_OUTBOUND;
    frame.interfaceIndex = interfaceIndex;
    const total = form.bytesOf(frame, numberedBytes(source, digits) + length);
    const block = output.reserve(total);
    const { bytes, view } = output;
    const option = form.begin(frame, total, bytes, view, block);
    const rest = writeNumbered(source, number, digits, bytes, view, option);
    copyFrame(text, textView, at, bytes, view, rest, length);
    form.end(total, view, block, rest + length);
    writer.frameCount++;
  }
}
