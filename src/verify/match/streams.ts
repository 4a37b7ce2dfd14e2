/** What is compared with what: a stream of packets per interface where both sides name theirs, else a single one for all packets. */

import type { ByteRule } from '../packet/field-rules.js';
import { isSameInterface, spellings } from '../interface-names.js';
import type { InterfacePair } from '../options.js';
import type { DifferenceKind } from '../report/report.js';
import { OrderCheck } from './order-check.js';

/** Sides of the comparison, as indices. */
export const ACTUAL = 0;
export const EXPECTED = 1;
export type SideIndex = typeof ACTUAL | typeof EXPECTED;

export interface Stream {
  readonly index: number;
  /** The interface as reports name it, or null for the only stream of captures that name none. */
  name: string | null;
  /** What the expected captures call it, where that is another name. */
  readonly expectedName: string | null;
  readonly rules: readonly ByteRule[];
  readonly order: OrderCheck;
  /** Packets seen, and packets that wait for their counterpart, by side. */
  readonly packets: [actual: number, expected: number];
  readonly waiting: [actual: number, expected: number];
  /** Number of the first actual packet among all; 0 for none. */
  firstSequence: number;
  matched: number;
  readonly differences: Record<DifferenceKind, number>;
}

export class Streams {
  readonly all: Stream[] = [];
  /** By each spelling of its interface's name; '' for the only stream of captures that name none. */
  private readonly byName = new Map<string, Stream>();

  constructor(
    private readonly rules: readonly ByteRule[],
    /** False: all packets are in one stream. */
    private readonly isByInterface: boolean,
    private readonly pairs: readonly InterfacePair[] = [],
  ) {}

  /** The stream of an interface of a side. */
  of(interfaceName: string | null, side: SideIndex): Stream {
    const given = this.isByInterface ? interfaceName : null;
    const pair = this.pairs.find(
      ({ actual, expected }) => given !== null && isSameInterface(side === ACTUAL ? actual : expected, given),
    );
    const name = pair?.actual ?? given;
    const expectedName = pair?.expected ?? null;
    // Another interface of the other side may have the name of either.
    const names = pair ? [`${pair.actual}=${pair.expected}`] : name === null ? [''] : spellings(name);
    const known = names.map((spelling) => this.byName.get(spelling)).find((stream) => stream !== undefined);
    if (known) {
      // Of the spellings the interface's own.
      if (name?.includes('/') === true) known.name = name;
      for (const spelling of names) this.byName.set(spelling, known);
      return known;
    }
    const rules = this.rules.filter(
      ({ interfaceName: only }) =>
        only === null || [name, expectedName].some((own) => own !== null && isSameInterface(only, own)),
    );
    const stream: Stream = {
      index: this.all.length,
      name,
      expectedName,
      rules,
      order: new OrderCheck(),
      packets: [0, 0],
      waiting: [0, 0],
      firstSequence: 0,
      matched: 0,
      differences: { changed: 0, missing: 0, unexpected: 0, reordered: 0, mistimed: 0 },
    };
    this.all.push(stream);
    for (const spelling of names) this.byName.set(spelling, stream);
    return stream;
  }
}
