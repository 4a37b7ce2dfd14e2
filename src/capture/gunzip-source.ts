/**
 * Unpacks a gzip byte source (RFC 1952, also several members one after the other) in bounded memory.
 *
 * One piece of packed bytes goes in, everything it unpacks to is queued, and the next piece goes in when the queue is
 * empty. Deflate packs at most 1032:1 (zlib's technical notes), which bounds the queue at 33 MiB.
 */
import { createGunzip } from 'node:zlib';

import type { ByteSource } from './byte-source.js';

const PACKED_PIECE_BYTES = 32 * 1024;
const UNPACKED_PIECE_BYTES = 64 * 1024;

export class GunzipSource implements ByteSource {
  failure: string | null = null;
  private readonly gunzip = createGunzip({ chunkSize: UNPACKED_PIECE_BYTES });
  private readonly piece = new Uint8Array(PACKED_PIECE_BYTES);
  private readonly queue: Uint8Array[] = [];
  private ended = false;
  private unpackedBytes = 0;
  /** Resolves the promise that waits for the piece now being unpacked. */
  private wake: () => void = () => undefined;

  constructor(private readonly packed: ByteSource) {
    // In flowing mode a piece of data is handed over at once, so none is lost when an error follows it.
    this.gunzip.on('data', (data: Uint8Array) => {
      this.queue.push(data);
      this.unpackedBytes += data.length;
    });
    this.gunzip.on('end', () => {
      this.ended = true;
      this.wake();
    });
    this.gunzip.on('error', (error) => {
      this.failure ??= `the gzip data is damaged behind ${this.unpackedBytes} unpacked bytes (${error.message})`;
      this.ended = true;
      this.wake();
    });
  }

  get name(): string {
    return this.packed.name;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.queue.length === 0) {
      if (this.ended) return 0;
      await this.unpackPiece();
    }
    let count = 0;
    let data = this.queue[0];
    while (data !== undefined && count + data.length <= length) {
      into.set(data, at + count);
      count += data.length;
      this.queue.shift();
      data = this.queue[0];
    }
    if (data !== undefined && count < length) {
      into.set(data.subarray(0, length - count), at + count);
      this.queue[0] = data.subarray(length - count);
      count = length;
    }
    return count;
  }

  async close(): Promise<void> {
    this.gunzip.destroy();
    await this.packed.close();
  }

  private async unpackPiece(): Promise<void> {
    const length = await this.packed.read(this.piece, 0, PACKED_PIECE_BYTES);
    this.failure ??= this.packed.failure;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      if (length === 0) this.gunzip.end();
      else this.gunzip.write(this.piece.subarray(0, length), () => resolve());
    });
  }
}
