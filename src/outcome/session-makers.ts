/** Who made each session, by what steps say of it. By session index, growing. */

import type { MadeSession, SessionMaker } from '../pipeline/step-words.js';

const WORDS = 5;

export class SessionMakers {
  private words = new Int32Array(64 * WORDS).fill(-1);

  set({ session, isNew, first, second, third }: MadeSession, number: number, capture: number): void {
    const at = session * WORDS;
    if (at >= this.words.length) {
      const grown = new Int32Array(Math.max(this.words.length * 2, at + WORDS)).fill(-1);
      grown.set(this.words);
      this.words = grown;
    }
    const { words } = this;
    words[at + 2] = first;
    if (!isNew && words[at] >= 0) return;
    words[at] = number;
    words[at + 1] = capture;
    words[at + 3] = second;
    words[at + 4] = third;
  }

  /** Null for a session that nobody was seen making. */
  of(session: number): SessionMaker | null {
    const at = session * WORDS;
    if (session < 0 || at >= this.words.length || this.words[at] < 0) return null;
    const [number, capture, first, second, third] = this.words.subarray(at, at + WORDS);
    return { number, capture, first, second, third };
  }
}
