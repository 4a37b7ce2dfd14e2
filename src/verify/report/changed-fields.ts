/**
 * In which fields two packets differ, once what may differ was taken out, and which of it follows from the rest. Numbers first, since
 * a million packets may differ in the same way; words only where they are wanted.
 */

import { Layer } from '../../wire/decode.js';
import type { PacketComparer } from '../match/packet-comparer.js';
import type { Stream } from '../match/streams.js';
import { fieldsOf, FIXED_BYTES, type Field } from '../packet/field-table.js';
import { Hash64 } from '../packet/hash64.js';
import type { NormalForm } from '../packet/normal-form.js';
import { adjusted, normal } from '../packet/ones-complement.js';
import type { Packet } from '../packet/packet.js';
import { describeFields, FoundFields } from './describe-fields.js';
import type { FieldDifference } from './report.js';

/** First words of the hashes of families, apart from those of other kinds of differences. */
const CHANGED = 0x100;
const OTHER_HEADERS = 0x200;

export class ChangedFields {
  /** The values of the fields, as far as other packets may have the same. */
  readonly values = new Hash64();
  /** True where ports differ, or stand for others, and could not be bound. */
  private hasOpenPorts = false;
  /** True where the packets have not the same headers, so that no field of one answers a field of the other. */
  private isOtherShape = false;
  private isOtherLength = false;
  private readonly found = new FoundFields();
  /** Offset of the first byte of payload that differs, from the frame's start; -1 for none. */
  private payloadAt = -1;

  constructor(
    private readonly comparer: PacketComparer,
    /** A third form: the expected packet with the actual one's fields, to see which checksum it would have. */
    private readonly probe: NormalForm,
  ) {}

  /** Finds the differences of two packets whose forms are made. Ports that can be bound are bound and do not count. */
  find(stream: Stream, expected: Packet, actual: Packet): void {
    const { comparer, found } = this;
    const [a, e] = comparer.forms;
    found.count = 0;
    this.payloadAt = -1;
    this.hasOpenPorts = false;
    // Ports of which one cannot stand for the other stay where they are.
    const doPortsFit = e.slots.fits(a.slots);
    if (!doPortsFit) comparer.makeForms(stream, expected, actual, false);
    this.isOtherLength = e.contentLength !== a.contentLength;
    this.isOtherShape = !hasSameHeaders(e, a);
    if (this.isOtherShape) return;
    if (doPortsFit && e.slots.count > 0) this.hasOpenPorts = !comparer.bind(e.slots, a.slots, expected, actual, true);
    this.findInHeaders(e, a);
    this.findInPayload(e, a);
    this.findConsequences(actual, e.length === a.length);
  }

  /** True where nothing differs that has a name, nor any byte of payload. */
  get isNothing(): boolean {
    return !this.isOtherShape && this.found.count === 0 && this.payloadAt < 0 && !this.isOtherLength;
  }

  private findInHeaders(e: NormalForm, a: NormalForm): void {
    const { layers } = e;
    for (let k = 0; k < layers.count; k++) {
      const start = layers.at[k];
      const end = layers.headerEnd[k];
      if (areSame(e, a, start, end) && !(this.hasOpenPorts && e.slots.differsIn(a.slots, start, end))) continue;
      for (const field of fieldsOf(layers, k, e.view)) {
        const at = start + field.at;
        if (at + field.bytes > end) continue;
        const isPort = this.hasOpenPorts && e.slots.differsIn(a.slots, at, at + field.bytes);
        if (isPort || differs(e, a, at, field)) this.found.add(field, k, at, at + field.bytes);
      }
      const options = start + FIXED_BYTES[layers.kind[k]];
      if (options < end && !areSame(e, a, options, end)) this.found.add(null, k, options, end);
    }
  }

  private findInPayload(e: NormalForm, a: NormalForm): void {
    const shorter = Math.min(e.length, a.length);
    let at = e.layers.payloadAt;
    while (at + 4 <= shorter && e.view.getInt32(at) === a.view.getInt32(at)) at += 4;
    while (at < shorter && e.bytes[at] === a.bytes[at]) at++;
    if (at === e.length && at === a.length) return;
    // Behind a cut nothing is compared.
    if (at < shorter || e.contentLength !== a.contentLength) this.payloadAt = at;
  }

  /**
   * Marks checksums that are what the other differences make them, and adds those that should have changed and did not. Between
   * packets of different lengths these are the checksums of IP headers: what covers payload cannot be told word by word there.
   */
  private findConsequences(actual: Packet, isSameLength: boolean): void {
    const [a, e] = this.comparer.forms;
    const { probe, found } = this;
    const { layers } = e;
    probe.copy(e);
    const end = isSameLength ? e.length : layers.payloadAt;
    for (let at = 0; at < end; at += 2) {
      while (at < end && e.view.getInt32(at) === a.view.getInt32(at)) at += 4;
      if (at >= end) break;
      const value = a.view.getUint16(at);
      if (e.view.getUint16(at) !== value && !isChecksum(e, at)) probe.change(at, value);
    }
    for (let k = 0; k < layers.count; k++) {
      const at = isSameLength || layers.kind[k] === (Layer.Ip4 as number) ? probe.checksumAt(k) : -1;
      if (at < 0 || at === a.unknownChecksumAt || at === e.unknownChecksumAt) continue;
      const would = probe.view.getUint16(at);
      const is = a.view.getUint16(at);
      let own = found.checksumAt(at);
      if (normal(would) === normal(is)) {
        if (own >= 0) found.isConsequence[own] = true;
        continue;
      }
      if (own < 0) {
        const field = fieldsOf(layers, k, e.view).find((each) => each.isChecksum);
        if (!field) continue;
        own = found.add(field, k, at, at + 2);
      }
      found.followed[own] = adjusted(actual.view.getUint16(actual.at + at), would, is);
      // A wrong checksum in a quoted header is covered by the checksum around it.
      probe.change(at, is);
    }
  }

  /** Sums the differences up in `values`, and in `family` what differences of one family have in common: the names of the fields. */
  summarize(family: Hash64, expected: Packet, actual: Packet): void {
    const { found, values } = this;
    const [a, e] = this.comparer.forms;
    family.begin(0);
    values.begin(0);
    if (this.isOtherShape) {
      family.mix(OTHER_HEADERS);
      if (e.linkType !== a.linkType) {
        family.mix(e.linkType);
        family.mix(a.linkType);
        return;
      }
      for (const { layers } of [e, a]) {
        family.mix((layers.count << 16) | layers.payloadAt);
        for (let k = 0; k < layers.count; k++) family.mix(layers.kind[k]);
      }
      return;
    }
    family.mix(CHANGED | (this.isOtherLength ? 1 : 0) | (this.payloadAt < 0 ? 0 : 2));
    for (let n = 0; n < found.count; n++) {
      if (found.isConsequence[n]) continue;
      const field = found.field[n];
      const layer = found.layer[n];
      const name = (e.layers.context[layer] << 16) | (field === null ? 0x8000 | e.layers.kind[layer] : field.index);
      family.mix(name);
      if (field === null || field.isOneOff) continue;
      values.mix(name);
      values.mixBytes(expected.view, expected.at + found.at[n], expected.at + found.end[n]);
      values.mixBytes(actual.view, actual.at + found.at[n], actual.at + found.end[n]);
    }
  }

  /** The differences in words, in wire order. */
  describe(expected: Packet, actual: Packet): FieldDifference[] {
    const found = this.isOtherShape ? null : this.found;
    return describeFields(this.comparer.forms, expected, actual, found, this.payloadAt);
  }
}

function isChecksum(form: NormalForm, at: number): boolean {
  for (let k = 0; k < form.layers.count; k++) if (form.checksumAt(k) === at) return true;
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

function hasSameHeaders(
  { layers: left, linkType }: NormalForm,
  { layers: right, linkType: other }: NormalForm,
): boolean {
  if (linkType !== other || left.count !== right.count || left.payloadAt !== right.payloadAt) return false;
  for (let k = 0; k < left.count; k++) {
    if (left.kind[k] !== right.kind[k] || left.at[k] !== right.at[k] || left.context[k] !== right.context[k])
      return false;
    if (left.headerEnd[k] !== right.headerEnd[k]) return false;
  }
  return true;
}
