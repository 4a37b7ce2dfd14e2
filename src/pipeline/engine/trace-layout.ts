/**
 * How a node's record in VPP's trace is laid out and when it is written. A record holds integers and packet bytes, as VPP's
 * trace structs do; which words they become is src/trace's business.
 */

import type { Tables } from './tables.js';
import type { Errors } from './errors.js';
import type { PacketBuffer } from './packet-buffer.js';
import type { NextSlots } from './next-slots.js';
import type { TraceRecords } from './trace-records.js';

/** A trace struct of VPP: names of its integers in order, then so many bytes of the packet. */
export interface TraceLayout<F extends string = string> {
  /** VPP's function that makes text of it (format_trace of the node), which names the wording in src/trace. */
  readonly format: string;
  readonly fields: readonly F[];
  readonly dataBytes: number;
  /** Position in `layouts`, which records carry. */
  readonly id: number;
}

const LAYOUTS: TraceLayout[] = [];

/** All layouts by id. */
export const layouts: readonly TraceLayout[] = LAYOUTS;

export function traceLayout<F extends string>(format: string, fields: readonly F[], dataBytes = 0): TraceLayout<F> {
  const layout = { format, fields, dataBytes, id: LAYOUTS.length };
  LAYOUTS.push(layout);
  return layout;
}

/** Adds a packet's records for one visit of the node: none, one, or one for each copy it made. */
export type TraceWriter = (b: PacketBuffer, records: TraceRecords) => void;

/** What a writer is bound to, once per dataplane. */
export interface TraceContext {
  /** Index and name of the node whose records they are. */
  readonly node: number;
  readonly name: string;
  readonly tables: Tables;
  readonly errors: Errors;
  readonly nextSlots: NextSlots;
  readonly nodeIndex: (name: string) => number;
  /** Node names by index. */
  readonly names: readonly string[];
}

/** A node's declaration of its trace. */
export interface NodeTrace {
  /** Whether VPP writes the record before the node's work on the packet or after it. */
  readonly when: 'before' | 'after';
  readonly writer: (context: TraceContext) => TraceWriter;
}
