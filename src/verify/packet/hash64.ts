/** A hash of words and bytes in two words of its own. Both are mixed with every word, so that a collision needs both to collide. */

export class Hash64 {
  high = 0;
  low = 0;

  begin(high: number, low = high): void {
    this.high = high;
    this.low = low;
  }

  mix(word: number): void {
    const high = Math.imul(this.high ^ word, 0x9e3779b1);
    this.high = high ^ (high >>> 15);
    const low = Math.imul(this.low ^ word, 0x85ebca77) + 0x165667b1;
    this.low = low ^ (low >>> 13);
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
    this.high = high;
    this.low = low;
    for (; at < to; at++) this.mix(view.getUint8(at) | 0x100);
  }

  /** Most of it as one number below 2^53. */
  get value(): number {
    return (this.high >>> 0) * 0x200000 + (this.low >>> 11);
  }
}
