/** Frames that an audit could not judge, by reason. */

import { FURTHER_REASONS } from '../../dataplane/not-replayed.js';

const REASONS = 100;

export interface Unjudged {
  readonly reason: string;
  readonly firstFrame: string;
  count: number;
}

export class UnjudgedFrames {
  private readonly byReason = new Map<string, Unjudged>();

  /** @param isMeant false for a frame that nobody asks for */
  note(reason: string, frame: string, isMeant: boolean): void {
    if (!isMeant) return;
    const known = this.byReason.get(reason);
    if (known) known.count++;
    else if (this.byReason.size < REASONS || reason === FURTHER_REASONS)
      this.byReason.set(reason, { reason, firstFrame: frame, count: 1 });
    else this.note(FURTHER_REASONS, frame, isMeant);
  }

  list(): Unjudged[] {
    return [...this.byReason.values()].map((one) => ({ ...one }));
  }
}
