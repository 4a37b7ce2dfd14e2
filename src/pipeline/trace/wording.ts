/** Layouts with their wordings: which lines a record may have, and how they are made of it. */

import { layouts, traceLayout, type TraceLayout } from '../engine/trace-layout.js';
import type { TraceRecord } from '../engine/trace-records.js';
import type { LineTemplate } from './template.js';
import type { TraceContext } from './trace-context.js';

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

interface Worded {
  readonly lines: readonly LineTemplate[];
  readonly wording: Wording<string>;
}

const WORDED = new Map<TraceLayout, Worded>();

/**
 * A trace struct of VPP with its words. @param format VPP's function that makes text of it
 * @param lines that it may have, printed or only read @param wording makes them; where left out, the first line has all the fields
 */
export function traceRecord<F extends string>(
  format: string,
  fields: readonly F[],
  dataBytes: number,
  lines: readonly LineTemplate[],
  wording: Wording<F> = ({ fields: values }, context) => [lines[0].print(values, context)],
): TraceLayout<F> {
  const layout = traceLayout(format, fields, dataBytes);
  WORDED.set(layout, { lines, wording });
  return layout;
}

/** The lines that records of a layout may have. */
export const linesOfLayout = (layout: TraceLayout): readonly LineTemplate[] => WORDED.get(layout)?.lines ?? [];

/** Lines of any record. */
export function linesOfRecord({ layoutId, fields, data, dataLength }: TraceRecord, context: TraceContext): string[] {
  const layout = layouts[layoutId];
  const named: Record<string, number> = {};
  for (let i = 0; i < fields.length; i++) named[layout.fields[i]] = fields[i];
  return WORDED.get(layout)?.wording({ fields: named, data, dataLength }, context) ?? [];
}
