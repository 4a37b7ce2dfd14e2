/**
 * Reader of pcapng captures: several sections, each in its own byte order, with several interfaces each.
 *
 * `interfaces` counts over all sections; a frame's interface number within its section is added to the number of
 * interfaces that the sections before had. Blocks that carry no frame are passed over.
 */
import type { ByteWindow } from '../source/byte-window.js';
import {
  BATCH_FRAMES,
  CaptureError,
  DIRECTION_UNKNOWN,
  type CaptureInterface,
  type FrameBatch,
} from '../frame-batch.js';
import { WindowReader } from '../source/window-reader.js';
import * as blocks from './pcapng-blocks.js';
import { MAXIMUM_RECORD_BYTES } from '../pcap/pcap-reader.js';
import type { TimestampUnit } from './timestamp-unit.js';

/** Type, total length, byte-order magic, version, section length, total length. */
const MINIMUM_SECTION_HEADER_BYTES = 28;

/** Starts reading a capture that begins with a section header's type. Rejects with CaptureError if it is no good. */
export async function openPcapng(window: ByteWindow): Promise<PcapngReader> {
  const reader = new PcapngReader(window);
  if (!(await window.atLeast(MINIMUM_SECTION_HEADER_BYTES))) {
    const reason = window.source.failure ?? `${MINIMUM_SECTION_HEADER_BYTES - window.unparsed} bytes are missing`;
    throw new CaptureError(`${reader.name}: the pcapng section header is cut: ${reason}`);
  }
  reader.checkFirstSection();
  return reader;
}

export class PcapngReader extends WindowReader {
  readonly interfaces: CaptureInterface[] = [];
  private readonly units: TimestampUnit[] = [];
  private readonly fcsBytes: number[] = [];
  /** Global number of the section's interface 0. */
  private sectionBase = 0;
  private isLittleEndian = true;
  private frameCount = 0;
  /** Total length of the block at the start of the window, which is to be passed over without being held; else 0. */
  private passOverBytes = 0;
  /** Timestamp of the last frame of the batch before. */
  private lastSeconds = 0;
  private lastNanoseconds = 0;

  constructor(window: ByteWindow) {
    super(window, 'block');
  }

  /** A capture whose first block is no sound section header is not a capture at all. */
  checkFirstSection(): void {
    const { view, start } = this.window;
    const problem = this.sectionProblem(view, start);
    if (problem !== null) throw new CaptureError(`${this.name}: the pcapng section header ${problem}`);
  }

  protected override parse(batch: FrameBatch): void {
    const { window } = this;
    const { view, end } = window;
    batch.hasDirections = false;
    let at = window.start;
    let count = 0;
    let problem: string | null = null;
    while (count < BATCH_FRAMES && end - at >= blocks.MINIMUM_BLOCK_BYTES) {
      const type = view.getUint32(at, this.isLittleEndian);
      if (type === blocks.SECTION_HEADER) {
        if (end - at < MINIMUM_SECTION_HEADER_BYTES) break;
        problem = this.sectionProblem(view, at);
        if (problem !== null) break;
      }
      const total = view.getUint32(at + 4, this.isLittleEndian);
      if (total < blocks.MINIMUM_BLOCK_BYTES || (total & 3) !== 0) {
        problem = `has total length ${total}, expected a multiple of 4 from 12 up`;
        break;
      }
      if (total > end - at) {
        if (!carriesFrames(type)) this.passOverBytes = total;
        else if (total > MAXIMUM_RECORD_BYTES) {
          problem = `has total length ${total}, expected at most ${MAXIMUM_RECORD_BYTES}`;
        }
        break;
      }
      const trailer = view.getUint32(at + total - 4, this.isLittleEndian);
      if (trailer !== total) {
        problem = `has total length ${total} at its start, ${trailer} at its end`;
        break;
      }
      if (type === blocks.ENHANCED_PACKET || type === blocks.OBSOLETE_PACKET)
        problem = this.stampedPacket(at, total, count, type === blocks.ENHANCED_PACKET);
      else if (type === blocks.SIMPLE_PACKET) problem = this.simplePacket(at, total, count);
      else if (type === blocks.INTERFACE_DESCRIPTION) problem = this.interfaceDescription(at, total);
      else if (type === blocks.SECTION_HEADER) this.sectionBase = this.interfaces.length;
      if (problem !== null) break;
      if (blocks.isPacket(type)) count++;
      this.parsed++;
      at += total;
    }
    window.start = at;
    batch.count = count;
    batch.firstNumber = this.frameCount + 1;
    this.frameCount += count;
    if (count > 0) {
      this.lastSeconds = batch.seconds[count - 1];
      this.lastNanoseconds = batch.nanoseconds[count - 1];
    }
    if (problem !== null) this.report(problem);
  }

  /** Learns the byte order from a section header; a sentence's end if it is none. */
  private sectionProblem(view: DataView, at: number): string | null {
    const isLittleEndian = view.getUint32(at + 8, true) === blocks.BYTE_ORDER_MAGIC;
    if (!isLittleEndian && view.getUint32(at + 8) !== blocks.BYTE_ORDER_MAGIC)
      return `has byte-order magic 0x${view.getUint32(at + 8).toString(16)}, expected 0x1a2b3c4d or 0x4d3c2b1a`;
    const total = view.getUint32(at + 4, isLittleEndian);
    if (total < MINIMUM_SECTION_HEADER_BYTES) return `has total length ${total}, expected at least 28`;
    const major = view.getUint16(at + 12, isLittleEndian);
    if (major !== 1) return `has version ${major}.${view.getUint16(at + 14, isLittleEndian)}, expected 1.0`;
    this.isLittleEndian = isLittleEndian;
    return null;
  }

  private interfaceDescription(at: number, total: number): string | null {
    if (total < 20) return `is an interface description of ${total} bytes, expected at least 20`;
    const read = blocks.readInterface(this.window.view, at + 8, at + total - 4, this.isLittleEndian);
    if (typeof read === 'string') return read;
    this.interfaces.push(read.publicPart);
    this.units.push(read.unit);
    this.fcsBytes.push(read.fcsBytes);
    return null;
  }

  /**
   * type, total, interface, timestamp high and low, captured, original, then the frame at 28. In the obsolete packet block the interface
   * number is 16 bits, followed by 16 bits of drop count.
   */
  private stampedPacket(at: number, total: number, i: number, isEnhanced: boolean): string | null {
    const { units } = this;
    const { batch, view } = this.window;
    const le = this.isLittleEndian;
    if (total < 32) return `is ${isEnhanced ? 'an enhanced' : 'a'} packet of ${total} bytes, expected at least 32`;
    const which = this.sectionBase + (isEnhanced ? view.getUint32(at + 8, le) : view.getUint16(at + 8, le));
    const captured = view.getUint32(at + 20, le);
    if (captured > total - 32) return `has ${captured} captured bytes, but room for ${total - 32}`;
    if (which >= units.length) return this.noInterface(which);
    const original = view.getUint32(at + 24, le);
    units[which].store(batch, i, view.getUint32(at + 12, le), view.getUint32(at + 16, le));
    batch.offset[i] = at + 28;
    batch.capturedLength[i] = captured;
    batch.originalLength[i] = original > captured ? original : captured;
    batch.interfaceIndex[i] = which;
    const options = at + 28 + blocks.padded(captured);
    const end = at + total - 4;
    this.finish(i, which, options < end ? blocks.packetFlags(view, options, end, le) : 0);
    return null;
  }

  /** What the frame's flags say: which way it went, and whether it ends in a frame check sequence. */
  private finish(i: number, which: number, flags: number): void {
    const { batch } = this.window;
    const direction = blocks.directionOf(flags);
    batch.direction[i] = direction;
    if (direction !== DIRECTION_UNKNOWN) batch.hasDirections = true;
    const fcsBytes = blocks.fcsBytesOfFlags(flags) || this.fcsBytes[which];
    if (fcsBytes > 0) batch.takeOffFcs(i, fcsBytes);
  }

  /** type, total, original length, then the frame at 12, cut at the snapshot length of interface 0. */
  private simplePacket(at: number, total: number, i: number): string | null {
    if (total < 16) return `is a simple packet of ${total} bytes, expected at least 16`;
    const original = this.window.view.getUint32(at + 8, this.isLittleEndian);
    const which = this.sectionBase;
    if (which >= this.units.length) return this.noInterface(which);
    const { snapLength } = this.interfaces[which];
    const captured = snapLength > 0 && snapLength < original ? snapLength : original;
    if (captured > total - 16) return `has ${captured} captured bytes, but room for ${total - 16}`;
    const { batch } = this.window;
    // No timestamp: the frame gets the one of the frame before it, so that time does not jump.
    batch.seconds[i] = i > 0 ? batch.seconds[i - 1] : this.lastSeconds;
    batch.nanoseconds[i] = i > 0 ? batch.nanoseconds[i - 1] : this.lastNanoseconds;
    batch.offset[i] = at + 12;
    batch.capturedLength[i] = captured;
    batch.originalLength[i] = original;
    batch.interfaceIndex[i] = which;
    this.finish(i, which, 0);
    return null;
  }

  private noInterface(which: number): string {
    const known = this.units.length - this.sectionBase;
    return `names interface ${which - this.sectionBase}, expected one of the ${known} that its section has so far`;
  }

  protected override async goOn(): Promise<boolean> {
    if (this.passOverBytes === 0) return this.window.more();
    await this.passOver(this.passOverBytes);
    this.passOverBytes = 0;
    return true;
  }

  /** Passes over a block that carries no frame and is not whole in the window: it may be larger than memory. */
  private async passOver(total: number): Promise<void> {
    const { window } = this;
    const { position } = window;
    if ((await window.skip(total - 4)) > 0 || !(await window.atLeast(4))) {
      const missing = position + total - window.position - window.unparsed;
      this.report(window.source.failure ?? `is cut: ${missing} of ${total} bytes are missing`, position);
      return;
    }
    const trailer = window.view.getUint32(window.start, this.isLittleEndian);
    if (trailer !== total) {
      this.report(`has total length ${total} at its start, ${trailer} at its end`, position);
      return;
    }
    window.start += 4;
    this.parsed++;
  }

  protected override missing(): string {
    const total = this.expectedBytes();
    return `${total - this.window.unparsed} of ${total}`;
  }

  /** How long the cut block at the start of the window wanted to be, as far as it tells. */
  private expectedBytes(): number {
    const { view, start, unparsed } = this.window;
    if (unparsed < 8) return blocks.MINIMUM_BLOCK_BYTES;
    const isSection = view.getUint32(start, true) === blocks.SECTION_HEADER;
    if (isSection && unparsed < blocks.MINIMUM_BLOCK_BYTES) return MINIMUM_SECTION_HEADER_BYTES;
    const isLittle = isSection ? view.getUint32(start + 8, true) === blocks.BYTE_ORDER_MAGIC : this.isLittleEndian;
    return Math.max(view.getUint32(start + 4, isLittle), blocks.MINIMUM_BLOCK_BYTES);
  }
}

/** Blocks that must be whole in memory; all others may be passed over in pieces. */
const carriesFrames = (type: number): boolean =>
  blocks.isPacket(type) || type === blocks.INTERFACE_DESCRIPTION || type === blocks.SECTION_HEADER;
