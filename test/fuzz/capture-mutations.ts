/** Mutations of captures that know where lengths and block types are; packed captures are unpacked first. */

import { gunzipSync, gzipSync } from 'node:zlib';
import { INPUT_BYTES, mutateBytes, putNumber } from './byte-mutations.js';
import { mutateFrame } from './frame-mutations.js';
import type { Parts } from './minimise.js';
import type { Random } from './random.js';

const GZIP = 0x1f8b;
const ENHANCED = 6;
/** Cut behind this, a frame is as good as whole to all nodes. */
const LONGEST_CUT = 150;
const SECTION = 0x0a0d0d0a;
const LENGTHS = [0, 1, 4, 8, 11, 12, 13, 16, 20, 28, 32, 0xff, 0xffff, 65536, 262144, 262145, 0x4000000, 0x4000001];
const MORE_LENGTHS = [0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff];
const BLOCK_TYPES = [1, 2, 3, 4, 5, 6, 9, 10, 0xbad, 0x0a0d0d0a, 0x80000001];
const LINK_TYPES = [0, 1, 101, 108, 113, 228, 229, 276, 147, 65535];

/** A record of a pcap or a block of a pcapng. */
interface Piece {
  readonly at: number;
  readonly length: number;
}

const isLittle = (capture: Buffer): boolean =>
  capture.readUInt32BE(0) === SECTION
    ? capture.length > 11 && capture.readUInt32LE(8) === 0x1a2b3c4d
    : [0xd4c3b2a1, 0x4d3cb2a1, 0x34cdb2a1].includes(capture.readUInt32BE(0));

/** What stands before, the records or blocks, and what is behind them. */
export function partsOf(capture: Buffer): Parts {
  const pieces = piecesOf(capture).map(({ at, length }) => capture.subarray(at, at + length));
  const head = capture.subarray(0, capture.length > 3 && capture.readUInt32BE(0) === SECTION ? 0 : 24);
  const rest = capture.subarray(head.length + pieces.reduce((sum, { length }) => sum + length, 0));
  return { pieces, join: (left) => Buffer.concat([head, ...left, rest]) };
}

/** The whole records or blocks of a capture, as far as they can be told apart. */
function piecesOf(capture: Buffer): Piece[] {
  if (capture.length < 24) return [];
  const little = isLittle(capture);
  const number = (at: number): number => (little ? capture.readUInt32LE(at) : capture.readUInt32BE(at));
  const isBlocks = capture.readUInt32BE(0) === SECTION;
  const pieces: Piece[] = [];
  for (let at = isBlocks ? 0 : 24; at + 16 <= capture.length;) {
    const length = isBlocks ? number(at + 4) : 16 + number(at + 8);
    if (length < 12 || at + length > capture.length) break;
    pieces.push({ at, length });
    at += length;
  }
  return pieces;
}

const changed = (capture: Buffer, at: number, value: number): Buffer => {
  const bytes = Buffer.from(capture);
  putNumber(bytes, at, 4, value, isLittle(capture));
  return bytes;
};

function mutatePieces(capture: Buffer, other: Buffer, random: Random): Buffer {
  const pieces = piecesOf(capture);
  if (pieces.length === 0) return mutateBytes(capture, other, random);
  const isBlocks = capture.readUInt32BE(0) === SECTION;
  const { at, length } = random.pick(pieces);
  const end = at + length;
  const bytes = capture.subarray(at, end);
  switch (random.below(11)) {
    case 0: // A field of the piece's header, lengths among them.
      return changed(
        capture,
        at + 4 * random.below(8),
        random.oneIn(3) ? random.pick(MORE_LENGTHS) : random.pick(LENGTHS),
      );
    case 1: // A length that is wrong by little.
      return changed(capture, at + (isBlocks ? 4 : 8), length + random.pick([-17, -16, -4, -1, 1, 3, 4, 16]));
    case 2:
      return changed(capture, at, isBlocks ? random.pick(BLOCK_TYPES) : random.word());
    case 3: // The length behind a block; a timestamp of a record.
      return changed(capture, isBlocks ? end - 4 : at + 4, random.pick([...LENGTHS, ...MORE_LENGTHS, 999_999_999]));
    case 4:
      return Buffer.concat([capture.subarray(0, at), capture.subarray(end)]);
    case 5: {
      const to = random.pick(pieces).at;
      return Buffer.concat([capture.subarray(0, to), bytes, capture.subarray(to)]);
    }
    case 6: {
      const others = piecesOf(other);
      const piece = others.length > 0 ? random.pick(others) : { at: 0, length: 0 };
      return Buffer.concat([
        capture.subarray(0, at),
        other.subarray(piece.at, piece.at + piece.length),
        capture.subarray(at),
      ]);
    }
    case 7: // In the file's header: magic, version, snap length, link type.
      return isBlocks
        ? changed(capture, random.pick(pieces).at + 8, random.pick(LINK_TYPES))
        : changed(capture, random.pick([0, 4, 16, 20, 20]), random.pick([...LINK_TYPES, ...LENGTHS]));
    case 8:
      return cutPiece(capture, { at, length }, random);
    default: {
      // The frame within, of its old length.
      const head = isBlocks ? 28 : 16;
      const frame = mutateFrame(Buffer.from(bytes.subarray(head)), other.subarray(0, 80), random);
      const mutant = Buffer.from(capture);
      frame.copy(mutant, at + head, 0, Math.max(0, length - head - (isBlocks ? 4 : 0)));
      return mutant;
    }
  }
}

/** The record or packet block with less of its frame, as a snaplen cuts it: its length on the wire stays. */
function cutPiece(capture: Buffer, { at, length }: Piece, random: Random): Buffer {
  const isBlocks = capture.readUInt32BE(0) === SECTION;
  const little = isLittle(capture);
  const type = little ? capture.readUInt32LE(at) : capture.readUInt32BE(at);
  if (isBlocks && type !== ENHANCED) return capture;
  const head = isBlocks ? 28 : 16;
  const captured = at + (isBlocks ? 20 : 8);
  const had = little ? capture.readUInt32LE(captured) : capture.readUInt32BE(captured);
  const kept = random.below(Math.min(had, LONGEST_CUT) + 1);
  if (!isBlocks) {
    const record = Buffer.from(capture.subarray(at, at + head + kept));
    putNumber(record, 8, 4, kept, little);
    return Buffer.concat([capture.subarray(0, at), record, capture.subarray(at + length)]);
  }
  // Blocks are of whole words, with their length at both ends; the options stay.
  const padded = (bytes: number): number => (bytes + 3) & ~3;
  const options = capture.subarray(at + head + padded(had), at + length);
  const frame = Buffer.alloc(padded(kept));
  capture.copy(frame, 0, at + head, at + head + kept);
  const block = Buffer.concat([capture.subarray(at, at + head), frame, options]);
  putNumber(block, 4, 4, block.length, little);
  putNumber(block, 20, 4, kept, little);
  if (block.length >= 4) putNumber(block, block.length - 4, 4, block.length, little);
  return Buffer.concat([capture.subarray(0, at), block, capture.subarray(at + length)]);
}

/** Unpacked, or null where it is not packed or cannot be. */
export function unpacked(capture: Buffer): Buffer | null {
  if (capture.length < 18 || capture.readUInt16BE(0) !== GZIP) return null;
  try {
    return gunzipSync(capture, { maxOutputLength: INPUT_BYTES * 4 });
  } catch {
    return null;
  }
}

/** Another capture; now and then packed, and then also damaged within the packing. */
export function mutateCapture(capture: Buffer, other: Buffer, random: Random): Buffer {
  if (random.oneIn(6)) return mutateBytes(capture, other, random);
  const plain = unpacked(capture) ?? capture;
  const mutant = mutatePieces(plain, unpacked(other) ?? other, random).subarray(0, INPUT_BYTES);
  return random.oneIn(12) ? gzipSync(mutant, { level: random.below(10) }) : mutant;
}
