/** Lanes: what is compared with what. One per interface where both sides name theirs, else a single one for all packets. */

import type { ByteRule } from './field-rules.js';
import { OrderRecord } from './order-record.js';

/** Sides of the comparison, as indices. */
export const ACTUAL = 0;
export const EXPECTED = 1;
export type SideIndex = typeof ACTUAL | typeof EXPECTED;

export interface Lane {
  readonly index: number;
  /** The interface as reports name it, or null for the only lane of captures that name none. */
  name: string | null;
  readonly rules: readonly ByteRule[];
  readonly order: OrderRecord;
  /** Packets seen, and packets that wait for their counterpart, by side. */
  readonly packets: [actual: number, expected: number];
  readonly waiting: [actual: number, expected: number];
  matched: number;
  changed: number;
  missing: number;
  unexpected: number;
  reordered: number;
  mistimed: number;
}

/**
 * Spellings of an interface's name. Files of a folder cannot have a slash in theirs: GigabitEthernet0-8-0.pcap, as `replay` writes it, and
 * GigabitEthernet0_8_0.pcap are GigabitEthernet0/8/0.
 */
const spellings = (name: string): string[] =>
  name.includes('/') ? [name, name.replaceAll('/', '-'), name.replaceAll('/', '_')] : [name];

/** Whether two spellings are of the same interface. */
export const isSameInterface = (a: string, b: string): boolean => spellings(a).includes(b) || spellings(b).includes(a);

export class Lanes {
  readonly all: Lane[] = [];
  /** By each spelling of its interface's name; '' for the only lane of captures that name none. */
  private readonly byName = new Map<string, Lane>();

  constructor(
    private readonly rules: readonly ByteRule[],
    /** False: all packets are in one lane. */
    private readonly isByInterface: boolean,
    private readonly hasFlowOrder: boolean,
  ) {}

  /** The lane of an interface. */
  of(interfaceName: string | null): Lane {
    const name = this.isByInterface ? interfaceName : null;
    const names = name === null ? [''] : spellings(name);
    const known = names.map((spelling) => this.byName.get(spelling)).find((lane) => lane !== undefined);
    if (known) {
      // Of the spellings the interface's own.
      if (name?.includes('/') === true) known.name = name;
      for (const spelling of names) this.byName.set(spelling, known);
      return known;
    }
    const rules = this.rules.filter(
      ({ interfaceName: only }) => only === null || (name !== null && isSameInterface(only, name)),
    );
    const lane: Lane = {
      index: this.all.length,
      name,
      rules,
      order: new OrderRecord(this.hasFlowOrder),
      packets: [0, 0],
      waiting: [0, 0],
      matched: 0,
      changed: 0,
      missing: 0,
      unexpected: 0,
      reordered: 0,
      mistimed: 0,
    };
    this.all.push(lane);
    for (const spelling of names) this.byName.set(spelling, lane);
    return lane;
  }
}
