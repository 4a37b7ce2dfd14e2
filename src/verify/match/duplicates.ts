/** Packets that occur once more on their interface, for comparisons that do not count them. */

import { Hash64 } from '../packet/hash64.js';
import { WHOLE } from '../packet/normal-form.js';
import type { Packet } from '../packet/packet.js';
import type { Tolerances } from '../tolerances.js';
import { Ports, type PacketComparer } from './packet-comparer.js';
import { ACTUAL, type SideIndex, type Stream } from './streams.js';

export class SeenPackets {
  /** By a hash of 53 bits of what is compared. */
  private readonly seen: readonly Set<number>[] = [new Set(), new Set()];
  private readonly hash = new Hash64();

  constructor(
    private readonly comparer: PacketComparer,
    private readonly tolerances: Tolerances,
    private readonly frameOf: (side: SideIndex, sequence: number) => number,
  ) {}

  /** False for a packet that was there before. */
  add(side: SideIndex, stream: Stream, packet: Packet): boolean {
    const { hash, seen } = this;
    this.comparer.hash(hash, side, packet, stream, Ports.Own, WHOLE);
    const { size } = seen[side];
    if (seen[side].add(hash.value).size > size) return true;
    const where = side === ACTUAL ? '' : ' in the expected capture';
    this.tolerances.note(
      'duplicate',
      `packets that repeat an earlier one${where}`,
      this.frameOf(side, packet.sequence),
    );
    return false;
  }
}
