/**
 * In which fields two packets differ, once what may differ was taken out, and which of it follows from the rest. Numbers first, since
 * a million packets may differ in the same way; words only where they are wanted.
 */

import type { ChangedForms } from '../packet/changed-forms.js';
import type { Comparer } from '../match/comparer.js';
import { fieldsOf, FIXED_BYTES, type Field } from '../packet/field-table.js';
import type { Lane } from '../match/lanes.js';
import { FoundFields } from './found-fields.js';
import { Layer, Layers } from '../packet/layers.js';
import { adjusted, normal } from '../packet/ones-complement.js';
import type { PacketColumns } from '../packet/packet-columns.js';
import type { PacketForm } from '../packet/packet-form.js';
import { PlainFields } from '../packet/plain-fields.js';
import { NOT_PLAIN } from '../ports/plain-pairs.js';
import { describeFields } from './describe-fields.js';
import type { FieldDifference } from './report.js';
import { WordHash } from '../match/word-hash.js';

/** First words of the hashes of families, apart from those of other kinds of differences. */
const CHANGED = 0x100;
const OTHER_HEADERS = 0x200;

export class ChangedFields {
  /** True where ports differ, or stand for others, and could not be bound. */
  hasOpenPorts = false;
  /** The values of the fields, as far as other packets may have the same. */
  readonly values = new WordHash();
  /** True where the packets have not the same headers, so that no field of one answers a field of the other. */
  private isOtherShape = false;
  private readonly found = new FoundFields();
  /** Offset of the first byte of payload that differs, from the frame's start; -1 for none. */
  private payloadAt = -1;
  private isOtherLength = false;
  /** Headers of both packets, unless they have not the same. */
  private layers = new Layers();
  /** True where the fields were found without making the packets' forms. */
  private areFormsDue = false;
  private readonly plainLayers = new Layers();
  private readonly plain = new PlainFields();

  constructor(
    private readonly comparer: Comparer,
    /** A third form: the expected packet with the actual one's fields, to see which checksum it would have. */
    private readonly probe: PacketForm,
  ) {}

  /** Finds the differences. Ports that can be bound are bound and do not count. */
  find(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number): void {
    const { comparer } = this;
    const hasRules = lane.rules.length > 0;
    let port = hasRules ? NOT_PLAIN : comparer.plainPort(expected, i, actual, j);
    if (port !== NOT_PLAIN && this.findPlain(expected, i, actual, j)) {
      comparer.usePlainPort(port, expected, i, actual, j);
      return;
    }
    this.begin();
    const [a, e] = comparer.forms;
    port = hasRules ? NOT_PLAIN : comparer.makePlainForms(expected, i, actual, j);
    const arePlain = port !== NOT_PLAIN;
    if (!arePlain) comparer.makeForms(expected, i, actual, j, lane.rules);
    // Ports of which one cannot stand for the other stay where they are.
    const doPortsFit = arePlain || e.slots.fits(a.slots);
    if (!doPortsFit) comparer.makeForms(expected, i, actual, j, lane.rules, false);
    this.layers = e.layers;
    this.isOtherLength = e.contentLength !== a.contentLength;
    this.isOtherShape = !hasSameHeaders(e, a);
    if (this.isOtherShape) return;
    if (arePlain) comparer.usePlainPort(port, expected, i, actual, j);
    else if (doPortsFit && e.slots.count > 0)
      this.hasOpenPorts = !comparer.bind(e.slots, a.slots, expected, i, actual, j, true);
    this.findInHeaders(e, a);
    this.findInPayload(e, a);
    this.findConsequences(actual, j, e.length === a.length);
  }

  /** Finds the differences as they are if no port was drawn, or each stands for itself; false where that is not as simple. */
  private findPlain(expected: PacketColumns, i: number, actual: PacketColumns, j: number): boolean {
    this.begin();
    if (!this.comparer.haveSameHeaders(expected, i, actual, j, this.plainLayers)) return false;
    return this.findBy(this.plainLayers, expected, i, actual, j, null);
  }

  /** The same for packets of which one is the changed form of the other, as `forms` has found; false also where rules are to be heeded. */
  // prettier-ignore
  findChanged({ rules }: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number, forms: ChangedForms): boolean {
    this.begin();
    if (rules.length > 0 || this.comparer.comparesPadding) return false;
    return this.findBy(forms.layers, expected, i, actual, j, forms);
  }

  // prettier-ignore
  private findBy(layers: Layers, expected: PacketColumns, i: number, actual: PacketColumns, j: number, forms: ChangedForms | null): boolean {
    const { plain, found } = this;
    this.areFormsDue = plain.find(expected, i, actual, j, layers, found, forms);
    this.layers = layers;
    this.payloadAt = plain.payloadAt;
    return this.areFormsDue;
  }

  private begin(): void {
    this.found.count = 0;
    this.payloadAt = -1;
    this.hasOpenPorts = false;
    this.isOtherShape = false;
    this.isOtherLength = false;
    this.areFormsDue = false;
  }

  /** True where nothing differs that has a name, nor any byte of payload. */
  get isNothing(): boolean {
    return !this.isOtherShape && this.found.count === 0 && this.payloadAt < 0 && !this.isOtherLength;
  }

  private findInHeaders(e: PacketForm, a: PacketForm): void {
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

  private findInPayload(e: PacketForm, a: PacketForm): void {
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
  private findConsequences(actual: PacketColumns, j: number, isSameLength: boolean): void {
    const [a, e] = this.comparer.forms;
    const { probe, found } = this;
    const { layers } = e;
    const counts = (k: number): boolean => isSameLength || layers.kind[k] === (Layer.Ip4 as number);
    let checksums = 0;
    for (let k = 0; k < layers.count; k++) if (counts(k) && e.checksumAt(k) >= 0) checksums++;
    if (checksums === 0) return;
    probe.copy(e);
    const end = isSameLength ? e.length : layers.payloadAt;
    for (let at = 0; at < end; at += 2) {
      while (at < end && e.view.getInt32(at) === a.view.getInt32(at)) at += 4;
      if (at >= end) break;
      const value = a.view.getUint16(at);
      if (e.view.getUint16(at) !== value && !this.isChecksum(at)) probe.change(at, value);
    }
    for (let k = 0; k < layers.count; k++) {
      const at = counts(k) ? probe.checksumAt(k) : -1;
      if (at < 0 || at === a.unknownChecksumAt || at === e.unknownChecksumAt) continue;
      const would = probe.view.getUint16(at);
      const is = a.view.getUint16(at);
      let own = found.checksumAt(at);
      if (normal(would) === normal(is)) {
        if (own >= 0) found.isConsequence[own] = true;
        continue;
      }
      if (own < 0) {
        const field = fieldsOf(layers, k, e.view).find(({ isChecksum }) => isChecksum);
        if (!field) continue;
        own = found.add(field, k, at, at + 2);
      }
      found.followed[own] = adjusted(actual.view.getUint16(actual.offset[j] + at), would, is);
      // A wrong checksum in a quoted header is covered by the checksum around it.
      probe.change(at, is);
    }
  }

  private isChecksum(at: number): boolean {
    const [, e] = this.comparer.forms;
    for (let k = 0; k < e.layers.count; k++) if (e.checksumAt(k) === at) return true;
    return false;
  }

  /** Sums the differences up in `values`, and in `family` what differences of one family have in common: the names of the fields. */
  summarize(family: WordHash, expected: PacketColumns, i: number, actual: PacketColumns, j: number): void {
    const { found, values, layers } = this;
    family.begin(0);
    values.begin(0);
    if (this.isOtherShape) {
      family.mix(OTHER_HEADERS);
      const [a, e] = this.comparer.forms;
      if (e.linkType !== a.linkType) {
        family.mix(e.linkType);
        family.mix(a.linkType);
        return;
      }
      for (const { layers: own } of [e, a]) {
        family.mix((own.count << 16) | own.payloadAt);
        for (let k = 0; k < own.count; k++) family.mix(own.kind[k]);
      }
      return;
    }
    family.mix(CHANGED | (this.isOtherLength ? 1 : 0) | (this.payloadAt < 0 ? 0 : 2));
    for (let n = 0; n < found.count; n++) {
      if (found.isConsequence[n]) continue;
      const field = found.field[n];
      const layer = found.layer[n];
      const name = (layers.context[layer] << 16) | (field === null ? 0x8000 | layers.kind[layer] : field.index);
      family.mix(name);
      if (field === null || field.isOneOff) continue;
      values.mix(name);
      mixValue(values, expected, i, found.at[n], found.end[n]);
      mixValue(values, actual, j, found.at[n], found.end[n]);
    }
  }

  /** The differences in words, in wire order. */
  describe(expected: PacketColumns, i: number, actual: PacketColumns, j: number): FieldDifference[] {
    if (this.areFormsDue) this.comparer.makePlainForms(expected, i, actual, j);
    return describeFields(
      this.comparer.forms,
      expected,
      i,
      actual,
      j,
      this.isOtherShape ? null : this.found,
      this.payloadAt,
    );
  }
}

/** Bytes [from, to) of a packet. */
function mixValue(hash: WordHash, { view, offset }: PacketColumns, i: number, from: number, to: number): void {
  const start = offset[i];
  for (let at = from; at < to; at += 2) hash.mix(to - at > 1 ? view.getUint16(start + at) : view.getUint8(start + at));
}

function areSame(e: PacketForm, a: PacketForm, from: number, to: number): boolean {
  let at = from;
  for (; at + 4 <= to; at += 4) if (e.view.getInt32(at) !== a.view.getInt32(at)) return false;
  for (; at < to; at++) if (e.bytes[at] !== a.bytes[at]) return false;
  return true;
}

function differs(e: PacketForm, a: PacketForm, at: number, { bytes, bits }: Field): boolean {
  if (bits === null) return !areSame(e, a, at, at + bytes);
  const isApart = bytes === 1 ? e.view.getUint8(at) ^ a.view.getUint8(at) : e.view.getUint16(at) ^ a.view.getUint16(at);
  return (isApart & bits) !== 0;
}

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
