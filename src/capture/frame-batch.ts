/**
 * A batch of frames: one chunk of bytes and the frames' metadata in columns.
 *
 * Readers fill batches and hand them on; the frames are never copied out of the chunk. The bytes are lent: whoever
 * holds a batch may rewrite its frames in place until it asks the reader for the next one.
 */

import { EXIT_CAPTURE } from './exit-codes.js';
import { UserError } from './user-error.js';

/** Bytes before a frame that may be overwritten: room to prepend an Ethernet header to a frame that came without. */
export const HEADROOM_BYTES = 14;

/** Bytes behind a frame's end that may be read (their content means nothing): no header accessor leaves the chunk. */
export const TAILROOM_BYTES = 128;

/** Frames in a batch at most. 64-byte frames fill a chunk of 512 KiB with fewer. */
export const BATCH_FRAMES = 8192;

/** Link-layer header types (tcpdump.org/linktypes.html) that can be replayed. */
export const LINKTYPE_NULL = 0;
export const LINKTYPE_ETHERNET = 1;
export const LINKTYPE_RAW = 101;
export const LINKTYPE_LOOP = 108;
export const LINKTYPE_LINUX_SLL = 113;
export const LINKTYPE_IPV4 = 228;
export const LINKTYPE_IPV6 = 229;
export const LINKTYPE_LINUX_SLL2 = 276;

/** Which way a frame went through the interface it was captured on, as far as a capture tells (pcapng epb_flags bits 0 and 1). */
export const DIRECTION_UNKNOWN = 0;
export const DIRECTION_INBOUND = 1;
export const DIRECTION_OUTBOUND = 2;

/** One interface of a capture: pcapng's Interface Description Block, or what a classic header says of the whole file. */
export interface CaptureInterface {
  /** Link-layer header type of every frame on it. */
  readonly linkType: number;
  /** Bytes kept of a frame; 0 for no limit. */
  readonly snapLength: number;
  /** `if_name`, where the capture has one. */
  readonly name: string | null;
  /** Decimal digits of a second that the timestamps resolve: 6 for microseconds, 9 for nanoseconds (finer is cut). */
  readonly timestampDigits: number;
}

const COLUMNS = [
  'offset',
  'capturedLength',
  'originalLength',
  'seconds',
  'nanoseconds',
  'interfaceIndex',
  'direction',
] as const;

export class FrameBatch {
  /** The chunk. Frame i is bytes [offset[i], offset[i] + capturedLength[i]). */
  bytes: Uint8Array;
  view: DataView;
  /**
   * 6 or 9 where each frame stands behind the 16-byte record header that a classic pcap of that many timestamp digits has
   * for it (little-endian), so that records can be copied whole; else 0.
   */
  recordDigits = 0;
  /** Frames in the batch; the columns are valid below it. */
  count = 0;
  /** Number of frame 0 in its capture, from 1, as Wireshark counts: every frame of the file has one. */
  firstNumber = 1;
  /** Where each frame starts in the chunk. At least HEADROOM_BYTES before it may be overwritten. */
  readonly offset: Uint32Array;
  /** Bytes of the frame that the capture holds. */
  readonly capturedLength: Uint32Array;
  /** Bytes the frame had on the wire; larger than capturedLength where snaplen cut it. */
  readonly originalLength: Uint32Array;
  /** Timestamp: whole seconds since 1970 (negative before), and nanoseconds within that second. */
  readonly seconds: Float64Array;
  readonly nanoseconds: Uint32Array;
  /** Index into the reader's `interfaces`. */
  readonly interfaceIndex: Uint32Array;
  /** For whoever replays the batch: which flow each frame belongs to. */
  readonly flow: Int32Array;
  /** True where the capture tells of some frame which way it went; else nobody has to look at `direction`. */
  hasDirections = false;
  /** DIRECTION_ of each frame; only valid where `hasDirections`. */
  readonly direction: Uint8Array;
  /** For whoever looks at frames before their turn: what is peculiar about each, as dataplane/arrivals.ts has it. */
  readonly peculiarity: Uint8Array;
  /** True where `peculiarity` is filled in before their turn. */
  isLookedAt = false;

  /** @param columns memory for the columns, `columnBytes(capacity)` of it */
  constructor(
    bytes: Uint8Array,
    readonly capacity: number,
    columns: ArrayBufferLike = new ArrayBuffer(FrameBatch.columnBytes(capacity)),
  ) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.seconds = new Float64Array(columns, 0, capacity);
    const column = (number: number): Uint32Array => new Uint32Array(columns, (8 + 4 * number) * capacity, capacity);
    this.offset = column(0);
    this.capturedLength = column(1);
    this.originalLength = column(2);
    this.nanoseconds = column(3);
    this.interfaceIndex = column(4);
    this.flow = new Int32Array(columns, (8 + 4 * 5) * capacity, capacity);
    this.direction = new Uint8Array(columns, (8 + 4 * 6) * capacity, capacity);
    this.peculiarity = new Uint8Array(columns, (8 + 4 * 6 + 1) * capacity, capacity);
  }

  /**
   * Frame i ends before its frame check sequence of so many bytes, which a network card takes off before anybody sees the frame; the
   * capture may have cut some of it, or all.
   */
  takeOffFcs(i: number, bytes: number): void {
    const original = this.originalLength[i] > bytes ? this.originalLength[i] - bytes : 0;
    this.originalLength[i] = original;
    if (this.capturedLength[i] > original) this.capturedLength[i] = original;
  }

  /** Makes this batch, which has room, the same frames of the same chunk as another, with columns of its own. */
  mirror(other: FrameBatch): void {
    const { count } = other;
    this.bytes = other.bytes;
    this.view = other.view;
    this.recordDigits = other.recordDigits;
    this.count = count;
    this.firstNumber = other.firstNumber;
    this.hasDirections = other.hasDirections;
    for (const column of COLUMNS) this[column].set(other[column].subarray(0, count));
  }

  /** Gives the batch another chunk. */
  replaceChunk(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes that the columns of a batch take; the capacity has to be even. */
  static columnBytes(capacity: number): number {
    return (8 + 4 * 6 + 2) * capacity;
  }
}

/** A frame out of its batch. */
export interface CopiedFrame {
  /** The bytes that were captured: a copy, the caller's to keep. */
  readonly bytes: Uint8Array;
  /** Bytes the frame had on the wire: more than `bytes` has where the capture cut it. */
  readonly originalLength: number;
  /** Whole seconds since 1970 (negative before), and nanoseconds within that second. */
  readonly seconds: number;
  readonly nanoseconds: number;
}

export const copyOf = (batch: FrameBatch, i: number): CopiedFrame => ({
  bytes: batch.bytes.slice(batch.offset[i], batch.offset[i] + batch.capturedLength[i]),
  originalLength: batch.originalLength[i],
  seconds: batch.seconds[i],
  nanoseconds: batch.nanoseconds[i],
});

/** What a damaged or cut capture reports once all readable frames before the damage were delivered. */
export interface CaptureDamage {
  /** Byte offset in the (uncompressed) capture where the unreadable record or block starts. */
  readonly atByte: number;
  /** One sentence: what was found, what was expected. */
  readonly message: string;
}

/** How far the reading of a capture has come. All of it is cheap to ask for. */
export interface CaptureInput {
  /** Bytes read so far, packed as they are. */
  readonly bytesRead: number;
  /** Bytes there were when it was opened; null where nobody knows. */
  readonly totalBytes: number | null;
}

/** A source of frames in capture order. */
export interface FrameReader {
  /** Name for messages: the path as given, or 'standard input'. */
  readonly name: string;
  /** How far reading has come; absent where nothing is read. */
  readonly input?: CaptureInput;
  /** Interfaces seen so far; grows while a pcapng is read, entries never change. */
  readonly interfaces: readonly CaptureInterface[];
  /** Set when reading ended early; the frames before the damage were all delivered. */
  readonly damage: CaptureDamage | null;
  /**
   * The next batch, or null at the end (then look at `damage`). Invalidates the batch returned before.
   * Rejects with CaptureError for a capture of which nothing can be read (no such file, no capture format).
   */
  next(): Promise<FrameBatch | null>;
  close(): Promise<void>;
}

/** A capture that cannot be read: missing, not a file, not a capture. The message is one sentence for the user. */
export class CaptureError extends UserError {
  override readonly name = 'CaptureError';
  readonly exitCode = EXIT_CAPTURE;

  constructor(
    message: string,
    /** Of a capture whose beginning could be read: where it breaks off. */
    readonly damage: CaptureDamage | null = null,
  ) {
    super(message);
  }
}
