/** Layouts with their wordings: which lines a record may have, and how they are made of it. */

import { layouts, type TraceLayout, type TraceRecord, traceLayout } from '../engine/trace/trace-records.js';
import type { Header } from './header.js';
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

/** Makes an object of a record's fields. */
type NamesOf = (fields: Int32Array) => Readonly<Record<string, number>>;

interface Worded {
  readonly lines: readonly LineTemplate[];
  readonly wording: Wording<string>;
  /** Made for the first record that is worded. */
  named?: NamesOf;
}

/** By layout. */
const WORDED: Worded[] = [];

/**
 * A trace struct of VPP with its words. @param fields and so many bytes of the packet
 * @param lines that it may have, printed or only read
 */
export function traceRecord<F extends string>(
  fields: readonly F[],
  dataBytes: number,
  lines: readonly LineTemplate[],
  wording: Wording<F>,
): TraceLayout<F> {
  const layout = traceLayout(fields, dataBytes);
  WORDED[layout.id] = { lines, wording };
  return layout;
}

/** The source is made of names of fields only; an object made at once is faster than one that grows. */
const namesOf = (fields: readonly string[]): NamesOf =>
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  new Function('f', `return { ${fields.map((name, i) => `${name}: f[${i}]`).join()} };`) as NamesOf;

/** A struct of which the first line prints all fields; the others are what other releases have in its place. */
export const lineRecord = <F extends string>(fields: readonly F[], ...lines: readonly LineTemplate[]): TraceLayout<F> =>
  traceRecord(fields, 0, lines, ({ fields: values }, context) => [lines[0].print(values, context)]);

/** A struct of nothing but the packet, which is shown from a header on. */
export const headerRecord = (dataBytes: number, lines: readonly LineTemplate[], header: Header): TraceLayout =>
  traceRecord([], dataBytes, lines, ({ data }, { wording }) => header(data, 0, data.length, wording));

/** The lines that records of a layout may have. */
export const linesOfLayout = ({ id }: TraceLayout): readonly LineTemplate[] => WORDED[id].lines;

/** Lines of any record. */
export function linesOfRecord({ layoutId, fields, data, dataLength }: TraceRecord, context: TraceContext): string[] {
  const worded = WORDED[layoutId];
  worded.named ??= namesOf(layouts[layoutId].fields);
  return worded.wording({ fields: worded.named(fields), data, dataLength }, context);
}
