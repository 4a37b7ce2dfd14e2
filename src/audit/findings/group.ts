/** Differences of one kind and cause, of one decision of the model. */

import type { CapturedFrame } from '../captured-frame.js';
import type { Cause, FieldChange } from './difference.js';

export type Kind = 'missing' | 'unexpected' | 'changed' | 'drop-reason' | 'way';

export interface Example {
  /** The received frame, the sent one; null for none. */
  readonly frame: string | null;
  readonly sent: string | null;
  readonly interface: string | null;
  /** What the model sends, what the node sent. */
  readonly expected: string | null;
  readonly actual: string | null;
  readonly fields: FieldChange[];
  /** What became of it, in a sentence; null where the cause says it. */
  readonly detail: string | null;
}

export interface Group {
  readonly kind: Kind;
  readonly cause: Cause;
  readonly node: string | null;
  readonly decision: string | null;
  readonly origin: string;
  /** Of what is missing: the commands behind all that let the first of them pass. */
  readonly ways: readonly string[];
  count: number;
  readonly examples: Example[];
}

/** A difference for whoever marks frames. */
export interface Marked {
  readonly group: Group;
  readonly expected: CapturedFrame | null;
  readonly sent: CapturedFrame | null;
  readonly example: Example;
  /** What the model decided; null where nothing is behind it. */
  readonly decision: string | null;
}
