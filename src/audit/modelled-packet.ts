/** What the model made of a frame, kept for explaining a difference. */

import type { PacketEnds } from '../pipeline/nat-common/state/nat-mode.js';
import { CapturedFrame, type Run } from './captured-frame.js';
import type { SentenceOf } from '../explain/decisions.js';

/** What was decided about a received frame, or about what came of it. */
export interface Story {
  /** `frame 7`, and the interface that it came by. */
  readonly frame: string;
  readonly rx: string;
  readonly run: Run | null;
  /** What is found of it is told. */
  readonly isMeant: boolean;
  /** Its ends as it arrived. */
  readonly before: PacketEnds | null;
  /** Why it did not leave; null where it did. */
  readonly cause: string | null;
  /** The node that decided so; '' for none. */
  readonly node: string;
  /** The command behind that, where it hangs on one setting; '' for none. */
  readonly causeOrigin: string;
  readonly decisions: readonly SentenceOf[];
  /** Of a frame that was sent: which one it repeats, in words. */
  readonly copyOf: string | null;
}

export const NO_STORY: Story = {
  frame: '',
  rx: '',
  run: null,
  isMeant: true,
  before: null,
  cause: null,
  node: '',
  causeOrigin: '',
  decisions: [],
  copyOf: null,
};

/** A packet that the model sends, with index and time of the frame that it came of, and that was not found at once. */
export class ModelledPacket extends CapturedFrame {
  /** PacketFacts.key */
  key = 0;
  /** A node made it: it is not what arrived. */
  isMade = false;
  /** Why it is not known whether it should have left; null where it is. */
  doubt: string | null = null;
  story = NO_STORY;
  /** What is behind it where it is not its own story. */
  decision: SentenceOf | null = null;
}
