/** Brings a file to the disk while it is written, so that little is left to wait for when it is complete. */

import { fdatasync, fsync } from 'node:fs';
import { promisify } from 'node:util';

/** After so many bytes the disk is told to take what there is. */
const STEP_BYTES = 32 * 1024 * 1024;

export class DiskSync {
  private bytesAsked = 0;
  private step: Promise<void> | null = null;
  /** What a step met. The system tells of it once, so that the last one may not hear of it. */
  private failure: Error | null = null;

  constructor(private readonly descriptor: number) {}

  /** The file has `bytes` bytes now. Throws the system's error that a step met. */
  keepUp(bytes: number): void {
    if (bytes - this.bytesAsked < STEP_BYTES || this.step !== null) return;
    if (this.failure !== null) throw this.failure;
    this.bytesAsked = bytes;
    this.step = promisify(fdatasync)(this.descriptor)
      .catch((error: unknown) => {
        this.failure = error instanceof Error ? error : new Error(String(error));
      })
      .finally(() => (this.step = null));
  }

  /** Resolves once everything is on the disk; rejects with the system's error. */
  async finish(): Promise<void> {
    await this.rest();
    if (this.failure !== null) throw this.failure;
    await promisify(fsync)(this.descriptor);
  }

  /** Resolves once the descriptor may be closed. */
  async rest(): Promise<void> {
    await this.step;
  }
}
