/** Where the bytes of a capture come from. */

import type { CaptureInput } from '../frame-batch.js';

export interface ByteSource extends CaptureInput {
  /** Name for messages: the path as given, or 'standard input'. */
  readonly name: string;
  /** Why the bytes ended before their end, as half a sentence; null while all is well. */
  readonly failure: string | null;
  /** Reads at least one and at most `length` bytes to `into[at…]`; 0 at the end or at a failure. */
  read(into: Uint8Array, at: number, length: number): Promise<number>;
  close(): Promise<void>;
}
