/**
 * Which frames of a batch, that followed flows, are told about in an output, and where in it; in memory that threads share. Beside runs of
 * frames it has a column: where each frame's text is.
 */

import { BATCH_FRAMES } from '../capture/frame-batch.js';

const RUNS = 1024;
const RUN_WORDS = 3;
/** Words: how many runs; then first frame, end, and the number of the first packet among those that leave. */
const COUNT = 0;
const FIRST_RUN = 2;
const POSITIONS = Math.ceil((FIRST_RUN + RUNS * RUN_WORDS) / 2);

export const TOLD_PLAN_BYTES = (POSITIONS + RUNS) * 8 + BATCH_FRAMES * 4;

export class ToldPlan {
  /** By frame of the batch. */
  readonly texts: Int32Array;
  private readonly words: Int32Array;
  private readonly positions: Float64Array;

  /** @param memory TOLD_PLAN_BYTES of it */
  constructor(memory: SharedArrayBuffer) {
    this.words = new Int32Array(memory, 0, FIRST_RUN + RUNS * RUN_WORDS);
    this.positions = new Float64Array(memory, POSITIONS * 8, RUNS);
    this.texts = new Int32Array(memory, (POSITIONS + RUNS) * 8, BATCH_FRAMES);
  }

  clear(): void {
    this.words[COUNT] = 0;
  }

  get runs(): number {
    return this.words[COUNT];
  }

  get hasRoom(): boolean {
    return this.runs < RUNS;
  }

  /** Frames [first, end) come next, from a position of the output on. `hasRoom` must be true. */
  add(first: number, end: number, out: number, position: number): void {
    const { words, runs } = this;
    const at = FIRST_RUN + runs * RUN_WORDS;
    words[at] = first;
    words[at + 1] = end;
    words[at + 2] = out;
    this.positions[runs] = position;
    words[COUNT] = runs + 1;
  }

  first(run: number): number {
    return this.words[FIRST_RUN + run * RUN_WORDS];
  }

  end(run: number): number {
    return this.words[FIRST_RUN + run * RUN_WORDS + 1];
  }

  out(run: number): number {
    return this.words[FIRST_RUN + run * RUN_WORDS + 2];
  }

  position(run: number): number {
    return this.positions[run];
  }
}
