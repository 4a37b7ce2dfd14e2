/**
 * Writes the cases' captures: little-endian pcapng (draft-ietf-opsawg-pcapng) and classic pcap, both with microseconds.
 * Apart from the product's writers on purpose, so that a mistake of theirs cannot make its way into the expectations.
 */

/** A frame of a case: bytes, the VPP interface it arrives on or leaves by, its time, and where it comes from. */
export interface CaseFrame {
  readonly interfaceName: string;
  readonly microseconds: number;
  readonly bytes: Uint8Array;
  /** null for none. */
  readonly comment: string | null;
}

const LINKTYPE_ETHERNET = 1;

/** A pcapng with one Interface Description Block per interface, in order of first appearance, and a comment per frame. */
export function pcapng(frames: readonly CaseFrame[]): Uint8Array {
  const names = [...new Set(frames.map(({ interfaceName }) => interfaceName))];
  const sectionLengthUnknown = new Uint8Array(8).fill(0xff);
  const blocks = [
    block(0x0a0d0d0a, [u32(0x1a2b3c4d), u16(1), u16(0), sectionLengthUnknown]),
    ...names.map((name) => block(1, [u16(LINKTYPE_ETHERNET), u16(0), u32(0), option(2, text(name)), END_OF_OPTIONS])),
    ...frames.map(({ interfaceName, microseconds, bytes, comment }) =>
      block(6, [
        u32(names.indexOf(interfaceName)),
        u32(Math.floor(microseconds / 2 ** 32)),
        u32(microseconds % 2 ** 32),
        u32(bytes.length),
        u32(bytes.length),
        padded(bytes),
        ...(comment === null ? [] : [option(1, text(comment)), END_OF_OPTIONS]),
      ]),
    ),
  ];
  return concat(blocks);
}

/** A classic capture (draft-ietf-opsawg-pcap), which knows neither interfaces nor comments. */
export function classicPcap(frames: readonly CaseFrame[]): Uint8Array {
  return concat([
    concat([u32(0xa1b2c3d4), u16(2), u16(4), u32(0), u32(0), u32(65535), u32(LINKTYPE_ETHERNET)]),
    ...frames.flatMap(({ microseconds, bytes }) => [
      u32(Math.floor(microseconds / 1_000_000)),
      u32(microseconds % 1_000_000),
      u32(bytes.length),
      u32(bytes.length),
      bytes,
    ]),
  ]);
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const body = concat(parts);
  const length = u32(body.length + 12);
  return concat([u32(type), length, body, length]);
}

const END_OF_OPTIONS = new Uint8Array(4);
const option = (code: number, value: Uint8Array): Uint8Array => concat([u16(code), u16(value.length), padded(value)]);
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

const u16 = (value: number): Uint8Array => Uint8Array.of(value & 255, value >>> 8);
const u32 = (value: number): Uint8Array => Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);

function padded(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array((bytes.length + 3) & ~3);
  out.set(bytes);
  return out;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
