/**
 * Buffered output that appears under its name only when it is complete: a temporary file beside the target, renamed at
 * the end. What is there is whole then for every process; it is on the disk as well where that is asked for. Standard
 * output ('-') and targets that are no regular files (a FIFO, /dev/null) are written directly.
 *
 * A pipe's reader may take its time. What goes there is kept until `drain`, which waits for the reader while the event loop
 * turns; waiting in the middle of a batch would make the process deaf to signals.
 */
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  type Stats,
} from 'node:fs';
import { basename, dirname } from 'node:path';

import { COPY_SLACK_BYTES } from '../copy-frame.js';
import { DiskSync } from './disk-sync.js';
import { outputError } from './output-error.js';
import { giveUpFile, keepFile, openPartialFile } from './partial-files.js';
import { writeAll, writeAllLater } from './write-descriptor.js';

const BUFFER_BYTES = 256 * 1024;
/** So many bytes are written as they are rather than copied into the buffer. */
const DIRECT_BYTES = 32 * 1024;
/** What is kept for a pipe at most: what a batch of frames makes, unless nodes flood or answer each of them. */
const PIPE_BUFFER_BYTES = 16 * 1024 * 1024;

const PERMISSION_BITS = 0o7777;

/** Takes bytes: write them at what `reserve` returns; COPY_SLACK_BYTES behind the reserved ones may be overwritten. */
export interface ByteSink {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  reserve(length: number): number;
}

export class OutputFile implements ByteSink {
  bytes = Buffer.alloc(BUFFER_BYTES + COPY_SLACK_BYTES);
  view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  private limit = BUFFER_BYTES;
  private used = 0;
  private bytesOut = 0;
  private isOpen = true;
  /** True once somebody else writes to the file too, which does not move its position. */
  private isPositioned = false;
  private readonly isPipe: boolean;
  private readonly disk: DiskSync | null;

  private constructor(
    readonly name: string,
    readonly descriptor: number,
    /** Where the bytes go until they are complete, and the path they get then; null where written directly. */
    private temporary: { readonly path: string; readonly target: string } | null,
    isSynced = false,
  ) {
    this.isPipe = temporary === null && !fstatSync(descriptor).isFile();
    this.disk = isSynced ? new DiskSync(descriptor) : null;
  }

  /**
   * Opens the output at a path, or standard output for '-'. Throws OutputError.
   * @param isSynced whether a file gets its name only once it is on the disk
   */
  static open(path: string, isSynced = false): OutputFile {
    try {
      if (path === '-') return new OutputFile('standard output', 1, null);
      const existing = statSync(path, { throwIfNoEntry: false });
      if (existing !== undefined && !existing.isFile()) return new OutputFile(path, openSync(path, 'w'), null);
      // A symbolic link stays one: what it points to is replaced.
      const target = existing === undefined ? path : realpathSync(path);
      if (existing !== undefined) accessSync(target, constants.W_OK);
      const opened = openPartialFile(dirname(target), basename(target));
      if (existing !== undefined) keepAttributes(opened.descriptor, existing);
      return new OutputFile(path, opened.descriptor, { path: opened.path, target }, isSynced);
    } catch (error) {
      throw outputError(path, error);
    }
  }

  /** Bytes written so far, those in the buffer among them. */
  get byteCount(): number {
    return this.bytesOut + this.used;
  }

  /** Makes room for `length` bytes and takes them as written. Returns where in the buffer they go. Throws OutputError. */
  reserve(length: number): number {
    if (this.used + length > this.limit) this.makeRoom(length);
    const at = this.used;
    this.used += length;
    return at;
  }

  /** Writes bytes [from, to): at once where they are many, without a copy. Throws OutputError. */
  write(bytes: Uint8Array, from: number, to: number): void {
    const length = to - from;
    if (this.isPipe || length < DIRECT_BYTES) {
      const at = this.reserve(length);
      this.bytes.set(bytes.subarray(from, to), at);
      return;
    }
    this.flush();
    this.writeOut(bytes.subarray(from, to), length);
  }

  /** Writes text as UTF-8. Throws OutputError. */
  writeText(text: string): void {
    const at = this.reserve(Buffer.byteLength(text));
    this.bytes.write(text, at);
  }

  /**
   * Takes the next `length` bytes as written, which somebody else writes to `descriptor` at the position that is returned.
   * Null for a pipe, which has no positions. Throws OutputError.
   */
  reserveRange(length: number): number | null {
    if (!this.hasPositions) return null;
    this.flush();
    const position = this.bytesOut;
    this.isPositioned = true;
    this.advance(length);
    return position;
  }

  /** Writes bytes [from, to) of a reserved range. Throws OutputError. */
  writeAt(bytes: Uint8Array, from: number, to: number, position: number): void {
    this.attempt(() => writeAll(this.descriptor, bytes.subarray(from, to), to - from, position));
  }

  /** True for a regular file of ours, in which every byte has its place. */
  get hasPositions(): boolean {
    return this.temporary !== null;
  }

  /** Writes the buffer out. Throws OutputError. */
  flush(): void {
    if (this.used > 0) this.writeOut(this.bytes, this.used);
    this.used = 0;
  }

  /** Writes to a pipe what is kept for it. Null where there is nothing to wait for. Rejects with OutputError. */
  drain(): Promise<void> | null {
    return this.isPipe && this.used > 0 ? this.writePipe() : null;
  }

  /** Writes everything out; nothing can be written any more. Rejects with OutputError; the temporary file is gone then. */
  async settle(): Promise<void> {
    if (!this.isOpen) return;
    try {
      await this.drain();
      this.flush();
      await this.disk?.finish();
      this.closeDescriptor();
    } catch (error) {
      await this.abort();
      throw outputError(this.name, error);
    }
  }

  /** Gives the settled output its name, within this turn of the event loop. Throws OutputError; the temporary file is gone then. */
  publish(): void {
    if (this.temporary === null) return;
    const { path, target } = this.temporary;
    this.temporary = null;
    try {
      renameSync(path, target);
      keepFile(path);
    } catch (error) {
      giveUpFile(path);
      throw outputError(this.name, error);
    }
  }

  /** Completes the output and gives it its name. Rejects with OutputError; the temporary file is gone then. */
  async close(): Promise<void> {
    await this.settle();
    this.publish();
  }

  /** Gives up: the temporary file is removed, whatever had the name before still has it. */
  async abort(): Promise<void> {
    this.used = 0;
    if (this.temporary !== null) giveUpFile(this.temporary.path);
    this.temporary = null;
    await this.disk?.rest();
    this.closeDescriptor();
  }

  private writeOut(bytes: Uint8Array, length: number): void {
    this.attempt(() => writeAll(this.descriptor, bytes, length, this.isPositioned ? this.bytesOut : null));
    this.advance(length);
  }

  /** So many bytes more are in the file. */
  private advance(length: number): void {
    this.bytesOut += length;
    this.attempt(() => this.disk?.keepUp(this.bytesOut));
  }

  /** Says of what the system refuses for which output that is. */
  private attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      throw outputError(this.name, error);
    }
  }

  private closeDescriptor(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    if (this.descriptor !== 1) closeSync(this.descriptor);
  }

  private makeRoom(length: number): void {
    if (!this.isPipe || this.used + length > PIPE_BUFFER_BYTES) this.flush();
    if (this.used + length <= this.limit) return;
    this.limit = Math.max(2 * this.limit, this.used + length);
    const bytes = Buffer.alloc(this.limit + COPY_SLACK_BYTES);
    bytes.set(this.bytes.subarray(0, this.used));
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private async writePipe(): Promise<void> {
    try {
      await writeAllLater(this.descriptor, this.bytes, this.used);
    } catch (error) {
      throw outputError(this.name, error);
    }
    this.bytesOut += this.used;
    this.used = 0;
  }
}

/** A file that takes another's place gets its permissions and, as far as we may give them, its owner and group. */
function keepAttributes(descriptor: number, { mode, uid, gid }: Stats): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only root may give files away; the new file is then ours.
  }
  fchmodSync(descriptor, mode & PERMISSION_BITS);
}

/** Completes an output of several files, which live and die together: it is given up where that fails. Rejects with OutputError. */
export async function complete(output: Pick<OutputFile, 'settle' | 'publish' | 'abort'>): Promise<void> {
  try {
    await output.settle();
    output.publish();
  } catch (error) {
    await output.abort();
    throw error;
  }
}
