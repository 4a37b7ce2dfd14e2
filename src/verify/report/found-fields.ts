/** The fields in which two packets differ. */

import { OPTIONS_NAME, type Field } from '../packet/field-table.js';
import { CONTEXT_PREFIX, type Layers } from '../packet/layers.js';

/** Fields that differ, a column each; as many as all headers of a packet may have. */
export class FoundFields {
  count = 0;
  /** null for options. */
  readonly field: (Field | null)[] = [];
  readonly layer: number[] = [];
  /** Place in the frame. */
  readonly at: number[] = [];
  readonly end: number[] = [];
  readonly isConsequence: boolean[] = [];
  /** What a checksum would be, had it followed the other differences; -1 for other fields. */
  readonly followed: number[] = [];

  add(field: Field | null, layer: number, at: number, end: number): number {
    const n = this.count++;
    this.field[n] = field;
    this.layer[n] = layer;
    this.at[n] = at;
    this.end[n] = end;
    this.isConsequence[n] = false;
    this.followed[n] = -1;
    return n;
  }

  /** The checksum at a place, or -1. */
  checksumAt(place: number): number {
    for (let n = 0; n < this.count; n++) if (this.at[n] === place && this.field[n]?.isChecksum === true) return n;
    return -1;
  }

  nameOf(n: number, { kind, context }: Layers): string {
    const layer = this.layer[n];
    return CONTEXT_PREFIX[context[layer]] + (this.field[n]?.name ?? OPTIONS_NAME[kind[layer]]);
  }
}
