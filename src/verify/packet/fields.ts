/**
 * A frame as named fields, for reports. Which frames are equal is decided on their bytes (normal-form.ts); this only finds words for
 * where they differ, so a header it does not know costs clarity, never a verdict.
 */

import { CONTEXT_PREFIX, Dissection } from './dissection.js';
import { fieldsOf, fieldText, FIXED_BYTES, formatHex, OPTIONS_NAME } from './field-table.js';
import type { FieldDifference } from '../report/report.js';

export { formatHex } from './field-table.js';
export type { FieldDifference } from '../report/report.js';

/** Bytes of payload shown around the first that differs. */
const PAYLOAD_SAMPLE_BYTES = 8;

/** The named fields of a frame, in wire order, and where the bytes without a name begin. */
export interface DecodedFrame {
  readonly fields: ReadonlyMap<string, string>;
  readonly payloadAt: number;
  /** What the link header and tags say that they carry; negative where that is not known. */
  readonly etherType: number;
}

/** Reads the headers of a frame of a link type (tcpdump.org/linktypes.html). Never throws: it stops where the frame does. */
export function decodeFrame(bytes: Uint8Array, linkType: number): DecodedFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const layers = new Dissection();
  layers.find(view, 0, bytes.length, bytes.length, linkType);
  const fields = new Map<string, string>();
  const add = (name: string, value: string): void => {
    // Of two tags the second is told apart.
    fields.set(fields.has(name) ? `${name}#2` : name, value);
  };
  for (let i = 0; i < layers.count; i++) {
    const { [i]: at } = layers.at;
    const { [i]: end } = layers.headerEnd;
    const prefix = CONTEXT_PREFIX[layers.context[i]];
    for (const field of fieldsOf(layers, i, view))
      if (at + field.at + field.bytes <= end) add(prefix + field.name, fieldText(field, view, at));
    const fixedEnd = at + FIXED_BYTES[layers.kind[i]];
    if (end > fixedEnd) add(prefix + OPTIONS_NAME[layers.kind[i]], formatHex(bytes.subarray(fixedEnd, end)));
  }
  return { fields, payloadAt: layers.payloadAt, etherType: layers.outerType };
}

/** Every named field that differs; bytes without a name as `payload@offset`. Empty only for equal bytes. */
export function differingFields(expected: Uint8Array, actual: Uint8Array, linkType: number): FieldDifference[] {
  const before = decodeFrame(expected, linkType);
  const after = decodeFrame(actual, linkType);
  const names = new Set([...before.fields.keys(), ...after.fields.keys()]);
  const differences: FieldDifference[] = [];
  for (const field of names) {
    const [a, b] = [before.fields.get(field) ?? 'none', after.fields.get(field) ?? 'none'];
    if (a !== b) differences.push({ field, expected: a, actual: b });
  }
  const payload = differingBytes('payload', expected.subarray(before.payloadAt), actual.subarray(after.payloadAt));
  if (payload) differences.push(payload);
  if (differences.length > 0) return differences;
  const byte = differingBytes('frame', expected, actual);
  return byte ? [byte] : [];
}

function differingBytes(name: string, expected: Uint8Array, actual: Uint8Array): FieldDifference | null {
  const shorter = Math.min(expected.length, actual.length);
  let at = 0;
  while (at < shorter && expected[at] === actual[at]) at++;
  if (at === expected.length && at === actual.length) return null;
  const sample = (bytes: Uint8Array): string =>
    at >= bytes.length ? 'its end' : formatHex(bytes.subarray(at, at + PAYLOAD_SAMPLE_BYTES));
  return { field: `${name}@${at}`, expected: sample(expected), actual: sample(actual) };
}
