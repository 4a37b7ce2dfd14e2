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

/** Tells of each frame whether it came together with the one before it. */
export class VectorBounds {
  /** Frames of the vector so far, by sw_if_index. */
  private readonly counts = new Map<number, number>();
  private lastSeconds = 0;
  /** The burst that the frame before is of; -1 for none. */
  private burst = -1;
  /** The first burst that ends at it or behind it. */
  private at = 0;

  constructor(private readonly rule: VectorRule) {}

  /** Asked of every frame in order. @param index in the merged input, or of whatever the bursts are told in */
  joins(index: number, seconds: number, swIfIndex: number): boolean {
    const isTogether = this.isTogether(index, seconds, swIfIndex);
    this.lastSeconds = seconds;
    if (!isTogether) this.counts.clear();
    this.counts.set(swIfIndex, (this.counts.get(swIfIndex) ?? 0) + 1);
    return isTogether;
  }

  private isTogether(index: number, seconds: number, swIfIndex: number): boolean {
    const { rule, burst: before } = this;
    if ('gapSeconds' in rule)
      return seconds - this.lastSeconds <= rule.gapSeconds && (this.counts.get(swIfIndex) ?? 0) < VECTOR_SIZE;
    this.burst = this.burstOf(index, rule.bursts);
    return this.burst >= 0 && this.burst === before;
  }

  private burstOf(index: number, bursts: readonly (readonly [number, number])[]): number {
    // Frames come in order.
    while (this.at < bursts.length && bursts[this.at][1] < index) this.at++;
    return this.at < bursts.length && bursts[this.at][0] <= index ? this.at : -1;
  }
}

export class VectorQueue {
  private readonly frames: VectorFrame[] = [];
  private readonly bounds: VectorBounds;
  /** Capture time of the last frame that waits, or ran. */
  seconds = 0;
  nanoseconds = 0;

  constructor(
    private readonly dataplane: Dataplane,
    rule: VectorRule,
    private readonly listener: VectorListener | null,
  ) {
    this.bounds = new VectorBounds(rule);
  }

  /** The next frame, which is copied, with its index in the merged input. */
  add(record: FrameRecord, swIfIndex: number, index: number): void {
    const { seconds, nanoseconds } = record;
    if (!this.bounds.joins(index, seconds + nanoseconds * 1e-9, swIfIndex)) this.flush();
    this.seconds = seconds;
    this.nanoseconds = nanoseconds;
    this.frames.push({ record: record.copy(), swIfIndex, index });
  }

  /** Runs what waits. */
  flush(): void {
    const { frames, dataplane } = this;
    if (frames.length === 0) return;
    dataplane.receiveVector(frames);
    this.listener?.afterVector(frames, dataplane);
    frames.length = 0;
  }
}
