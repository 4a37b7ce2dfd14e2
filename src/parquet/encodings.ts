/** Encodings of Parquet pages from typed arrays (parquet-format Encodings.md), for what hyparquet-writer takes boxed numbers or bigints. */

import type { ByteWriter } from 'hyparquet-writer';
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js';

/** Numbers below 2^bits: RLE where there is but one, as in most columns of texts and of levels, or else the hybrid. */
export function writeHybrid(to: ByteWriter, values: Int32Array | Uint8Array, bits: number): void {
  if (values.length > 0 && isConstant(values)) writeRun(to, values.length, values[0], bits);
  else writeRleBitPackedHybrid(to, values, bits);
}

/** The same of one number, so many times. */
export function writeRun(to: ByteWriter, count: number, value: number, bits: number): void {
  to.appendVarInt(count << 1);
  for (let shift = 0; shift < bits; shift += 8) to.appendUint8((value >> shift) & 0xff);
}

export function isConstant(values: Int32Array | Float64Array | Uint8Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

const BLOCK = 128;
const MINIBLOCKS = 4;
const MINIBLOCK = BLOCK / MINIBLOCKS;
/** Whole numbers that lie so far apart have deltas, and differences of these, that are exact. */
export const WIDEST = 2 ** 51;
const WIDEST_BITS = 53;
const deltas = new Float64Array(BLOCK);
const packed = new Uint8Array((BLOCK * WIDEST_BITS) / 8 + 1);
/** Bits that are taken from a number at once: with what is left of a byte, fewer than 32. */
const TAKEN = 16;

/** DELTA_BINARY_PACKED of whole numbers less than WIDEST apart. Those of 32 bits have to be from 0 on: readers take deltas of no more bits. */
export function writeDeltas(to: ByteWriter, values: Int32Array | Float64Array): void {
  to.appendVarInt(BLOCK);
  to.appendVarInt(MINIBLOCKS);
  to.appendVarInt(values.length);
  writeZigZag(to, values.length === 0 ? 0 : values[0]);
  for (let first = 1; first < values.length; first += BLOCK) {
    const count = Math.min(BLOCK, values.length - first);
    let before = values[first - 1];
    let least = Infinity;
    let most = -Infinity;
    for (let i = 0; i < count; i++) {
      const value = values[first + i];
      const delta = value - before;
      before = value;
      deltas[i] = delta;
      if (delta < least) least = delta;
      if (delta > most) most = delta;
    }
    writeZigZag(to, least);
    const bits = bitsOf(most - least);
    for (let k = 0; k < MINIBLOCKS; k++) to.appendUint8(k * MINIBLOCK < count ? bits : 0);
    if (bits > 0) to.appendBytes(packed.subarray(0, pack(count, least, bits)));
  }
}

/** Bits that a whole number takes. */
function bitsOf(value: number): number {
  let bits = 0;
  for (let limit = 1; limit <= value; limit *= 2) bits++;
  return bits;
}

/** Packs whole miniblocks, of which the last numbers may stand for nothing, from the lowest bit on; returns how many bytes these are. */
function pack(count: number, least: number, bits: number): number {
  const end = Math.ceil(count / MINIBLOCK) * MINIBLOCK;
  let at = 0;
  let rest = 0;
  let used = 0;
  for (let i = 0; i < end; i++) {
    let value = i < count ? deltas[i] - least : 0;
    for (let left = bits; left > 0; left -= TAKEN) {
      const taken = Math.min(left, TAKEN);
      rest |= (value & ((1 << taken) - 1)) << used; // of a larger number, & takes the lowest 32 bits
      used += taken;
      for (; used >= 8; used -= 8) {
        packed[at++] = rest;
        rest >>>= 8;
      }
      if (left > TAKEN) value = Math.floor(value / (1 << TAKEN));
    }
  }
  return at;
}

/** A varint of a signed number, as of 64 bits. */
function writeZigZag(to: ByteWriter, value: number): void {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) to.appendUint8((rest % 0x80) | 0x80);
  to.appendUint8(rest);
}
