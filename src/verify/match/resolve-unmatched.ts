/** What becomes of packets that found no counterpart: they are paired as far as one may be the other changed, described, and counted by cause. */

import { differingFields } from '../packet/fields.js';
import { recognitionOf } from '../packet/fingerprint.js';
import { Hash64 } from '../packet/hash64.js';
import type { NormalForm } from '../packet/normal-form.js';
import { Packet } from '../packet/packet.js';
import { ChangedFields } from '../report/changed-fields.js';
import { changedPorts, portConflicts } from '../report/changed-ports.js';
import { DifferenceGroups } from '../report/difference-groups.js';
import type { Difference, DifferenceKind, PacketPlace } from '../report/report.js';
import { summaryLine } from '../report/summary-line.js';
import type { Tolerances, Use } from '../tolerances.js';
import type { Place } from './cursor.js';
import type { PacketComparer } from './packet-comparer.js';
import { ACTUAL, EXPECTED, type SideIndex, type Stream, type Streams } from './streams.js';
import { pairTentatively, type Resolved } from './tentative-pairs.js';
import type { WaitingPackets } from './waiting-packets.js';

/** Kinds as words in the hashes of families; what ChangedFields begins with is above them. */
const KINDS: readonly DifferenceKind[] = ['changed', 'missing', 'unexpected', 'reordered', 'mistimed'];
const ALL_THE_SAME = new Hash64();

/** Where packet number `sequence` of a side is. */
export type PlaceOf = (side: SideIndex, sequence: number) => Place;

export class UnmatchedPackets {
  readonly groups = new DifferenceGroups();
  /** Differences that nobody has taken yet. */
  readonly described: Difference[] = [];
  private describedCount = 0;
  /** Packets given up on before the end, by stream. */
  private readonly resolvedBefore: Resolved[] = [];
  private readonly fields: ChangedFields;
  /** By stream, where packets were out of an order that need not be kept. */
  private readonly orders: (Use | undefined)[] = [];
  private readonly family = new Hash64();
  private readonly ours = new Packet();
  private readonly theirs = new Packet();

  constructor(
    private readonly streams: Streams,
    private readonly comparer: PacketComparer,
    probe: NormalForm,
    private readonly tolerances: Tolerances,
    private readonly placeOf: PlaceOf,
    private readonly options: { readonly contains: boolean; readonly describes: (count: number) => boolean },
  ) {
    this.fields = new ChangedFields(comparer, probe);
  }

  /** Resolves the packets at the given places; stops after each actual one, and before the rest. */
  *resolve(
    expected: WaitingPackets,
    expectedPlaces: Int32Array,
    actual: WaitingPackets,
    actualPlaces: Int32Array,
  ): Generator<void> {
    const before = (stream: number): Resolved => (this.resolvedBefore[stream] ??= { actual: 0, expected: 0 });
    const { ofExpected, ofActual } = pairTentatively(expected, expectedPlaces, actual, actualPlaces, before);
    const theirs = inSequence(expected.sequence, expectedPlaces);
    const ours = inSequence(actual.sequence, actualPlaces);
    // In the order of the packets. Of two with the same number a pair comes first, then the missing one.
    let next = 0;
    const missingBefore = (sequence: number): void => {
      for (; next < theirs.length && expected.sequence[expectedPlaces[theirs[next]]] < sequence; next++)
        if (ofExpected[theirs[next]] < 0) this.missing(expected, expectedPlaces[theirs[next]]);
    };
    for (const n of ours) {
      const place = actualPlaces[n];
      const partner = ofActual[n];
      missingBefore(actual.sequence[place] + (partner >= 0 ? 0 : 1));
      if (partner >= 0) this.pair(expected, partner, actual, place);
      else this.unexpected(actual, place);
      yield;
    }
    missingBefore(Infinity);
    for (const place of expectedPlaces) before(expected.stream[place]).expected++;
    for (const place of actualPlaces) before(actual.stream[place]).actual++;
  }

  private missing(packets: WaitingPackets, place: number): void {
    const { theirs: packet } = this;
    packets.load(place, packet);
    const stream = this.streams.all[packets.stream[place]];
    stream.missing++;
    this.beginFamily('missing', stream);
    const flow = this.comparer.flowOf(packet);
    if (this.isCounted(flow)) return;
    this.tell(flow, {
      kind: 'missing',
      actual: null,
      expected: this.place(EXPECTED, stream, packet.sequence),
      summary: summaryOf(packet),
      recognition: recognitionOf(packet),
      fields: [],
      ports: [],
    });
  }

  private unexpected(packets: WaitingPackets, place: number): void {
    const { ours: packet } = this;
    packets.load(place, packet);
    const stream = this.streams.all[packets.stream[place]];
    if (this.options.contains) {
      const what = stream.name === null ? 'other packets' : `other packets on ${stream.name}`;
      this.tolerances.note('unexpected', what, this.placeOf(ACTUAL, packet.sequence).frame);
      return;
    }
    stream.unexpected++;
    this.beginFamily('unexpected', stream);
    const flow = this.comparer.flowOf(packet);
    if (this.isCounted(flow)) return;
    this.tell(flow, {
      kind: 'unexpected',
      actual: this.place(ACTUAL, stream, packet.sequence),
      expected: null,
      summary: summaryOf(packet),
      recognition: null,
      fields: [],
      ports: [],
    });
  }

  private pair(expected: WaitingPackets, i: number, actual: WaitingPackets, j: number): void {
    const was = this.streams.all[expected.stream[i]];
    const is = this.streams.all[actual.stream[j]];
    const { fields, comparer, family, theirs, ours } = this;
    expected.load(i, theirs);
    actual.load(j, ours);
    const isElsewhere = was !== is;
    if (!isElsewhere && comparer.match(was, theirs, ours, true)) return;
    if (isElsewhere) comparer.makeForms(was, theirs, ours);
    fields.find(was, theirs, ours);
    is.changed++;
    const isConflict = fields.isNothing && !isElsewhere;
    fields.summarize(family, theirs, ours);
    if (isElsewhere) {
      family.mix(was.index);
      family.mix(is.index);
    }
    // Conflicts of bindings are few, and each is told.
    if (isConflict) fields.values.mix(ours.sequence);
    if (this.isCounted(fields.values)) return;
    const found = fields.describe(theirs, ours);
    const told = isConflict ? portConflicts(comparer) : { fields: found, ports: changedPorts(comparer, found, ours) };
    // What differs has no name, such as ports that fit no longer: the bytes have.
    if (told.fields.length === 0) told.fields = differingFields(theirs.content, ours.content, ours.linkType);
    if (isElsewhere)
      told.fields.unshift({
        field: 'interface',
        expected: nameOf(EXPECTED, was) ?? 'none',
        actual: is.name ?? 'none',
      });
    this.tell(fields.values, {
      kind: 'changed',
      actual: this.place(ACTUAL, is, ours.sequence),
      expected: this.place(EXPECTED, was, theirs.sequence),
      summary: summaryOf(ours),
      recognition: null,
      ...told,
    });
  }

  /** Two equal packets whose times are too far apart. */
  mistimed(stream: Stream, expected: Packet, actual: Packet): void {
    stream.mistimed++;
    this.beginFamily('mistimed', stream);
    if (this.isCounted(ALL_THE_SAME)) return;
    this.tell(ALL_THE_SAME, {
      kind: 'mistimed',
      actual: this.place(ACTUAL, stream, actual.sequence),
      expected: this.place(EXPECTED, stream, expected.sequence),
      summary: summaryOf(actual),
      recognition: null,
      fields: [{ field: 'frame.time', expected: timeText(expected), actual: timeText(actual) }],
      ports: [],
    });
  }

  /** Two equal packets that are out of order. */
  moved(stream: Stream, expected: number, actual: number): void {
    stream.reordered++;
    stream.matched--;
    this.beginFamily('reordered', stream);
    if (this.isCounted(ALL_THE_SAME)) return;
    this.tell(ALL_THE_SAME, {
      kind: 'reordered',
      actual: this.place(ACTUAL, stream, actual),
      expected: this.place(EXPECTED, stream, expected),
      summary: '',
      recognition: null,
      fields: [],
      ports: [],
    });
  }

  /** Two equal packets that are out of an order that need not be kept. */
  movedWithLeave(stream: Stream, actual: number): void {
    const use = (this.orders[stream.index] ??= this.tolerances.use(
      'reordered',
      stream.name === null ? 'order of packets' : `order of packets on ${stream.name}`,
    ));
    use.count(this.placeOf(ACTUAL, actual).frame);
  }

  private beginFamily(kind: DifferenceKind, { index }: Stream): void {
    this.family.begin(0);
    this.family.mix(KINDS.indexOf(kind));
    this.family.mix(index);
  }

  /** Counts a difference of the family at hand, if that is all there is to do. */
  private isCounted(values: Hash64): boolean {
    return !this.options.describes(this.describedCount) && this.groups.count(this.family, values);
  }

  /** Lists and counts a difference that was not counted. */
  private tell(values: Hash64, difference: Difference): void {
    if (this.options.describes(this.describedCount)) {
      this.describedCount++;
      this.described.push(difference);
    }
    this.groups.add(this.family, values, difference);
  }

  private place(side: SideIndex, stream: Stream, sequence: number): PacketPlace {
    return { ...this.placeOf(side, sequence), interfaceName: nameOf(side, stream) };
  }
}

/** What the captures of a side call a stream's interface. */
const nameOf = (side: SideIndex, { name, expectedName }: Stream): string | null =>
  side === EXPECTED ? (expectedName ?? name) : name;

const summaryOf = ({ content, linkType, original }: Packet): string =>
  summaryLine(content, linkType, Math.max(original, content.length));

/** Seconds since 1970 with nine decimals. */
const timeText = ({ seconds, nanoseconds }: Packet): string => `${seconds}.${String(nanoseconds).padStart(9, '0')}`;

/** Numbers of the packets at the given places, in the order in which they were read: captures read side by side take turns. */
function inSequence(sequence: Uint32Array, places: Int32Array): Int32Array {
  const numbers = new Int32Array(places.length);
  let isInSequence = true;
  for (let n = 0; n < places.length; n++) {
    numbers[n] = n;
    if (n > 0 && sequence[places[n]] < sequence[places[n - 1]]) isInSequence = false;
  }
  return isInSequence ? numbers : numbers.sort((a, b) => sequence[places[a]] - sequence[places[b]]);
}
