/** Lines of verdicts on frames that followed flows: their flow's, with the numbers of each filled in. */

import { copyShort, copyText } from '../capture/copy-frame.js';
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
    const { stamp } = this.texts;
    const { flow, firstNumber } = batch;
    const file = this.fileOf(inputs);
    for (let i = first; i < end; i++) {
      const number = firstNumber + i;
      this.writeLine(this.texts.of(flow[i], stamp), inputs.indexOf(number), out + i - first, file, number);
    }
  }

  /** Writes the line of a frame that a flow was learned from. */
  writeOne(flow: number, number: number, inputs: InputFrames, out: number): void {
    const { texts } = this;
    this.writeLine(texts.of(flow, texts.stamp), inputs.indexOf(number), out, this.fileOf(inputs), number);
  }

  private fileOf({ capture, file }: InputFrames): Buffer {
    return (this.files[capture] ??= Buffer.from(JSON.stringify(file)));
  }

  private writeLine(text: number, frame: number, out: number, file: Buffer, number: number): void {
    const { output, view } = this;
    const { words } = this.texts;
    const frameDigits = decimalDigits(frame);
    const outDigits = decimalDigits(out);
    const numberDigits = decimalDigits(number);
    let piece = text + 1;
    const pieceEnd = piece + words[text] * PIECE_WORDS;
    let total = frameDigits + outDigits + file.length + numberDigits;
    for (let at = piece; at < pieceEnd; at += PIECE_WORDS) total += words[at + 1];
    let to = output.reserve(total);
    const { bytes, view: toView } = output;
    to = copyText(view, words[piece], toView, to, words[piece + 1]);
    to = writeDecimal(bytes, to, frame, frameDigits);
    piece += PIECE_WORDS;
    to = copyText(view, words[piece], toView, to, words[piece + 1]);
    to = writeDecimal(bytes, to, out, outDigits);
    piece += PIECE_WORDS;
    to = copyText(view, words[piece], toView, to, words[piece + 1]);
    to = copyShort(file, bytes, to);
    piece += PIECE_WORDS;
    to = copyText(view, words[piece], toView, to, words[piece + 1]);
    to = writeDecimal(bytes, to, number, numberDigits);
    for (piece += PIECE_WORDS; piece < pieceEnd; piece += PIECE_WORDS)
      to = copyText(view, words[piece], toView, to, words[piece + 1]);
  }
}
