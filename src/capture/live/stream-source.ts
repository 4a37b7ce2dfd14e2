/** The bytes of a stream, as they come. */
import { once } from 'node:events';
import type { Readable } from 'node:stream';

import type { ByteSource } from '../source/byte-source.js';

export class StreamSource implements ByteSource {
  failure: string | null = null;
  bytesRead = 0;
  readonly totalBytes = null;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(
    readonly name: string,
    private readonly stream: Readable,
  ) {
    // Told where it is read; without anybody to hear it, it would end the process.
    stream.on('error', (error) => {
      this.failure ??= error.message;
    });
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.rest.length === 0) {
      const chunk = this.stream.read() as Uint8Array | null;
      if (chunk !== null) this.rest = chunk;
      else if (this.stream.readableEnded || this.stream.destroyed) return 0;
      else await this.change();
    }
    const count = Math.min(length, this.rest.length);
    into.set(this.rest.subarray(0, count), at);
    this.rest = this.rest.subarray(count);
    this.bytesRead += count;
    return count;
  }

  close(): Promise<void> {
    this.stream.destroy();
    return Promise.resolve();
  }

  /** Waits until there is something to read, or never will be. */
  private async change(): Promise<void> {
    const given = new AbortController();
    const { signal } = given;
    const events = ['readable', 'end', 'close'].map((event) => once(this.stream, event, { signal }));
    try {
      await Promise.race(events);
    } catch (error) {
      this.failure ??= error instanceof Error ? error.message : String(error);
    } finally {
      given.abort();
      await Promise.allSettled(events);
    }
  }
}
