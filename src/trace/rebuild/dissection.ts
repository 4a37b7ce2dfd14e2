/** What going through a packet's records gives. */

import type { ByteProvenance } from './byte-provenance.js';

/** A frame that left, as cells of the dissection. */
export interface DissectedOutput {
  readonly interfaceName: string;
  readonly cells: readonly number[];
  /** Line of the record that shows it leave. */
  readonly line: number;
  /** False for a packet that a node made, of which only headers are known. */
  readonly isOwn: boolean;
}

export interface Dissection {
  readonly provenance: ByteProvenance;
  /** Cells of the frame that arrived; null where the text does not have its beginning or its length. */
  readonly input: readonly number[] | null;
  /** What the length is known from; 'IPv4 header' leaves padding open. */
  readonly lengthFrom: 'device' | 'IPv4 header' | null;
  readonly outputs: readonly DissectedOutput[];
  /** Line from which on the records are another packet's, or null. */
  readonly strayLine: number | null;
}
