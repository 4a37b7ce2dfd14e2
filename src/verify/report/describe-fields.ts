/** The fields in which two packets differ, in words. */

import { checksumRemark, lengthRemark } from './checksum-remark.js';
import type { Layers } from '../../wire/decode.js';
import { CONTEXT_PREFIX } from '../packet/dissection.js';
import { fieldText, formatHex, OPTIONS_NAME, type Field } from '../packet/field-table.js';
import { differingFields } from '../packet/fields.js';
import { linkText } from '../packet/link-headers.js';
import type { NormalForm } from '../packet/normal-form.js';
import type { Packet } from '../packet/packet.js';
import type { FieldDifference } from './report.js';

const SAMPLE_BYTES = 8;
/** Of a checksum that did not follow the other differences, which says itself what would be right. */
const BY_OTHERS = ' by the other fields';

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

/**
 * In wire order.
 *
 * @param found the fields; null where the packets have not the same headers
 * @param payloadAt offset of the first byte of payload that differs, or -1
 */
export function describeFields(
  [a, e]: readonly [actual: NormalForm, expected: NormalForm],
  expected: Packet,
  actual: Packet,
  found: FoundFields | null,
  payloadAt: number,
): FieldDifference[] {
  const differences: FieldDifference[] = [];
  const add = (field: string, was: string | number, is: string | number, isConsequence = false): void => {
    const difference = { field, expected: String(was), actual: String(is) };
    differences.push(isConsequence ? { ...difference, isConsequence } : difference);
  };
  if (e.linkType !== a.linkType) {
    add('frame.linktype', linkText(e.linkType), linkText(a.linkType));
    return differences;
  }
  const { content: was } = expected;
  const { content: is } = actual;
  if (found === null) {
    const fields = differingFields(was.subarray(0, e.length), is.subarray(0, a.length), e.linkType);
    return [...lengthDifference(e, expected.original, a, actual.original, fields), ...fields];
  }
  for (let n = 0; n < found.count; n++) {
    const { [n]: at } = found.at;
    const { [n]: end } = found.end;
    const { [n]: field } = found.field;
    const { [n]: followed } = found.followed;
    const name = found.nameOf(n, e.layers);
    const [before, after] = [formatHex(was.subarray(at, end)), formatHex(is.subarray(at, end))];
    if (followed >= 0 && before === after)
      add(name, `0x${followed.toString(16).padStart(4, '0')}${BY_OTHERS}`, `0x${after}`);
    else if (field === null) add(name, before, after);
    else
      add(
        name,
        fieldText(field, viewOf(was), at - field.at),
        fieldText(field, viewOf(is), at - field.at),
        found.isConsequence[n],
      );
  }
  for (let n = 0; n < found.count; n++) {
    const { field } = differences[n];
    const remark = field.endsWith('.checksum')
      ? checksumRemark(e.layers, found.layer[n], expected, actual)
      : /(?:^|\.)ip4\.len$/.test(field)
        ? lengthRemark(differences[n].expected, differences[n].actual)
        : null;
    if (remark !== null && !found.isConsequence[n] && !differences[n].expected.endsWith(BY_OTHERS))
      differences[n] = { ...differences[n], remark };
  }
  differences.unshift(...lengthDifference(e, expected.original, a, actual.original, differences));
  if (payloadAt < 0) return differences;
  const sample = (bytes: Uint8Array, length: number): string =>
    payloadAt >= length ? 'its end' : formatHex(bytes.subarray(payloadAt, Math.min(payloadAt + SAMPLE_BYTES, length)));
  add(`payload@${payloadAt - e.layers.payloadAt}`, sample(was, e.length), sample(is, a.length));
  return differences;
}

/**
 * The lengths of two frames as they are compared, if they differ: `frame.len`, or without padding `frame.unpadded_len`, a field of its
 * own since the frames as captured may well be of the same length. Where the lengths in the IP headers, which are among the other
 * differences then, are as far apart, they are no more than a consequence.
 */
function lengthDifference(
  e: NormalForm,
  expectedLength: number,
  a: NormalForm,
  actualLength: number,
  others: readonly FieldDifference[],
): FieldDifference[] {
  if (e.contentLength === a.contentLength) return [];
  const isWhole = e.contentLength === expectedLength && a.contentLength === actualLength;
  const difference = {
    field: isWhole ? 'frame.len' : 'frame.unpadded_len',
    expected: String(e.contentLength),
    actual: String(a.contentLength),
  };
  const ip = others.find(({ field }) => field === 'ip4.len');
  const isInIp = ip !== undefined && Number(ip.actual) - Number(ip.expected) === a.contentLength - e.contentLength;
  return [isInIp ? { ...difference, isConsequence: true } : difference];
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
