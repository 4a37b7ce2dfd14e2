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

/** Files of a folder cannot have a slash in their names: GigabitEthernet0_8_0.pcap is GigabitEthernet0/8/0. */
const laneKey = (name: string): string => name.replaceAll('/', '_');

export class Lanes {
  readonly all: Lane[] = [];
  private readonly byKey = new Map<string, Lane>();

  constructor(
    private readonly rules: readonly ByteRule[],
    /** False: all packets are in one lane. */
    private readonly isByInterface: boolean,
    private readonly hasFlowOrder: boolean,
  ) {}

  /** The lane of an interface. */
  of(interfaceName: string | null): Lane {
    const name = this.isByInterface ? interfaceName : null;
    const key = name === null ? '' : laneKey(name);
    const known = this.byKey.get(key);
    if (known) {
      // Of the two spellings the interface's own.
      if (name?.includes('/') === true) known.name = name;
      return known;
    }
    const rules = this.rules.filter(
      ({ interfaceName: only }) => only === null || (name !== null && laneKey(only) === laneKey(name)),
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
    this.byKey.set(key, lane);
    return lane;
  }
}
