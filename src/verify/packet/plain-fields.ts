/**
 * In which fields two packets differ that have the same headers, nothing quoted or tunnelled, and nothing taken out: found word by word in
 * their bytes as they lie in the captures, by a table that says which fields a word has. ChangedFields finds the same for all others.
 */

import * as ip4 from '../../wire/ip4.js';
import type { ChangedForms } from './changed-forms.js';
import { fieldsOf, FIXED_BYTES, type Field } from './field-table.js';
import type { FoundFields } from '../report/found-fields.js';
import { Layer, type Layers } from './layers.js';
import { adjusted, normal } from './ones-complement.js';
import type { PacketColumns } from './packet-columns.js';
import { CHECKSUM_AT, IP_ADDRESSES, IP_ADDRESSES_END } from './packet-form.js';
import { MAXIMUM_SHAPES } from './shapes.js';

/** What covers 16 bits of a packet, as bits: the checksum of IP, that of the header behind it. */
const BY_IP = 1;
const BY_TRANSPORT = 2;
const NONE = -1;
const ALL_BITS = -1;

/** A field, or options, in wire order. */
interface PlacedField {
  /** null for options. */
  readonly field: Field | null;
  readonly layer: number;
  readonly at: number;
  readonly end: number;
}

interface PlacedChecksum {
  readonly field: Field;
  readonly layer: number;
  readonly at: number;
  readonly isUdp: boolean;
}

/** What the words of the headers mean, for packets with the same headers. */
interface Table {
  readonly payloadAt: number;
  readonly fields: readonly PlacedField[];
  /** Of each word the first entry; each entry is a field by its number, and its bits in the word. */
  readonly firstEntry: Int32Array;
  readonly entryField: Int32Array;
  readonly entryBits: Int32Array;
  /** Which checksums cover each 16 bits of the headers; those of payload are covered by the transport's alone. */
  readonly covered: Uint8Array;
  /** The checksum of IP, and of the header behind it. */
  readonly ip: PlacedChecksum | null;
  readonly transport: PlacedChecksum | null;
  /** Where the IP header begins; -1 for none. */
  readonly l3: number;
}

export class PlainFields {
  /** Offset of the first byte of payload that differs, or -1. */
  payloadAt = NONE;
  private shape = NONE;
  /** null where packets are to be compared by their forms. */
  private table: Table | null = null;
  private readonly tables = new Map<number, Table | null>();
  /** By how much the words under each checksum differ. */
  private ipSum = 0;
  private transportSum = 0;
  /** The first field that was not found yet. */
  private next = 0;

  /**
   * Finds the fields of two packets of the same length; false where that is not as simple. `layers` are those of both.
   *
   * @param forms knows where their words differ, if the two are alike
   */
  // prettier-ignore
  find(expected: PacketColumns, i: number, actual: PacketColumns, j: number, layers: Layers, found: FoundFields, forms: ChangedForms | null): boolean {
    if (layers.shape !== this.shape) this.choose(layers, expected.view, expected.offset[i]);
    const { table } = this;
    if (table === null) return false;
    const { view: left } = expected;
    const { view: right } = actual;
    const from = expected.offset[i];
    const to = actual.offset[j];
    const { l3 } = table;
    let coveredEnd = 0;
    if (l3 >= 0) {
      coveredEnd = l3 + ip4.totalLength(left, from + l3);
      if (coveredEnd !== l3 + ip4.totalLength(right, to + l3)) return false;
    }
    this.payloadAt = NONE;
    this.ipSum = 0;
    this.transportSum = 0;
    this.next = 0;
    const length = Math.min(layers.contentLength, actual.capturedLength[j]);
    if (forms === null) this.findInWords(table, left, from, right, to, length, coveredEnd, found);
    else for (let n = 0; n < forms.apart; n++) this.findInWord(table, left, from, right, to, forms.apartAt[n], length, coveredEnd, found);
    if (table.ip !== null) judge(table.ip, this.ipSum, left, from, right, to, found);
    if (table.transport !== null) judge(table.transport, this.transportSum, left, from, right, to, found);
    return true;
  }

  // prettier-ignore
  private findInWords(table: Table, left: DataView, from: number, right: DataView, to: number, length: number, coveredEnd: number, found: FoundFields): void {
    for (let at = 0; at < length; at += 4)
      if (left.getInt32(from + at) !== right.getInt32(to + at)) this.findInWord(table, left, from, right, to, at, length, coveredEnd, found);
  }

  // prettier-ignore
  private findInWord(table: Table, left: DataView, from: number, right: DataView, to: number, at: number, length: number, coveredEnd: number, found: FoundFields): void {
    const { payloadAt, firstEntry, entryField, entryBits, covered, fields } = table;
    let before = left.getInt32(from + at);
    let after = right.getInt32(to + at);
    if (at + 4 > length) {
      const within = -1 << (8 * (at + 4 - length));
      before &= within;
      after &= within;
    }
    const apart = before ^ after;
    if (at < payloadAt)
      for (let entry = firstEntry[at >> 2]; entry < firstEntry[(at >> 2) + 1]; entry++) {
        const number = entryField[entry];
        if (number < this.next || (apart & entryBits[entry]) === 0) continue;
        const { field, layer, at: start, end } = fields[number];
        found.add(field, layer, start, end);
        this.next = number + 1;
      }
    if (this.payloadAt < 0) {
      const inPayload = at >= payloadAt ? apart : at + 4 <= payloadAt ? 0 : apart & (-1 >>> (8 * (payloadAt - at)));
      if (inPayload !== 0) this.payloadAt = at + (Math.clz32(inPayload) >> 3);
    }
    const high = at < payloadAt ? covered[at >> 1] : BY_TRANSPORT;
    const low = at + 2 < payloadAt ? covered[(at >> 1) + 1] : BY_TRANSPORT;
    const highApart = (before >>> 16) - (after >>> 16);
    const lowApart = (before & 0xffff) - (after & 0xffff);
    if ((high & BY_IP) !== 0) this.ipSum += highApart;
    if ((low & BY_IP) !== 0) this.ipSum += lowApart;
    if ((high & BY_TRANSPORT) !== 0 && at < coveredEnd) this.transportSum += highApart;
    if ((low & BY_TRANSPORT) !== 0 && at + 2 < coveredEnd) this.transportSum += lowApart;
  }

  private choose(layers: Layers, view: DataView, base: number): void {
    const { shape } = layers;
    let table = this.tables.get(shape);
    if (table === undefined) {
      if (this.tables.size === MAXIMUM_SHAPES) this.tables.clear();
      table = tableOf(layers, new DataView(view.buffer, view.byteOffset + base));
      this.tables.set(shape, table);
    }
    this.shape = shape;
    this.table = table;
  }
}

/** Marks a checksum that is what the other differences make it, and adds one that should have changed and did not. */
// prettier-ignore
function judge({ field, layer, at, isUdp }: PlacedChecksum, sum: number, left: DataView, from: number, right: DataView, to: number, found: FoundFields): void {
  const was = left.getUint16(from + at);
  const is = right.getUint16(to + at);
  if (was === is && sum === 0) return;
  let would = was;
  if (sum !== 0 && !(isUdp && was === 0)) {
    const rest = (was + sum) % 0xffff;
    would = normal(rest < 0 ? rest + 0xffff : rest);
  }
  let own = found.checksumAt(at);
  if (normal(would) === normal(is)) {
    if (own >= 0) found.isConsequence[own] = true;
    return;
  }
  if (own < 0) own = found.add(field, layer, at, at + 2);
  found.followed[own] = adjusted(is, would, is);
}

/** @param view one of the packets, from its start */
function tableOf(layers: Layers, view: DataView): Table | null {
  const { count, kind, at, headerEnd, context, payloadAt } = layers;
  for (let k = 0; k < count; k++) if (context[k] !== 0) return null;
  const ip = kind.subarray(0, count).indexOf(Layer.Ip4);
  const last = ip >= 0 && ip + 1 < count ? ip + 1 : NONE;
  if (last >= 0 && last + 1 < count) return null; // a tunnel
  const fields: PlacedField[] = [];
  for (let k = 0; k < count; k++) {
    for (const field of fieldsOf(layers, k, view)) {
      const start = at[k] + field.at;
      if (start + field.bytes <= headerEnd[k]) fields.push({ field, layer: k, at: start, end: start + field.bytes });
    }
    const options = at[k] + FIXED_BYTES[kind[k]];
    if (options < headerEnd[k]) fields.push({ field: null, layer: k, at: options, end: headerEnd[k] });
  }
  const checksumOf = (k: number): number => (k >= 0 && CHECKSUM_AT[kind[k]] >= 0 ? at[k] + CHECKSUM_AT[kind[k]] : NONE);
  const [ipChecksumAt, transportChecksumAt] = [checksumOf(ip), checksumOf(last)];
  const checksumIn = (k: number, place: number): PlacedChecksum | null => {
    const field = place < 0 ? undefined : fieldsOf(layers, k, view).find(({ isChecksum }) => isChecksum);
    return field ? { field, layer: k, at: place, isUdp: kind[k] === (Layer.Udp as number) } : null;
  };
  const covered = new Uint8Array((payloadAt + 3) >> 1);
  for (let word = 0; word < covered.length; word++) {
    const place = 2 * word;
    if (place === ipChecksumAt || place === transportChecksumAt || ip < 0) continue;
    if (place >= at[ip] && place < headerEnd[ip]) covered[word] |= BY_IP;
    if (last < 0) continue;
    const isPseudo = place >= at[ip] + IP_ADDRESSES && place < at[ip] + IP_ADDRESSES_END;
    if (place >= at[last] || (isPseudo && kind[last] !== (Layer.Icmp as number))) covered[word] |= BY_TRANSPORT;
  }
  return {
    payloadAt,
    fields,
    ...entriesOf(fields, payloadAt),
    covered,
    ip: checksumIn(ip, ipChecksumAt),
    transport: checksumIn(last, transportChecksumAt),
    l3: ip < 0 ? NONE : at[ip],
  };
}

/** Which fields each word has bits of. */
function entriesOf(
  fields: readonly PlacedField[],
  payloadAt: number,
): Pick<Table, 'firstEntry' | 'entryField' | 'entryBits'> {
  const [firstEntry, entryField, entryBits]: number[][] = [[], [], []];
  for (let start = 0; start < payloadAt; start += 4) {
    firstEntry.push(entryField.length);
    fields.forEach(({ field, at, end }, number) => {
      let bits = 0;
      for (let place = Math.max(start, at); place < Math.min(start + 4, end); place++) {
        const own = ((field?.bits ?? ALL_BITS) >> (8 * (end - 1 - place))) & 0xff;
        bits |= own << (24 - 8 * (place - start));
      }
      if (bits === 0) return;
      entryField.push(number);
      entryBits.push(bits);
    });
  }
  firstEntry.push(entryField.length);
  return {
    firstEntry: Int32Array.from(firstEntry),
    entryField: Int32Array.from(entryField),
    entryBits: Int32Array.from(entryBits),
  };
}
