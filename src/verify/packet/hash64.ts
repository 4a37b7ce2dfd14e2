/** A hash of words and bytes in two words of its own. Both are mixed with every word, so that a collision needs both to collide. */

export class Hash64 {
  /** High and low; in an array, since V8 throws optimized code away where a field is a small integer here and a large one there. */
  private readonly words = new Int32Array(2);

  get high(): number {
    return this.words[0];
  }

  get low(): number {
    return this.words[1];
  }

  begin(high: number, low = high): void {
    this.words[0] = high;
    this.words[1] = low;
  }

  mix(word: number): void {
    const { words } = this;
    const high = Math.imul(words[0] ^ word, 0x9e3779b1);
    const low = Math.imul(words[1] ^ word, 0x85ebca77) + 0x165667b1;
    words[0] = high ^ (high >>> 15);
    words[1] = low ^ (low >>> 13);
  }

  /** Bytes [from, to) as big-endian words, what is left over one by one. */
  mixBytes(view: DataView, from: number, to: number): void {
    let { high, low } = this;
    let at = from;
    for (; at + 4 <= to; at += 4) {
      const word = view.getInt32(at);
      high = Math.imul(high ^ word, 0x9e3779b1);
      high ^= high >>> 15;
      low = Math.imul(low ^ word, 0x85ebca77) + 0x165667b1;
      low ^= low >>> 13;
    }
    this.words[0] = high;
    this.words[1] = low;
    for (; at < to; at++) this.mix(view.getUint8(at) | 0x100);
  }

  /** Most of it as one number below 2^53. */
  get value(): number {
    return (this.words[0] >>> 0) * 0x200000 + (this.words[1] >>> 11);
  }
}
