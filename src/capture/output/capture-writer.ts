/** What all writers of captures have in common. */

import type { MacAddress } from '../../wire/address.js';
import type { FrameRecord } from '../frame-record.js';
import { complete, type OutputFile } from './output-file.js';

export interface WriterInterface {
  /** VPP's name of it. */
  readonly name: string;
  /** Link-layer header type of its frames; Ethernet where absent. */
  readonly linkType?: number;
  /** Bytes kept of a frame at most; SNAP_LENGTH where absent. */
  readonly snapLength?: number;
  /** What a reader should know about it, in a line. */
  readonly description?: string;
  readonly mac?: MacAddress;
}

/** An address of IPv4 or IPv6 as text, and what readers may call it. */
export interface NamedAddress {
  readonly address: string;
  readonly name: string;
}

/** What a capture says about itself, where its format has a place for it. */
export interface SectionDescription {
  /** The program that wrote it, with its version. */
  readonly application?: string;
  readonly comment?: string;
  readonly names?: readonly NamedAddress[];
}

export interface WriterOptions {
  /** What `interfaceIndex` of a frame counts in. */
  readonly interfaces: readonly WriterInterface[];
  /** Digits of a second in timestamps: 6, or 9. */
  readonly timestampDigits: number;
  readonly section?: SectionDescription;
  /** Whether it gets its name only once it is on the disk. */
  readonly isSynced?: boolean;
}

/** Waits for the readers of all outputs; null where there is nothing to wait for. Rejects with OutputError. */
export function drainAll(outputs: readonly { drain(): Promise<void> | null }[]): Promise<void> | null {
  const waits = outputs.map((output) => output.drain()).filter((wait) => wait !== null);
  return waits.length === 0 ? null : Promise.all(waits).then(() => undefined);
}

/** A capture in one file or several, which live and die together. */
export abstract class CaptureWriter {
  /** Frames that `write` took so far. */
  frameCount = 0;
  protected readonly outputs: OutputFile[] = [];

  /** Writes one frame; its bytes are copied. Throws OutputError. */
  abstract write(frame: FrameRecord): void;

  /** Bytes written so far, those that are still buffered among them. */
  get byteCount(): number {
    return this.outputs.reduce((sum, { byteCount }) => sum + byteCount, 0);
  }

  /** Writes out what is buffered. Throws OutputError. */
  flush(): void {
    for (const output of this.outputs) output.flush();
  }

  /** Writes out what is kept for slow readers. Null where there is nothing to wait for. Rejects with OutputError. */
  drain(): Promise<void> | null {
    return drainAll(this.outputs);
  }

  /**
   * Writes all of it out, so that what cannot be written is known before any of several outputs is complete.
   * Nothing can be written any more. Rejects with OutputError.
   */
  async settle(): Promise<void> {
    for (const output of this.outputs) await output.settle();
  }

  /** Gives the settled output its name, at once: no signal comes between the names of several outputs. Throws OutputError. */
  publish(): void {
    for (const output of this.outputs) output.publish();
  }

  /** Completes the output: settles and publishes it. Rejects with OutputError. */
  close(): Promise<void> {
    return complete(this);
  }

  /** Gives the output up: nothing is left under its name that was not there before. */
  async abort(): Promise<void> {
    for (const output of this.outputs) await output.abort();
  }
}
