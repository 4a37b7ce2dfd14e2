/**
 * In which fields two packets differ, once what may differ was taken out, and which of it follows from the rest. Numbers first, since
 * a million packets may differ in the same way; words only where they are wanted.
 */

import type { Comparer } from './comparer.js';
import { fieldsOf, fieldText, FIXED_BYTES, formatHex, OPTIONS_NAME, type Field } from './field-table.js';
import { differingFields } from './fields.js';
import type { Lane } from './lanes.js';
import { CONTEXT_PREFIX, type Layers } from './layers.js';
import { adjusted, normal } from './ones-complement.js';
import type { PacketColumns } from './packet-columns.js';
import type { PacketForm } from './packet-form.js';
import type { FieldDifference } from './report.js';

const SAMPLE_BYTES = 8;

/** Fields whose values say nothing about a cause: every packet has its own. */
const ONE_OFF = /\.(seq|ack|id|checksum|window|len|length|options|rest)$/;

interface FoundField {
  readonly name: string;
  /** Place in the frame, and the field there; null for options. */
  readonly at: number;
  readonly field: Field | null;
  readonly end: number;
  isConsequence: boolean;
  /** What a checksum would be, had it followed the other differences; -1 for other fields. */
  followed: number;
}

export class ChangedFields {
  /** True where ports differ, or stand for others, and could not be bound. */
  hasOpenPorts = false;
  /** True where the packets have not the same headers, so that no field of one answers a field of the other. */
  private isOtherShape = false;
  private readonly found: FoundField[] = [];
  /** Offset of the first byte of payload that differs, from the frame's start; -1 for none. */
  private payloadAt = -1;

  constructor(
    private readonly comparer: Comparer,
    /** A third form: the expected packet with the actual one's fields, to see which checksum it would have. */
    private readonly probe: PacketForm,
  ) {}

  /** Finds the differences. Ports that can be bound are bound and do not count. */
  find(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number): void {
    const { comparer, found } = this;
    const [a, e] = comparer.forms;
    comparer.makeForms(expected, i, actual, j, lane.rules);
    found.length = 0;
    this.payloadAt = -1;
    this.hasOpenPorts = false;
    this.isOtherShape = !hasSameHeaders(e, a);
    if (this.isOtherShape) return;
    if (e.slots.count > 0)
      this.hasOpenPorts = !e.slots.fits(a.slots) || !comparer.bind(e.slots, a.slots, expected, i, actual, j, true);
    this.findInHeaders(e, a);
    this.findInPayload(e, a);
    if (e.length === a.length) this.findConsequences(lane, expected, i, actual, j);
  }

  /** True where nothing differs that has a name, nor any byte of payload. */
  get isNothing(): boolean {
    const [a, e] = this.comparer.forms;
    return !this.isOtherShape && this.found.length === 0 && this.payloadAt < 0 && e.contentLength === a.contentLength;
  }

  private findInHeaders(e: PacketForm, a: PacketForm): void {
    const { layers } = e;
    for (let k = 0; k < layers.count; k++) {
      const start = layers.at[k];
      const end = layers.headerEnd[k];
      if (areSame(e, a, start, end) && !(this.hasOpenPorts && e.slots.differsIn(a.slots, start, end))) continue;
      const prefix = CONTEXT_PREFIX[layers.context[k]];
      for (const field of fieldsOf(layers, k, e.view)) {
        const at = start + field.at;
        if (at + field.bytes > end) continue;
        const isPort = this.hasOpenPorts && e.slots.differsIn(a.slots, at, at + field.bytes);
        if (!isPort && !differs(e, a, at, field)) continue;
        this.found.push({
          name: prefix + field.name,
          at,
          field,
          end: at + field.bytes,
          isConsequence: false,
          followed: -1,
        });
      }
      const options = start + FIXED_BYTES[layers.kind[k]];
      if (options >= end || areSame(e, a, options, end)) continue;
      const name = prefix + OPTIONS_NAME[layers.kind[k]];
      this.found.push({ name, at: options, field: null, end, isConsequence: false, followed: -1 });
    }
  }

  private findInPayload(e: PacketForm, a: PacketForm): void {
    const shorter = Math.min(e.length, a.length);
    let at = e.layers.payloadAt;
    while (at < shorter && e.bytes[at] === a.bytes[at]) at++;
    if (at === e.length && at === a.length) return;
    // Behind a cut nothing is compared.
    if (at < shorter || e.contentLength !== a.contentLength) this.payloadAt = at;
  }

  /** Marks checksums that are what the other differences make them, and adds those that should have changed and did not. */
  // prettier-ignore
  private findConsequences(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number): void {
    const [a, e] = this.comparer.forms;
    const { probe, found } = this;
    const { layers } = e;
    let checksums = 0;
    for (let k = 0; k < layers.count; k++) if (e.checksumAt(k) >= 0) checksums++;
    if (checksums === 0) return;
    probe.make(expected, i, lane.rules, e.length);
    for (let at = 0; at < e.length; at += 2) {
      const value = a.view.getUint16(at);
      if (e.view.getUint16(at) !== value && !this.isChecksum(at)) probe.change(at, value);
    }
    for (let k = 0; k < layers.count; k++) {
      const at = probe.checksumAt(k);
      if (at < 0) continue;
      const [would, is] = [probe.view.getUint16(at), a.view.getUint16(at)];
      const isConsequence = normal(would) === normal(is);
      let own = found.find(({ field, at: place }) => place === at && field?.isChecksum === true);
      if (isConsequence) {
        if (own) own.isConsequence = true;
        continue;
      }
      if (!own) {
        const field = fieldsOf(layers, k, e.view).find(({ isChecksum }) => isChecksum);
        if (!field) continue;
        own = { name: CONTEXT_PREFIX[layers.context[k]] + field.name, at, field, end: at + 2, isConsequence: false, followed: -1 };
        found.push(own);
      }
      const carried = viewOf(bytesOf(actual, j)).getUint16(at);
      own.followed = adjusted(carried, would, is);
      // A wrong checksum in a quoted header is covered by the checksum around it.
      probe.change(at, is);
    }
  }

  private isChecksum(at: number): boolean {
    const [, e] = this.comparer.forms;
    for (let k = 0; k < e.layers.count; k++) if (e.checksumAt(k) === at) return true;
    return false;
  }

  /** The names of the fields: what differences of one family have in common. */
  familyKey(): string {
    const [a, e] = this.comparer.forms;
    if (this.isOtherShape) return `headers ${headersOf(e.layers)} ${headersOf(a.layers)}`;
    let key = e.contentLength === a.contentLength ? '' : 'length ';
    for (const { name, isConsequence } of this.found) if (!isConsequence) key += `${name} `;
    return this.payloadAt < 0 ? key : `${key}payload`;
  }

  /** The values of the fields, as far as other packets may have the same. */
  kindKey(expected: PacketColumns, i: number, actual: PacketColumns, j: number): string {
    if (this.isOtherShape) return '';
    let key = '';
    for (const { name, at, end, isConsequence } of this.found) {
      if (isConsequence || ONE_OFF.test(name)) continue;
      key += `${name} ${valueOf(expected, i, at, end)} ${valueOf(actual, j, at, end)} `;
    }
    return key;
  }

  /** The differences in words, in wire order. */
  describe(expected: PacketColumns, i: number, actual: PacketColumns, j: number): FieldDifference[] {
    const [a, e] = this.comparer.forms;
    const differences: FieldDifference[] = [];
    const add = (field: string, was: string | number, is: string | number, isConsequence = false): void => {
      const difference = { field, expected: String(was), actual: String(is) };
      differences.push(isConsequence ? { ...difference, isConsequence } : difference);
    };
    if (e.linkType !== a.linkType) {
      add('frame.linktype', e.linkType, a.linkType);
      return differences;
    }
    if (e.contentLength !== a.contentLength) add('frame.len', expected.originalLength[i], actual.originalLength[j]);
    const was = bytesOf(expected, i);
    const is = bytesOf(actual, j);
    if (this.isOtherShape)
      return differences.concat(differingFields(was.subarray(0, e.length), is.subarray(0, a.length), e.linkType));
    for (const { name, at, field, end, isConsequence, followed } of this.found) {
      const [before, after] = [formatHex(was.subarray(at, end)), formatHex(is.subarray(at, end))];
      if (followed >= 0 && before === after)
        add(name, `0x${followed.toString(16).padStart(4, '0')} by the other fields`, `0x${after}`);
      else if (field === null) add(name, before, after);
      else
        add(
          name,
          fieldText(field, viewOf(was), at - field.at),
          fieldText(field, viewOf(is), at - field.at),
          isConsequence,
        );
    }
    if (this.payloadAt < 0) return differences;
    const sample = (bytes: Uint8Array, length: number): string =>
      this.payloadAt >= length
        ? 'its end'
        : formatHex(bytes.subarray(this.payloadAt, Math.min(this.payloadAt + SAMPLE_BYTES, length)));
    add(`payload@${this.payloadAt - e.layers.payloadAt}`, sample(was, e.length), sample(is, a.length));
    return differences;
  }
}

const bytesOf = ({ bytes, offset, capturedLength }: PacketColumns, i: number): Uint8Array =>
  bytes.subarray(offset[i], offset[i] + capturedLength[i]);

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Up to 6 bytes as a number. */
function valueOf({ bytes, offset }: PacketColumns, i: number, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) value = value * 256 + bytes[offset[i] + at];
  return value;
}

function areSame(e: PacketForm, a: PacketForm, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (e.bytes[at] !== a.bytes[at]) return false;
  return true;
}

function differs(e: PacketForm, a: PacketForm, at: number, { bytes, bits }: Field): boolean {
  if (bits === null) return !areSame(e, a, at, at + bytes);
  const [left, right] = [e, a].map(({ view }) => (bytes === 1 ? view.getUint8(at) : view.getUint16(at)));
  return ((left ^ right) & bits) !== 0;
}

const headersOf = ({ kind, count, payloadAt }: Layers): string => `${kind.subarray(0, count).join('-')}/${payloadAt}`;

function hasSameHeaders(e: PacketForm, a: PacketForm): boolean {
  const [left, right] = [e.layers, a.layers];
  if (e.linkType !== a.linkType || left.count !== right.count || left.payloadAt !== right.payloadAt) return false;
  for (let k = 0; k < left.count; k++) {
    if (left.kind[k] !== right.kind[k] || left.at[k] !== right.at[k] || left.context[k] !== right.context[k])
      return false;
    if (left.headerEnd[k] !== right.headerEnd[k]) return false;
  }
  return true;
}
