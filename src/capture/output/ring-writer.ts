/**
 * A ring of captures: frames go to one file after the other, and of the files only the last few are kept. Each appears under
 * its name when it is full, so what is there can be read at any time.
 */
import { rmSync } from 'node:fs';

import type { CaptureWriter, WriterOptions } from './capture-writer.js';
import { openWriter } from './open-writer.js';

/** How many files of which size: `--ring 10x100MB`. */
export interface RingSize {
  readonly files: number;
  readonly bytes: number;
}

/** What is written around a frame at most, by any format. */
const RECORD_BYTES = 40;

export class RingWriter {
  frameCount = 0;
  /** Files that are complete and still there, oldest first. */
  readonly kept: string[] = [];
  /** The file that is written. */
  current: CaptureWriter;
  private number = 0;

  /** Throws OutputError. */
  constructor(
    private readonly path: string,
    private readonly size: RingSize,
    private readonly options: WriterOptions,
  ) {
    this.current = this.openNext();
  }

  /** True where a frame of that length belongs into the next file: `rotate` first. */
  isFullFor(length: number): boolean {
    const { current, size } = this;
    return current.frameCount > 0 && current.byteCount + RECORD_BYTES + length > size.bytes;
  }

  /** Completes the file and begins the next; the oldest goes where there are too many. Rejects with OutputError. */
  async rotate(): Promise<void> {
    await this.close();
    this.current = this.openNext();
  }

  async abort(): Promise<void> {
    await this.current.abort();
  }

  /** Completes the file. Rejects with OutputError. */
  async close(): Promise<void> {
    await this.current.close();
    this.frameCount += this.current.frameCount;
    this.kept.push(ringPath(this.path, this.number));
    const excess = Math.max(0, this.kept.length - this.size.files);
    for (const oldest of this.kept.splice(0, excess)) rmSync(oldest, { force: true });
  }

  private openNext(): CaptureWriter {
    this.number++;
    return openWriter(ringPath(this.path, this.number), this.options);
  }
}

/** The nth file of a ring: `x.pcap` makes x_00001.pcap, as dumpcap has it. */
export function ringPath(path: string, number: number): string {
  const digits = String(number).padStart(5, '0');
  return path.replace(/(?=\.[^./]*$)/, `_${digits}`);
}
