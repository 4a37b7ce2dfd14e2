/**
 * Merges captures by timestamp, as runs: consecutive frames of one batch that come before everything else.
 *
 *     const merge = new CaptureMerge(readers);
 *     while (await merge.fill()) {
 *       while (merge.nextRun()) {
 *         // frames [merge.first, merge.end) of merge.batch, from readers[merge.readerIndex]
 *       }
 *     }
 *
 * The merge is stable: frames of the same time come in the order of the readers, and a capture whose own timestamps
 * run backwards keeps its order. With one capture a run is a whole batch. A batch stays valid until the `fill` after
 * its last run.
 */
import type { FrameBatch, FrameReader } from './frame-batch.js';

export class CaptureMerge {
  /** The current run. `first` is 0 exactly when the batch is a new one. */
  readerIndex = 0;
  first = 0;
  end = 0;
  private current: FrameBatch | null = null;

  private readonly batches: (FrameBatch | null)[];
  /** First frame of each reader's batch that no run has had yet. */
  private readonly heads: Uint32Array;
  private readonly headSeconds: Float64Array;
  private readonly headNanoseconds: Uint32Array;
  private readonly hasEnded: boolean[];
  private openReaders: number;

  constructor(private readonly readers: readonly FrameReader[]) {
    this.batches = readers.map(() => null);
    this.heads = new Uint32Array(readers.length);
    this.headSeconds = new Float64Array(readers.length);
    this.headNanoseconds = new Uint32Array(readers.length);
    this.hasEnded = readers.map(() => false);
    this.openReaders = readers.length;
  }

  /** The batch of the current run. */
  get batch(): FrameBatch {
    if (this.current === null) throw new Error('no run: nextRun() has not returned true');
    return this.current;
  }

  /** Reads the next batch of every capture that has none left. False when all captures are at their end. */
  async fill(): Promise<boolean> {
    for (const [k, reader] of this.readers.entries()) {
      if (this.batches[k] !== null || this.hasEnded[k]) continue;
      const batch = await reader.next();
      this.batches[k] = batch;
      if (batch === null) {
        this.hasEnded[k] = true;
        this.openReaders--;
      } else {
        this.setHead(k, batch, 0);
      }
    }
    return this.openReaders > 0;
  }

  /** Goes to the next run; false when a capture's batch is used up and `fill` must come first. */
  nextRun(): boolean {
    const k = this.earliest(-1);
    if (k < 0) return false;
    const batch = this.batches[k];
    if (batch === null) return false;
    const first = this.heads[k];
    const other = this.openReaders === 1 ? -1 : this.earliest(k);
    const end = other < 0 ? batch.count : this.runEnd(batch, first + 1, k, other);
    this.readerIndex = k;
    this.current = batch;
    this.first = first;
    this.end = end;
    if (end < batch.count) this.setHead(k, batch, end);
    else this.batches[k] = null;
    return true;
  }

  /** The reader, other than `except`, whose next frame comes first; -1 if one of them has to be filled, or none is left. */
  private earliest(except: number): number {
    let best = -1;
    for (let k = 0; k < this.batches.length; k++) {
      if (k === except || this.hasEnded[k]) continue;
      if (this.batches[k] === null) return -1;
      if (best < 0 || this.isHeadBefore(k, best)) best = k;
    }
    return best;
  }

  /** The first frame from `i` on that the head of reader `other` precedes. */
  private runEnd(batch: FrameBatch, i: number, k: number, other: number): number {
    const second = this.headSeconds[other];
    const nanosecond = this.headNanoseconds[other];
    const winsTies = k < other;
    let end = i;
    while (end < batch.count) {
      const difference = batch.seconds[end] - second || batch.nanoseconds[end] - nanosecond;
      if (winsTies ? difference > 0 : difference >= 0) break;
      end++;
    }
    return end;
  }

  private setHead(k: number, batch: FrameBatch, i: number): void {
    this.heads[k] = i;
    this.headSeconds[k] = batch.seconds[i];
    this.headNanoseconds[k] = batch.nanoseconds[i];
  }

  /** True if the next frame of reader a is earlier than that of reader b. */
  private isHeadBefore(a: number, b: number): boolean {
    const difference = this.headSeconds[a] - this.headSeconds[b] || this.headNanoseconds[a] - this.headNanoseconds[b];
    return difference < 0;
  }
}
