/** What becomes of packets that found no counterpart: they are paired as far as one may be the other changed, described, and counted by cause. */

import { differingFields, summaryLine } from '../packet/fields.js';
import { recognitionOf } from '../packet/fingerprint.js';
import { Packet } from '../packet/packet.js';
import { changeOf } from '../report/changed-fields.js';
import { portConflicts } from '../report/changed-ports.js';
import { causeKeys, DifferenceGroups } from '../report/difference-groups.js';
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
    this.tell('missing', stream.index, this.comparer.flowOf(packet).value, () =>
      this.difference('missing', null, this.place(EXPECTED, stream, packet.sequence), {
        summary: summaryOf(packet),
        recognition: recognitionOf(packet),
      }),
    );
  }

  private unexpected(packets: WaitingPackets, place: number): void {
    const { ours: packet } = this;
    packets.load(place, packet);
    const stream = this.streams.all[packets.stream[place]];
    if (this.options.contains) {
      this.tolerances.note(
        'unexpected',
        onInterface('other packets', stream),
        this.placeOf(ACTUAL, packet.sequence).frame,
      );
      return;
    }
    stream.unexpected++;
    this.tell('unexpected', stream.index, this.comparer.flowOf(packet).value, () =>
      this.difference('unexpected', this.place(ACTUAL, stream, packet.sequence), null, { summary: summaryOf(packet) }),
    );
  }

  private pair(expected: WaitingPackets, i: number, actual: WaitingPackets, j: number): void {
    const was = this.streams.all[expected.stream[i]];
    const is = this.streams.all[actual.stream[j]];
    const { comparer, theirs, ours } = this;
    expected.load(i, theirs);
    actual.load(j, ours);
    const isElsewhere = was !== is;
    if (!isElsewhere && comparer.match(was, theirs, ours, true)) return;
    if (isElsewhere) comparer.makeForms(was, theirs, ours);
    const change = changeOf(comparer, was, theirs, ours);
    is.changed++;
    // Conflicts of bindings are few, and each is told.
    const isConflict = change.fields.length === 0 && !isElsewhere;
    const { fields, ports } = isConflict ? portConflicts(comparer) : change;
    const keys = isConflict ? { family: 'conflict', values: String(ours.sequence) } : causeKeys(fields);
    if (change.shapes !== null) Object.assign(keys, { family: change.shapes, values: '' });
    const between = isElsewhere ? `${was.index} ${is.index}` : '';
    this.tell('changed', `${between}${keys.family}`, keys.values, () => {
      // What differs has no name, such as ports that fit no longer: the bytes have.
      const named = fields.length > 0 ? fields : differingFields(theirs.content, ours.content, ours.linkType);
      const names = { expected: nameOf(EXPECTED, was) ?? 'none', actual: is.name ?? 'none' };
      return this.difference(
        'changed',
        this.place(ACTUAL, is, ours.sequence),
        this.place(EXPECTED, was, theirs.sequence),
        { summary: summaryOf(ours), fields: isElsewhere ? [{ field: 'interface', ...names }, ...named] : named, ports },
      );
    });
  }

  /** Two equal packets whose times are too far apart. */
  mistimed(stream: Stream, expected: Packet, actual: Packet): void {
    stream.mistimed++;
    this.tell('mistimed', stream.index, '', () =>
      this.difference(
        'mistimed',
        this.place(ACTUAL, stream, actual.sequence),
        this.place(EXPECTED, stream, expected.sequence),
        {
          summary: summaryOf(actual),
          fields: [{ field: 'frame.time', expected: timeText(expected), actual: timeText(actual) }],
        },
      ),
    );
  }

  /** Two equal packets that are out of order. */
  moved(stream: Stream, expected: number, actual: number): void {
    stream.reordered++;
    stream.matched--;
    this.tell('reordered', stream.index, '', () =>
      this.difference('reordered', this.place(ACTUAL, stream, actual), this.place(EXPECTED, stream, expected), {}),
    );
  }

  /** Two equal packets that are out of an order that need not be kept. */
  movedWithLeave(stream: Stream, actual: number): void {
    this.tolerances.note('reordered', onInterface('order of packets', stream), this.placeOf(ACTUAL, actual).frame);
  }

  /** Lists and counts a difference. */
  private tell(
    kind: DifferenceKind,
    family: string | number,
    values: string | number,
    describe: () => Difference,
  ): void {
    let known: Difference | null = null;
    if (this.options.describes(this.describedCount)) {
      this.describedCount++;
      this.described.push((known = describe()));
    }
    this.groups.add(`${kind} ${family}`, String(values), () => known ?? describe());
  }

  private difference(
    kind: DifferenceKind,
    actual: PacketPlace | null,
    expected: PacketPlace | null,
    { summary = '', recognition = null, fields = [], ports = [] }: Details,
  ): Difference {
    return { kind, actual, expected, summary, recognition, fields, ports };
  }

  private place(side: SideIndex, stream: Stream, sequence: number): PacketPlace {
    return { ...this.placeOf(side, sequence), interfaceName: nameOf(side, stream) };
  }
}

/** What the captures of a side call a stream's interface. */
const nameOf = (side: SideIndex, { name, expectedName }: Stream): string | null =>
  side === EXPECTED ? (expectedName ?? name) : name;

const onInterface = (what: string, { name }: Stream): string => (name === null ? what : `${what} on ${name}`);

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
