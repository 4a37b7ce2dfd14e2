/** Gathers frames that a node received together, and runs them as VPP does: in vectors. */

import type { FrameRecord } from '../capture/frame-record.js';
import type { Dataplane, VectorFrame } from './dataplane.js';

/** Which frames came together. */
export type VectorRule =
  /** [first, last] by index in the merged input; frames of none came alone. */
  | { readonly bursts: readonly (readonly [first: number, last: number])[] }
  /** Frames that came so close behind each other, in seconds. */
  | { readonly gapSeconds: number };

/** VLIB_FRAME_SIZE: no more frames of an interface in one vector. */
const VECTOR_SIZE = 256;

/** Told about the frames that ran together, once all of them have. */
export interface VectorListener {
  afterVector(frames: readonly VectorFrame[], dataplane: Dataplane): void;
}

export class VectorQueue {
  private readonly frames: VectorFrame[] = [];
  /** Frames that wait, by sw_if_index. */
  private readonly counts = new Map<number, number>();
  private lastSeconds = 0;
  /** Capture time of the last frame that waits, or ran. */
  seconds = 0;
  nanoseconds = 0;
  /** The burst that the waiting frames are of; -1 for none. */
  private burst = -1;

  constructor(
    private readonly dataplane: Dataplane,
    private readonly rule: VectorRule,
    private readonly listener: VectorListener | null,
  ) {}

  /** The next frame, which is copied, with its index in the merged input. */
  add(record: FrameRecord, swIfIndex: number, index: number): void {
    const seconds = record.seconds + record.nanoseconds * 1e-9;
    if (!this.isTogether(index, seconds, swIfIndex)) this.flush();
    this.lastSeconds = seconds;
    this.seconds = record.seconds;
    this.nanoseconds = record.nanoseconds;
    this.frames.push({ record: record.copy(), swIfIndex, index });
    this.counts.set(swIfIndex, (this.counts.get(swIfIndex) ?? 0) + 1);
  }

  /** Runs what waits. */
  flush(): void {
    const { frames, dataplane } = this;
    if (frames.length === 0) return;
    dataplane.receiveVector(frames);
    this.listener?.afterVector(frames, dataplane);
    frames.length = 0;
    this.counts.clear();
  }

  private isTogether(index: number, seconds: number, swIfIndex: number): boolean {
    const { rule, burst: before } = this;
    if ('gapSeconds' in rule)
      return seconds - this.lastSeconds <= rule.gapSeconds && (this.counts.get(swIfIndex) ?? 0) < VECTOR_SIZE;
    this.burst = this.burstOf(index, rule.bursts);
    return this.burst >= 0 && this.burst === before;
  }

  private burstOf(index: number, bursts: readonly (readonly [number, number])[]): number {
    // Frames come in order, so the burst is that of the frame before or one behind it.
    for (let at = Math.max(0, this.burst); at < bursts.length && bursts[at][0] <= index; at++)
      if (index <= bursts[at][1]) return at;
    return -1;
  }
}
