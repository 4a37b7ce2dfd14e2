/** Fields that differ, in words: their values, which side's checksum is right, and whether offload left the other to a network card. */

import { CONTEXT_QUOTED, Layer, type Layers } from '../../wire/decode.js';
import * as ip4 from '../../wire/ip4.js';
import { ABSENT, isOffloaded, l4State, PSEUDO_HEADER, RIGHT, UNKNOWN, WRONG, ZERO } from '../../wire/l4-checksum.js';
import { CONTEXT_PREFIX } from '../packet/dissection.js';
import { fieldText, formatHex, OPTIONS_NAME, type Field } from '../packet/field-table.js';
import type { NormalForm } from '../packet/normal-form.js';
import type { Packet } from '../packet/packet.js';
import type { FieldDifference } from './report.js';

/** Bytes without a name that are shown from the first on that differs. */
const SAMPLE_BYTES = 8;

/** A field that differs. */
export interface ChangedField {
  /** null for options. */
  readonly field: Field | null;
  /** Number of its header, and its place in the frame. */
  readonly layer: number;
  readonly at: number;
  readonly end: number;
  /** True for a checksum that is what the other differences make it. */
  isConsequence?: boolean;
  /** What a checksum would be, had it followed the other differences. */
  followed?: number;
}

export function fieldDifference(
  { field, layer, at, end, isConsequence, followed }: ChangedField,
  layers: Layers,
  expected: Packet,
  actual: Packet,
): FieldDifference {
  const name = CONTEXT_PREFIX[layers.context[layer]] + (field?.name ?? OPTIONS_NAME[layers.kind[layer]]);
  const hex = ({ bytes, at: start }: Packet): string => formatHex(bytes.subarray(start + at, start + end));
  // A checksum that did not follow the other differences says itself what would be right.
  if (followed !== undefined && expected.view.getUint16(expected.at + at) === actual.view.getUint16(actual.at + at)) {
    const right = followed.toString(16).padStart(4, '0');
    return { field: name, expected: `0x${right} by the other fields`, actual: `0x${hex(actual)}` };
  }
  if (field === null) return { field: name, expected: hex(expected), actual: hex(actual) };
  const value = ({ view, at: start }: Packet): string => fieldText(field, view, start + at - field.at);
  const difference = { field: name, expected: value(expected), actual: value(actual) };
  if (isConsequence === true) return { ...difference, isConsequence };
  const remark = field.isChecksum ? checksumRemark(layers, layer, expected, actual) : lengthRemark(difference);
  return remark === null ? difference : { ...difference, remark };
}

/** Bytes without a name, `at` being the first that differs. */
export function bytesDifference(field: string, expected: Uint8Array, actual: Uint8Array, at: number): FieldDifference {
  const sample = (bytes: Uint8Array): string =>
    at >= bytes.length ? 'its end' : formatHex(bytes.subarray(at, at + SAMPLE_BYTES));
  return { field, expected: sample(expected), actual: sample(actual) };
}

/**
 * The lengths of two frames as they are compared, if they differ: `frame.len`, or without padding `frame.unpadded_len`, a field of its
 * own since the frames as captured may well be of the same length. Where the lengths in the IP headers, which are among the other
 * differences then, are as far apart, they are no more than a consequence.
 */
export function lengthDifference(
  e: NormalForm,
  expected: Packet,
  a: NormalForm,
  actual: Packet,
  others: readonly FieldDifference[],
): FieldDifference[] {
  if (e.contentLength === a.contentLength) return [];
  const isWhole = e.contentLength === expected.original && a.contentLength === actual.original;
  const difference = {
    field: isWhole ? 'frame.len' : 'frame.unpadded_len',
    expected: String(e.contentLength),
    actual: String(a.contentLength),
  };
  const ip = others.find(({ field }) => field === 'ip4.len');
  const isInIp = ip !== undefined && Number(ip.actual) - Number(ip.expected) === a.contentLength - e.contentLength;
  return [isInIp ? { ...difference, isConsequence: true } : difference];
}

const STATE_WORDS: Readonly<Record<number, string>> = {
  [RIGHT]: 'is right',
  [ABSENT]: 'says that there is none',
  [UNKNOWN]: 'cannot be verified',
  [ZERO]: 'is 0',
  [PSEUDO_HEADER]: "is the pseudo header's sum",
  [WRONG]: 'is wrong',
};

const BEFORE_CARD = 'captured before the network card filled it in';

/**
 * Half a sentence: "expected's is right, actual's is the pseudo header's sum: captured before the network card filled it in". Null
 * where nothing is known, or both are right for what their packets have.
 */
function checksumRemark(layers: Layers, layer: number, expected: Packet, actual: Packet): string | null {
  const [was, is] = [expected, actual].map((packet) => checksumState(layers, layer, packet));
  if (was === is && (was === UNKNOWN || was === RIGHT)) return null;
  const words = `expected's ${STATE_WORDS[was]}, actual's ${STATE_WORDS[is]}`;
  return isOffloaded(was) || isOffloaded(is) ? `${words}: ${BEFORE_CARD}` : words;
}

const lengthRemark = ({ field, expected, actual }: FieldDifference): string | null =>
  field.endsWith('ip4.len') && (expected === '0' || actual === '0')
    ? `0 looks like segmentation offload: ${BEFORE_CARD}`
    : null;

function checksumState(layers: Layers, layer: number, { view, at, end }: Packet): number {
  if ((layers.context[layer] & CONTEXT_QUOTED) !== 0) return UNKNOWN;
  if (layers.kind[layer] === (Layer.Ip4 as number)) return headerState(view, at + layers.at[layer], end);
  const below = layer - 1;
  if (below < 0 || layers.kind[below] !== (Layer.Ip4 as number)) return UNKNOWN;
  return l4State(view, at + layers.at[below], end);
}

function headerState(view: DataView, l3: number, end: number): number {
  // Headers with options are rare, and seldom wrong.
  if (ip4.versionIhl(view, l3) !== 0x45 || l3 + ip4.HEADER_BYTES > end) return UNKNOWN;
  if (ip4.hasGoodChecksum(view, l3)) return RIGHT;
  return ip4.checksum(view, l3) === 0 ? ZERO : WRONG;
}
