/**
 * One datagram being reassembled: its fragments by range, with VPP's rules for overlaps (VPP 19.08
 * src/vnet/ip/reass/ip4_full_reass.c, ip4_full_reass_update). Octets count from the start of the datagram's data.
 */

import * as ip4 from '../../../wire/ip4.js';
import { BUFFER_COLUMNS, buffersOf, savedBuffer } from '../../engine/saved-buffer.js';
import type { SavedRow } from '../../engine/state/saved-states.js';
import type { PacketBuffer } from '../../engine/packet-buffer.js';

/** A fragment, and the part of it that is not covered by others. */
export interface FragmentRange {
  readonly buffer: PacketBuffer;
  readonly fragmentFirst: number;
  readonly fragmentLast: number;
  first: number;
  last: number;
}

/** What a fragment did to a reassembly, for traces (ip4_full_reass_trace_operation_e). */
export const RANGE_NEW = 0;
export const RANGE_SHRINK = 1;
export const RANGE_DISCARD = 2;
export const RANGE_OVERLAP = 3;
export const FINALIZE = 4;

/** Told what happens to a reassembly, one range at a time. */
export type ReassemblyLog = (action: number, range: FragmentRange, reassembly: Reassembly) => void;

export const dataLength = ({ first, last, fragmentLast }: FragmentRange): number =>
  Math.min(last, fragmentLast) - first + 1;

export const REASSEMBLY_COLUMNS = `key (4 words), last heard, number, fragments, bytes of data, operations, last octet, ranges, and of each first and last octet of its fragment and its own; ranges, and of each ${BUFFER_COLUMNS}`;

export class Reassembly {
  /** Ranges in order of octets. */
  readonly ranges: FragmentRange[] = [];
  /** Fragments that were looked at, kept or not; in 26.06, kept. */
  fragments = 0;
  /** Octets of the datagram's data that are there. */
  dataBytes = 0;
  /** Trace records of it so far. */
  operations = 0;
  private lastOctet = -1;

  constructor(
    /** Hash key, to take it out of its table. */
    readonly key: readonly [number, number, number, number],
    public lastHeard: number,
    /** Reassemblies of the node before this one. */
    readonly id: number,
    private readonly log: ReassemblyLog | null,
  ) {}

  /** Numbers and ranges, for who saves them. */
  toRow(): number[] {
    const { key, lastHeard, id, fragments, dataBytes, operations, lastOctet, ranges } = this;
    return [
      ...[...key, lastHeard, id, fragments, dataBytes, operations, lastOctet, ranges.length],
      ...ranges.flatMap(({ fragmentFirst, fragmentLast, first, last }) => [fragmentFirst, fragmentLast, first, last]),
      ranges.length,
      ...ranges.flatMap(({ buffer }) => savedBuffer(buffer)),
    ];
  }

  static ofRow(row: SavedRow, log: ReassemblyLog | null): Reassembly {
    const [k0, k1, k2, k3, lastHeard, id, fragments, dataBytes, operations, lastOctet, count, ...rest] = row;
    const one = new Reassembly([k0, k1, k2, k3], lastHeard, id, log);
    Object.assign(one, { fragments, dataBytes, operations, lastOctet });
    buffersOf(rest, count * 4).forEach((buffer, i) => {
      const [fragmentFirst, fragmentLast, first, last] = rest.slice(i * 4);
      one.ranges.push({ buffer, fragmentFirst, fragmentLast, first, last });
    });
    return one;
  }

  get isComplete(): boolean {
    return this.lastOctet >= 0 && this.dataBytes === this.lastOctet + 1;
  }

  /** Takes a fragment in; false where it brings nothing new. Discarded ranges go to `discard`. */
  insert(buffer: PacketBuffer, discard: (buffer: PacketBuffer) => void, countsNewOnly: boolean): boolean {
    const { view, at } = buffer;
    const first = ip4.fragmentOffset(view, at) * 8;
    const last = first + ip4.totalLength(view, at) - ip4.headerLength(view, at) - 1;
    const range: FragmentRange = { buffer, fragmentFirst: first, fragmentLast: last, first, last };
    if ((ip4.flagsAndFragment(view, at) & ip4.MORE_FRAGMENTS) === 0) this.lastOctet = last;
    this.fragments++;
    let place = 0;
    while (place < this.ranges.length) {
      const candidate = this.ranges[place];
      if (first > candidate.last) {
        place++;
        continue;
      }
      if (last < candidate.first) break;
      if (first >= candidate.first && last <= candidate.last) {
        this.log?.(RANGE_OVERLAP, range, this);
        if (countsNewOnly) this.fragments--;
        return false;
      }
      if (first < candidate.first) {
        const overlap = last - candidate.first + 1;
        if (overlap < dataLength(candidate)) {
          candidate.first += overlap;
          this.dataBytes -= overlap;
          this.log?.(RANGE_SHRINK, candidate, this);
          break;
        }
      } else {
        const overlap = candidate.last - first + 1;
        if (overlap < dataLength(candidate)) {
          range.first += overlap;
          place++;
          continue;
        }
      }
      this.dataBytes -= dataLength(candidate);
      this.ranges.splice(place, 1);
      this.log?.(RANGE_DISCARD, candidate, this);
      discard(candidate.buffer);
    }
    this.ranges.splice(place, 0, range);
    this.dataBytes += dataLength(range);
    this.log?.(RANGE_NEW, range, this);
    return true;
  }

  /** Bytes of the whole packet, the first fragment's header included. */
  get packetBytes(): number {
    const [{ buffer }] = this.ranges;
    return ip4.headerLength(buffer.view, buffer.at) + this.dataBytes;
  }

  /**
   * Writes the whole packet, header first, at `at` of `bytes`. Returns how many of its bytes are known: behind the first that a
   * capture cut off, nothing can be told.
   */
  writeTo(bytes: Uint8Array, at: number): number {
    let to = at;
    let knownEnd = -1;
    this.ranges.forEach((range, index) => {
      const { buffer, fragmentFirst, first } = range;
      const header = ip4.headerLength(buffer.view, buffer.at);
      const skipped = index === 0 ? 0 : header + first - fragmentFirst;
      const length = dataLength(range) + (index === 0 ? header : 0);
      const from = buffer.at + skipped;
      const captured = Math.max(0, Math.min(length, buffer.at + buffer.length - from));
      bytes.set(buffer.bytes.subarray(from, from + captured), to);
      if (captured < length && knownEnd < 0) knownEnd = to + captured;
      to += length;
    });
    return (knownEnd < 0 ? to : knownEnd) - at;
  }
}
