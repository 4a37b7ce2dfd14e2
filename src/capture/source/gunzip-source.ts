/**
 * Unpacks a gzip byte source (RFC 1952), also several members one after the other, in bounded memory.
 *
 *     member:  +--------+--------------------+------------+-----+-------+
 *              | header | optional fields    | deflate …  | CRC | size  |
 *              +--------+--------------------+------------+-----+-------+
 *
 * One piece of packed bytes goes in, everything it unpacks to is queued, and the next piece goes in when the queue is
 * empty. Deflate packs at most 1032:1 (zlib's technical notes), which bounds the queue at 33 MiB. The members are taken
 * apart here, not by zlib's own gunzip, which throws away what it has just unpacked when a checksum does not match.
 */
import { crc32, createInflateRaw, type InflateRaw } from 'node:zlib';

import type { ByteSource } from './byte-source.js';

const PACKED_PIECE_BYTES = 32 * 1024;
const UNPACKED_PIECE_BYTES = 64 * 1024;

const MAGIC_1 = 0x1f;
const MAGIC_2 = 0x8b;
const METHOD_DEFLATE = 8;
/** Modification time, extra flags and operating system. */
const PASSED_OVER_BYTES = 6;
const FLAG_HEADER_CRC = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;

export class GunzipSource implements ByteSource {
  failure: string | null = null;
  private readonly piece = new Uint8Array(PACKED_PIECE_BYTES);
  /** Packed bytes read but not used yet. */
  private rest: Uint8Array;
  private readonly queue: Uint8Array[] = [];
  private inflater: InflateRaw | null = null;
  private hasMemberEnded = false;
  private hasEnded = false;
  private memberCount = 0;
  private checksum = 0;
  /** Unpacked bytes of the member, modulo 2^32 as its trailer has them, and of all members. */
  private memberBytes = 0;
  private unpackedBytes = 0;
  /** Resolves the promise that waits for the piece now being unpacked. */
  private wake: () => void = () => undefined;

  /** @param read what was read of the packed bytes already */
  constructor(
    private readonly packed: ByteSource,
    read = new Uint8Array(0),
  ) {
    this.rest = read;
  }

  get name(): string {
    return this.packed.name;
  }

  get bytesRead(): number {
    return this.packed.bytesRead;
  }

  get totalBytes(): number | null {
    return this.packed.totalBytes;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.queue.length === 0 && !this.hasEnded) {
      if (this.inflater === null) await this.startMember();
      else await this.inflatePiece(this.inflater);
    }
    let count = 0;
    while (this.queue.length > 0 && count < length) {
      const data = this.queue[0];
      const taken = Math.min(data.length, length - count);
      into.set(taken === data.length ? data : data.subarray(0, taken), at + count);
      count += taken;
      if (taken === data.length) this.queue.shift();
      else this.queue[0] = data.subarray(taken);
    }
    return count;
  }

  async close(): Promise<void> {
    this.hasEnded = true;
    this.inflater?.destroy();
    await this.packed.close();
  }

  /** Reads a member's header; the end of the input and zero padding before one are the end. */
  private async startMember(): Promise<void> {
    let first = await this.nextByte();
    while (this.memberCount > 0 && first === 0) first = await this.nextByte();
    if (first < 0 && this.memberCount > 0) {
      this.hasEnded = true;
      this.failure ??= this.packed.failure;
      return;
    }
    const isMember =
      first === MAGIC_1 && (await this.nextByte()) === MAGIC_2 && (await this.nextByte()) === METHOD_DEFLATE;
    if (!isMember) {
      this.fail('other bytes follow it');
      return;
    }
    const flags = await this.nextByte();
    await this.passOver(PASSED_OVER_BYTES);
    if ((flags & FLAG_EXTRA) !== 0) await this.passOver((await this.nextByte()) + (await this.nextByte()) * 256);
    if ((flags & FLAG_NAME) !== 0) await this.passOverText();
    if ((flags & FLAG_COMMENT) !== 0) await this.passOverText();
    if ((flags & FLAG_HEADER_CRC) !== 0) await this.passOver(2);
    this.memberCount++;
    this.checksum = 0;
    this.memberBytes = 0;
    this.hasMemberEnded = false;
    this.inflater = this.createInflater();
  }

  private createInflater(): InflateRaw {
    const inflater = createInflateRaw({ chunkSize: UNPACKED_PIECE_BYTES });
    inflater.on('data', (data: Uint8Array) => {
      this.queue.push(data);
      this.checksum = crc32(data, this.checksum);
      this.memberBytes = (this.memberBytes + data.length) >>> 0;
      this.unpackedBytes += data.length;
    });
    inflater.on('end', () => {
      this.hasMemberEnded = true;
      this.wake();
    });
    inflater.on('error', (error) => {
      this.fail(error.message);
      this.wake();
    });
    return inflater;
  }

  private async inflatePiece(inflater: InflateRaw): Promise<void> {
    if (this.rest.length === 0 && !(await this.refill())) {
      this.fail('it is cut');
      return;
    }
    const before = inflater.bytesWritten;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      // Called when all of the piece is used; where the member ends within the piece, 'end' comes instead.
      inflater.write(this.rest.subarray(0, PACKED_PIECE_BYTES), () => resolve());
    });
    this.rest = this.rest.subarray(inflater.bytesWritten - before);
    if (this.hasMemberEnded) await this.endMember(inflater);
  }

  private async endMember(inflater: InflateRaw): Promise<void> {
    inflater.destroy();
    this.inflater = null;
    const checksum = await this.nextWord();
    const length = await this.nextWord();
    if (this.hasEnded) return;
    if (checksum !== this.checksum) this.fail('its checksum does not match');
    else if (length !== this.memberBytes) this.fail('its length does not match');
  }

  private async refill(): Promise<boolean> {
    const length = await this.packed.read(this.piece, 0, PACKED_PIECE_BYTES);
    this.rest = this.piece.subarray(0, length);
    return length > 0;
  }

  /** The next packed byte, or -1 at the end. */
  private async nextByte(): Promise<number> {
    if (this.rest.length === 0 && !(await this.refill())) return -1;
    const byte = this.rest[0];
    this.rest = this.rest.subarray(1);
    return byte;
  }

  /** The next 32 bits, little-endian; fails at the end. */
  private async nextWord(): Promise<number> {
    let word = 0;
    for (let shift = 0; shift < 32; shift += 8) {
      const byte = await this.nextByte();
      if (byte < 0) this.fail('it is cut');
      word |= byte << shift;
    }
    return word >>> 0;
  }

  private async passOver(length: number): Promise<void> {
    for (let k = 0; k < length; k++) await this.nextByte();
  }

  private async passOverText(): Promise<void> {
    while ((await this.nextByte()) > 0);
  }

  private fail(why: string): void {
    this.hasEnded = true;
    const cause = this.packed.failure ?? why;
    this.failure ??= `the gzip data is damaged behind ${this.unpackedBytes} unpacked bytes (${cause})`;
  }
}
