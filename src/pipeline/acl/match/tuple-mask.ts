/** Masks of rules and of hash tables, and how VPP makes the latter (VPP 19.08 src/plugins/acl/hash_lookup.c). */

import { maskOf } from '../../../wire/address.js';
import { PROTOCOL_TCP } from '../../../wire/ip4.js';
import { ip6Word, maskWord } from '../../../wire/ip6-address.js';
import type { Rule } from './acl-rules.js';

/**
 * fa_5tuple_t as words: source and destination address, both ports, protocol, flags. Addresses of IPv4 are the last two words of an IPv6
 * destination, as they are in VPP's union.
 */
export type Tuple = Int32Array;
const TUPLE_WORDS = 12;
export const ADDRESS_WORDS = 8;
const SIDES = [0, 4] as const;
const IP4 = 6;
const PORT = 8;
const PROTOCOL = 10;
/** TCP flags in the low byte; then bits as VPP has them in the byte behind. */
const FLAGS = 11;
const TCP_FLAGS_VALID = 0x100;
const L4_VALID = 0x200;
const NON_FIRST_FRAGMENT = 0x400;
const IS_IP6 = 0x800;

/** Sides whose lengths differ by more than that are not used together. */
const DELTA_THRESHOLD = 4;

/** make_mask_and_match_from_rule */
export function tuplesOf(rule: Rule): { mask: Tuple; match: Tuple } {
  const mask = new Int32Array(TUPLE_WORDS);
  const match = new Int32Array(TUPLE_WORDS);
  const { source, sourceLength, destination, destinationLength } = rule;
  if (rule.isIp6)
    for (let word = 0; word < SIDES[1]; word++) {
      mask[word] = maskWord(sourceLength, word);
      match[word] = ip6Word(source, word);
      mask[SIDES[1] + word] = maskWord(destinationLength, word);
      match[SIDES[1] + word] = ip6Word(destination, word);
    }
  else {
    mask.set([maskOf(sourceLength), maskOf(destinationLength)], IP4);
    match.set([source, destination], IP4);
  }
  mask[FLAGS] = IS_IP6;
  match[FLAGS] = rule.isIp6 ? IS_IP6 : 0;
  if (rule.protocol !== 0) {
    const { sourcePortFirst, sourcePortLast, destinationPortFirst, destinationPortLast } = rule;
    mask[PORT] = sourcePortFirst === sourcePortLast ? 0xffff : 0;
    mask[PORT + 1] = destinationPortFirst === destinationPortLast ? 0xffff : 0;
    mask[PROTOCOL] = 0xff;
    match.set([sourcePortFirst, destinationPortFirst, rule.protocol], PORT);
    mask[FLAGS] |= L4_VALID | NON_FIRST_FRAGMENT;
    match[FLAGS] |= L4_VALID;
    if (rule.protocol === PROTOCOL_TCP && rule.tcpFlagsMask !== 0) {
      mask[FLAGS] |= TCP_FLAGS_VALID | rule.tcpFlagsMask;
      match[FLAGS] |= TCP_FLAGS_VALID | rule.tcpFlagsValue;
    }
  }
  return { mask, match: match.map((word, at) => word & mask[at]) };
}

/** True where `mask` has no bit that `other` has not (first_mask_contains_second_mask). */
export function contains(mask: Tuple, other: Tuple, isIp6: boolean): boolean {
  if (!isIp6) for (let word = 0; word < IP4; word++) if ((mask[word] | other[word]) !== 0) return false;
  return mask.every((word, at) => (word & ~other[at]) === 0);
}

function bitsOf(tuple: Tuple, first: number, words: number): number {
  let bits = 0;
  for (let at = first; at < first + words; at++) for (let word = tuple[at]; word !== 0; word &= word - 1) bits++;
  return bits;
}

type Field = readonly [first: number, words: number];

/** Where an address is. */
const sideOf = (side: number, isIp6: boolean): Field => (isIp6 ? [SIDES[side], 4] : [IP4 + side, 1]);

const sideBits = (tuple: Tuple, side: number, isIp6: boolean): number => bitsOf(tuple, ...sideOf(side, isIp6));

/** The mask of a table that is made for a rule (relax_tuple). */
export function relax(mask: Tuple, isIp6: boolean, isSplit: boolean): Tuple {
  const relaxed = mask.slice();
  const delta = sideBits(mask, 0, isIp6) - sideBits(mask, 1, isIp6);
  if (Math.abs(delta) > DELTA_THRESHOLD) {
    const dropped = delta < 0 ? 0 : 1;
    const [first, words] = sideOf(dropped, isIp6);
    relaxed.fill(0, first, first + words);
    relaxed[PORT + dropped] = 0;
  }
  for (const side of [0, 1]) {
    const [first] = sideOf(side, isIp6);
    if (isIp6) relaxIp6(relaxed, first);
    // VPP compares with bounds in the other byte order: shorter masks never pass them.
    else if (relaxed[first] === -1) relaxed[first] <<= isSplit ? 3 : 6;
  }
  relaxed[FLAGS] &= ~(NON_FIRST_FRAGMENT | L4_VALID);
  return contains(relaxed, mask, isIp6) ? relaxed : mask.slice();
}

/** Hosts are in one table with others of their /64, and those networks with others of their /56 (relax_ip6_addr). */
function relaxIp6(mask: Tuple, first: number): void {
  if ((mask[first] & mask[first + 1]) !== -1) return;
  if ((mask[first + 2] & mask[first + 3]) === -1) mask.fill(0, first + 2, first + 4);
  else if ((mask[first + 2] | mask[first + 3]) === 0) mask[first + 1] &= ~0xff;
}

/** Less, equal or more than 0, as addresses in VPP's comparison. */
function compareWords(left: Tuple, right: Tuple, first: number, words: number): number {
  for (let at = first; at < first + words; at++)
    if (left[at] !== right[at]) return (left[at] >>> 0) - (right[at] >>> 0);
  return 0;
}

/**
 * The mask that rules of one slot are parted by: what is least in every field, and in the field whose masks differ most one half way.
 * For IPv6, too, that is a place of IPv4's addresses. The protocol's greatest is its least (sic).
 */
export function splitMask(masks: readonly Tuple[], isIp6: boolean): Tuple {
  const least = masks[0].slice();
  const most = masks[0].slice();
  const words = [PORT, PORT + 1, PROTOCOL, FLAGS].map((at): Field => [at, 1]);
  const fields = [sideOf(0, isIp6), sideOf(1, isIp6), ...words];
  for (const mask of masks)
    for (const [first, words] of fields) {
      const part = mask.subarray(first, first + words);
      if (compareWords(mask, least, first, words) < 0) least.set(part, first);
      if (first !== PROTOCOL && compareWords(mask, most, first, words) > 0) most.set(part, first);
    }
  most[PROTOCOL] = least[PROTOCOL];
  const deltas = fields.slice(0, 4).map((field) => bitsOf(most, ...field) - bitsOf(least, ...field));
  const delta = Math.max(0, ...deltas);
  if (delta === 0) return withoutFragments(relax(least, isIp6, true));
  const field = deltas.indexOf(delta);
  const word = field < 2 ? IP4 + field : PORT + field - 2;
  least[word] = most[word] << (delta >> 1);
  if (field >= 2) least[word] &= 0xffff;
  return withoutFragments(least);
}

function withoutFragments(mask: Tuple): Tuple {
  mask[FLAGS] &= ~NON_FIRST_FRAGMENT;
  return mask;
}
