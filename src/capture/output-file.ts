/**
 * Buffered output that appears under its name only when it is complete: a temporary file beside the target, synced and
 * renamed at the end. Standard output ('-') and targets that are no regular files (a FIFO, /dev/null) are written directly.
 */
import * as fs from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { COPY_SLACK_BYTES } from './copy-frame.js';

/** An output could not be written. The message is one sentence for the user; the command line exits with 4. */
export class OutputError extends Error {
  override readonly name = 'OutputError';

  constructor(
    message: string,
    /** The system's error code, e.g. 'EPIPE' where the reader of standard output has gone; '' where there is none. */
    readonly code = '',
  ) {
    super(message);
  }
}

const BUFFER_BYTES = 256 * 1024;
const RETRY_MILLISECONDS = 2;

const PEOPLE_WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'the directory does not exist',
  ENOTDIR: 'a part of the path is not a directory',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EEXIST: 'a file of that name is in the way',
  EROFS: 'the file system is read-only',
  EISDIR: 'is a directory',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file grew too large',
  EIO: 'input/output error',
  EPIPE: 'the reader has closed the pipe',
  EMFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
};

/** The OutputError that says why something could not be done to the named output. */
export function outputError(name: string, error: unknown): OutputError {
  if (error instanceof OutputError) return error;
  const code = errorCode(error);
  return new OutputError(`${name}: cannot be written: ${PEOPLE_WORDS[code] ?? (code || String(error))}`, code);
}

const errorCode = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Outputs opened so far: keeps the names of temporary files apart. */
let opened = 0;

/** Temporary files that are neither complete nor given up. */
const partialFiles = new Set<string>();

/** Removes every temporary file at once, for a process that is told to stop. Its outputs must not be used any more. */
export function removePartialFiles(): void {
  for (const path of partialFiles) fs.rmSync(path, { force: true });
  partialFiles.clear();
}

export class OutputFile {
  /** The buffer. Write at what `reserve` returns; COPY_SLACK_BYTES behind the reserved ones may be overwritten. */
  bytes = Buffer.alloc(BUFFER_BYTES + COPY_SLACK_BYTES);
  view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  private limit = BUFFER_BYTES;
  private used = 0;
  private isOpen = true;

  private constructor(
    readonly name: string,
    private readonly descriptor: number,
    /** Where the bytes go until they are complete, and the path they get then; null where written directly. */
    private readonly temporary: { readonly path: string; readonly target: string } | null,
  ) {}

  /** Opens the output at a path, or standard output for '-'. Throws OutputError. */
  static open(path: string): OutputFile {
    if (path === '-') return new OutputFile('standard output', 1, null);
    try {
      const existing = fs.statSync(path, { throwIfNoEntry: false });
      if (existing !== undefined && !existing.isFile()) return new OutputFile(path, fs.openSync(path, 'w'), null);
      // A symbolic link stays one: what it points to is replaced.
      const target = existing === undefined ? path : fs.realpathSync(path);
      if (existing !== undefined) fs.accessSync(target, fs.constants.W_OK);
      const temporaryPath = join(dirname(target), `.${basename(target)}.${process.pid}-${opened++}.partial`);
      const descriptor = fs.openSync(temporaryPath, 'w', existing?.mode ?? 0o666);
      partialFiles.add(temporaryPath);
      return new OutputFile(path, descriptor, { path: temporaryPath, target });
    } catch (error) {
      throw outputError(path, error);
    }
  }

  /** Makes room for `length` bytes and takes them as written. Returns where in the buffer they go. Throws OutputError. */
  reserve(length: number): number {
    if (this.used + length > this.limit) this.makeRoom(length);
    const at = this.used;
    this.used += length;
    return at;
  }

  /** Writes the buffer out. Throws OutputError. */
  flush(): void {
    let at = 0;
    while (at < this.used) at += this.writeSome(at);
    this.used = 0;
  }

  /** Completes the output and gives it its name. Rejects with OutputError; the temporary file is gone then. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    try {
      this.flush();
      if (this.temporary === null) this.closeDescriptor();
      else {
        await fs.promises.rename(await this.sync(), this.temporary.target);
        partialFiles.delete(this.temporary.path);
      }
    } catch (error) {
      await this.abort();
      throw outputError(this.name, error);
    }
  }

  /** Gives up: the temporary file is removed, whatever had the name before still has it. */
  async abort(): Promise<void> {
    this.used = 0;
    this.closeDescriptor();
    if (this.temporary === null) return;
    await fs.promises.rm(this.temporary.path, { force: true });
    partialFiles.delete(this.temporary.path);
  }

  /** Brings the temporary file to the disk and closes it; its path. */
  private async sync(): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      fs.fsync(this.descriptor, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
    this.closeDescriptor();
    return this.temporary?.path ?? '';
  }

  private closeDescriptor(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    if (this.descriptor !== 1) fs.closeSync(this.descriptor);
  }

  private makeRoom(length: number): void {
    this.flush();
    if (length <= this.limit) return;
    this.limit = length;
    this.bytes = Buffer.alloc(length + COPY_SLACK_BYTES);
    this.view = new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.byteLength);
  }

  private writeSome(at: number): number {
    try {
      return fs.writeSync(this.descriptor, this.bytes, at, this.used - at);
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw outputError(this.name, error);
      // A pipe that does not block and is full: its reader is slower than we are.
      Atomics.wait(SLEEP, 0, 0, RETRY_MILLISECONDS);
      return 0;
    }
  }
}

/** Never changes, so waiting on it is sleeping. */
const SLEEP = new Int32Array(new SharedArrayBuffer(4));
