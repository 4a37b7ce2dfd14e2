/** Packets that occur once more on their interface, for comparisons that do not count them. */

import { Hash64 } from '../packet/hash64.js';
import { WHOLE } from '../packet/normal-form.js';
import { Packet } from '../packet/packet.js';
import type { Tolerances } from '../tolerances.js';
import type { Cursor } from './cursor.js';
import { Ports, type PacketComparer } from './packet-comparer.js';
import type { PlaceOf } from './resolve-unmatched.js';
import { ACTUAL, type Streams } from './streams.js';

export class SeenPackets {
  /** By a hash of 53 bits of what is compared. */
  private readonly seen: readonly Set<number>[] = [new Set(), new Set()];
  private readonly packet = new Packet();
  private readonly hash = new Hash64();

  constructor(
    private readonly streams: Streams,
    private readonly comparer: PacketComparer,
    private readonly tolerances: Tolerances,
    private readonly placeOf: PlaceOf,
  ) {}

  /** Takes the packets of a cursor's batch that were seen before out of its queues. */
  takeOut(cursor: Cursor): void {
    const { side } = cursor;
    const { packet, hash } = this;
    const seen = this.seen[side];
    const where = side === ACTUAL ? '' : ' in the expected capture';
    cursor.filter((stream) => {
      this.comparer.hash(hash, side, packet, this.streams.all[stream], Ports.Own, WHOLE);
      const before = seen.size;
      if (seen.add(hash.value).size > before) return true;
      const { frame } = this.placeOf(side, packet.sequence);
      this.tolerances.note('duplicate', `packets that repeat an earlier one${where}`, frame);
      return false;
    }, packet);
  }
}
