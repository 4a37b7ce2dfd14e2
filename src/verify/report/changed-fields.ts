/** In which fields two packets differ, once what may differ was taken out, and which of it follows from the rest. */

import { adjusted, normal } from '../../wire/checksum.js';
import { Layer, type Layers } from '../../wire/decode.js';
import type { PacketComparer } from '../match/packet-comparer.js';
import type { Stream } from '../match/streams.js';
import { fieldsOf, FIXED_BYTES, type Field } from '../packet/field-table.js';
import { differingFields } from '../packet/fields.js';
import { Hash64 } from '../packet/hash64.js';
import { linkText } from '../packet/link-headers.js';
import type { NormalForm } from '../packet/normal-form.js';
import type { Packet } from '../packet/packet.js';
import { portDifference } from './changed-ports.js';
import { bytesDifference, fieldDifference, lengthDifference, type ChangedField } from './field-words.js';
import type { FieldDifference, PortDifference } from './report.js';

/** How two packets differ: family and values as DifferenceGroups has them, and in words, which not every difference needs. */
export interface Change {
  readonly family: string;
  readonly values: string;
  /** True where no field differs, nor any byte. */
  readonly isNothing: boolean;
  readonly describe: () => { readonly fields: FieldDifference[]; readonly ports: readonly PortDifference[] };
}

/** The difference of two packets whose forms are made. Ports that can be bound are bound and do not count. */
export function changeOf(comparer: PacketComparer, stream: Stream, expected: Packet, actual: Packet): Change {
  const [a, e] = comparer.forms;
  // Ports of which one cannot stand for the other stay where they are.
  const doPortsFit = e.slots.fits(a.slots);
  if (!doPortsFit) comparer.makeForms(stream, expected, actual, false);
  // No field of one answers a field of the other.
  if (e.linkType !== a.linkType || !haveSameHeaders(e.layers, a.layers)) {
    const family = [e, a].map(({ linkType, layers }) => `${linkType} ${shapeOf(layers)}`).join();
    const describe = (): ReturnType<Change['describe']> => ({
      fields: otherHeaders(e, expected, a, actual),
      ports: [],
    });
    return {
      family: e.linkType === a.linkType ? family : `link ${e.linkType} ${a.linkType}`,
      values: '',
      isNothing: false,
      describe,
    };
  }
  const areOpen = doPortsFit && e.slots.count > 0 && !comparer.bindings.bind(e.slots, a.slots, expected, actual, true);
  const found = changedFields(e, a, areOpen);
  const payloadAt = changedPayload(e, a);
  findConsequences(e, a, actual, found);
  const isOtherLength = e.contentLength !== a.contentLength;
  hashCause(e, expected, actual, found, (isOtherLength ? 1 : 0) | (payloadAt < 0 ? 0 : 2));
  return {
    family: String(FAMILY.value),
    values: String(VALUES.value),
    isNothing: found.length === 0 && payloadAt < 0 && !isOtherLength,
    describe: () => {
      const named = found.map((one) => fieldDifference(one, e.layers, expected, actual));
      const ports = found.flatMap((one, n) => portDifference(comparer, one, named[n], actual));
      const fields = [...lengthDifference(e, expected, a, actual, named), ...named];
      if (payloadAt < 0) return { fields, ports };
      const [was, is] = [expected.content.subarray(0, e.length), actual.content.subarray(0, a.length)];
      const payload = bytesDifference(`payload@${payloadAt - e.layers.payloadAt}`, was, is, payloadAt);
      return { fields: [...fields, payload], ports };
    },
  };
}

const FAMILY = new Hash64();
const VALUES = new Hash64();

/** Numbers, since a million packets may differ in the same way: FAMILY of the names of fields, VALUES of what is in them. */
function hashCause(
  { layers }: NormalForm,
  expected: Packet,
  actual: Packet,
  found: ChangedField[],
  rest: number,
): void {
  FAMILY.begin(0);
  FAMILY.mix(0x100 | rest);
  VALUES.begin(0);
  for (const { field, layer, at, end, isConsequence } of found) {
    if (isConsequence === true) continue;
    const name = (layers.context[layer] << 16) | (field === null ? 0x8000 | layers.kind[layer] : field.index);
    FAMILY.mix(name);
    if (field === null || field.isOneOff) continue;
    VALUES.mix(name);
    VALUES.mixBytes(expected.view, expected.at + at, expected.at + end);
    VALUES.mixBytes(actual.view, actual.at + at, actual.at + end);
  }
}

function otherHeaders(e: NormalForm, expected: Packet, a: NormalForm, actual: Packet): FieldDifference[] {
  if (e.linkType !== a.linkType)
    return [{ field: 'frame.linktype', expected: linkText(e.linkType), actual: linkText(a.linkType) }];
  const [was, is] = [expected.content.subarray(0, e.length), actual.content.subarray(0, a.length)];
  const named = differingFields(was, is, e.linkType);
  return [...lengthDifference(e, expected, a, actual, named), ...named];
}

function haveSameHeaders(one: Layers, other: Layers): boolean {
  if (one.count !== other.count || one.payloadAt !== other.payloadAt) return false;
  for (let k = 0; k < one.count; k++) {
    if (one.kind[k] !== other.kind[k] || one.at[k] !== other.at[k]) return false;
    if (one.context[k] !== other.context[k] || one.headerEnd[k] !== other.headerEnd[k]) return false;
  }
  return true;
}

const shapeOf = ({ payloadAt, kind, count }: Layers): string => `${payloadAt}:${kind.subarray(0, count).join()}`;

function changedFields(e: NormalForm, a: NormalForm, arePortsOpen: boolean): ChangedField[] {
  const found: ChangedField[] = [];
  const { layers } = e;
  for (let layer = 0; layer < layers.count; layer++) {
    const start = layers.at[layer];
    const headerEnd = layers.headerEnd[layer];
    if (areSame(e, a, start, headerEnd) && !(arePortsOpen && e.slots.differsIn(a.slots, start, headerEnd))) continue;
    for (const field of fieldsOf(layers, layer, e.view)) {
      const at = start + field.at;
      const end = at + field.bytes;
      if (end > headerEnd) continue;
      const isPort = arePortsOpen && e.slots.differsIn(a.slots, at, end);
      if (isPort || differs(e, a, at, field)) found.push({ field, layer, at, end });
    }
    const options = start + FIXED_BYTES[layers.kind[layer]];
    if (options < headerEnd && !areSame(e, a, options, headerEnd))
      found.push({ field: null, layer, at: options, end: headerEnd });
  }
  return found;
}

/** The first byte of payload that differs, from the frame's start; -1 where none does. */
function changedPayload(e: NormalForm, a: NormalForm): number {
  const shorter = Math.min(e.length, a.length);
  let at = e.layers.payloadAt;
  while (at + 4 <= shorter && e.view.getInt32(at) === a.view.getInt32(at)) at += 4;
  while (at < shorter && e.bytes[at] === a.bytes[at]) at++;
  if (at === e.length && at === a.length) return -1;
  // Behind a cut nothing is compared.
  return at === shorter && e.contentLength === a.contentLength ? -1 : at;
}

/**
 * Marks checksums that are what the other differences make them, and adds those that should have changed and did not. Between packets of
 * different lengths these are the checksums of IP headers: what covers payload cannot be told word by word there. Afterwards the
 * expected form has the fields of the actual one.
 */
function findConsequences(e: NormalForm, a: NormalForm, actual: Packet, found: ChangedField[]): void {
  const { layers } = e;
  const isSameLength = e.length === a.length;
  const end = isSameLength ? e.length : layers.payloadAt;
  for (let at = 0; at < end; at += 2) {
    while (at < end && e.view.getInt32(at) === a.view.getInt32(at)) at += 4;
    if (at >= end) break;
    const value = a.view.getUint16(at);
    if (e.view.getUint16(at) !== value && !isChecksum(e, at)) e.change(at, value);
  }
  for (let layer = 0; layer < layers.count; layer++) {
    const at = isSameLength || layers.kind[layer] === (Layer.Ip4 as number) ? e.checksumAt(layer) : -1;
    if (at < 0 || at === a.unknownChecksumAt || at === e.unknownChecksumAt) continue;
    const would = e.view.getUint16(at);
    const is = a.view.getUint16(at);
    let own = found.find((one) => one.at === at && one.field?.isChecksum === true);
    if (normal(would) === normal(is)) {
      if (own) own.isConsequence = true;
      continue;
    }
    if (!own) {
      const field = fieldsOf(layers, layer, e.view).find((each) => each.isChecksum) ?? null;
      found.push((own = { field, layer, at, end: at + 2 }));
    }
    own.followed = adjusted(actual.view.getUint16(actual.at + at), would, is);
    // A wrong checksum in a quoted header is covered by the checksum around it.
    e.change(at, is);
  }
}

function isChecksum(form: NormalForm, at: number): boolean {
  for (let layer = 0; layer < form.layers.count; layer++) if (form.checksumAt(layer) === at) return true;
  return false;
}

function areSame(e: NormalForm, a: NormalForm, from: number, to: number): boolean {
  let at = from;
  for (; at + 4 <= to; at += 4) if (e.view.getInt32(at) !== a.view.getInt32(at)) return false;
  for (; at < to; at++) if (e.bytes[at] !== a.bytes[at]) return false;
  return true;
}

function differs(e: NormalForm, a: NormalForm, at: number, { bytes, bits }: Field): boolean {
  if (bits === null) return !areSame(e, a, at, at + bytes);
  const isApart = bytes === 1 ? e.view.getUint8(at) ^ a.view.getUint8(at) : e.view.getUint16(at) ^ a.view.getUint16(at);
  return (isApart & bits) !== 0;
}
