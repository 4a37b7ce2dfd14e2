/** Packets that occur once more on their interface, for comparisons that do not count them. */

import type { Comparer } from './comparer.js';
import type { Cursor } from './cursor.js';
import type { Lanes, SideIndex } from './lanes.js';
import type { PlaceOf } from './settlement.js';
import type { Tolerances } from '../tolerances.js';

/** By a hash of 53 bits of what is compared. */
export class SeenPackets {
  private readonly seen: readonly Set<number>[] = [new Set(), new Set()];

  /** False where a packet with this hash was there before. */
  add(side: SideIndex, hash: number): boolean {
    const { [side]: seen } = this.seen;
    const before = seen.size;
    return seen.add(hash).size > before;
  }
}

/** Takes the packets of the current batch that were seen before out of its queues. */
export function dropDuplicates(
  side: SideIndex,
  cursor: Cursor,
  { all }: Lanes,
  comparer: Comparer,
  seen: SeenPackets,
  tolerances: Tolerances,
  placeOf: PlaceOf,
): void {
  cursor.queues.forEach((queue, index) => {
    const packets = Array.from({ length: queue.length }, (_, k) => queue.at(k));
    queue.clear();
    for (const i of packets) {
      if (seen.add(side, comparer.keys.ofAll(cursor, i, all[index]))) queue.push(i);
      else {
        cursor.left--;
        const where = side === 0 ? '' : ' in the expected capture';
        tolerances.note(
          'duplicate',
          `packets that repeat an earlier one${where}`,
          placeOf(side, cursor.sequence[i]).frame,
        );
      }
    }
  });
}
