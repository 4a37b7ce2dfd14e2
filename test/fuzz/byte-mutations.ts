/** Mutations of bytes that know nothing of their meaning. */

import type { Random } from './random.js';

/** No input grows beyond this. */
export const INPUT_BYTES = 256 * 1024;

const EXTREMES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff];

type Mutation = (input: Buffer, other: Buffer, random: Random) => Buffer;

const part = (input: Buffer, random: Random): [number, number] => {
  const first = random.below(input.length);
  return [first, Math.min(input.length, first + random.length(input.length))];
};

/** Writes a number of 1, 2 or 4 bytes in either order, as far as there is room. */
export function putNumber(bytes: Buffer, at: number, width: number, value: number, isLittle: boolean): void {
  for (let i = 0; i < width && at + i < bytes.length; i++)
    bytes[at + i] = value >>> (8 * (isLittle ? i : width - 1 - i));
}

const changed = (input: Buffer, change: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.from(input);
  change(bytes);
  return bytes;
};

const MUTATIONS: readonly Mutation[] = [
  (input, _, random) =>
    changed(input, (bytes) => {
      for (let n = random.length(8); n > 0; n--) bytes[random.below(bytes.length)] ^= 1 << random.below(8);
    }),
  (input, _, random) =>
    changed(input, (bytes) => {
      const width = random.pick([1, 2, 4]);
      putNumber(bytes, random.below(bytes.length), width, random.pick(EXTREMES), random.oneIn(2));
    }),
  (input, _, random) =>
    changed(input, (bytes) => {
      const at = random.below(bytes.length);
      bytes[at] += random.pick([1, -1, 4, -4, 16]);
    }),
  (input, _, random) => input.subarray(0, random.below(input.length)),
  (input, _, random) => {
    const [first, end] = part(input, random);
    return Buffer.concat([input.subarray(0, first), input.subarray(end)]);
  },
  (input, _, random) => {
    const [first, end] = part(input, random);
    return Buffer.concat([input.subarray(0, end), input.subarray(first)]);
  },
  (input, other, random) => {
    const [first, end] = part(other, random);
    const at = random.below(input.length + 1);
    return Buffer.concat([input.subarray(0, at), other.subarray(first, end), input.subarray(at)]);
  },
  (input, other, random) =>
    Buffer.concat([input.subarray(0, random.below(input.length)), other.subarray(random.below(other.length))]),
  (input, _, random) => {
    const at = random.below(input.length + 1);
    const filler = Buffer.alloc(random.length(4096), random.pick([0, 0xff, 0x20, random.below(256)]));
    return Buffer.concat([input.subarray(0, at), filler, input.subarray(at)]);
  },
];

export const mutateBytes: Mutation = (input, other, random) =>
  random.pick(MUTATIONS)(input, other, random).subarray(0, INPUT_BYTES);
