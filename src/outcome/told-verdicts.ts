/** Lines of verdicts on frames that followed flows: their flow's, with the numbers of each filled in. */

import { BULK_BYTES, copyShort, copyText } from '../capture/copy-frame.js';
import { decimalDigits, digitsInRow, writeDecimal } from '../capture/decimal.js';
import type { ByteSink } from '../capture/output/output-file.js';
import { PIECE_WORDS, PIECES_KNOWN, TEXT_HEADER } from './flow-texts.js';

/** What lines say of frames beside their flow's text. */
export interface LineNumbers {
  /** Of frame 0 of the batch, in its capture and in the merged input. */
  readonly firstNumber: number;
  readonly firstIndex: number;
  /** The capture's name in JSON. */
  readonly file: Uint8Array;
}

export class ToldVerdicts {
  private readonly words: Int32Array;
  private readonly view: DataView;
  /** Of long pieces that many flows have, by number modulo PIECES_KNOWN: in memory that no other thread sees, from which `set` is fast. */
  private readonly copies: Uint8Array[] = [];
  private readonly copied = new Int32Array(PIECES_KNOWN);

  /** @param texts FlowTexts' memory, of texts in pieces, behind the first four of which `frame`, `out`, `file` and `number` belong */
  constructor(
    texts: SharedArrayBuffer,
    private readonly sink: ByteSink,
  ) {
    this.words = new Int32Array(texts);
    this.view = new DataView(texts);
  }

  /**
   * Bytes that `write` writes.
   * @param textBytes of the flows' texts, all together
   */
  bytesOf(first: number, end: number, textBytes: number, out: number, numbers: LineNumbers): number {
    const { firstNumber, firstIndex, file } = numbers;
    const count = end - first;
    const digits =
      digitsInRow(firstIndex + first, count) + digitsInRow(out, count) + digitsInRow(firstNumber + first, count);
    return textBytes + count * file.length + digits;
  }

  /**
   * Writes a line for each of the frames [first, end).
   * @param texts by frame, where its flow's text is
   * @param out number of the first packet among those that leave
   */
  write(first: number, end: number, texts: Int32Array, out: number, numbers: LineNumbers): void {
    const { firstNumber, firstIndex, file } = numbers;
    for (let i = first; i < end; i++) this.writeLine(texts[i], firstIndex + i, out + i - first, file, firstNumber + i);
  }

  writeLine(text: number, frame: number, out: number, file: Uint8Array, number: number): void {
    const { sink, words } = this;
    const frameDigits = decimalDigits(frame);
    const outDigits = decimalDigits(out);
    const numberDigits = decimalDigits(number);
    let piece = text + TEXT_HEADER;
    const pieceEnd = piece + words[text] * PIECE_WORDS;
    let to = sink.reserve(words[text + 1] + frameDigits + outDigits + file.length + numberDigits);
    const { bytes, view: toView } = sink;
    to = this.copyPiece(piece, bytes, toView, to);
    to = writeDecimal(bytes, to, frame, frameDigits);
    piece += PIECE_WORDS;
    to = this.copyPiece(piece, bytes, toView, to);
    to = writeDecimal(bytes, to, out, outDigits);
    piece += PIECE_WORDS;
    to = this.copyPiece(piece, bytes, toView, to);
    to = copyShort(file, bytes, to);
    piece += PIECE_WORDS;
    to = this.copyPiece(piece, bytes, toView, to);
    to = writeDecimal(bytes, to, number, numberDigits);
    for (piece += PIECE_WORDS; piece < pieceEnd; piece += PIECE_WORDS) to = this.copyPiece(piece, bytes, toView, to);
  }

  private copyPiece(piece: number, bytes: Uint8Array, toView: DataView, to: number): number {
    const { words, view, copied, copies } = this;
    const at = words[piece];
    const length = words[piece + 1];
    const number = words[piece + 2];
    if (number === 0 || length < BULK_BYTES) return copyText(view, at, toView, to, length);
    const k = number & (PIECES_KNOWN - 1);
    if (copied[k] !== number) {
      copied[k] = number;
      copies[k] = Uint8Array.from(new Uint8Array(view.buffer, at, length));
    }
    bytes.set(copies[k], to);
    return to + length;
  }
}
