/**
 * In which order next nodes get the packets of a node that takes them two at a time: it expects both to go where the last ones went, and
 * packets that do so wait until it is done, or expects otherwise; others are sent on at once (VPP 19.08 src/vlib/buffer_node.h
 * vlib_validate_buffer_enqueue_x2 and _x1).
 */

import { DONE } from './node.js';
import type { PacketBuffer } from './packet-buffer.js';
import type { PendingFrames } from './pending-frames.js';

/** Packets are taken in pairs while so many are left. */
const LEAST_LEFT = 4;

export class PairSpeculation {
  /** The node that packets are expected to go to: where some went last. */
  private expected: number;
  private readonly waiting: PacketBuffer[] = [];

  constructor(
    private readonly pending: PendingFrames,
    firstNext: number,
  ) {
    this.expected = firstNext;
  }

  /** Sends a vector on. @param nexts by position, DONE for packets that go nowhere */
  enqueue(vector: readonly PacketBuffer[], nexts: readonly number[]): void {
    let at = 0;
    for (; vector.length - at >= LEAST_LEFT; at += 2) {
      const [first, second] = [nexts[at], nexts[at + 1]];
      this.place(vector[at], first);
      this.place(vector[at + 1], second);
      if (first === second && first !== this.expected) this.expect(first);
    }
    for (; at < vector.length; at++) {
      if (nexts[at] !== this.expected && nexts[at] !== DONE) this.expect(nexts[at]);
      this.place(vector[at], nexts[at]);
    }
    this.flush();
  }

  private place(b: PacketBuffer, next: number): void {
    if (next === this.expected) this.waiting.push(b);
    else if (next !== DONE) this.pending.put(b, next);
  }

  private expect(next: number): void {
    this.flush();
    this.expected = next;
  }

  private flush(): void {
    for (const b of this.waiting) this.pending.put(b, this.expected);
    this.waiting.length = 0;
  }
}
