/** Who made each session, by what steps say of it. By session index, growing. */

import { grown } from '../pipeline/engine/state/grown.js';
import type { MadeSession, SessionMaker } from '../pipeline/step-words.js';

/** Number in its capture, from 1, 0 for a session that nobody was seen making; capture; first, second and third of the step. */
const WORDS = 5;

export class SessionMakers {
  private words = new Int32Array(64 * WORDS);

  set({ session, isNew, first, second, third }: MadeSession, number: number, capture: number): void {
    const at = session * WORDS;
    if (at >= this.words.length) this.words = grown(this.words, Math.max(this.words.length * 2, at + WORDS));
    const { words } = this;
    words[at + 2] = first;
    if (!isNew && words[at] > 0) return;
    words[at] = number;
    words[at + 1] = capture;
    words[at + 3] = second;
    words[at + 4] = third;
  }

  of(session: number): SessionMaker | null {
    const at = session * WORDS;
    if (session < 0 || at >= this.words.length || this.words[at] === 0) return null;
    const [number, capture, first, second, third] = this.words.subarray(at, at + WORDS);
    return { number, capture, first, second, third };
  }
}
