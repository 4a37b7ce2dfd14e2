/** Mutations of Ethernet frames that know what their bytes mean. */

import * as checksum from '../../src/wire/checksum.js';
import * as ip4 from '../../src/wire/ip4.js';
import { mutateBytes, putNumber } from './byte-mutations.js';
import type { Random } from './random.js';

const L3 = 14;
/** Frames end here: longer ones teach nothing more. */
const FRAME_BYTES = 3000;

/** Fields of Ethernet and IPv4 and what follows a header of 20 bytes: offset, width and values that matter. */
const FIELDS: readonly { readonly at: number; readonly width: number; readonly values: readonly number[] }[] = [
  { at: 0, width: 1, values: [0, 1, 2, 0xff] },
  {
    at: 12,
    width: 2,
    values: [0x800, 0x806, 0x86dd, 0x8100, 0x88a8, 0x8847, 0x8864, 0, 40, 1500, 0x5ff, 0x600, 0xffff],
  },
  { at: L3, width: 1, values: [0x45, 0x46, 0x4f, 0x44, 0x40, 0x55, 0x65, 0x05, 0xff] },
  { at: L3 + 1, width: 1, values: [0, 1, 3, 0xff] },
  { at: L3 + 2, width: 2, values: [0, 1, 19, 20, 21, 24, 27, 28, 39, 40, 41, 576, 1500, 9000, 0xffff] },
  { at: L3 + 4, width: 2, values: [0, 1, 2, 0xffff] },
  { at: L3 + 6, width: 2, values: [0, 0x4000, 0x2000, 0x2001, 1, 5, 0x1fff, 0x3fff, 0x8000, 0x6000, 185] },
  { at: L3 + 8, width: 1, values: [0, 1, 2, 64, 255] },
  { at: L3 + 9, width: 1, values: [0, 1, 2, 4, 6, 17, 41, 47, 50, 51, 58, 132, 255] },
  { at: L3 + 12, width: 4, values: [0, 0x7f000001, 0xe0000001, 0xffffffff, 0x0a010103, 0xc0a81001, 0xc0a8100a] },
  { at: L3 + 16, width: 4, values: [0, 0x7f000001, 0xe0000001, 0xffffffff, 0x0a010103, 0xc0a81001, 0xc0a8100a] },
  { at: L3 + 20, width: 1, values: [0, 3, 4, 5, 8, 11, 12, 13, 14, 255] },
  { at: L3 + 20, width: 2, values: [0, 53, 67, 80, 4789, 0xffff] },
  { at: L3 + 22, width: 2, values: [0, 53, 67, 80, 4789, 0xffff] },
  { at: L3 + 24, width: 2, values: [0, 7, 8, 9, 0xffff] },
  { at: L3 + 26, width: 2, values: [0, 0xffff] },
  { at: L3 + 28, width: 1, values: [0x45, 0x4f, 0x40, 0x08] },
  { at: L3 + 32, width: 1, values: [0, 0x40, 0x50, 0x60, 0xf0] },
  { at: L3 + 33, width: 1, values: [0, 1, 2, 4, 0x10, 0x11, 0x12, 0x14, 0xff] },
  { at: L3 + 37, width: 1, values: [0, 1, 6, 17, 255] },
];

/** IP options (RFC 791, RFC 2113) and TCP options (RFC 9293, 2018, 7323): some sound, some not. */
const OPTIONS: readonly (readonly number[])[] = [
  [1, 1, 1, 0],
  [7, 7, 4, 10, 1, 1, 3, 0],
  [0x83, 7, 4, 10, 1, 1, 3, 0],
  [0x94, 4, 0, 0],
  [68, 8, 5, 0, 0, 0, 0, 0],
  [2, 4, 5, 0xb4],
  [2, 4, 0, 0],
  [2, 3, 5, 0xb4],
  [2, 0, 5, 0xb4],
  [2, 0xff, 5, 0xb4],
  [1, 1, 1, 2],
  [5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1],
  [8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1],
];

type Mutation = (frame: Buffer, other: Buffer, random: Random) => Buffer;

const withField: Mutation = (frame, _, random) => {
  const bytes = Buffer.from(frame);
  const { at, width, values } = random.pick(FIELDS);
  putNumber(bytes, at, width, random.pick(values), false);
  return bytes;
};

/** Puts options between a header of 20 bytes and what follows, and lengthens the header's length by them. */
const withOptions: Mutation = (frame, _, random) => {
  const options = Buffer.from(random.pick(OPTIONS));
  const isTcp = random.oneIn(2);
  const end = L3 + (isTcp ? 40 : 20);
  const bytes = Buffer.concat([frame.subarray(0, end), options, frame.subarray(end)]);
  if (frame.length <= end) return bytes;
  const nibble = options.length / 4;
  if (isTcp) bytes[L3 + 32] = (5 + nibble) << 4;
  else bytes[L3] = 0x40 | (5 + nibble);
  bytes.writeUInt16BE((bytes.readUInt16BE(L3 + 2) + options.length) & 0xffff, L3 + 2);
  return bytes;
};

/** An ICMP error that quotes another frame's packet, cut anywhere. */
const asIcmpError: Mutation = (frame, other, random) => {
  const quote = other.subarray(L3, L3 + random.pick([0, 8, 19, 20, 24, 27, 28, 40, 576]));
  const bytes = Buffer.concat([
    frame.subarray(0, L3 + 20),
    Buffer.alloc(Math.max(0, 34 - frame.length)),
    Buffer.alloc(8),
    quote,
  ]);
  bytes.set([8, 0, 0x45], 12);
  bytes.set([random.pick([3, 4, 5, 11, 12]), random.below(5)], L3 + 20);
  bytes[L3 + 9] = ip4.PROTOCOL_ICMP;
  bytes.writeUInt16BE(28 + quote.length, L3 + 2);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setUint16(L3 + 22, checksum.compute(view, L3 + 20, 8 + quote.length), true);
  return bytes;
};

/** A VXLAN tunnel's packet around another frame (RFC 7348). */
const inVxlan: Mutation = (frame, other, random) => {
  const inner = other.subarray(0, random.oneIn(4) ? random.below(40) : other.length);
  const head = Buffer.alloc(16);
  putNumber(head, 0, 2, random.word(), false);
  putNumber(head, 2, 2, 4789, false);
  putNumber(head, 4, 2, 16 + inner.length, false);
  putNumber(head, 8, 4, random.pick([0x08000000, 0, 0xffffffff]), false);
  putNumber(head, 12, 4, random.pick([10, 0, 13, 0xffffff]) * 256, false);
  const bytes = Buffer.concat([frame.subarray(0, L3 + 20), Buffer.alloc(Math.max(0, 34 - frame.length)), head, inner]);
  bytes.set([8, 0, 0x45], 12);
  bytes[L3 + 9] = 17;
  bytes.writeUInt16BE(36 + inner.length, L3 + 2);
  return bytes;
};

/** Fragments of a packet; `which` says whether the first or a later one. */
const asFragment: Mutation = (frame, _, random) => {
  const bytes = Buffer.from(frame);
  putNumber(bytes, L3 + 6, 2, random.pick([0x2000, 1, 0x2001, 3, 0x2003, 185, 0x1fff, 0x3fff]), false);
  return random.oneIn(2) ? bytes : bytes.subarray(0, L3 + 20 + random.below(bytes.length));
};

const MUTATIONS: readonly Mutation[] = [
  withField,
  withField,
  withField,
  withOptions,
  asIcmpError,
  inVxlan,
  asFragment,
  mutateBytes,
  (frame, _, random) => frame.subarray(0, random.pick([0, 1, 13, 14, 15, 33, 34, 35, 42, random.below(frame.length)])),
  (frame, _, random) => Buffer.concat([frame, Buffer.alloc(random.length(1600), random.below(256))]),
];

/** Another frame; mostly with a right IP header checksum, so that it comes further than ip4-input. */
export function mutateFrame(frame: Buffer, other: Buffer, random: Random): Buffer {
  const bytes = Buffer.from(random.pick(MUTATIONS)(frame, other, random).subarray(0, FRAME_BYTES));
  const headerBytes = bytes.length > L3 ? (bytes[L3] & 15) * 4 : 0;
  if (bytes.length < L3 + 20 || headerBytes < 20 || bytes.length < L3 + headerBytes || random.oneIn(6)) return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  ip4.setChecksum(view, L3, 0);
  ip4.setChecksum(view, L3, checksum.compute(view, L3, headerBytes));
  return bytes;
}
