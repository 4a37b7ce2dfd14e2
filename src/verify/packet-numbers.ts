/** Numbers packets over all captures of a side, in the order they are read, and tells which frame of which capture each is. */

interface Segment {
  readonly firstSequence: number;
  readonly capture: number;
  readonly firstFrame: number;
}

export class PacketNumbers {
  private readonly segments: Segment[] = [];
  /** Packets read of each capture. */
  private readonly frames: number[] = [];
  private next = 1;

  /** Takes numbers for `count` packets of a capture; returns the first. */
  take(count: number, capture: number): number {
    const first = this.next;
    const before = this.frames[capture] ?? 0;
    const last = this.segments.at(-1);
    if (last?.capture !== capture) this.segments.push({ firstSequence: first, capture, firstFrame: before + 1 });
    this.frames[capture] = before + count;
    this.next += count;
    return first;
  }

  /** Frames count from 1, in each capture. */
  place(sequence: number): { capture: number; frame: number } {
    let [low, high] = [0, this.segments.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.segments[middle].firstSequence <= sequence) low = middle;
      else high = middle - 1;
    }
    const { firstSequence, capture, firstFrame } = this.segments[low];
    return { capture, frame: firstFrame + sequence - firstSequence };
  }
}
