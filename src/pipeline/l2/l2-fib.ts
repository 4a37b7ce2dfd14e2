/**
 * The L2 FIB: from a MAC address in a bridge domain to the port behind which it is (VPP 19.08 src/vnet/l2/l2_fib.h).
 * Structure of arrays; learning adds entries while frames run.
 *
 * VPP tells entries of a reconfigured port by sequence numbers, and old ones by the minute. Both only show in traces here: ports
 * never change once frames run, and `mac-age` is refused.
 */

import { FlowHashTable2 } from '../engine/state/flow-hash-table.js';
import type { SavedState } from '../engine/state/saved-states.js';
import { grown } from '../engine/state/grown.js';

/** l2fib_entry_result_flags_t */
export const ENTRY_STATIC = 1 << 0;
export const ENTRY_AGE_NOT = 1 << 1;
export const ENTRY_BVI = 1 << 2;
export const ENTRY_FILTER = 1 << 3;

export const NOT_LEARNED = -1;

/** Port of a filter entry. */
export const NO_PORT = -1;

/** Key words: the MAC's low 32 bits; its high 16 bits below the bridge domain's index. */
const highWord = (bdIndex: number, high: number): number => (bdIndex << 16) | high;

export class L2Fib {
  /** Port and ENTRY_ flags by entry. */
  swIfIndex = new Int32Array(64);
  flags = new Uint8Array(64);
  /** Minute of the clock in which it was learned, modulo 256; NOT_LEARNED for a configured entry. */
  minute = new Int16Array(64);
  private used = 0;
  private readonly entryOf = new FlowHashTable2();

  readonly saved: SavedState = {
    name: 'l2 MAC',
    columns: `bridge domain << 16 | MAC's high 16 bits, its low 32, sw_if_index, flags, minute of learning (${NOT_LEARNED}: configured)`,
    save: () =>
      Array.from(this.entryOf.entries(), ([high, low, entry]) => [
        ...[high, low, this.swIfIndex[entry], this.flags[entry], this.minute[entry]],
      ]),
    restore: (rows) => {
      this.entryOf.clear();
      this.used = 0;
      for (const [high, low, ...entry] of rows)
        this.set(high >>> 16, high & 0xffff, low, ...(entry as [number, number, number]));
    },
  };

  /** Number of MAC addresses known. */
  get size(): number {
    return this.entryOf.size;
  }

  /** The entry of a MAC address; -1 for none. */
  find(bdIndex: number, high: number, low: number): number {
    return this.entryOf.get(highWord(bdIndex, high), low | 0);
  }

  /** l2fib_add_entry, and what learning does: overwrites an entry that is there. */
  set(bdIndex: number, high: number, low: number, swIfIndex: number, flags: number, minute = NOT_LEARNED): void {
    let entry = this.find(bdIndex, high, low);
    if (entry === -1) {
      entry = this.used++;
      if (this.used > this.flags.length) this.grow();
      this.entryOf.set(highWord(bdIndex, high), low | 0, entry);
    }
    this.swIfIndex[entry] = swIfIndex;
    this.flags[entry] = flags;
    this.minute[entry] = minute;
  }

  /** Forgets a MAC address; its slot stays unused. */
  delete(bdIndex: number, high: number, low: number): void {
    this.entryOf.delete(highWord(bdIndex, high), low | 0);
  }

  private grow(): void {
    this.swIfIndex = grown(this.swIfIndex);
    this.flags = grown(this.flags);
    this.minute = grown(this.minute);
  }
}
