/**
 * Rules for IPv6 (VPP 19.08 src/plugins/acl/public_inlines.h fa_acl_match_ip6_addr).
 *
 * Where a prefix ends within a byte, 19.08 compares the bits of the byte behind that one. Its hash look-up has compared bits
 * before, those of a table's mask (tuple-merge.ts), but it takes no fragments but the first. Behind an address's last byte stand other fields, with
 * which the prefix's length is compared: such a prefix, of more than 120 bits, matches nothing.
 */

import { ip6Word, maskWord } from '../../../wire/ip6-address.js';
import type { FiveTuple } from '../five-tuple.js';
import { PackedRules, type Acl } from './acl-rules.js';

const ADDRESS_BITS = 128;
const ADDRESS_WORDS = 4;

/** How a release compares IPv6 addresses with prefixes. */
export interface Ip6Comparison {
  /** A prefix that ends within a byte: its last bits are compared with those of the byte behind. */
  readonly comparesByteBehind: boolean;
  /** Bits that a hash table has compared before, but of later fragments: by rule the words of both addresses. */
  readonly hashMasks?: readonly Int32Array[];
}

/** Bits of an address that are compared, and what they have to be: four words of each, one of the mask behind one of the value. */
const SIDE_WORDS = 2 * ADDRESS_WORDS;
/** Source and destination. */
const PREFIX_WORDS = 2 * SIDE_WORDS;

/** The mask of `bits` bits from bit `first` of an address on, of its word `index`. */
const bitsFrom = (first: number, bits: number, index: number): number =>
  maskWord(first + bits, index) & ~maskWord(first, index);

function writePrefix(
  words: Int32Array,
  at: number,
  address: number,
  length: number,
  behind: boolean,
  hashMask?: Int32Array,
): void {
  const odd = length % 8;
  const isBehind = behind && odd !== 0;
  const own = isBehind ? length - odd : length;
  const place = length - odd + 8;
  for (let index = 0; index < ADDRESS_WORDS; index++) {
    const mask = maskWord(own, index) | (isBehind ? bitsFrom(place, odd, index) : 0) | (hashMask?.[index] ?? 0);
    words[at + index * 2] = ip6Word(address, index) & mask;
    words[at + index * 2 + 1] = mask;
  }
  // No word is 1 under a mask of 0.
  if (isBehind && place >= ADDRESS_BITS) words.set([1, 0], at);
}

export class Ip6PackedRules extends PackedRules {
  /** Compared of packets with ports, and of later fragments. */
  private readonly prefixes: Int32Array;
  private readonly laterPrefixes: Int32Array;

  constructor(acls: readonly Acl[], { comparesByteBehind, hashMasks }: Ip6Comparison) {
    super(acls, true);
    const packed = (masks?: readonly Int32Array[]): Int32Array => {
      const words = new Int32Array(this.count * PREFIX_WORDS);
      this.rules.forEach(({ source, sourceLength, destination, destinationLength }, position) => {
        const at = position * PREFIX_WORDS;
        const mask = masks?.[position];
        writePrefix(words, at, source, sourceLength, comparesByteBehind, mask);
        const rest = mask?.subarray(ADDRESS_WORDS);
        writePrefix(words, at + SIDE_WORDS, destination, destinationLength, comparesByteBehind, rest);
      });
      return words;
    };
    this.laterPrefixes = packed();
    this.prefixes = hashMasks === undefined ? this.laterPrefixes : packed(hashMasks);
  }

  override matchLinear(tuple: FiveTuple, matchNonFirstFragment: boolean, first: number, count: number): number {
    const { addresses } = tuple;
    const words = tuple.isNonFirstFragment === 0 ? this.prefixes : this.laterPrefixes;
    const end = Math.min(first + count, this.count);
    for (let position = first; position < end; position++) {
      const at = position * PREFIX_WORDS;
      let word = 0;
      while (word < SIDE_WORDS && (addresses[word] & words[at + word * 2 + 1]) === words[at + word * 2]) word++;
      if (word === SIDE_WORDS && this.acceptsProtocol(position, tuple, matchNonFirstFragment)) return position;
    }
    return -1;
  }

  /** What the word of an address is compared with: 0 to 3 of the source, 4 to 7 of the destination. */
  wordRange(position: number, word: number): readonly [first: number, last: number] {
    const at = position * PREFIX_WORDS + word * 2;
    const mask = this.laterPrefixes[at + 1] & this.prefixes[at + 1];
    // Only what leads is an interval.
    const leading = maskWord(Math.clz32(~mask), 0);
    const value = this.prefixes[at] & leading;
    return [value >>> 0, (value | ~leading) >>> 0];
  }
}
