/** Who looks at each frame of a replay beside its outputs: what a page shows is collected so. */

import type { FrameBatch } from '../capture/frame-batch.js';
import type { Dataplane } from '../dataplane/dataplane.js';
import type { PacketBuffer } from '../pipeline/engine/packet-buffer.js';

export interface FrameObserver {
  /** Before the first frame. */
  attach(dataplane: Dataplane): void;
  /** The frame as it was received; nodes rewrite it in place. */
  beforeFrame(batch: FrameBatch, index: number, swIfIndex: number): void;
  transmit(b: PacketBuffer): void;
  discard(b: PacketBuffer, isPunt: boolean): void;
  afterFrame(): void;
}
