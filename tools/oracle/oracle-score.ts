/** How much of the corpus is exact, by family: frames with exact bytes, verdict, node path and counters. */

import { isExact, isVerdictExact, type FrameComparison } from './oracle-run.js';

export interface Score {
  cases: number;
  frames: number;
  bytes: number;
  verdicts: number;
  nodes: number;
  counters: number;
  /** Frames exact in all respects. */
  exact: number;
}

export const newScore = (): Score => ({
  cases: 0,
  frames: 0,
  bytes: 0,
  verdicts: 0,
  nodes: 0,
  counters: 0,
  exact: 0,
});

/** Counts a case in. */
export function addCase(score: Score, frames: readonly FrameComparison[]): void {
  const count = (isCounted: (frame: FrameComparison) => boolean): number => frames.filter(isCounted).length;
  score.cases++;
  score.frames += frames.length;
  score.bytes += count(({ bytes }) => bytes);
  score.verdicts += count(isVerdictExact);
  score.nodes += count(({ nodes }) => nodes);
  score.counters += count(({ counters }) => counters);
  score.exact += count(isExact);
}

/** A case that could not run (its script is not modelled): all its frames count as inexact. */
export function addUnrunnableCase(score: Score, frames: number): void {
  score.cases++;
  score.frames += frames;
}
