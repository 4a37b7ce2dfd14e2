/** Lines of verdicts on frames that followed flows: their flow's, with the numbers of each filled in. */

import { copyFrame, copyShort } from '../capture/copy-frame.js';
import { decimalDigits, writeDecimal } from '../capture/decimal.js';
import type { FrameBatch } from '../capture/frame-batch.js';
import type { InputFrames } from '../capture/input-frames.js';
import type { OutputFile } from '../capture/output/output-file.js';
import { PIECE_WORDS, type FlowTexts } from '../outcome/flow-texts.js';

export class FollowedVerdicts {
  private readonly view: DataView;
  /** By capture: its name in JSON. */
  private readonly files: Buffer[] = [];

  constructor(
    private readonly output: OutputFile,
    private readonly texts: FlowTexts,
  ) {
    const { bytes } = texts;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Writes a line for each of the frames [first, end). @param out number of the first packet among those that leave */
  write(batch: FrameBatch, first: number, end: number, inputs: InputFrames, out: number): void {
    const { output, texts } = this;
    const { stamp, words } = texts;
    const file = (this.files[inputs.capture] ??= Buffer.from(JSON.stringify(inputs.file)));
    for (let i = first; i < end; i++) {
      const text = texts.of(batch.flow[i], stamp);
      const number = batch.firstNumber + i;
      const frame = inputs.indexOf(number);
      const leaves = out + i - first;
      const frameDigits = decimalDigits(frame);
      const outDigits = decimalDigits(leaves);
      const numberDigits = decimalDigits(number);
      const pieceEnd = text + 1 + words[text] * PIECE_WORDS;
      let total = frameDigits + outDigits + file.length + numberDigits;
      for (let piece = text + 1; piece < pieceEnd; piece += PIECE_WORDS) total += words[piece + 1];
      let to = output.reserve(total);
      const { bytes } = output;
      let piece = text + 1;
      to = this.copy(piece, to);
      to = writeDecimal(bytes, to, frame, frameDigits);
      to = this.copy((piece += PIECE_WORDS), to);
      to = writeDecimal(bytes, to, leaves, outDigits);
      to = this.copy((piece += PIECE_WORDS), to);
      to = copyShort(file, bytes, to);
      to = this.copy((piece += PIECE_WORDS), to);
      to = writeDecimal(bytes, to, number, numberDigits);
      for (piece += PIECE_WORDS; piece < pieceEnd; piece += PIECE_WORDS) to = this.copy(piece, to);
    }
  }

  /** Copies a piece to the output; returns where it ends. */
  private copy(piece: number, to: number): number {
    const { output, texts, view } = this;
    const { words } = texts;
    const length = words[piece + 1];
    copyFrame(texts.bytes, view, words[piece], output.bytes, output.view, to, length);
    return to + length;
  }
}
