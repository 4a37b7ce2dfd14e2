/**
 * Pairs packets that differ: which packet of one side may be which of the other, changed. First by all that NAT and routing leave alone,
 * then by less and less, at last by the place between packets that matched. What is left is missing or unexpected.
 */

import { linkHeaderBytes } from '../../capture/link-layer.js';
import * as ethernet from '../../wire/ethernet.js';
import { Fingerprint } from '../packet/fingerprint.js';
import { Packet } from '../packet/packet.js';
import { HashIndex } from './hash-index.js';
import type { WaitingPackets } from './waiting-packets.js';

/** Packets of a stream that were resolved before, by side: they no longer count as matched. */
export interface Resolved {
  actual: number;
  expected: number;
}

const NONE = -1;

/** One side's packets with hashes of what they are recognised by, a column each. */
class Unpaired {
  readonly flow: Float64Array;
  readonly content: Float64Array;
  readonly place: Float64Array;
  /** How many packets of the stream before each were matched. */
  readonly matchedBefore: Float64Array;
  /** Counterpart of each packet, as its number among the other side's. */
  readonly partner: Int32Array;
  private readonly packet = new Packet();

  constructor(
    private readonly packets: WaitingPackets,
    readonly places: Int32Array,
    /** Packets of a stream that were resolved before. */
    resolvedBefore: (stream: number) => number,
  ) {
    const { length: count } = places;
    this.flow = new Float64Array(count);
    this.content = new Float64Array(count);
    this.place = new Float64Array(count);
    this.matchedBefore = new Float64Array(count);
    this.partner = new Int32Array(count).fill(NONE);
    const fingerprint = new Fingerprint();
    const unmatched: number[] = [];
    for (let n = 0; n < count; n++) {
      const packet = this.load(n);
      fingerprint.make(packet);
      this.flow[n] = fingerprint.flow.value;
      this.content[n] = fingerprint.content.value;
      this.place[n] = fingerprint.place.value;
      const stream = this.stream(n);
      const before = (unmatched[stream] ??= resolvedBefore(stream));
      unmatched[stream] = before + 1;
      this.matchedBefore[n] = packet.ordinal - before;
    }
  }

  stream(n: number): number {
    return this.packets.streamOf(this.places[n]);
  }

  load(n: number): Packet {
    this.packets.load(this.places[n], this.packet);
    return this.packet;
  }
}

/** A number that packets have in common. */
interface Key {
  readonly of: (side: Unpaired, n: number) => number;
  /** Packets on another interface than expected are paired, too. */
  readonly isForEveryStream?: boolean;
  readonly accepts?: typeof areAlike;
}

/** From most to least. At last packets between the same ones: of the same flow, or at least of the same length. */
const KEYS: readonly Key[] = [
  { of: ({ content, flow }, n) => content[n] + flow[n] * 5 },
  { of: ({ content }, n) => content[n] },
  { of: ({ place }, n) => place[n] },
  { of: ({ content }, n) => content[n], isForEveryStream: true },
  { of: ({ flow, matchedBefore }, n) => flow[n] + matchedBefore[n] * 0x9e3779b1 },
  { of: (side, n) => side.matchedBefore[n] * 2 ** 20 + side.load(n).original, accepts: areAlike },
];

/** Pairs the packets at the given places. Returns for each actual one the number of its counterpart in `expectedPlaces`, or -1; and the reverse. */
export function pairTentatively(
  expected: WaitingPackets,
  expectedPlaces: Int32Array,
  actual: WaitingPackets,
  actualPlaces: Int32Array,
  resolvedBefore: (stream: number) => Resolved,
): { readonly ofExpected: Int32Array; readonly ofActual: Int32Array } {
  const theirs = new Unpaired(expected, expectedPlaces, (stream) => resolvedBefore(stream).expected);
  const ours = new Unpaired(actual, actualPlaces, (stream) => resolvedBefore(stream).actual);
  let left = Math.min(expectedPlaces.length, actualPlaces.length);
  for (const key of KEYS) if (left > 0) left -= pairBy(key, theirs, ours);
  return { ofExpected: theirs.partner, ofActual: ours.partner };
}

/** Pairs packets of the same key, in order; returns how many. */
function pairBy({ of, isForEveryStream = false, accepts }: Key, theirs: Unpaired, ours: Unpaired): number {
  const index = new HashIndex(theirs.places.length);
  const high = (key: number, stream: number): number =>
    (key / 2 ** 32 + (isForEveryStream ? 0 : Math.imul(stream, 0x9e3779b1))) | 0;
  for (let i = 0; i < theirs.places.length; i++) {
    if (theirs.partner[i] !== NONE) continue;
    const key = of(theirs, i);
    index.add(i, high(key, theirs.stream(i)), key | 0);
  }
  let paired = 0;
  for (let j = 0; j < ours.places.length; j++) {
    if (ours.partner[j] !== NONE) continue;
    const key = of(ours, j);
    const i = index.first(high(key, ours.stream(j)), key | 0);
    if (i < 0 || accepts?.(theirs.load(i), ours.load(j)) === false) continue;
    index.remove(i);
    theirs.partner[i] = j;
    ours.partner[j] = i;
    paired++;
  }
  return paired;
}

/** Bytes behind the link headers looked at to tell whether packets are alike. */
const LOOKED_AT = 50;

/** Whether most bytes are the same, as many as if they were behind Ethernet headers that are: else they are two packets, not one that changed. */
function areAlike(one: Packet, other: Packet): boolean {
  const [from, to] = [one, other].map(({ linkType }) => Math.max(0, linkHeaderBytes(linkType)));
  const length = Math.min(LOOKED_AT, one.captured - from, other.captured - to);
  let same = 0;
  for (let k = 0; k < length; k++) if (one.bytes[one.at + from + k] === other.bytes[other.at + to + k]) same++;
  return (same + ethernet.HEADER_BYTES) * 4 >= (length + ethernet.HEADER_BYTES) * 3;
}
