/** What becomes of packets that found no counterpart: they are aligned, described and counted by cause. */

import { align } from './alignment.js';
import type { ChangedForms } from '../packet/changed-forms.js';
import { ChangedFields } from '../report/changed-fields.js';
import { changedPorts, portConflicts } from '../report/changed-ports.js';
import type { Comparer } from './comparer.js';
import { DifferenceGroups } from '../report/difference-groups.js';
import { ACTUAL, EXPECTED, type Lane, type Lanes, type SideIndex } from './lanes.js';
import type { PacketColumns } from '../packet/packet-columns.js';
import type { PacketForm } from '../packet/packet-form.js';
import { NOT_PLAIN } from '../ports/plain-pairs.js';
import type { PendingPackets } from './pending-packets.js';
import type { Difference, DifferenceKind, PacketPlace } from '../report/report.js';
import { summaryLine } from '../report/summary-line.js';
import type { Tolerances, Use } from '../tolerances.js';
import { recognise } from '../packet/traits.js';
import { NONE } from './waiting-columns.js';
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
    const theirs = inSequence(expected, expectedPlaces);
    const ours = inSequence(actual, actualPlaces);
    // In the order of the packets. Of two with the same number a pair comes first, then the missing one.
    let next = 0;
    for (const n of ours) {
      const place = actualPlaces[n];
      const partner = ofActual[n];
      const until = actual.sequence[place] + (partner >= 0 ? 0 : 1);
      for (; next < theirs.length && expected.sequence[expectedPlaces[theirs[next]]] < until; next++)
        if (ofExpected[theirs[next]] < 0) this.missing(expected, expectedPlaces[theirs[next]]);
      if (partner >= 0) this.pair(expected, partner, actual, place);
      else this.unexpected(actual, place);
    }
    for (; next < theirs.length; next++)
      if (ofExpected[theirs[next]] < 0) this.missing(expected, expectedPlaces[theirs[next]]);
    for (const place of expectedPlaces) before(expected.lane[place]).expected++;
    for (const place of actualPlaces) before(actual.lane[place]).actual++;
  }

  private missing(packets: PendingPackets, place: number): void {
    const lane = this.lanes.all[packets.lane[place]];
    lane.missing++;
    const number = this.numberOf('missing', lane.index, this.comparer.flowOf(packets, place));
    if (this.isCounted(number)) return;
    const { [place]: start } = packets.offset;
    this.tell(number, {
      kind: 'missing',
      actual: null,
      expected: this.place(EXPECTED, lane, packets.sequence[place]),
      summary: summaryOf(packets, place),
      recognition: recognise(
        packets.view,
        start,
        packets.capturedLength[place],
        packets.originalLength[place],
        packets.linkType[place],
      ),
      fields: [],
      ports: [],
    });
  }

  private unexpected(packets: PendingPackets, place: number): void {
    const lane = this.lanes.all[packets.lane[place]];
    const sequence = packets.sequence[place];
    if (this.options.contains) {
      const what = lane.name === null ? 'other packets' : `other packets on ${lane.name}`;
      this.tolerances.note('unexpected', what, this.placeOf(ACTUAL, sequence).frame);
      return;
    }
    lane.unexpected++;
    const number = this.numberOf('unexpected', lane.index, this.comparer.flowOf(packets, place));
    if (this.isCounted(number)) return;
    this.tell(number, {
      kind: 'unexpected',
      actual: this.place(ACTUAL, lane, sequence),
      expected: null,
      summary: summaryOf(packets, place),
      recognition: null,
      fields: [],
      ports: [],
    });
  }

  private pair(expected: PendingPackets, i: number, actual: PendingPackets, j: number): void {
    const theirs = this.lanes.all[expected.lane[i]];
    const ours = this.lanes.all[actual.lane[j]];
    const isElsewhere = theirs !== ours;
    const { fields, comparer, family } = this;
    const areCouple = actual.couple[j] !== 0 && actual.couple[j] === expected.couple[i];
    if (areCouple && this.isCoupleTold(ours, expected, i, actual, j)) return;
    if (!isElsewhere && comparer.match(theirs, expected, i, actual, j, true)) return;
    fields.find(theirs, expected, i, actual, j);
    ours.changed++;
    const isConflict = fields.isNothing && !isElsewhere;
    fields.summarize(family, expected, i, actual, j);
    if (isElsewhere) {
      family.mix(theirs.index);
      family.mix(ours.index);
    }
    // Conflicts of bindings are few, and each is told.
    if (isConflict) fields.values.mix(actual.sequence[j]);
    const number = this.groups.numberOf(family, fields.values);
    if (this.isCounted(number)) return;
    const found = fields.describe(expected, i, actual, j);
    const told = isConflict
      ? portConflicts(comparer)
      : { fields: found, ports: changedPorts(comparer, found, actual, j) };
    if (isElsewhere)
      told.fields.unshift({
        field: 'interface',
        expected: nameOf(EXPECTED, theirs) ?? 'none',
        actual: ours.name ?? 'none',
      });
    this.tell(number, {
      kind: 'changed',
      actual: this.place(ACTUAL, ours, actual.sequence[j]),
      expected: this.place(EXPECTED, theirs, expected.sequence[i]),
      summary: summaryOf(actual, j),
      recognition: null,
      ...told,
    });
  }

  /**
   * The kind of difference between two packets of which one is the changed form of the other, as `forms` has found, and whose ports, if any
   * were drawn, stand for themselves; -1 where that is not known.
   */
  // prettier-ignore
  kindOf(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number, forms: ChangedForms): number {
    const { fields, family, groups } = this;
    if (!fields.findChanged(lane, expected, i, actual, j, forms) || fields.isNothing) return NONE;
    fields.summarize(family, expected, i, actual, j);
    return groups.reserve(family, fields.values);
  }

  /** Counts a couple if its kind of difference is known and needs no description. */
  // prettier-ignore
  private isCoupleTold(lane: Lane, expected: PendingPackets, i: number, actual: PendingPackets, j: number): boolean {
    const kind = actual.difference[j];
    if (kind < 0 || this.differences.length < this.options.listedDifferences) return false;
    const port = this.comparer.plainPort(expected, i, actual, j);
    if (port === NOT_PLAIN || !this.groups.count(kind)) return false;
    this.comparer.usePlainPort(port, expected, i, actual, j);
    lane.changed++;
    return true;
  }

  /** Two equal packets whose times are too far apart. */
  mistimed(lane: Lane, expected: PacketColumns, i: number, actual: PacketColumns, j: number): void {
    lane.mistimed++;
    const number = this.numberOf('mistimed', lane.index, ALL_THE_SAME);
    if (this.isCounted(number)) return;
    this.tell(number, {
      kind: 'mistimed',
      actual: this.place(ACTUAL, lane, actual.sequence[j]),
      expected: this.place(EXPECTED, lane, expected.sequence[i]),
      summary: summaryOf(actual, j),
      recognition: null,
      fields: [{ field: 'frame.time', expected: timeText(expected, i), actual: timeText(actual, j) }],
      ports: [],
    });
  }

  /** Two equal packets that are out of order. */
  moved(lane: Lane, expected: number, actual: number): void {
    lane.reordered++;
    lane.matched--;
    const number = this.numberOf('reordered', lane.index, ALL_THE_SAME);
    if (this.isCounted(number)) return;
    const [is, was] = [this.place(ACTUAL, lane, actual), this.place(EXPECTED, lane, expected)];
    this.tell(number, {
      kind: 'reordered',
      actual: is,
      expected: was,
      summary: '',
      recognition: null,
      fields: [],
      ports: [],
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

  /** The kind of a difference on one interface; `values` tells causes apart, if there may be several. */
  private numberOf(kind: DifferenceKind, lane: number, values: WordHash): number {
    this.family.begin(0);
    this.family.mix(KINDS.indexOf(kind));
    this.family.mix(lane);
    return this.groups.numberOf(this.family, values);
  }

  /** Counts a difference, if that is all there is to do. */
  private isCounted(number: number): boolean {
    return this.differences.length >= this.options.listedDifferences && this.groups.count(number);
  }

  /** Lists and counts a difference that was not counted. */
  private tell(number: number, difference: Difference): void {
    if (this.differences.length < this.options.listedDifferences) this.differences.push(difference);
    this.groups.add(number, difference);
  }

  private place(side: SideIndex, lane: Lane, sequence: number): PacketPlace {
    return { ...this.placeOf(side, sequence), interfaceName: nameOf(side, lane) };
  }
}

/** What the captures of a side call a lane's interface. */
const nameOf = (side: SideIndex, { name, expectedName }: Lane): string | null =>
  side === EXPECTED ? (expectedName ?? name) : name;

const summaryOf = (packets: PacketColumns, i: number): string => {
  const from = packets.offset[i];
  const captured = packets.bytes.subarray(from, from + packets.capturedLength[i]);
  return summaryLine(captured, packets.linkType[i], Math.max(packets.originalLength[i], captured.length));
};

/** Seconds since 1970 with nine decimals. */
const timeText = ({ seconds, nanoseconds }: PacketColumns, i: number): string =>
  `${seconds[i]}.${String(nanoseconds[i]).padStart(9, '0')}`;

/** Numbers of the packets at the given places, in the order in which they were read: captures read side by side take turns. */
function inSequence({ sequence }: PacketColumns, places: Int32Array): Int32Array {
  const order = new Int32Array(places.length);
  let isInOrder = true;
  for (let n = 0; n < order.length; n++) {
    order[n] = n;
    if (n > 0 && sequence[places[n]] < sequence[places[n - 1]]) isInOrder = false;
  }
  return isInOrder ? order : order.sort((a, b) => sequence[places[a]] - sequence[places[b]]);
}
