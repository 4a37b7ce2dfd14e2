/** What becomes of packets that found no counterpart: they are paired as far as one may be the other changed, described, and counted by cause. */

import { differingFields, summaryLine } from '../packet/fields.js';
import { recognitionOf } from '../packet/fingerprint.js';
import { Packet } from '../packet/packet.js';
import { changeOf } from '../report/changed-fields.js';
import { portConflicts } from '../report/changed-ports.js';
import { DifferenceGroups } from '../report/difference-groups.js';
import type { Difference, DifferenceKind, PacketPlace } from '../report/report.js';
import type { Tolerances } from '../tolerances.js';
import type { Place } from './cursor.js';
import type { PacketComparer } from './packet-comparer.js';
import { ACTUAL, EXPECTED, type SideIndex, type Stream, type Streams } from './streams.js';
import { pairTentatively, type Resolved } from './tentative-pairs.js';
import type { WaitingPackets } from './waiting-packets.js';

/** Where packet number `sequence` of a side is. */
export type PlaceOf = (side: SideIndex, sequence: number) => Place;

/** What a difference has besides its kind and the place of its packets. */
type Details = Partial<Pick<Difference, 'summary' | 'recognition' | 'fields' | 'ports'>>;

/** As DifferenceGroups has them; and the stream of the expected packet, where that is another one. */
interface Cause {
  readonly family?: string;
  readonly values?: string;
  readonly expectedStream?: Stream;
}

export class UnmatchedPackets {
  readonly groups = new DifferenceGroups();
  /** Differences that nobody has taken yet. */
  readonly described: Difference[] = [];
  private describedCount = 0;
  /** Packets given up on before the end, by stream. */
  private readonly resolvedBefore: Resolved[] = [];
  private readonly ours = new Packet();
  private readonly theirs = new Packet();

  constructor(
    private readonly streams: Streams,
    private readonly comparer: PacketComparer,
    private readonly tolerances: Tolerances,
    private readonly placeOf: PlaceOf,
    private readonly options: { readonly contains: boolean; readonly describes: (count: number) => boolean },
  ) {}

  /** Resolves the packets at the given places; stops after each actual one, and before the rest. */
  *resolve(
    expected: WaitingPackets,
    expectedPlaces: Int32Array,
    actual: WaitingPackets,
    actualPlaces: Int32Array,
  ): Generator<void> {
    const before = (stream: number): Resolved => (this.resolvedBefore[stream] ??= { actual: 0, expected: 0 });
    const { ofExpected, ofActual } = pairTentatively(expected, expectedPlaces, actual, actualPlaces, before);
    const theirs = inSequence(expected, expectedPlaces);
    const ours = inSequence(actual, actualPlaces);
    // In the order of the packets. Of two with the same number a pair comes first, then the missing one.
    let next = 0;
    const missingBefore = (sequence: number): void => {
      for (; next < theirs.length && expected.sequenceOf(expectedPlaces[theirs[next]]) < sequence; next++)
        if (ofExpected[theirs[next]] < 0) this.missing(expected, expectedPlaces[theirs[next]]);
    };
    for (const n of ours) {
      const place = actualPlaces[n];
      const partner = ofActual[n];
      missingBefore(actual.sequenceOf(place) + (partner >= 0 ? 0 : 1));
      if (partner >= 0) this.pair(expected, expectedPlaces[partner], actual, place);
      else this.unexpected(actual, place);
      yield;
    }
    missingBefore(Infinity);
    for (const place of expectedPlaces) before(expected.streamOf(place)).expected++;
    for (const place of actualPlaces) before(actual.streamOf(place)).actual++;
  }

  private missing(packets: WaitingPackets, place: number): void {
    const { theirs: packet } = this;
    packets.load(place, packet);
    const stream = this.streams.all[packets.streamOf(place)];
    const details = (): Details => ({ summary: summaryOf(packet), recognition: recognitionOf(packet) });
    this.tell('missing', stream, { expected: packet.sequence }, details, { values: this.flowOf(packet) });
  }

  private unexpected(packets: WaitingPackets, place: number): void {
    const { ours: packet } = this;
    packets.load(place, packet);
    const stream = this.streams.all[packets.streamOf(place)];
    if (this.options.contains) this.overlook('unexpected', 'other packets', stream, packet.sequence);
    else {
      const details = (): Details => ({ summary: summaryOf(packet) });
      this.tell('unexpected', stream, { actual: packet.sequence }, details, { values: this.flowOf(packet) });
    }
  }

  private pair(expected: WaitingPackets, i: number, actual: WaitingPackets, j: number): void {
    const was = this.streams.all[expected.streamOf(i)];
    const is = this.streams.all[actual.streamOf(j)];
    const { comparer, theirs, ours } = this;
    expected.load(i, theirs);
    actual.load(j, ours);
    const isElsewhere = was !== is;
    if (!isElsewhere && comparer.match(was, theirs, ours, true)) return;
    if (isElsewhere) comparer.makeForms(was, theirs, ours);
    const change = changeOf(comparer, was, theirs, ours);
    // Conflicts of bindings are few, and each is told.
    const isConflict = change.isNothing && !isElsewhere;
    const details = (): Details => {
      const { fields, ports } = isConflict ? portConflicts(comparer) : change.describe();
      // What differs has no name, such as ports that fit no longer: the bytes have.
      const named = fields.length > 0 ? fields : differingFields(theirs.content, ours.content, ours.linkType);
      const names = { expected: nameOf(EXPECTED, was) ?? 'none', actual: is.name ?? 'none' };
      return {
        summary: summaryOf(ours),
        fields: isElsewhere ? [{ field: 'interface', ...names }, ...named] : named,
        ports,
      };
    };
    this.tell('changed', is, { actual: ours.sequence, expected: theirs.sequence }, details, {
      family: isElsewhere ? `${was.index} ${is.index} ${change.family}` : change.family,
      values: isConflict ? String(ours.sequence) : change.values,
      expectedStream: was,
    });
  }

  /** Two equal packets whose times are too far apart. */
  mistimed(stream: Stream, expected: Packet, actual: Packet): void {
    const details = (): Details => ({
      summary: summaryOf(actual),
      fields: [{ field: 'frame.time', expected: timeText(expected), actual: timeText(actual) }],
    });
    this.tell('mistimed', stream, { actual: actual.sequence, expected: expected.sequence }, details);
  }

  /** Two equal packets that are out of order. */
  moved(stream: Stream, expected: number, actual: number): void {
    stream.matched--;
    this.tell('reordered', stream, { actual, expected }, () => ({}));
  }

  /** Two equal packets that are out of an order that need not be kept. */
  movedWithLeave(stream: Stream, actual: number): void {
    this.overlook('reordered', 'order of packets', stream, actual);
  }

  private overlook(kind: string, what: string, { name }: Stream, sequence: number): void {
    this.tolerances.note(kind, name === null ? what : `${what} on ${name}`, this.placeOf(ACTUAL, sequence).frame);
  }

  /** So that missing packets of one flow are one cause. */
  private flowOf(packet: Packet): string {
    return String(this.comparer.flowOf(packet));
  }

  /** Counts a difference, and describes it where it is listed or the first of its cause; `actual` and `expected` are the packets' numbers. */
  private tell(
    kind: DifferenceKind,
    stream: Stream,
    { actual, expected }: { readonly actual?: number; readonly expected?: number },
    details: () => Details,
    { family = String(stream.index), values = '', expectedStream = stream }: Cause = {},
  ): void {
    stream.differences[kind]++;
    let known: Difference | null = null;
    const describe = (): Difference =>
      (known ??= {
        kind,
        actual: actual === undefined ? null : this.place(ACTUAL, stream, actual),
        expected: expected === undefined ? null : this.place(EXPECTED, expectedStream, expected),
        summary: '',
        recognition: null,
        fields: [],
        ports: [],
        ...details(),
      });
    if (this.options.describes(this.describedCount)) {
      this.describedCount++;
      this.described.push(describe());
    }
    this.groups.add(`${kind} ${family}`, values, describe);
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
const inSequence = (packets: WaitingPackets, places: Int32Array): Int32Array =>
  places.map((_, n) => n).sort((a, b) => packets.sequenceOf(places[a]) - packets.sequenceOf(places[b]));
