/** What is compared: a capture, or several that are one set of packets. */

import type { FrameReader } from '../capture/frame-batch.js';

/** A capture to compare. Several on a side are one set of packets: those of several interfaces, say. */
export interface VerifiedCapture {
  readonly reader: FrameReader;
  /** The interface that all its packets are on, or null where the capture says. */
  readonly interfaceName: string | null;
}
