/** What readers of all formats have in common: they parse what a window holds of a capture, batch by batch. */

import type { CaptureDamage, CaptureInput, CaptureInterface, FrameBatch, FrameReader } from '../frame-batch.js';
import type { ByteWindow } from './byte-window.js';

export abstract class WindowReader implements FrameReader {
  readonly name: string;
  readonly input: CaptureInput;
  abstract readonly interfaces: readonly CaptureInterface[];
  damage: CaptureDamage | null = null;
  /** Records or blocks parsed so far. */
  protected parsed = 0;
  private hasEnded = false;

  constructor(
    protected readonly window: ByteWindow,
    private readonly unit: 'record' | 'block',
  ) {
    this.name = window.source.name;
    this.input = window.source;
  }

  /** Fills the batch from what is whole in the window, up to what is not sound, which it reports. */
  protected abstract parse(batch: FrameBatch): void;

  /** What is missing of the record or block at the start of the window, of how many: `3 of 16 header`. */
  protected abstract missing(): string;

  async next(): Promise<FrameBatch | null> {
    const { window } = this;
    const batch = window.renew();
    while (!this.hasEnded) {
      this.parse(batch);
      if (batch.count > 0) return window.lend();
      if (this.damage === null && !(await this.goOn())) this.end();
    }
    return null;
  }

  async close(): Promise<void> {
    this.hasEnded = true;
    await this.window.source.close();
  }

  /** Brings more into the window; false at the end of the source. */
  protected goOn(): Promise<boolean> {
    return this.window.more();
  }

  /** What was found, as the end of a sentence; nothing is read any more. */
  protected report(what: string, atByte = this.window.position): void {
    this.hasEnded = true;
    this.damage = { atByte, message: `${this.name}: ${this.unit} ${this.parsed + 1} at byte ${atByte} ${what}` };
  }

  /** The source is at its end: so is the capture, unless it ends within a record or block. */
  private end(): void {
    this.hasEnded = true;
    const { source, unparsed } = this.window;
    if (source.failure !== null) this.report(`cannot be read: ${source.failure}`);
    else if (unparsed > 0) this.report(`is cut: ${this.missing()} bytes are missing`);
  }
}
