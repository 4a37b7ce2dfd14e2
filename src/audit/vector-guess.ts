/**
 * Which frames were one vector, where nothing tells: runs of frames that arrived with nothing sent in between, of which something is not
 * as expected when each comes alone, and less is when they come together.
 */

import type { Run } from './captured-frame.js';

/** After so many passes over the captures no further runs are tried. */
const PASSES = 8;

interface Trial {
  readonly first: number;
  readonly last: number;
  /** Differences when its frames come alone. */
  readonly alone: number;
}

export class VectorGuess {
  /** By number of the first frame. */
  private readonly tried = new Map<number, Trial>();
  private readonly rejected = new Set<number>();
  private passes = 0;

  /** Runs that are taken for vectors. */
  get runs(): number {
    return this.tried.size;
  }

  /** What to try next, in order, by what is unexplained of what was tried last; null where that stays. */
  next(unexplained: readonly Run[]): readonly (readonly [first: number, last: number])[] | null {
    const { tried, rejected } = this;
    const now = new Map(unexplained.map((run) => [run.first, run]));
    let hasChanged = false;
    for (const { first, alone } of [...tried.values()]) {
      if ((now.get(first)?.differences ?? 0) < alone) continue;
      tried.delete(first);
      rejected.add(first);
      hasChanged = true;
    }
    if (++this.passes < PASSES)
      for (const { first, last, differences } of unexplained) {
        if (tried.has(first) || rejected.has(first)) continue;
        tried.set(first, { first, last, alone: differences });
        hasChanged = true;
      }
    if (!hasChanged) return null;
    return [...tried.values()].sort((a, b) => a.first - b.first).map(({ first, last }) => [first, last]);
  }
}
