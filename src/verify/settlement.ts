/** What becomes of packets that found no counterpart: they are aligned, described and counted by cause. */

import { align } from './alignment.js';
import { ChangedFields } from './changed-fields.js';
import { changedPorts, portConflicts } from './changed-ports.js';
import type { Comparer } from './comparer.js';
import { DifferenceGroups } from './difference-groups.js';
import { ACTUAL, EXPECTED, type Lane, type Lanes, type SideIndex } from './lanes.js';
import type { PacketColumns } from './packet-columns.js';
import type { PacketForm } from './packet-form.js';
import type { PendingPackets } from './pending-packets.js';
import type { Difference, DifferenceKind, PacketPlace } from './report.js';
import { summaryLine } from './summary-line.js';
import type { Tolerances, Use } from './tolerances.js';
import { recognise } from './traits.js';
import { WordHash } from './word-hash.js';

/** Kinds as words in the hashes of families; what ChangedFields begins with is above them. */
const KINDS: readonly DifferenceKind[] = ['changed', 'missing', 'unexpected', 'reordered', 'mistimed'];
const ALL_THE_SAME = new WordHash();

/** Where packet number `sequence` of a side is. */
export type PlaceOf = (side: SideIndex, sequence: number) => { readonly capture: number; readonly frame: number };

export class Settlement {
  readonly groups = new DifferenceGroups();
  /** As many as were asked for. */
  readonly differences: Difference[] = [];
  /** Packets settled before the end, by lane and side. */
  private readonly settledBefore: { actual: number; expected: number }[] = [];
  private readonly fields: ChangedFields;
  /** By lane, where packets were out of an order that need not be kept. */
  private readonly orders: (Use | undefined)[] = [];
  private readonly family = new WordHash();

  constructor(
    private readonly lanes: Lanes,
    private readonly comparer: Comparer,
    probe: PacketForm,
    private readonly tolerances: Tolerances,
    private readonly placeOf: PlaceOf,
    private readonly options: { readonly contains: boolean; readonly listedDifferences: number },
  ) {
    this.fields = new ChangedFields(comparer, probe);
  }

  /** Settles waiting packets, given by their places. */
  settle(expected: PendingPackets, expectedPlaces: Int32Array, actual: PendingPackets, actualPlaces: Int32Array): void {
    const before = (lane: number): { actual: number; expected: number } =>
      (this.settledBefore[lane] ??= { actual: 0, expected: 0 });
    const { ofExpected, ofActual } = align(expected, expectedPlaces, actual, actualPlaces, before);
    const theirs = inSequence(expected, expectedPlaces).filter((n) => ofExpected[n] < 0);
    const ours = inSequence(actual, actualPlaces);
    // In the order of the packets. Of two with the same number a pair comes first, then the missing one.
    let next = 0;
    for (const n of ours) {
      const place = actualPlaces[n];
      const isPaired = ofActual[n] >= 0;
      const until = actual.sequence[place] + (isPaired ? 0 : 1);
      for (; next < theirs.length && expected.sequence[expectedPlaces[theirs[next]]] < until; next++)
        this.missing(expected, expectedPlaces[theirs[next]]);
      if (isPaired) this.pair(expected, ofActual[n], actual, place);
      else this.unexpected(actual, place);
    }
    for (; next < theirs.length; next++) this.missing(expected, expectedPlaces[theirs[next]]);
    for (const place of expectedPlaces) before(expected.lane[place]).expected++;
    for (const place of actualPlaces) before(actual.lane[place]).actual++;
  }

  private missing(packets: PendingPackets, place: number): void {
    const lane = this.lanes.all[packets.lane[place]];
    lane.missing++;
    this.add('missing', lane.index, this.comparer.flowOf(packets, place), () => {
      const at = this.place(EXPECTED, lane, packets.sequence[place]);
      const { [place]: start } = packets.offset;
      const recognition = recognise(
        packets.view,
        start,
        packets.capturedLength[place],
        packets.originalLength[place],
        packets.linkType[place],
      );
      return {
        kind: 'missing',
        actual: null,
        expected: at,
        summary: summaryOf(packets, place),
        recognition,
        fields: [],
        ports: [],
      };
    });
  }

  private unexpected(packets: PendingPackets, place: number): void {
    const lane = this.lanes.all[packets.lane[place]];
    const at = this.place(ACTUAL, lane, packets.sequence[place]);
    if (this.options.contains) {
      this.tolerances.note(
        'unexpected',
        lane.name === null ? 'other packets' : `other packets on ${lane.name}`,
        at.frame,
      );
      return;
    }
    lane.unexpected++;
    this.add('unexpected', lane.index, this.comparer.flowOf(packets, place), () => {
      return {
        kind: 'unexpected',
        actual: at,
        expected: null,
        summary: summaryOf(packets, place),
        recognition: null,
        fields: [],
        ports: [],
      };
    });
  }

  private pair(expected: PendingPackets, i: number, actual: PendingPackets, j: number): void {
    const [theirs, ours] = [this.lanes.all[expected.lane[i]], this.lanes.all[actual.lane[j]]];
    const isElsewhere = theirs !== ours;
    const { fields, comparer } = this;
    if (!isElsewhere && comparer.match(theirs, expected, i, actual, j, true)) return;
    fields.find(theirs, expected, i, actual, j);
    ours.changed++;
    const isConflict = fields.isNothing && !isElsewhere;
    fields.summarize(expected, i, actual, j);
    if (isElsewhere) {
      fields.family.mix(theirs.index);
      fields.family.mix(ours.index);
    }
    // Conflicts of bindings are few, and each is told.
    if (isConflict) fields.values.mix(actual.sequence[j]);
    this.count(fields.family, fields.values, () => {
      const was = this.place(EXPECTED, theirs, expected.sequence[i]);
      const is = this.place(ACTUAL, ours, actual.sequence[j]);
      const found = fields.describe(expected, i, actual, j);
      const told = isConflict
        ? portConflicts(comparer)
        : { fields: found, ports: changedPorts(comparer, found, actual, j) };
      if (isElsewhere)
        told.fields.unshift({ field: 'interface', expected: theirs.name ?? 'none', actual: ours.name ?? 'none' });
      return { kind: 'changed', actual: is, expected: was, summary: summaryOf(actual, j), recognition: null, ...told };
    });
  }

  /** Two equal packets whose times are too far apart. */
  mistimed(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number): void {
    lane.mistimed++;
    this.add('mistimed', lane.index, null, () => {
      const fields = [{ field: 'frame.time', expected: timeText(expected, i), actual: timeText(actual, j) }];
      const was = this.place(EXPECTED, lane, expected.sequence[i]);
      const is = this.place(ACTUAL, lane, actual.sequence[j]);
      return {
        kind: 'mistimed',
        actual: is,
        expected: was,
        summary: summaryOf(actual, j),
        recognition: null,
        fields,
        ports: [],
      };
    });
  }

  /** Two equal packets that are out of order. */
  moved(lane: Lane, expected: number, actual: number): void {
    lane.reordered++;
    lane.matched--;
    this.add('reordered', lane.index, null, () => {
      const [is, was] = [this.place(ACTUAL, lane, actual), this.place(EXPECTED, lane, expected)];
      return { kind: 'reordered', actual: is, expected: was, summary: '', recognition: null, fields: [], ports: [] };
    });
  }

  /** Two equal packets that are out of an order that need not be kept. */
  movedWithLeave(lane: Lane, actual: number): void {
    const use = (this.orders[lane.index] ??= this.tolerances.use(
      'reordered',
      lane.name === null ? 'order of packets' : `order of packets on ${lane.name}`,
    ));
    use.count(this.placeOf(ACTUAL, actual).frame);
  }

  /** Counts a difference of one kind on one interface; `values` tells causes apart, if there may be several. */
  private add(kind: DifferenceKind, lane: number, values: WordHash | null, describe: () => Difference): void {
    this.family.begin(0);
    this.family.mix(KINDS.indexOf(kind));
    this.family.mix(lane);
    this.count(this.family, values ?? ALL_THE_SAME, describe);
  }

  private count(family: WordHash, values: WordHash, describe: () => Difference): void {
    let difference: Difference | null = null;
    if (this.differences.length < this.options.listedDifferences) {
      difference = describe();
      this.differences.push(difference);
    }
    this.groups.add(family, values, () => (difference ??= describe()));
  }

  private place(side: SideIndex, { name }: Lane, sequence: number): PacketPlace {
    return { ...this.placeOf(side, sequence), interfaceName: name };
  }
}

const summaryOf = (packets: PacketColumns, i: number): string => {
  const from = packets.offset[i];
  return summaryLine(packets.bytes.subarray(from, from + packets.capturedLength[i]), packets.linkType[i]);
};

/** Seconds since 1970 with nine decimals. */
const timeText = ({ seconds, nanoseconds }: PacketColumns, i: number): string =>
  `${seconds[i]}.${String(nanoseconds[i]).padStart(9, '0')}`;

/** Numbers of the packets at the given places, in the order in which they were read: captures read side by side take turns. */
function inSequence({ sequence }: PacketColumns, places: Int32Array): Int32Array {
  const order = places.map((_, n) => n);
  for (let n = 1; n < places.length; n++)
    if (sequence[places[n]] < sequence[places[n - 1]])
      return order.sort((a, b) => sequence[places[a]] - sequence[places[b]]);
  return order;
}
