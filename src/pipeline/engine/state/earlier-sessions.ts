/** Sessions that were there before the first frame: what tells of each, for what is said about the packets that it decides. */

import type { StepKind } from '../steps.js';

export class EarlierSessions {
  /** By kind of the steps that name them, and by index. */
  private readonly known = new Map<StepKind, Map<number, string>>();
  private find: (() => void) | null = null;

  /** Notes them once somebody asks. */
  foundBy(find: () => void): void {
    this.find = find;
  }

  /** @param teller 'state.txt:812', 'frame 7' */
  note(kind: StepKind, session: number, teller: string): void {
    const ofKind = this.known.get(kind) ?? new Map<number, string>();
    this.known.set(kind, ofKind.set(session, teller));
  }

  /** What tells of a session that no frame was seen making; null where nothing does. */
  tellerOf(kind: StepKind, session: number): string | null {
    const { find } = this;
    this.find = null;
    find?.();
    return this.known.get(kind)?.get(session) ?? null;
  }
}
