/** The columns of packets that wait, and how they are filled and grow. */

import type { PacketColumns } from '../packet/packet-columns.js';

export const FIRST_PACKETS = 1024;
export const NONE = -1;
/** By how much columns and bytes grow at once: what is not used yet takes no memory, and the less often they grow the less is copied. */
export const GROWTH = 4;
/** From here on a run of packets is copied column by column in bulk, with its set-up, sooner than one by one. */
export const BULK_PACKETS = 32;

export type Column = Uint8Array | Uint16Array | Uint32Array | Int32Array | Float64Array;

export class WaitingColumns {
  offset = new Uint32Array(FIRST_PACKETS);
  capturedLength = new Uint32Array(FIRST_PACKETS);
  originalLength = new Uint32Array(FIRST_PACKETS);
  seconds = new Float64Array(FIRST_PACKETS);
  nanoseconds = new Uint32Array(FIRST_PACKETS);
  linkType = new Uint32Array(FIRST_PACKETS);
  sequence = new Uint32Array(FIRST_PACKETS);
  ordinal = new Uint32Array(FIRST_PACKETS);
  hasKey = new Uint8Array(FIRST_PACKETS);
  keyHigh = new Int32Array(FIRST_PACKETS);
  keyLow = new Int32Array(FIRST_PACKETS);
  exactKey = new Int32Array(FIRST_PACKETS);
  portCount = new Uint8Array(FIRST_PACKETS);
  boundAddress = new Int32Array(FIRST_PACKETS);
  boundPort = new Int32Array(FIRST_PACKETS);
  /** Index of the lane, or -1 for a place that is free. */
  lane = new Int32Array(FIRST_PACKETS).fill(NONE);
  /** Number of the couple that a packet is in, from 1; 0 for none. */
  couple = new Int32Array(FIRST_PACKETS);
  /** Kind of the difference between the two (DifferenceGroups), or -1; only of actual packets. */
  difference = new Int32Array(FIRST_PACKETS);
  /** The next place in each chain of a table. */
  protected links = new Int32Array(FIRST_PACKETS);

  /** Copies all that is not known of packets before their bytes are copied: the columns but offsets, keys and lanes. */
  protected copyColumns(from: PacketColumns, first: number, place: number, count: number): void {
    if (count < BULK_PACKETS) {
      for (let k = 0; k < count; k++) {
        this.capturedLength[place + k] = from.capturedLength[first + k];
        this.originalLength[place + k] = from.originalLength[first + k];
        this.seconds[place + k] = from.seconds[first + k];
        this.nanoseconds[place + k] = from.nanoseconds[first + k];
        this.linkType[place + k] = from.linkType[first + k];
        this.sequence[place + k] = from.sequence[first + k];
        this.ordinal[place + k] = from.ordinal[first + k];
        this.hasKey[place + k] = from.hasKey[first + k];
        this.portCount[place + k] = from.portCount[first + k];
        this.boundAddress[place + k] = from.boundAddress[first + k];
        this.boundPort[place + k] = from.boundPort[first + k];
      }
      return;
    }
    const end = first + count;
    this.capturedLength.set(from.capturedLength.subarray(first, end), place);
    this.originalLength.set(from.originalLength.subarray(first, end), place);
    this.seconds.set(from.seconds.subarray(first, end), place);
    this.nanoseconds.set(from.nanoseconds.subarray(first, end), place);
    this.linkType.set(from.linkType.subarray(first, end), place);
    this.sequence.set(from.sequence.subarray(first, end), place);
    this.ordinal.set(from.ordinal.subarray(first, end), place);
    this.hasKey.set(from.hasKey.subarray(first, end), place);
    this.portCount.set(from.portCount.subarray(first, end), place);
    this.boundAddress.set(from.boundAddress.subarray(first, end), place);
    this.boundPort.set(from.boundPort.subarray(first, end), place);
  }

  protected columns(): readonly Column[] {
    const { offset, capturedLength, originalLength, seconds, nanoseconds, linkType, sequence, ordinal } = this;
    const { hasKey, keyHigh, keyLow, exactKey, portCount, boundAddress, boundPort, lane, couple, difference } = this;
    // prettier-ignore
    return [offset, capturedLength, originalLength, seconds, nanoseconds, linkType, sequence, ordinal, hasKey, keyHigh, keyLow, exactKey, portCount, boundAddress, boundPort, lane, couple, difference];
  }

  protected growColumns(size: number): void {
    const grown = <T extends Column>(column: T, into: T): T => {
      into.set(column);
      return into;
    };
    this.offset = grown(this.offset, new Uint32Array(size));
    this.capturedLength = grown(this.capturedLength, new Uint32Array(size));
    this.originalLength = grown(this.originalLength, new Uint32Array(size));
    this.seconds = grown(this.seconds, new Float64Array(size));
    this.nanoseconds = grown(this.nanoseconds, new Uint32Array(size));
    this.linkType = grown(this.linkType, new Uint32Array(size));
    this.sequence = grown(this.sequence, new Uint32Array(size));
    this.ordinal = grown(this.ordinal, new Uint32Array(size));
    this.hasKey = grown(this.hasKey, new Uint8Array(size));
    this.keyHigh = grown(this.keyHigh, new Int32Array(size));
    this.keyLow = grown(this.keyLow, new Int32Array(size));
    this.exactKey = grown(this.exactKey, new Int32Array(size));
    this.portCount = grown(this.portCount, new Uint8Array(size));
    this.boundAddress = grown(this.boundAddress, new Int32Array(size));
    this.boundPort = grown(this.boundPort, new Int32Array(size));
    this.lane = grown(this.lane, new Int32Array(size).fill(NONE));
    this.couple = grown(this.couple, new Int32Array(size));
    this.difference = grown(this.difference, new Int32Array(size));
    this.links = grown(this.links, new Int32Array(size));
  }
}
