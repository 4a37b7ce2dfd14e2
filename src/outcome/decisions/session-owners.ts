/**
 * Who made each session: two numbers of configuration, such as ACL and rule, and the frame, by its number in its capture. By
 * session index, growing.
 */

const WORDS = 4;

export class SessionOwners {
  private words = new Int32Array(64 * WORDS).fill(-1);

  set(session: number, first: number, second: number, number: number, capture: number): void {
    const at = session * WORDS;
    if (at >= this.words.length) {
      const grown = new Int32Array(Math.max(this.words.length * 2, at + WORDS)).fill(-1);
      grown.set(this.words);
      this.words = grown;
    }
    this.words[at] = first;
    this.words[at + 1] = second;
    this.words[at + 2] = number;
    this.words[at + 3] = capture;
  }

  /** -1 where nobody was noted. */
  first(session: number): number {
    return this.word(session, 0);
  }

  second(session: number): number {
    return this.word(session, 1);
  }

  number(session: number): number {
    return this.word(session, 2);
  }

  capture(session: number): number {
    return this.word(session, 3);
  }

  private word(session: number, word: number): number {
    const at = session * WORDS + word;
    return session >= 0 && at < this.words.length ? this.words[at] : -1;
  }
}
