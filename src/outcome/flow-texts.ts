/**
 * Texts about packets that follow flows, as bytes, made when they are first asked for and anew where they may have changed: where
 * sessions were removed, or have other makers. What was written stays as it is until all is forgotten, for others may read it still.
 */

import type { FlowStamps } from '../pipeline/engine/state/flow-stamps.js';
import type { FlowTellings } from './flow-tellings.js';
import { grown } from '../pipeline/engine/state/grown.js';

/** Memory that is set aside; the system provides it as it is used. The rest is what a batch of frames may need at most. */
const TEXT_BYTES = 256 * 1024 * 1024;
const FULL_BYTES = 128 * 1024 * 1024;
const WORD_BYTES = 4;
/** Zeros behind texts, so that a number read from the end of one (copyText) has nothing else in it. */
const PADDING_BYTES = 8;

/** Pieces that many flows have in common are kept once, as long as they come again among so many: a power of two. */
export const PIECES_KNOWN = 1024;

/** Words by flow: where its text is, the stamp under which that was looked at, SessionMakers.noted when it was made, and its bytes. */
const AT = 0;
const STAMP = 1;
const NOTED = 2;
const BYTES = 3;
const INDEX_WORDS = 4;

/** Before a text's pieces: how many, and how many bytes they have. */
export const TEXT_HEADER = 2;
/** Part of a text: bytes from where, how many, and a number that nothing else has ever, where many flows have it, else 0. */
export const PIECE_WORDS = 3;
type Piece = readonly [at: number, length: number, number: number];

export class FlowTexts {
  /** A text's TEXT_HEADER, then PIECE_WORDS of each of its pieces. */
  private readonly words: Int32Array;
  /** What the pieces are of. */
  private readonly bytes: Uint8Array;
  private readonly buffer: Buffer;
  private readonly known = new Map<string, Piece>();
  /** Of common pieces so far. */
  private pieceCount = 0;
  private index = new Int32Array(INDEX_WORDS << 12);
  private used = WORD_BYTES;

  /**
   * @param make the pieces of a text about a packet of the flow that is open
   * @param memory TEXT_BYTES of it
   */
  constructor(
    private readonly tellings: FlowTellings,
    private readonly stamps: FlowStamps,
    private readonly make: () => readonly (string | Uint8Array)[],
    readonly memory = new SharedArrayBuffer(TEXT_BYTES),
  ) {
    this.words = new Int32Array(memory);
    this.bytes = new Uint8Array(memory); // whose subarray, unlike a Buffer's, costs little
    this.buffer = Buffer.from(memory);
  }

  get isFull(): boolean {
    return this.used > FULL_BYTES;
  }

  forget(): void {
    this.used = WORD_BYTES;
    this.known.clear();
    this.index.fill(0);
  }

  /** The flow is another one now. */
  drop(flow: number): void {
    const k = flow * INDEX_WORDS;
    if (k < this.index.length) this.index[k + AT] = 0;
  }

  /** Changes where texts may have. */
  get stamp(): number {
    return (this.stamps.ofUse + this.tellings.steps.makers.replaced) | 0;
  }

  /**
   * Where in `words` a flow's text is.
   * @param stamp `stamp` as it is now
   */
  of(flow: number, stamp: number): number {
    const { index } = this;
    const k = flow * INDEX_WORDS;
    if (k < index.length && index[k + AT] !== 0 && index[k + STAMP] === stamp) return index[k + AT];
    return this.renew(flow, stamp);
  }

  /** Bytes of the text that `of` told last of a flow. */
  bytesOf(flow: number): number {
    return this.index[flow * INDEX_WORDS + BYTES];
  }

  private renew(flow: number, stamp: number): number {
    const { tellings } = this;
    const k = flow * INDEX_WORDS;
    while (k >= this.index.length) this.index = grown(this.index);
    const { index } = this;
    tellings.open(flow);
    if (index[k + AT] === 0 || tellings.steps.makersNotedAt() > index[k + NOTED]) {
      index[k + AT] = this.write(this.make());
      index[k + NOTED] = tellings.steps.makers.noted;
      index[k + BYTES] = this.words[index[k + AT] + 1];
    }
    index[k + STAMP] = stamp;
    return index[k + AT];
  }

  private write(pieces: readonly (string | Uint8Array)[]): number {
    const { words } = this;
    const first = this.used / WORD_BYTES;
    words[first] = pieces.length;
    words[first + 1] = 0;
    this.used += (TEXT_HEADER + pieces.length * PIECE_WORDS) * WORD_BYTES;
    pieces.forEach((piece, i) => {
      const placed = typeof piece === 'string' ? this.textPiece(piece) : this.add(piece);
      words.set(placed, first + TEXT_HEADER + i * PIECE_WORDS);
      words[first + 1] += placed[1];
    });
    this.bytes.fill(0, this.used, this.used + PADDING_BYTES);
    this.used = Math.ceil((this.used + PADDING_BYTES) / WORD_BYTES) * WORD_BYTES;
    return first;
  }

  private textPiece(piece: string): Piece {
    const known = this.known.get(piece);
    if (known !== undefined) return known;
    const at = this.used;
    this.used += this.buffer.write(piece, at);
    const placed = [at, this.used - at, ++this.pieceCount] as const;
    if (this.known.size >= PIECES_KNOWN) this.known.clear();
    this.known.set(piece, placed);
    return placed;
  }

  private add(piece: Uint8Array): Piece {
    const at = this.used;
    this.bytes.set(piece, at);
    this.used += piece.length;
    return [at, piece.length, 0];
  }
}
