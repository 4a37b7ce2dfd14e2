/**
 * Pairs packets that differ: which packet of one side may be which of the other, changed. First by all that NAT and routing leave alone,
 * then by less and less, at last by the place between packets that matched. What is left is missing or unexpected.
 */

import { linkHeaderBytes } from '../../capture/link-layer.js';
import * as ethernet from '../../wire/ethernet.js';
import { Fingerprint } from '../packet/fingerprint.js';
import type { Hash64 } from '../packet/hash64.js';
import { Packet } from '../packet/packet.js';
import { HashIndex } from './hash-index.js';
import type { WaitingPackets } from './waiting-packets.js';

/** Packets of a stream that were resolved before, by side: they no longer count as matched. */
export interface Resolved {
  actual: number;
  expected: number;
}

const NONE = -1;

/** Two words of a hash for each packet. */
class HashColumn {
  readonly high: Int32Array;
  readonly low: Int32Array;

  constructor(count: number) {
    this.high = new Int32Array(count);
    this.low = new Int32Array(count);
  }

  set(n: number, { high, low }: Hash64): void {
    this.high[n] = high;
    this.low[n] = low;
  }
}

/** One side's packets with what they are recognised by, a column each. */
class Unpaired {
  readonly flow: HashColumn;
  readonly content: HashColumn;
  readonly place: HashColumn;
  /** How many packets of the stream before each were matched. */
  readonly matchedBefore: Int32Array;
  /** Counterpart of each packet, as its number among the other side's. */
  readonly partner: Int32Array;
  private readonly packet = new Packet();

  constructor(
    private readonly packets: WaitingPackets,
    private readonly places: Int32Array,
    /** Packets of a stream that were resolved before. */
    resolvedBefore: (stream: number) => number,
  ) {
    const { length: count } = places;
    this.flow = new HashColumn(count);
    this.content = new HashColumn(count);
    this.place = new HashColumn(count);
    this.matchedBefore = new Int32Array(count);
    this.partner = new Int32Array(count).fill(NONE);
    const fingerprint = new Fingerprint();
    const unmatched: number[] = [];
    for (let n = 0; n < count; n++) {
      const packet = this.load(n);
      fingerprint.make(packet);
      this.flow.set(n, fingerprint.flow);
      this.content.set(n, fingerprint.content);
      this.place.set(n, fingerprint.place);
      const stream = this.stream(n);
      const before = (unmatched[stream] ??= resolvedBefore(stream));
      unmatched[stream] = before + 1;
      this.matchedBefore[n] = packet.ordinal - before;
    }
  }

  get count(): number {
    return this.places.length;
  }

  stream(n: number): number {
    return this.packets.stream[this.places[n]];
  }

  load(n: number): Packet {
    this.packets.load(this.places[n], this.packet);
    return this.packet;
  }

  /** Numbers of packets of the other side to its places. */
  partnerPlaces({ places }: Unpaired): Int32Array {
    return this.partner.map((n) => (n < 0 ? NONE : places[n]));
  }
}

/** Two words that packets have in common; only packets of one stream share the first. */
interface Key {
  readonly high: (side: Unpaired, n: number) => number;
  readonly low: (side: Unpaired, n: number) => number;
  readonly isForEveryStream?: boolean;
  readonly accepts?: typeof areAlike;
}

/** From most to least. */
const KEYS: readonly Key[] = [
  {
    high: ({ content, flow }, n) => content.high[n] ^ Math.imul(flow.high[n], 5),
    low: ({ content, flow }, n) => content.low[n] ^ flow.low[n],
  },
  { high: ({ content }, n) => content.high[n], low: ({ content }, n) => content.low[n] },
  { high: ({ place }, n) => place.high[n], low: ({ place }, n) => place.low[n] },
  // On another interface than expected.
  { high: ({ content }, n) => content.high[n], low: ({ content }, n) => content.low[n], isForEveryStream: true },
  // Between the same packets: of the same flow, or at least of the same length.
  {
    high: ({ flow, matchedBefore }, n) => flow.high[n] ^ Math.imul(matchedBefore[n], 5),
    low: ({ flow }, n) => flow.low[n],
  },
  {
    high: ({ matchedBefore }, n) => Math.imul(matchedBefore[n], 5),
    low: (side, n) => side.load(n).original,
    accepts: areAlike,
  },
];

/** Pairs the packets at the given places. Returns for each side the place of each packet's counterpart, or -1. */
export function pairTentatively(
  expected: WaitingPackets,
  expectedPlaces: Int32Array,
  actual: WaitingPackets,
  actualPlaces: Int32Array,
  resolvedBefore: (stream: number) => Resolved,
): { readonly ofExpected: Int32Array; readonly ofActual: Int32Array } {
  const theirs = new Unpaired(expected, expectedPlaces, (stream) => resolvedBefore(stream).expected);
  const ours = new Unpaired(actual, actualPlaces, (stream) => resolvedBefore(stream).actual);
  let left = Math.min(theirs.count, ours.count);
  for (const key of KEYS) if (left > 0) left -= pairBy(key, theirs, ours);
  return { ofExpected: theirs.partnerPlaces(ours), ofActual: ours.partnerPlaces(theirs) };
}

/** Pairs packets of the same key, in order; returns how many. */
function pairBy({ high, low, isForEveryStream, accepts }: Key, theirs: Unpaired, ours: Unpaired): number {
  const inStream = (side: Unpaired, n: number): number =>
    (high(side, n) + (isForEveryStream === true ? 0 : Math.imul(side.stream(n), 0x9e3779b1))) | 0;
  const index = new HashIndex(theirs.count);
  for (let i = 0; i < theirs.count; i++)
    if (theirs.partner[i] === NONE) index.add(i, inStream(theirs, i), low(theirs, i));
  let paired = 0;
  for (let j = 0; j < ours.count; j++) {
    if (ours.partner[j] !== NONE) continue;
    const i = index.first(inStream(ours, j), low(ours, j));
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
