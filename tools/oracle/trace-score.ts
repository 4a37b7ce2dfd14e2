/** How much of the corpus' traces the model words as VPP did. */

import type { TraceComparison } from './oracle-trace.js';

export interface TraceScore {
  frames: number;
  /** Frames whose whole trace is equal. */
  equal: number;
  /** Node records of the recordings (a node with all it says of a packet), and those that the model words the same. */
  records: number;
  matching: number;
}

export const newTraceScore = (): TraceScore => ({ frames: 0, equal: 0, records: 0, matching: 0 });

/** Counts a case in. */
export function addTraces(score: TraceScore, frames: readonly TraceComparison[]): void {
  score.frames += frames.length;
  for (const { isEqual, records, matching } of frames) {
    if (isEqual) score.equal++;
    score.records += records;
    score.matching += matching;
  }
}
