/**
 * What VPP says at most once in a time about the same addresses (VPP 19.08 src/vnet/util/throttle.h). It keeps a bitmap of hashes with random
 * seeds; here two of them never collide that VPP tells apart before it hashes.
 */

import * as ip6 from '../../wire/ip6.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { savedRow, type SavedStates } from '../engine/state/saved-states.js';

/** Capture clocks tick in microseconds. */
const TICK = 1e-7;

export class Throttle {
  private readonly said: number[] = [];
  private since = -Infinity;

  /** @param node whose it is */
  constructor(
    node: string,
    private readonly quietSeconds: number,
    saved: SavedStates,
  ) {
    saved.add(
      savedRow(
        `${node} throttle`,
        'since when, two words of each that something was said about',
        () => [this.since, ...this.said],
        ([since, ...said]) => {
          this.since = since;
          this.said.splice(0, Infinity, ...said);
        },
      ),
    );
  }

  /** False the first time in a while; two words that VPP hashes. */
  isQuiet(high: number, low: number, now: number): boolean {
    const { said } = this;
    if (now - this.since >= this.quietSeconds - TICK) {
      said.length = 0;
      this.since = now;
    }
    for (let i = 0; i < said.length; i += 2) if (said[i] === high && said[i + 1] === low) return true;
    said.push(high, low);
    return false;
  }

  /** About a packet's two addresses together (ip6_address_hash_to_u64). */
  isQuietAbout({ view, at }: PacketBuffer, now: number): boolean {
    let high = 0;
    let low = 0;
    for (let word = ip6.SOURCE; word < ip6.HEADER_BYTES; word += 8) {
      high ^= view.getInt32(at + word);
      low ^= view.getInt32(at + word + 4);
    }
    return this.isQuiet(high, low, now);
  }
}
