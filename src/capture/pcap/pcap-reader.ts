/**
 * Reader of classic pcap captures (draft-ietf-opsawg-pcap), both byte orders, micro- and nanoseconds.
 *
 *     file header, 24 bytes                          record header, 16 bytes
 *     +-------+-----+-----+------+------+------+------+   +---------+----------+----------+----------+
 *     | magic |major|minor| zone | figs | snap | link |   | seconds | fraction | captured | original |
 *     +-------+-----+-----+------+------+------+------+   +---------+----------+----------+----------+
 */
import type { ByteWindow } from '../source/byte-window.js';
import { BATCH_FRAMES, CaptureError, type CaptureInterface, type FrameBatch } from '../frame-batch.js';
import { WindowReader } from '../source/window-reader.js';

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
/** Alexey Kuznetzov's patched libpcap of 1999: eight more bytes in each record header. */
const MAGIC_KUZNETZOV = 0xa1b2cd34;

export const FILE_HEADER_BYTES = 24;
const RECORD_HEADER_BYTES = 16;
const KUZNETZOV_HEADER_BYTES = 24;

/**
 * The link type field (draft-ietf-opsawg-pcap §4): link type in the lower 16 bits; bit 26, f, says that each frame ends in its
 * frame check sequence, of as many 16-bit words as the top 4 bits say.
 */
const LINK_TYPE_MASK = 0xffff;
const FCS_PRESENT = 0x04000000;
const FCS_WORDS_SHIFT = 28;

/** 256 times libpcap's MAXIMUM_SNAPLEN (262144): a longer record is damage, not a frame. */
export const MAXIMUM_RECORD_BYTES = 256 * 262144;

/** True if the four bytes are a magic number of classic pcap, in either byte order. */
export function isPcapMagic(view: DataView, at: number): boolean {
  return isMagic(view.getUint32(at, true)) || isMagic(view.getUint32(at, false));
}

const isMagic = (value: number): boolean =>
  value === MAGIC_MICROSECONDS || value === MAGIC_NANOSECONDS || value === MAGIC_KUZNETZOV;

/** Starts reading a capture that begins with a pcap magic number. Rejects with CaptureError if its header is no good. */
export async function openPcap(window: ByteWindow): Promise<PcapReader> {
  const { name } = window.source;
  if (!(await window.atLeast(FILE_HEADER_BYTES))) {
    const reason = window.source.failure ?? `${FILE_HEADER_BYTES - window.unparsed} of 24 bytes are missing`;
    throw new CaptureError(`${name}: the pcap file header is cut: ${reason}`);
  }
  const header = readHeader(window.view, window.start);
  const { version } = header;
  // libpcap sf-pcap.c: 543.0 is what one vendor wrote for 2.x; nothing newer than 2.4 exists.
  if (version[0] !== 543 && (version[0] !== 2 || version[1] > 4))
    throw new CaptureError(`${name}: pcap version ${version.join('.')}, expected 2.4`);
  window.start += FILE_HEADER_BYTES;
  return new PcapReader(window, header);
}

/** Reads a file header of FILE_HEADER_BYTES. */
export function readHeader(view: DataView, start: number): PcapHeader {
  const isLittleEndian = isMagic(view.getUint32(start, true));
  const major = view.getUint16(start + 4, isLittleEndian);
  const minor = view.getUint16(start + 6, isLittleEndian);
  const link = view.getUint32(start + 20, isLittleEndian);
  const magic = view.getUint32(start, isLittleEndian);
  return {
    isLittleEndian,
    version: [major, minor],
    isNanoseconds: magic === MAGIC_NANOSECONDS,
    recordHeaderBytes: magic === MAGIC_KUZNETZOV ? KUZNETZOV_HEADER_BYTES : RECORD_HEADER_BYTES,
    // Until 2.3 some writers had the two length fields in the other order.
    areLengthsSwapped: major === 543 || minor < 3,
    areLengthsUnsure: major === 2 && minor === 3,
    snapLength: view.getUint32(start + 16, isLittleEndian),
    linkType: link & LINK_TYPE_MASK,
    fcsBytes: (link & FCS_PRESENT) !== 0 ? (link >>> FCS_WORDS_SHIFT) * 2 : 0,
  };
}

export interface PcapHeader {
  readonly isLittleEndian: boolean;
  readonly version: readonly [major: number, minor: number];
  readonly isNanoseconds: boolean;
  readonly recordHeaderBytes: number;
  readonly areLengthsSwapped: boolean;
  readonly areLengthsUnsure: boolean;
  readonly snapLength: number;
  readonly linkType: number;
  /** Bytes of frame check sequence that each frame ends in. */
  readonly fcsBytes: number;
}

/** Captured and original length of the record at `at`. */
export function lengthsAt(
  header: PcapHeader,
  view: DataView,
  at: number,
): readonly [captured: number, original: number] {
  const { isLittleEndian, areLengthsSwapped, areLengthsUnsure } = header;
  const captured = view.getUint32(at + 8, isLittleEndian);
  const original = view.getUint32(at + 12, isLittleEndian);
  return areLengthsSwapped || (areLengthsUnsure && captured > original) ? [original, captured] : [captured, original];
}

export class PcapReader extends WindowReader {
  readonly interfaces: readonly CaptureInterface[];
  private readonly headerBytes: number;
  private readonly unitsPerSecond: number;
  private readonly isPlain: boolean;

  constructor(
    window: ByteWindow,
    private readonly header: PcapHeader,
  ) {
    super(window, 'record');
    const { linkType, snapLength, isNanoseconds, recordHeaderBytes } = header;
    this.interfaces = [{ linkType, snapLength, name: null, timestampDigits: isNanoseconds ? 9 : 6 }];
    this.headerBytes = recordHeaderBytes;
    this.unitsPerSecond = isNanoseconds ? 1e9 : 1e6;
    const isOdd = header.areLengthsSwapped || header.areLengthsUnsure;
    this.isPlain = header.isLittleEndian && !isOdd && this.headerBytes === RECORD_HEADER_BYTES;
  }

  protected override parse(batch: FrameBatch): void {
    const { window, headerBytes } = this;
    const plain = this.isPlain ? this.parsePlain(batch, window.view, window.start, window.end) : 0;
    if (plain > 0) window.start = batch.offset[plain - 1] + batch.capturedLength[plain - 1];
    const count = plain < BATCH_FRAMES ? this.parseAny(batch, plain) : plain;
    batch.recordDigits = count === plain ? this.interfaces[0].timestampDigits : 0;
    batch.count = count;
    batch.firstNumber = this.parsed + 1;
    this.parsed += count;
    if (count > 0 && this.header.fcsBytes > 0) this.takeOffFcs(batch);
    if (count > 0 || window.unparsed < headerBytes) return;
    const [captured] = lengthsAt(this.header, window.view, window.start);
    if (captured > MAXIMUM_RECORD_BYTES)
      this.report(`claims ${captured} captured bytes, expected at most ${MAXIMUM_RECORD_BYTES}`);
  }

  /**
   * Records from `start` on as almost all captures have them: little-endian, 16 bytes of header, sound lengths and fractions.
   * Returns how many there are up to the first that is not, or not whole.
   *
   * Nothing comes behind the loop: V8 replaces its code while it runs for the first time, knows nothing of what comes then, and
   * would throw the code away at the end of every batch.
   */
  private parsePlain(batch: FrameBatch, view: DataView, start: number, end: number): number {
    const { offset, capturedLength, originalLength, seconds, nanoseconds } = batch;
    const { unitsPerSecond } = this;
    const nanosecondsPerUnit = 1e9 / unitsPerSecond;
    let at = start;
    let count = 0;
    while (count < BATCH_FRAMES && end - at >= RECORD_HEADER_BYTES) {
      const units = view.getUint32(at + 4, true);
      const captured = view.getUint32(at + 8, true);
      const original = view.getUint32(at + 12, true);
      const frame = at + RECORD_HEADER_BYTES;
      if (captured > end - frame || captured > MAXIMUM_RECORD_BYTES) break;
      if (units >= unitsPerSecond || original < captured) break;
      offset[count] = frame;
      capturedLength[count] = captured;
      originalLength[count] = original;
      seconds[count] = view.getUint32(at, true);
      nanoseconds[count] = units * nanosecondsPerUnit;
      count++;
      at = frame + captured;
    }
    return count;
  }

  /** Frames end before their frame check sequence; records with one cannot be copied whole. */
  private takeOffFcs(batch: FrameBatch): void {
    for (let i = 0; i < batch.count; i++) batch.takeOffFcs(i, this.header.fcsBytes);
    batch.recordDigits = 0;
  }

  /** Any records; those before `count` are in the batch already. Returns how many there are then. */
  private parseAny(batch: FrameBatch, count: number): number {
    const { window, headerBytes, unitsPerSecond } = this;
    const { isLittleEndian } = this.header;
    const { view, end } = window;
    const nanosecondsPerUnit = 1e9 / unitsPerSecond;
    let at = window.start;
    while (count < BATCH_FRAMES && end - at >= headerBytes) {
      const [captured, original] = lengthsAt(this.header, view, at);
      const frame = at + headerBytes;
      if (captured > end - frame || captured > MAXIMUM_RECORD_BYTES) break;
      const units = view.getUint32(at + 4, isLittleEndian);
      batch.offset[count] = frame;
      batch.capturedLength[count] = captured;
      batch.originalLength[count] = original > captured ? original : captured;
      batch.seconds[count] = view.getUint32(at, isLittleEndian) + Math.floor(units / unitsPerSecond);
      batch.nanoseconds[count] = (units % unitsPerSecond) * nanosecondsPerUnit;
      count++;
      at = frame + captured;
    }
    window.start = at;
    return count;
  }

  protected override missing(): string {
    const { window, headerBytes } = this;
    if (window.unparsed < headerBytes) return `${headerBytes - window.unparsed} of ${headerBytes} header`;
    const [captured] = lengthsAt(this.header, window.view, window.start);
    return `${captured - (window.unparsed - headerBytes)} of ${captured}`;
  }
}
