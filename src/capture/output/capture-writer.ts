/** What all writers of captures have in common. */

import type { MacAddress } from '../../wire/address.js';
import type { FrameRecord } from '../frame-record.js';

export { DIRECTION_INBOUND, DIRECTION_OUTBOUND, DIRECTION_UNKNOWN } from '../direction.js';

/** libpcap's MAXIMUM_SNAPLEN: readers refuse longer records, so longer frames are cut (their original length tells). */
export const SNAP_LENGTH = 262144;

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

/** What a capture says about itself, where its format has a place for it. */
export interface SectionDescription {
  /** The program that wrote it, with its version. */
  readonly application?: string;
  readonly comment?: string;
}

export interface WriterOptions {
  /** What `interfaceIndex` of a frame counts in. */
  readonly interfaces: readonly WriterInterface[];
  /** Digits of a second in timestamps: 6, or 9. */
  readonly timestampDigits: number;
  readonly section?: SectionDescription;
}

/** An output whose reader may be slow. */
interface Drainable {
  drain(): Promise<void> | null;
}

/** Waits for the readers of all outputs; null where there is nothing to wait for. Rejects with OutputError. */
export function drainAll(outputs: readonly Drainable[]): Promise<void> | null {
  const waits = outputs.map((output) => output.drain()).filter((wait) => wait !== null);
  return waits.length === 0 ? null : Promise.all(waits).then(() => undefined);
}

export interface CaptureWriter extends Drainable {
  /** Frames that `write` took so far. */
  readonly frameCount: number;
  /** Bytes written so far, those that are still buffered among them. */
  readonly byteCount: number;
  /** Writes one frame; its bytes are copied. Throws OutputError. */
  write(frame: FrameRecord): void;
  /** Writes out what is buffered. Throws OutputError. */
  flush(): void;
  /** Writes out what is kept for a slow reader. Null where there is nothing to wait for. Rejects with OutputError. */
  drain(): Promise<void> | null;
  /**
   * Brings all of it to the disk, so that what cannot be written is known before any of several outputs is complete.
   * Nothing can be written any more. Rejects with OutputError.
   */
  settle(): Promise<void>;
  /** Gives the settled output its name, at once: no signal comes between the names of several outputs. Throws OutputError. */
  publish(): void;
  /** Completes the output: settles and publishes it. Rejects with OutputError. */
  close(): Promise<void>;
  /** Gives the output up: nothing is left under its name that was not there before. */
  abort(): Promise<void>;
}
