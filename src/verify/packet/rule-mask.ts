/**
 * What rules leave of packets whose headers are in the same places, as a mask over their words: two packets that are the same but for what
 * is not compared are told so by one pass over them, without making their forms, in a fifth of the time. PacketForm decides the same
 * (test/verify/rule-mask.test.ts compares the two); what is not as simple as most packets are is left to it.
 */

import * as ip4 from '../../wire/ip4.js';
import type { ByteRule } from './field-rules.js';
import { Layer, type Layers } from './layers.js';
import { CHECKSUM_AT, IP_ADDRESSES, IP_ADDRESSES_END } from './packet-form.js';
import type { PacketColumns } from './packet-columns.js';
import { MAXIMUM_SHAPES } from './shapes.js';
import type { Tolerances, Use } from '../tolerances.js';

/** Masks reach no further: behind it there is payload, which few rules are about. */
const REACH_BYTES = 256;
const NO_RULE = -1;
/** Ports, or the type and identifier of ICMP. */
const ENDPOINT_BYTES = 8;

/** A checksum and what rules take out of the bytes that it covers, as 16-bit words. */
interface CoveringChecksum {
  readonly at: number;
  /** The rule that takes it out itself, or NO_RULE: then it has to be what the rest makes it. */
  readonly rule: number;
  readonly isUdp: boolean;
  readonly wordAt: readonly number[];
  readonly taken: readonly number[];
}

/** What rules leave of packets with the same headers. */
interface Mask {
  /** Bits that have to be the same, by word; behind the last one all have. */
  readonly kept: Int32Array;
  /** Where the last bytes end of which a rule takes something out, and where the IP header begins. */
  readonly end: number;
  readonly l3: number;
  readonly checksums: readonly CoveringChecksum[];
  /** What each rule takes out: the bits of a word, with the word's place and the rule's number. */
  readonly takenAt: readonly number[];
  readonly takenBits: readonly number[];
  readonly takenBy: readonly number[];
}

export class RuleMask {
  private shape = -1;
  /** null for packets that have to be compared by their forms. */
  private mask: Mask | null = null;
  private readonly masks = new Map<number, Mask | null>();
  private readonly isUsed: boolean[] = [];
  private readonly uses: (Use | undefined)[] = [];

  constructor(
    private readonly rules: readonly ByteRule[],
    private readonly hasPorts: boolean,
    private readonly tolerances: Tolerances,
  ) {}

  /** Whether two packets are the same but for what rules take out; false also where this is not known. `layers` are the actual one's. */
  // prettier-ignore
  areSame(expected: PacketColumns, i: number, actual: PacketColumns, j: number, layers: Layers): boolean {
    const length = actual.capturedLength[j];
    if (expected.capturedLength[i] !== length || expected.originalLength[i] !== length) return false;
    if (actual.originalLength[j] !== length || expected.linkType[i] !== actual.linkType[j]) return false;
    if (layers.shape !== this.shape) this.choose(layers);
    const { mask } = this;
    const from = expected.offset[i];
    const to = actual.offset[j];
    const { view: left } = expected;
    const { view: right } = actual;
    // Otherwise a checksum covers less than the mask takes for granted.
    if (mask === null || mask.end > length || mask.end > mask.l3 + ip4.totalLength(right, to + mask.l3)) return false;
    const { kept, checksums } = mask;
    const masked = 4 * kept.length;
    if (!areWordsSame(left, from, right, to, kept, Math.min(kept.length, length >> 2))) return false;
    let at = Math.min(masked, length & ~3);
    for (; at + 4 <= length; at += 4) if (left.getInt32(from + at) !== right.getInt32(to + at)) return false;
    for (; at < length; at++) {
      const bits = at < masked ? kept[at >> 2] >>> (24 - 8 * (at & 3)) : 0xff;
      if (((left.getUint8(from + at) ^ right.getUint8(to + at)) & bits & 0xff) !== 0) return false;
    }
    for (const checksum of checksums)
      if (checksum.rule === NO_RULE && !fits(checksum, left, from, right, to)) return false;
    return true;
  }

  /** Counts the rules that two packets were the same by; `areSame` was asked about them last. */
  note(expected: PacketColumns, i: number, actual: PacketColumns, j: number, frame: number): void {
    const { rules, isUsed, mask } = this;
    if (mask === null) return;
    const { takenAt, takenBits, takenBy, checksums } = mask;
    const from = expected.offset[i];
    const to = actual.offset[j];
    const { view: left } = expected;
    const { view: right } = actual;
    for (let rule = 0; rule < rules.length; rule++) isUsed[rule] = false;
    for (let n = 0; n < takenAt.length; n++) {
      const at = takenAt[n];
      if (((left.getInt32(from + at) ^ right.getInt32(to + at)) & takenBits[n]) !== 0) isUsed[takenBy[n]] = true;
    }
    for (let rule = 0; rule < rules.length; rule++) if (isUsed[rule]) this.useOf(rule, rules[rule]).count(frame);
    // A checksum that is the same as captured was overlooked if it should have followed what else was.
    for (const checksum of checksums) {
      const { rule } = checksum;
      if (rule !== NO_RULE && !isUsed[rule] && !fits(checksum, left, from, right, to))
        this.useOf(rule, rules[rule]).count(frame);
    }
  }

  private useOf(rule: number, { kind, text }: ByteRule): Use {
    return (this.uses[rule] ??= this.tolerances.use(kind, text));
  }

  private choose(layers: Layers): void {
    const { shape } = layers;
    let mask = this.masks.get(shape);
    if (mask === undefined) {
      if (this.masks.size === MAXIMUM_SHAPES) this.masks.clear();
      mask = maskOf(layers, this.rules, this.hasPorts);
      this.masks.set(shape, mask);
    }
    this.shape = shape;
    this.mask = mask;
  }
}

function maskOf(layers: Layers, rules: readonly ByteRule[], hasPorts: boolean): Mask | null {
  const ip = layers.kind.indexOf(Layer.Ip4);
  for (let k = 0; k < layers.count; k++) if (layers.context[k] !== 0) return null;
  if (ip < 0 || ip >= layers.count) return null;
  const bytes = bytesTaken(layers, rules);
  // The forms look at both bytes of a 16-bit word.
  const end = bytes.reduce((last, { at }) => Math.max(last, (at & ~1) + 2), 0);
  if (end > REACH_BYTES || bytes.some(({ at, bits }) => isNeeded(layers, ip, at, bits, hasPorts))) return null;
  const taken = new DataView(new ArrayBuffer(REACH_BYTES));
  for (const { at, bits } of bytes) taken.setUint8(at, taken.getUint8(at) | bits);
  const kept = new Int32Array(REACH_BYTES / 4).map((_, word) => ~taken.getInt32(4 * word));
  const checksums: CoveringChecksum[] = [];
  let maskEnd = end;
  for (let k = 0; k < layers.count; k++) {
    const offset = CHECKSUM_AT[layers.kind[k]];
    if (offset < 0) continue;
    const at = layers.at[k] + offset;
    const by = bytes.filter((byte) => byte.bits !== 0 && (byte.at & ~1) === at);
    const rule = by.length === 0 ? NO_RULE : by[0].rule;
    const isWhole = by.length === 2 && by[1].rule === rule && rules[rule].isChecksum;
    if (by.length > 0 && (!isWhole || by.some(({ bits }) => bits !== 0xff))) return null;
    const wordAt = coveredWords(layers, k, ip, end).filter((word) => word !== at && taken.getUint16(word) !== 0);
    if (wordAt.length === 0) continue;
    if (rule === NO_RULE) {
      if (at + 2 > REACH_BYTES) return null;
      kept[at >> 2] &= (at & 2) === 0 ? 0xffff : ~0xffff;
      maskEnd = Math.max(maskEnd, at + 2);
    }
    const isUdp = layers.kind[k] === (Layer.Udp as number);
    checksums.push({ at, rule, isUdp, wordAt, taken: wordAt.map((word) => taken.getUint16(word)) });
  }
  return {
    kept: kept.subarray(0, (maskEnd + 3) >> 2),
    end,
    l3: layers.at[ip],
    checksums,
    takenAt: bytes.map(({ at }) => at & ~3),
    takenBits: bytes.map(({ at, bits }) => (bits << (24 - 8 * (at & 3))) | 0),
    takenBy: bytes.map(({ rule }) => rule),
  };
}

interface TakenByte {
  readonly at: number;
  readonly bits: number;
  readonly rule: number;
}

/** What rules take out, byte by byte; of headers as far as they go, of payload as far as the rules do. */
function bytesTaken(layers: Layers, rules: readonly ByteRule[]): TakenByte[] {
  const bytes: TakenByte[] = [];
  rules.forEach(({ layer, isInPayload, context, at, kept }, rule) => {
    const take = (from: number, to: number): void => {
      for (let k = 0; k < kept.length && from + k < to; k++) bytes.push({ at: from + k, bits: ~kept[k] & 0xff, rule });
    };
    if (layer === null) take((isInPayload ? layers.payloadAt : 0) + at, Infinity);
    else if (context === 0)
      for (let k = 0; k < layers.count; k++)
        if (layers.kind[k] === (layer as number)) take(layers.at[k] + at, layers.headerEnd[k]);
  });
  return bytes;
}

/** Whether bits are needed to find headers and ports, or to know where the packet ends. */
function isNeeded(layers: Layers, ip: number, at: number, bits: number, hasPorts: boolean): boolean {
  const l3 = layers.at[ip];
  if (layers.dependsOn(at, bits) || at === l3 + 2 || at === l3 + 3) return true;
  if (!hasPorts) return false;
  const l4 = layers.headerEnd[ip];
  return (at >= l3 + IP_ADDRESSES && at < l3 + IP_ADDRESSES_END) || (at >= l4 && at < l4 + ENDPOINT_BYTES);
}

/** A loop of its own, so that nothing is behind it. */
function areWordsSame(
  left: DataView,
  from: number,
  right: DataView,
  to: number,
  kept: Int32Array,
  count: number,
): boolean {
  for (let word = 0; word < count; word++)
    if (((left.getInt32(from + 4 * word) ^ right.getInt32(to + 4 * word)) & kept[word]) !== 0) return false;
  return true;
}

/** 16-bit words before `end` that header k's checksum covers, in an IP packet that goes that far. */
function coveredWords(layers: Layers, k: number, ip: number, end: number): number[] {
  const isIp = k === ip;
  const l3 = layers.at[ip];
  const words: number[] = [];
  for (let at = l3 & ~1; at < end; at += 2) {
    const isInPseudoHeader =
      layers.kind[k] !== (Layer.Icmp as number) && at >= l3 + IP_ADDRESSES && at < l3 + IP_ADDRESSES_END;
    if (isIp ? at >= l3 && at < layers.headerEnd[k] : at >= layers.at[k] || isInPseudoHeader) words.push(at);
  }
  return words;
}

/** What is taken out of a packet, as the Internet checksum sums it up. */
function sumOf(view: DataView, base: number, wordAt: readonly number[], taken: readonly number[]): number {
  let sum = 0;
  for (let n = 0; n < wordAt.length; n++) sum += view.getUint16(base + wordAt[n]) & taken[n];
  return sum % 0xffff;
}

/** Whether a checksum that is compared differs by no more than what is taken out. */
// prettier-ignore
function fits({ at, isUdp, wordAt, taken }: CoveringChecksum, left: DataView, from: number, right: DataView, to: number): boolean {
  const [before, after] = [left.getUint16(from + at), right.getUint16(to + at)];
  if (isUdp && (before === 0 || after === 0)) return before === after;
  return (before + sumOf(left, from, wordAt, taken)) % 0xffff === (after + sumOf(right, to, wordAt, taken)) % 0xffff;
}
