/** A frame as a trace lets it be known: bytes, and for each what is known of it and from which line. */

import { formatMac } from '../../wire/address.js';
import type { ByteProvenance } from './byte-provenance.js';

export interface RebuiltFrame {
  /** Unknown bits are 0. */
  readonly bytes: Uint8Array;
  /** Bits of each byte that the text states. */
  readonly mask: Uint8Array;
  /** Line that states a byte, 0 for none. */
  readonly lines: Uint32Array;
  /** Numbers of which only one line's end tells, by their first byte; their bytes are unknown. */
  readonly statedOnce: ReadonlyMap<number, number>;
}

export function frameOf(provenance: ByteProvenance, cells: readonly number[]): RebuiltFrame {
  const bytes = new Uint8Array(cells.length);
  const mask = new Uint8Array(cells.length);
  const lines = new Uint32Array(cells.length);
  const statedOnce = new Map<number, number>();
  for (const [at, cell] of cells.entries()) {
    const known = provenance.known(cell);
    bytes[at] = known.value;
    mask[at] = known.mask;
    lines[at] = known.line;
    const once = provenance.statedOnce(cell);
    if (once !== undefined) statedOnce.set(at, once);
  }
  return { bytes, mask, lines, statedOnce };
}

/** Bytes [from, to) of a frame. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** Where bytes are not, or not wholly, known. */
export function unknownRanges({ mask }: RebuiltFrame): ByteRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const [at, bits] of mask.entries()) {
    if (bits === 0xff) continue;
    const last = ranges.at(-1);
    if (last?.to === at) last.to++;
    else ranges.push({ from: at, to: at + 1 });
  }
  return ranges;
}

export const knownBytes = ({ mask }: RebuiltFrame): number =>
  mask.reduce((sum, bits) => sum + (bits === 0xff ? 1 : 0), 0);

/** 'bytes 60-73', for people; null where all of a frame is known. */
export function describeUnknown(frame: RebuiltFrame): string | null {
  const ranges = unknownRanges(frame);
  if (ranges.length === 0) return null;
  const texts = ranges.map(({ from, to }) => (to - from === 1 ? String(from) : `${from}-${to - 1}`));
  return `${ranges.length === 1 && !texts[0].includes('-') ? 'byte' : 'bytes'} ${texts.join(', ')}`;
}

/** The address that a frame was sent to; null where a bit of it is unknown. */
export function destinationMac({ bytes, mask }: RebuiltFrame): string | null {
  if (mask.length < 6 || mask.subarray(0, 6).some((bits) => bits !== 0xff)) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return formatMac({ high: view.getUint16(0), low: view.getUint32(2) });
}
