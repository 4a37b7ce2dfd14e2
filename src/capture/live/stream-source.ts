/** The bytes of a stream, as they come. */
import type { Readable } from 'node:stream';

import type { ByteSource } from '../source/byte-source.js';

export class StreamSource implements ByteSource {
  failure: string | null = null;
  bytesRead = 0;
  readonly totalBytes = null;
  private readonly chunks: AsyncIterator<Uint8Array, undefined>;
  private rest: Uint8Array = new Uint8Array(0);

  constructor(
    readonly name: string,
    private readonly stream: Readable,
  ) {
    this.chunks = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, undefined>;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.rest.length === 0) {
      const next = await this.nextChunk();
      if (next === null) return 0;
      this.rest = next;
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

  private async nextChunk(): Promise<Uint8Array | null> {
    try {
      return (await this.chunks.next()).value ?? null;
    } catch (error) {
      this.failure ??= error instanceof Error ? error.message : String(error);
      return null;
    }
  }
}
