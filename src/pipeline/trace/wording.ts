/** The wordings of trace records: which function makes text of which layout, and what it may ask. */

import type { Tables } from '../engine/tables.js';
import { layouts, type TraceLayout } from '../engine/trace-layout.js';
import type { TraceRecord } from '../engine/trace-records.js';
import type { TraceRelease } from './release-wording.js';

/** What wordings look up, all of it as it is when the trace is printed. */
export interface TraceContext {
  readonly release: TraceRelease;
  readonly tables: Tables;
  /** 'node: reason' by error id. */
  readonly errorNames: readonly string[];
  /** Graph node names by index. */
  readonly nodeNames: readonly string[];
  /** Position of the trace among those in the buffer, from 0 (VPP's trace handle). */
  readonly handle: number;
}

/** A record with its fields by name. */
export interface NamedRecord<F extends string> {
  readonly fields: Readonly<Record<F, number>>;
  /** Bytes of the packet, with zeros behind its end. */
  readonly data: Uint8Array;
  /** Bytes of `data` that are the packet's. */
  readonly dataLength: number;
}

/** Lines of a record; those below the first are indented relative to the column at which it begins. */
export type Wording<F extends string> = (record: NamedRecord<F>, context: TraceContext) => string[];

/** A layout with its wording. */
export interface WordedLayout {
  readonly layout: TraceLayout;
  readonly wording: Wording<string>;
}

export const worded = <F extends string>(layout: TraceLayout<F>, wording: Wording<F>): WordedLayout => ({
  layout,
  wording: wording,
});

/** Lines of any record. Every layout has a wording, which is checked when the table is made. */
export function recordWordings(all: readonly WordedLayout[]): (record: TraceRecord, context: TraceContext) => string[] {
  const byId = layouts.map((layout) => {
    const found = all.find((entry) => entry.layout === layout);
    if (!found) throw new Error(`no wording for ${layout.format}`);
    return found.wording;
  });
  return ({ layoutId, fields, data, dataLength }, context) => {
    const named: Record<string, number> = {};
    layouts[layoutId].fields.forEach((field, i) => (named[field] = fields[i]));
    return byId[layoutId]({ fields: named, data, dataLength }, context);
  };
}

/** Name of an interface. */
export const interfaceName = ({ tables }: TraceContext, swIfIndex: number): string =>
  tables.interfaces.all[swIfIndex]?.name ?? `DELETED (${swIfIndex})`;
