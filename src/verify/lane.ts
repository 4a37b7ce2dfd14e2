/**
 * Alignment: two sequences of packets that should be equal, and which packet of one answers which of the other.
 *
 * Equal packets at the heads match. Where the heads differ, the nearest pair of equal packets within WINDOW of both
 * heads says how many packets were changed, left out or put in before it; where there is none, the heads are taken for
 * one packet that was changed. So one missing packet is one difference, not a difference in everything behind it, and
 * duplicates stay apart.
 */

export interface Packet {
  /** Number in its capture, from 1, as Wireshark counts. */
  readonly frame: number;
  readonly interfaceName: string | null;
  readonly linkType: number;
  /** Length on the wire, which snaplen may have cut. */
  readonly originalLength: number;
  readonly bytes: Uint8Array;
}

/** Packets looked ahead for the next pair of equals. */
const WINDOW = 64;

/** What alignment finds, in order. A `change` has both sides, otherwise one is null. */
export interface LaneSink {
  equal(): void;
  change(expected: Packet, actual: Packet): void;
  missing(expected: Packet): void;
  unexpected(actual: Packet): void;
}

export class Lane {
  private readonly expected = new Queue<Packet>();
  private readonly actual = new Queue<Packet>();

  constructor(private readonly sink: LaneSink) {}

  pushExpected(packet: Packet): void {
    this.expected.push(packet);
  }

  pushActual(packet: Packet): void {
    this.actual.push(packet);
  }

  /** Decides what can be decided; with `isEnd`, everything that is left. */
  drain(isEnd: boolean): void {
    const { expected, actual, sink } = this;
    while (expected.length > 0 && actual.length > 0) {
      if (equalPackets(expected.at(0), actual.at(0))) {
        expected.shift();
        actual.shift();
        sink.equal();
      } else if (isEnd || (expected.length >= WINDOW && actual.length >= WINDOW)) {
        this.resolve();
      } else {
        return;
      }
    }
    if (!isEnd) return;
    while (expected.length > 0) sink.missing(expected.shift());
    while (actual.length > 0) sink.unexpected(actual.shift());
  }

  /** The heads differ: accounts for everything before the nearest pair of equals. */
  private resolve(): void {
    const { expected, actual, sink } = this;
    const [expectedAhead, actualAhead] = this.nearestEquals() ?? [1, 1];
    const changed = Math.min(expectedAhead, actualAhead);
    for (let i = 0; i < changed; i++) sink.change(expected.shift(), actual.shift());
    for (let i = changed; i < expectedAhead; i++) sink.missing(expected.shift());
    for (let i = changed; i < actualAhead; i++) sink.unexpected(actual.shift());
  }

  /** How far ahead of the heads the nearest equal packets lie, or null. */
  private nearestEquals(): readonly [expectedAhead: number, actualAhead: number] | null {
    const { expected, actual } = this;
    const limit = Math.min(WINDOW, actual.length);
    const firstByHash = new Map<number, number>();
    for (let i = Math.min(WINDOW, expected.length) - 1; i >= 0; i--) firstByHash.set(hashOf(expected.at(i).bytes), i);
    let nearest: readonly [number, number] | null = null;
    for (let j = 0; j < limit && (nearest === null || j < nearest[0] + nearest[1]); j++) {
      const i = firstByHash.get(hashOf(actual.at(j).bytes));
      if (i === undefined || !equalPackets(expected.at(i), actual.at(j))) continue;
      if (nearest === null || i + j < nearest[0] + nearest[1]) nearest = [i, j];
    }
    return nearest;
  }
}

/** Equal in every byte, in length on the wire and in what kind of link the bytes are of. */
export function equalPackets(a: Packet, b: Packet): boolean {
  return a.linkType === b.linkType && a.originalLength === b.originalLength && Buffer.compare(a.bytes, b.bytes) === 0;
}

/** FNV-1a, 32 bits. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

/** First in, first out, in constant time at both ends. */
class Queue<T> {
  private items: T[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  push(item: T): void {
    this.items.push(item);
  }

  /** The item `ahead` of the head, which must be there. */
  at(ahead: number): T {
    return this.items[this.head + ahead];
  }

  shift(): T {
    const item = this.items[this.head++];
    if (this.head >= 1024 && this.head * 2 >= this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}
