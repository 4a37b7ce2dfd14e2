/**
 * What a plugin does before the first packets of flows come: it reads what they will look for, of several packets in a row. Each would wait for memory
 * by itself, which answers all of them in hardly more time than one.
 */

import type { FlowEnds } from './flow-part.js';

/** Packets of a row: as many loads per table are under way at once, and what was loaded is still there for the last of them. */
export const NEW_FLOWS = 32;

export interface NewFlowPart {
  /** Before the first packets: at most so many flows will come. */
  readonly expect: (flows: number) => void;
  /** Before a row of packets, of at most NEW_FLOWS: false where what they look for is near anyway. */
  readonly begin: () => boolean;
  /** Notes what such a packet will look for, as far as it can be foretold. */
  readonly note: (ends: FlowEnds) => void;
  /** Reads what was noted. */
  readonly read: () => void;
}
