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

function isConstant(values: Int32Array | Uint8Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false;
  return true;
}

const BLOCK = 128;
const MINIBLOCKS = 4;
const MINIBLOCK = BLOCK / MINIBLOCKS;
/** Deltas of whole numbers below 2^51, and what they are more than the least of them, are exact. */
const deltas = new Float64Array(BLOCK);

/** DELTA_BINARY_PACKED of whole numbers, of which each is less than 2^51 from the next. */
export function writeDeltas(to: ByteWriter, values: Float64Array): void {
  to.appendVarInt(BLOCK);
  to.appendVarInt(MINIBLOCKS);
  to.appendVarInt(values.length);
  writeZigZag(to, values.length === 0 ? 0 : values[0]);
  for (let first = 1; first < values.length; first += BLOCK) {
    const count = Math.min(BLOCK, values.length - first);
    let least = Infinity;
    let most = -Infinity;
    for (let i = 0; i < count; i++) {
      const delta = values[first + i] - values[first + i - 1];
      deltas[i] = delta;
      if (delta < least) least = delta;
      if (delta > most) most = delta;
    }
    writeZigZag(to, least);
    const bits = bitsOf(most - least);
    for (let k = 0; k < MINIBLOCKS; k++) to.appendUint8(k * MINIBLOCK < count ? bits : 0);
    if (bits > 0) for (let k = 0; k * MINIBLOCK < count; k++) writeMiniblock(to, k * MINIBLOCK, count, least, bits);
  }
}

/** Bits that a whole number takes. */
function bitsOf(value: number): number {
  let bits = 0;
  for (let limit = 1; limit <= value; limit *= 2) bits++;
  return bits;
}

/** 32 numbers, some of which may stand for nothing, from the lowest bit on. */
function writeMiniblock(to: ByteWriter, from: number, count: number, least: number, bits: number): void {
  let rest = 0;
  let used = 0;
  for (let i = from; i < from + MINIBLOCK; i++) {
    let value = i < count ? deltas[i] - least : 0;
    for (let left = bits; left > 0;) {
      const taken = Math.min(left, 8 - used);
      rest |= (value % (1 << taken)) << used;
      value = Math.floor(value / (1 << taken));
      used += taken;
      left -= taken;
      if (used < 8) continue;
      to.appendUint8(rest);
      rest = 0;
      used = 0;
    }
  }
}

/** A varint of a signed number, as of 64 bits. */
function writeZigZag(to: ByteWriter, value: number): void {
  let rest = value < 0 ? -2 * value - 1 : 2 * value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) to.appendUint8((rest % 0x80) | 0x80);
  to.appendUint8(rest);
}
