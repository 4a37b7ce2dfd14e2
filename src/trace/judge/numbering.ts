/** Indices of the trace and of the model that stand for each other: which, and whether they do so throughout. */

import type { IndexKind } from '../../pipeline/trace/template.js';

const NONE = -1;

/** What stands for an index. It was open where its number stood at the end of a line, which may have been cut off. */
interface Counterpart {
  readonly index: number;
  readonly isOpen: boolean;
}

export class Numbering {
  private readonly modelled = new Map<string, Counterpart>();
  private readonly traced = new Map<string, Counterpart>();
  /** Pairs noted since `mark`. */
  private fresh: (readonly [traced: string, modelled: string])[] = [];

  /**
   * True where the two may be one and the same thing.
   * @param isOpen the trace's number ends its line
   */
  isSame(kind: IndexKind, traced: number, modelled: number, isOpen = false): boolean {
    if (traced === NONE || modelled === NONE) return traced === modelled;
    const there = this.modelled.get(`${kind} ${traced}`);
    const back = this.traced.get(`${kind} ${modelled}`);
    if (there?.index === modelled && back?.index === traced) {
      if (!isOpen) this.set(kind, traced, modelled, isOpen);
      return true;
    }
    // Another line has the whole number.
    if (back !== undefined && isOpen && isBeginning(traced, back.index)) return true;
    const isFree = (known: Counterpart | undefined, index: number): boolean =>
      known === undefined || (known.isOpen && !isOpen && isBeginning(known.index, index));
    if (back !== undefined && !isFree(back, traced)) return false;
    // A number that was cut off stood for another thing than this one.
    if (there !== undefined && !(there.isOpen && !isOpen && isBeginning(traced, there.index))) return false;
    if (there === undefined && back === undefined) this.fresh.push([`${kind} ${traced}`, `${kind} ${modelled}`]);
    this.set(kind, traced, modelled, isOpen);
    return true;
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

  /** 'sw_if_index 6 of the trace is 2 here' for all that differ. */
  describe(): string[] {
    return Array.from(this.modelled).flatMap(([key, { index }]) => {
      const traced = key.slice(key.lastIndexOf(' ') + 1);
      return traced === String(index) ? [] : [`${key} of the trace is ${index} here`];
    });
  }

  private set(kind: IndexKind, traced: number, modelled: number, isOpen: boolean): void {
    const before = this.traced.get(`${kind} ${modelled}`);
    if (before !== undefined && before.index !== traced) this.modelled.delete(`${kind} ${before.index}`);
    this.modelled.set(`${kind} ${traced}`, { index: modelled, isOpen });
    this.traced.set(`${kind} ${modelled}`, { index: traced, isOpen });
  }
}

const isBeginning = (short: number, long: number): boolean => short !== long && String(long).startsWith(String(short));
