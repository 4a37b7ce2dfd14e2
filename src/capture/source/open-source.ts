/**
 * Where the bytes of a capture come from: a file, a FIFO or standard input, unpacked where they are gzip.
 *
 * gzip is recognised by its content (RFC 1952 §2.3.1), not by a file name, so it may come through a pipe as well.
 */
import { close, fstat, open, read, readSync, type Stats } from 'node:fs';
import { promisify } from 'node:util';

import { CaptureError } from '../frame-batch.js';
import { errorCode, whyUnreadable } from '../system-error.js';
import type { ByteSource } from './byte-source.js';
import { ByteWindow, oneBatch } from './byte-window.js';

const STANDARD_INPUT = '-';

export const STANDARD_INPUT_NAME = 'standard input';

/** Bytes looked at to recognise gzip: its two magic bytes and its only compression method. */
const GZIP_MAGIC = [0x1f, 0x8b, 8] as const;

/** How long to wait for a non-blocking standard input that has nothing yet. */
const RETRY_MILLISECONDS = 2;

const openFile = promisify(open);
const readFile = promisify(read);
const closeFile = promisify(close);
const statFile = promisify(fstat);

/**
 * Opens a path, or standard input for '-', unpacked where it is gzip. Rejects with CaptureError, a sentence for the user; what cannot be
 * read from there on, the source's `failure` tells.
 */
export async function openWindow(path: string, supply = oneBatch(), name = path): Promise<ByteWindow> {
  const file =
    path === STANDARD_INPUT ? new FileSource(STANDARD_INPUT_NAME, 0, await statFile(0)) : await openPath(path, name);
  const window = new ByteWindow(file, supply);
  const hasMagic = await window.atLeast(GZIP_MAGIC.length);
  if (!hasMagic || !GZIP_MAGIC.every((byte, i) => window.bytes[window.start + i] === byte)) return window;
  // Few captures are packed, and zlib takes its time to load.
  const { GunzipSource } = await import('./gunzip-source.js');
  return new ByteWindow(new GunzipSource(file, window.bytes.slice(window.start, window.end)), supply);
}

async function openPath(path: string, name: string): Promise<FileSource> {
  let descriptor: number;
  try {
    descriptor = await openFile(path, 'r');
  } catch (error) {
    throw new CaptureError(`${path}: ${whyUnreadable(error)}`);
  }
  const stat = await statFile(descriptor);
  if (stat.isDirectory()) {
    await closeFile(descriptor);
    throw new CaptureError(`${path}: is a directory, expected a pcap or pcapng capture`);
  }
  return new FileSource(name, descriptor, stat);
}

/** A file descriptor read in order. */
class FileSource implements ByteSource {
  failure: string | null = null;
  bytesRead = 0;
  readonly totalBytes: number | null;
  /** A regular file never makes its reader wait for long, and a round through the thread pool costs 8 % of a replay. */
  private readonly isRegular: boolean;

  constructor(
    readonly name: string,
    private readonly descriptor: number,
    stat: Stats,
  ) {
    this.isRegular = stat.isFile();
    this.totalBytes = this.isRegular ? stat.size : null;
  }

  async close(): Promise<void> {
    if (this.descriptor !== 0) await closeFile(this.descriptor);
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    for (;;) {
      try {
        const count = this.isRegular
          ? readSync(this.descriptor, into, at, length, null)
          : (await readFile(this.descriptor, into, at, length, null)).bytesRead;
        this.bytesRead += count;
        return count;
      } catch (error) {
        const code = errorCode(error);
        if (code === 'EOF') return 0; // how some systems say that a pipe's writer is gone
        if (code !== 'EAGAIN') {
          this.failure = whyUnreadable(error);
          return 0;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
      }
    }
  }
}
