/** A directory with one classic pcap per interface that transmitted, named after the interface. */
import { join } from 'node:path';

import type { FrameRecord } from '../frame-record.js';
import { CaptureWriter, type WriterOptions } from './capture-writer.js';
import { OutputFile } from './output-file.js';
import { giveUpFolder, keepFolder, makeFolder } from './partial-files.js';
import { PcapWriter } from './pcap-writer.js';

export class DirectoryWriter extends CaptureWriter {
  private readonly writers: (PcapWriter | null)[];
  private readonly fileNames: readonly string[];
  private readonly newFolder: string | null;

  constructor(
    private readonly path: string,
    private readonly options: WriterOptions,
  ) {
    super();
    this.writers = options.interfaces.map(() => null);
    this.fileNames = captureFileNames(options.interfaces.map((each) => each.name));
    this.newFolder = makeFolder(path);
  }

  write(frame: FrameRecord): void {
    const writer = this.writers[frame.interfaceIndex] ?? this.open(frame.interfaceIndex);
    writer.write(frame);
    this.frameCount++;
  }

  override publish(): void {
    super.publish();
    keepFolder(this.newFolder);
  }

  override async abort(): Promise<void> {
    await super.abort();
    giveUpFolder(this.newFolder);
  }

  private open(interfaceIndex: number): PcapWriter {
    if (interfaceIndex >= this.fileNames.length) throw new RangeError(`interface ${interfaceIndex} was not announced`);
    const output = OutputFile.open(join(this.path, this.fileNames[interfaceIndex]), this.options.isSynced);
    const writer = new PcapWriter(output, this.options.timestampDigits, this.options.interfaces[interfaceIndex]);
    this.outputs.push(output);
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
