/** Who made each session, by what steps say of it. */

import { grown } from '../pipeline/engine/state/grown.js';
import type { StepKind } from '../pipeline/engine/steps.js';
import type { MadeSession, SessionMaker } from '../pipeline/step-words.js';

/** Number in its capture, from 1, 0 for a session that nobody was seen making; capture; first, second and third of the step; notedAt. */
const WORDS = 6;
const NOTED_AT = 5;

export class SessionMakers {
  /** Grows with every note. */
  noted = 0;
  /** Grows where a session that may have been told about gets another maker, or more is known of its own. */
  replaced = 0;
  /** By session index, growing. */
  private readonly words = new Map<StepKind, Int32Array>();

  /** Sessions of the kind's plugin are made known by its steps. */
  watch(kind: StepKind): void {
    this.words.set(kind, new Int32Array(64 * WORDS));
  }

  set(kind: StepKind, { session, isNew, first, second, third }: MadeSession, number: number, capture: number): void {
    const words = this.wordsFor(kind, session);
    const at = session * WORDS;
    const isKnown = words[at] > 0;
    if (isKnown && !isNew && words[at + 2] === first) return;
    if (isKnown || !isNew) this.replaced++;
    words[at + NOTED_AT] = ++this.noted;
    words[at + 2] = first;
    if (!isNew && isKnown) return;
    words[at] = number;
    words[at + 1] = capture;
    words[at + 3] = second;
    words[at + 4] = third;
  }

  of(kind: StepKind, session: number): SessionMaker | null {
    const words = this.words.get(kind);
    const at = session * WORDS;
    if (words === undefined || session < 0 || at >= words.length || words[at] === 0) return null;
    return {
      number: words[at],
      capture: words[at + 1],
      first: words[at + 2],
      second: words[at + 3],
      third: words[at + 4],
    };
  }

  /** What `noted` was when the session's maker was noted last. */
  notedAt(kind: StepKind, session: number): number {
    return session < 0 ? 0 : (this.words.get(kind)?.[session * WORDS + NOTED_AT] ?? 0);
  }

  private wordsFor(kind: StepKind, session: number): Int32Array {
    const words = this.words.get(kind) ?? new Int32Array(0);
    const end = (session + 1) * WORDS;
    if (end <= words.length) return words;
    const more = grown(words, Math.max(words.length * 2, end));
    this.words.set(kind, more);
    return more;
  }
}
