/** Indices of the trace and of the model that stand for each other: which, and whether they do so throughout. */

import type { IndexKind } from './compared-fields.js';

const NONE = -1;

export class Numbering {
  private readonly modelled = new Map<string, number>();
  private readonly traced = new Map<string, number>();
  /** Pairs noted since `mark`. */
  private fresh: (readonly [traced: string, modelled: string])[] = [];

  /** True where the two may be one and the same thing. */
  isSame(kind: IndexKind, traced: number, modelled: number): boolean {
    if (traced === NONE || modelled === NONE) return traced === modelled;
    const there = this.modelled.get(`${kind} ${traced}`);
    const back = this.traced.get(`${kind} ${modelled}`);
    if (there === undefined && back === undefined) {
      this.modelled.set(`${kind} ${traced}`, modelled);
      this.traced.set(`${kind} ${modelled}`, traced);
      this.fresh.push([`${kind} ${traced}`, `${kind} ${modelled}`]);
      return true;
    }
    return there === modelled && back === traced;
  }

  /** Begins a record. */
  mark(): void {
    this.fresh = [];
  }

  /** The record differs, so its numbers need not stand for each other. */
  forgetMarked(): void {
    for (const [traced, modelled] of this.fresh) {
      this.modelled.delete(traced);
      this.traced.delete(modelled);
    }
  }

  /** What the model has in the place of an index of the trace, if that is known. */
  ofTraced(kind: IndexKind, traced: number): number | undefined {
    return this.modelled.get(`${kind} ${traced}`);
  }

  /** 'sw_if_index 6 of the trace is 2 here' for all that differ. */
  describe(): string[] {
    return Array.from(this.modelled).flatMap(([key, modelled]) => {
      const traced = key.slice(key.lastIndexOf(' ') + 1);
      return traced === String(modelled) ? [] : [`${key} of the trace is ${modelled} here`];
    });
  }
}
