/** A directory with one classic pcap per interface that transmitted, named after the interface. */
import { join } from 'node:path';

import { drainAll } from './capture-writer.js';
import type { FrameRecord } from '../frame-record.js';
import type { CaptureWriter, WriterOptions } from './capture-writer.js';
import { OutputFile } from './output-file.js';
import { giveUpFolder, keepFolder, makeFolder } from './partial-files.js';
import { PcapWriter } from './pcap-writer.js';

export class DirectoryWriter implements CaptureWriter {
  frameCount = 0;
  private readonly writers: (PcapWriter | null)[];
  private readonly fileNames: readonly string[];
  private readonly newFolder: string | null;

  constructor(
    private readonly path: string,
    private readonly options: WriterOptions,
  ) {
    this.writers = options.interfaces.map(() => null);
    this.fileNames = captureFileNames(options.interfaces.map((each) => each.name));
    this.newFolder = makeFolder(path);
  }

  get byteCount(): number {
    return this.writers.reduce((sum, writer) => sum + (writer?.byteCount ?? 0), 0);
  }

  write(frame: FrameRecord): void {
    const writer = this.writers[frame.interfaceIndex] ?? this.open(frame.interfaceIndex);
    writer.write(frame);
    this.frameCount++;
  }

  flush(): void {
    for (const writer of this.writers) writer?.flush();
  }

  /** Captures in a folder may be FIFOs: the reader of any of them may be slow. */
  drain(): Promise<void> | null {
    return drainAll(this.writers.filter((writer) => writer !== null));
  }

  async settle(): Promise<void> {
    for (const writer of this.writers) await writer?.settle();
  }

  publish(): void {
    for (const writer of this.writers) writer?.publish();
    keepFolder(this.newFolder);
  }

  async close(): Promise<void> {
    try {
      await this.settle();
      this.publish();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }

  async abort(): Promise<void> {
    for (const writer of this.writers) await writer?.abort();
    giveUpFolder(this.newFolder);
  }

  private open(interfaceIndex: number): PcapWriter {
    if (interfaceIndex >= this.fileNames.length) throw new RangeError(`interface ${interfaceIndex} was not announced`);
    const output = OutputFile.open(join(this.path, this.fileNames[interfaceIndex]));
    const writer = new PcapWriter(output, this.options.timestampDigits, this.options.interfaces[interfaceIndex]);
    this.writers[interfaceIndex] = writer;
    return writer;
  }
}

/** A file name for each interface: '/' of VPP's names becomes '-'; what would collide then gets a number. */
export function captureFileNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = name.replace(/[/\\\0]/g, '-');
    let unique = plain;
    for (let n = 2; taken.has(unique); n++) unique = `${plain}-${n}`;
    taken.add(unique);
    return `${unique}.pcap`;
  });
}
