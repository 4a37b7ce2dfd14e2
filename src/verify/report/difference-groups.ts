/** Differences by cause: the same fields with the same values are one cause, and so are the same fields in too many values. */

import { isOneOff } from '../packet/field-table.js';
import type { Difference, DifferenceGroup, FieldDifference } from './report.js';

/** Causes of one family that are told apart; more are one: "412 packets, 37 different ways". */
const KINDS_TOLD_APART = 5;
/** Kinds of a family that are counted; beyond, their number is "more than". */
const KINDS_COUNTED = 10_000;

/** Differences in the same fields with the same values. */
interface Kind {
  packets: number;
  /** null for one that is not told apart. */
  readonly first: Difference | null;
}

/** Differences in the same fields. */
interface Family {
  packets: number;
  readonly first: Difference;
  /** By the values; as many as are counted. */
  readonly kinds: Map<string, Kind>;
  /** True where there are more. */
  hasOthers: boolean;
}

export class DifferenceGroups {
  private readonly families = new Map<string, Family>();

  /**
   * Counts a difference.
   *
   * @param family what differences share that differ in the same fields
   * @param values tells those with other values apart
   * @param describe called for the first of those that are told apart
   */
  add(family: string, values: string, describe: () => Difference): void {
    let known = this.families.get(family);
    if (!known)
      this.families.set(family, (known = { packets: 0, first: describe(), kinds: new Map(), hasOthers: false }));
    const { kinds, first } = known;
    const kind = kinds.get(values);
    known.packets++;
    if (kind) kind.packets++;
    else if (kinds.size === 0) kinds.set(values, { packets: 1, first });
    else if (kinds.size < KINDS_TOLD_APART) kinds.set(values, { packets: 1, first: describe() });
    else if (kinds.size < KINDS_COUNTED) kinds.set(values, { packets: 1, first: null });
    else known.hasOthers = true;
  }

  /** Most packets first, then by frame. */
  list(): DifferenceGroup[] {
    const groups: DifferenceGroup[] = [];
    for (const { packets, first, kinds, hasOthers } of this.families.values()) {
      const { kind } = first;
      if (kinds.size <= KINDS_TOLD_APART)
        for (const each of kinds.values())
          groups.push({ kind, cause: causeOf(each.first ?? first), packets: each.packets, first: each.first ?? first });
      else {
        const count = hasOthers ? `more than ${KINDS_COUNTED}` : String(kinds.size);
        groups.push({ kind, cause: familyCause(first, count), packets, first });
      }
    }
    return groups.sort((a, b) => b.packets - a.packets || frameOf(a) - frameOf(b));
  }
}

/** Bytes without a name are one field, wherever they begin. */
const nameOf = (field: string): string => field.replace(/@.*/, '');

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
  isOneOff(field) ? `${nameOf(field)} differs` : `${field} expected ${expected}, got ${actual}`;

/** The cause of a family that has too many kinds to tell them apart. */
function familyCause(difference: Difference, count: string): string {
  if (difference.kind === 'missing') return `missing${where(difference)}: packets of ${count} flows`;
  if (difference.kind === 'unexpected') return `not expected${where(difference)}: packets of ${count} flows`;
  const names = ownFields(difference).map(({ field }) => nameOf(field));
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
