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

/** A capture on its way into the merge. */
interface Input {
  readonly reader: FrameReader;
  /** Its batch, and the first frame of it that no run has had yet; null where another has to be read. */
  batch: FrameBatch | null;
  head: number;
  hasEnded: boolean;
}

export class CaptureMerge {
  /** The current run. `first` is 0 exactly when the batch is a new one. */
  readerIndex = 0;
  first = 0;
  end = 0;
  private current: FrameBatch | null = null;
  private readonly inputs: readonly Input[];

  constructor(readers: readonly FrameReader[]) {
    this.inputs = readers.map((reader) => ({ reader, batch: null, head: 0, hasEnded: false }));
  }

  get batch(): FrameBatch {
    if (this.current === null) throw new Error('no run: nextRun() has not returned true');
    return this.current;
  }

  /** Reads the next batch of every capture that has none left. False when all captures are at their end. */
  async fill(): Promise<boolean> {
    for (const input of this.inputs) {
      if (input.batch !== null || input.hasEnded) continue;
      input.batch = await input.reader.next();
      input.head = 0;
      input.hasEnded = input.batch === null;
    }
    return this.inputs.some(({ hasEnded }) => !hasEnded);
  }

  /** Goes to the next run; false when a capture's batch is used up and `fill` must come first. */
  nextRun(): boolean {
    const k = this.earliest(-1);
    if (k < 0) return false;
    const input = this.inputs[k];
    const { batch, head } = input;
    if (batch === null) return false;
    const other = this.earliest(k);
    const end = other < 0 ? batch.count : this.runEnd(batch, head + 1, k, other);
    this.readerIndex = k;
    this.current = batch;
    this.first = head;
    this.end = end;
    input.head = end;
    if (end === batch.count) input.batch = null;
    return true;
  }

  /** The reader, other than `except`, whose next frame comes first; -1 if one of them has to be filled, or none is left. */
  private earliest(except: number): number {
    const { inputs } = this;
    let best = -1;
    for (let k = 0; k < inputs.length; k++) {
      const { batch, head, hasEnded } = inputs[k];
      if (k === except || hasEnded) continue;
      if (batch === null) return -1;
      if (best < 0 || this.compareToHead(batch, head, best) < 0) best = k;
    }
    return best;
  }

  /** The first frame from `i` on that the head of reader `other` precedes. */
  private runEnd(batch: FrameBatch, i: number, k: number, other: number): number {
    for (let end = i; end < batch.count; end++) {
      const difference = this.compareToHead(batch, end, other);
      if (difference > 0 || (difference === 0 && other < k)) return end;
    }
    return batch.count;
  }

  /** Negative where frame i of a batch is earlier than the head of a reader that has one, 0 where both are of the same time. */
  private compareToHead({ seconds, nanoseconds }: FrameBatch, i: number, reader: number): number {
    const { batch, head } = this.inputs[reader];
    return batch === null ? -1 : seconds[i] - batch.seconds[head] || nanoseconds[i] - batch.nanoseconds[head];
  }
}
