/** Writing to a descriptor until all of it is written. */
import { write as writeBytes, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { promisify } from 'node:util';
import { errorCode } from '../system-error.js';

const write = promisify(writeBytes);

/** How long to wait for a pipe that does not block and is full: its reader is slower than we are. */
const RETRY_MILLISECONDS = 2;

/**
 * Writes `length` bytes and waits as long as that takes, at a position of the file, or at its current one where that is null.
 * Throws the system's error.
 */
export function writeAll(descriptor: number, bytes: Uint8Array, length: number, position: number | null = null): void {
  let at = 0;
  while (at < length) {
    try {
      at += writeSync(descriptor, bytes, at, length - at, position === null ? null : position + at);
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(SLEEP, 0, 0, RETRY_MILLISECONDS);
    }
  }
}

/** The same while the event loop turns, so that signals are heard. The bytes must not change before it resolves. */
export async function writeAllLater(descriptor: number, bytes: Uint8Array, length: number): Promise<void> {
  let at = 0;
  while (at < length) {
    try {
      at += (await write(descriptor, bytes, at, length - at)).bytesWritten;
    } catch (error) {
      if (errorCode(error) !== 'EAGAIN') throw error;
      await sleep(RETRY_MILLISECONDS);
    }
  }
}

/** Never changes, so waiting on it is sleeping. */
const SLEEP = new Int32Array(new SharedArrayBuffer(4));
