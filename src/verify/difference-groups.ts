/** Differences by cause: the same fields with the same values are one cause, and so are the same fields in too many values. */

import type { Difference, DifferenceGroup, FieldDifference } from './report.js';
import type { WordHash } from './word-hash.js';
import { WordPairs } from './word-pairs.js';

/** Causes of one family that are told apart; more are one: "412 packets, 37 different ways". */
const KINDS_TOLD_APART = 5;
/** Kinds of a family that are counted; beyond, their number is "more than". */
const KINDS_COUNTED = 10_000;
/** Fields that may have another value in every packet: the cause names them, their values are those of the first packet. */
const ONE_OFF = /^payload@|^frame\.time$|\.(seq|ack|id|checksum|window|len|unpadded_len|length|options|rest)$/;

/** Differences in the same fields, and of these the kinds with the same values. */
class Family {
  packets = 0;
  /** Index of each kind, by its hash. */
  readonly kinds = new WordPairs();
  readonly kindPackets: number[] = [];
  /** The first difference of the kinds that may be told apart. */
  readonly kindFirst: Difference[] = [];

  constructor(readonly first: Difference) {}
}

export class DifferenceGroups {
  private readonly families: Family[] = [];
  private readonly byHash = new WordPairs();

  /**
   * Counts a difference. It is described only where it may be shown as the first of its kind. `family` is a hash of what differences share
   * that differ in the same fields, `values` tells those with other values apart.
   */
  add(family: WordHash, values: WordHash, describe: () => Difference): void {
    let index = this.byHash.get(family.high, family.low);
    if (index < 0) {
      index = this.families.length;
      this.byHash.put(family.high, family.low, index);
      this.families.push(new Family(describe()));
    }
    const own = this.families[index];
    own.packets++;
    const kind = own.kinds.get(values.high, values.low);
    if (kind >= 0) {
      own.kindPackets[kind]++;
      return;
    }
    const count = own.kinds.size;
    if (count === KINDS_COUNTED) return;
    own.kinds.put(values.high, values.low, count);
    own.kindPackets.push(1);
    if (count < KINDS_TOLD_APART) own.kindFirst.push(count === 0 ? own.first : describe());
  }

  /** Most packets first, then by frame. */
  list(): DifferenceGroup[] {
    const groups: DifferenceGroup[] = [];
    for (const { packets, first, kinds, kindPackets, kindFirst } of this.families) {
      const { kind } = first;
      if (kinds.size <= KINDS_TOLD_APART)
        kindFirst.forEach((each, n) =>
          groups.push({ kind, cause: causeOf(each), packets: kindPackets[n], first: each }),
        );
      else {
        const count = kinds.size === KINDS_COUNTED ? `more than ${KINDS_COUNTED}` : String(kinds.size);
        groups.push({ kind, cause: familyCause(first, count), packets, first });
      }
    }
    return groups.sort((a, b) => b.packets - a.packets || frameOf(a) - frameOf(b));
  }
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
