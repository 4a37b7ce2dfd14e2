/** Differences by cause: the same fields with the same values are one cause, and so are the same fields in too many values. */

import type { Difference, DifferenceGroup, FieldDifference } from './report.js';
import type { WordHash } from '../match/word-hash.js';
import { WordPairs } from '../match/word-pairs.js';

/** Causes of one family that are told apart; more are one: "412 packets, 37 different ways". */
const KINDS_TOLD_APART = 5;
/** Kinds of a family that are counted; beyond, their number is "more than". */
const KINDS_COUNTED = 10_000;
/** Fields that may have another value in every packet: the cause names them, their values are those of the first packet. */
const ONE_OFF = /^payload@|^frame\.time$|\.(seq|ack|id|checksum|window|len|unpadded_len|length|options|rest)$/;

/** Differences in the same fields with the same values. */
interface Kind {
  readonly family: Family;
  packets: number;
  /** null for one that nothing was counted of, or that is not told apart. */
  first: Difference | null;
}

/** Differences in the same fields. */
class Family {
  packets = 0;
  first: Difference | null = null;
  /** Number of each kind among all, by its hash. */
  readonly kinds = new WordPairs();
  /** Kinds that something was counted of; those beyond KINDS_COUNTED are one. */
  readonly used: Kind[] = [];
  /** Number of the one that stands for kinds beyond KINDS_COUNTED, or -1. */
  others = -1;
  /** The kind that was asked for last: differences of a kind often follow each other. */
  private lastHigh = 0;
  private lastLow = 0;
  private lastKind = -1;

  /** Number of the kind with these values, or -1. */
  kindOf({ high, low }: WordHash): number {
    if (this.lastKind >= 0 && this.lastHigh === high && this.lastLow === low) return this.lastKind;
    this.lastHigh = high;
    this.lastLow = low;
    return (this.lastKind = this.kinds.get(high, low));
  }

  addKind({ high, low }: WordHash, number: number): void {
    this.kinds.put(high, low, number);
  }
}

export class DifferenceGroups {
  private readonly families: Family[] = [];
  private readonly byHash = new WordPairs();
  private readonly kinds: Kind[] = [];

  /**
   * Number of a kind of differences. `family` is a hash of what differences share that differ in the same fields, `values` tells those with
   * other values apart.
   */
  numberOf(family: WordHash, values: WordHash): number {
    const own = this.familyOf(family);
    const known = own.kindOf(values);
    if (known >= 0) return known;
    if (own.used.length < KINDS_COUNTED) return this.newKind(own, values);
    if (own.others < 0) own.others = this.push(own);
    return own.others;
  }

  /** The same for a difference that may turn out to be none: -1 where too many kinds have a number already. */
  reserve(family: WordHash, values: WordHash): number {
    const own = this.familyOf(family);
    const known = own.kindOf(values);
    return known >= 0 || own.kinds.size >= KINDS_COUNTED ? known : this.newKind(own, values);
  }

  /** Counts a difference; false, with nothing counted, where it has to be described and added, as the first of those told apart. */
  count(number: number): boolean {
    const kind = this.kinds[number];
    const { family } = kind;
    if (kind.packets === 0 && family.used.length < KINDS_TOLD_APART) return false;
    tally(kind);
    return true;
  }

  /** Counts a difference that is described. */
  add(number: number, difference: Difference): void {
    const kind = this.kinds[number];
    kind.first ??= difference;
    kind.family.first ??= difference;
    tally(kind);
  }

  private familyOf({ high, low }: WordHash): Family {
    const index = this.byHash.get(high, low);
    if (index >= 0) return this.families[index];
    const made = new Family();
    this.byHash.put(high, low, this.families.length);
    this.families.push(made);
    return made;
  }

  private newKind(family: Family, values: WordHash): number {
    const number = this.push(family);
    family.addKind(values, number);
    return number;
  }

  private push(family: Family): number {
    return this.kinds.push({ family, packets: 0, first: null }) - 1;
  }

  /** Most packets first, then by frame. */
  list(): DifferenceGroup[] {
    const groups: DifferenceGroup[] = [];
    for (const { packets, first, used, others } of this.families) {
      if (first === null) continue;
      const { kind } = first;
      if (used.length <= KINDS_TOLD_APART)
        for (const each of used)
          groups.push({ kind, cause: causeOf(each.first ?? first), packets: each.packets, first: each.first ?? first });
      else {
        const count = others >= 0 ? `more than ${KINDS_COUNTED}` : String(used.length);
        groups.push({ kind, cause: familyCause(first, count), packets, first });
      }
    }
    return groups.sort((a, b) => b.packets - a.packets || frameOf(a) - frameOf(b));
  }
}

/** Counts a difference of a kind, in its family, too. */
function tally(kind: Kind): void {
  const { family } = kind;
  if (kind.packets === 0) family.used.push(kind);
  kind.packets++;
  family.packets++;
}

const frameOf = ({ first: { actual, expected } }: DifferenceGroup): number => (actual ?? expected)?.frame ?? 0;

const ownFields = ({ fields }: Difference): FieldDifference[] =>
  fields.filter(({ isConsequence }) => isConsequence !== true);

/** Where a missing or unexpected packet is. */
function where({ actual, expected }: Difference): string {
  const name = (actual ?? expected)?.interfaceName ?? null;
  return name === null ? '' : ` on ${name}`;
}

/** The cause in words. */
function causeOf(difference: Difference): string {
  const flow = difference.summary.replace(/(?: flags 0x\w+)?, \d+ bytes.*/, '');
  switch (difference.kind) {
    case 'missing':
      return `missing${where(difference)}: ${flow}`;
    case 'unexpected':
      return `not expected${where(difference)}: ${flow}`;
    case 'reordered':
      return `out of order${where(difference)}`;
    case 'mistimed':
      return `at another time${where(difference)}, such as ${difference.fields[0].actual} instead of ${difference.fields[0].expected}`;
    case 'changed':
      return mappingCause(difference) ?? ownFields(difference).map(fieldCause).join('; ');
  }
}

const fieldCause = ({ field, expected, actual }: FieldDifference): string =>
  ONE_OFF.test(field) ? `${field.replace(/@.*/, '')} differs` : `${field} expected ${expected}, got ${actual}`;

/** The cause of a family that has too many kinds to tell them apart. */
function familyCause(difference: Difference, count: string): string {
  if (difference.kind === 'missing') return `missing${where(difference)}: packets of ${count} flows`;
  if (difference.kind === 'unexpected') return `not expected${where(difference)}: packets of ${count} flows`;
  const names = ownFields(difference).map(({ field }) => field.replace(/@.*/, ''));
  if (isMapping(difference)) return `${count} mappings: ports of ${difference.ports[0].address} differ`;
  return `${names.join(', ')} ${names.length === 1 ? 'differs' : 'differ'}, in ${count} ways`;
}

/** True where nothing differs but ports. */
const isMapping = (difference: Difference): boolean =>
  difference.ports.length > 0 && ownFields(difference).every(({ field }) => /\.(srcport|dstport|ident)$/.test(field));

/** `one mapping: 192.168.16.1 tcp port 25801 instead of 41137`, where nothing differs but one port. */
function mappingCause(difference: Difference): string | null {
  if (!isMapping(difference)) return null;
  const [{ address, protocol, expected, actual, remark }] = difference.ports;
  const what = protocol === 'icmp' ? 'icmp id' : `${protocol} port`;
  if (expected === actual) return `no one-to-one mapping: ${address} ${what} ${actual}, but ${remark ?? 'it is bound'}`;
  const mapping = `${address} ${what} ${actual} instead of ${expected}`;
  return remark === null ? `one mapping: ${mapping}` : `${mapping}, but ${remark}`;
}
