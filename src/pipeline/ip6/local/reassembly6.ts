/** One IPv6 datagram being reassembled (VPP 19.08 src/vnet/ip/reass/ip6_full_reass.c, ip6_full_reass_update). Octets count from the start of its data. */

import * as ip6 from '../../../wire/ip6.js';
import type { PacketBuffer } from '../../engine/packet-buffer.js';
import { BUFFER_COLUMNS, buffersOf, savedBuffer } from '../../engine/saved-buffer.js';
import type { SavedRow } from '../../engine/state/saved-states.js';

/** Where a fragment's data begins: its fragment header is the first behind the IPv6 header, or it would not have come here. */
export const DATA = ip6.HEADER_BYTES + ip6.EXTENSION_BYTES;

export interface FragmentRange {
  readonly buffer: PacketBuffer;
  readonly first: number;
  readonly last: number;
}

export type Inserted = 'new' | 'duplicate' | 'overlap';

/** What a fragment did to a reassembly, for traces (ip6_full_reass_trace_operation_e). */
export const RANGE_NEW = 0;
export const RANGE_OVERLAP = 1;
export const FINALIZE = 2;
export const PASSTHROUGH = 3;

/** Of the key: addresses, identification, FIB and, in 19.08, next header. */
export const KEY_WORDS = 11;
export const REASSEMBLY6_COLUMNS = `key (${String(KEY_WORDS)} words), last heard, number, fragments, bytes of data, operations, last octet, ranges, and of each its first and last octet; ranges, and of each ${BUFFER_COLUMNS}`;

export class Reassembly6 {
  /** In order of octets. */
  readonly ranges: FragmentRange[] = [];
  /** As VPP counts them. */
  fragments = 0;
  dataBytes = 0;
  /** Trace records of it so far. */
  operations = 0;
  private lastOctet = -1;

  /** @param key addresses, identification, FIB and, in 19.08, next header */
  constructor(
    readonly key: Int32Array,
    public lastHeard: number,
    /** Reassemblies of the node before this one. */
    readonly id: number,
  ) {}

  /** Numbers and ranges, for who saves them. */
  toRow(): number[] {
    const { key, lastHeard, id, fragments, dataBytes, operations, lastOctet, ranges } = this;
    return [
      ...[...key, lastHeard, id, fragments, dataBytes, operations, lastOctet, ranges.length],
      ...ranges.flatMap(({ first, last }) => [first, last]),
      ranges.length,
      ...ranges.flatMap(({ buffer }) => savedBuffer(buffer)),
    ];
  }

  static ofRow(row: SavedRow): Reassembly6 {
    const [lastHeard, id, fragments, dataBytes, operations, lastOctet, count, ...rest] = row.slice(KEY_WORDS);
    const one = new Reassembly6(Int32Array.from(row.slice(0, KEY_WORDS)), lastHeard, id);
    Object.assign(one, { fragments, dataBytes, operations, lastOctet });
    buffersOf(rest, count * 2).forEach((buffer, i) => {
      one.ranges.push({ buffer, first: rest[i * 2], last: rest[i * 2 + 1] });
    });
    return one;
  }

  get isComplete(): boolean {
    return this.lastOctet >= 0 && this.dataBytes === this.lastOctet + 1;
  }

  /** @param countsNewOnly fragments that bring nothing new do not count, and the first one counts twice */
  insert(range: FragmentRange, more: boolean, countsNewOnly: boolean): Inserted {
    const { ranges } = this;
    const { first, last } = range;
    if (!more) this.lastOctet = last;
    const isFirst = ranges.length === 0;
    let at = 0;
    while (at < ranges.length && first > ranges[at].last) at++;
    const candidate = ranges.at(at);
    let outcome: Inserted = 'new';
    if (candidate !== undefined && last >= candidate.first)
      outcome = first === candidate.first && last === candidate.last ? 'duplicate' : 'overlap';
    if (outcome === 'overlap') return outcome;
    if (countsNewOnly) this.fragments += (isFirst ? 1 : 0) + (outcome === 'new' ? 1 : 0);
    else this.fragments++;
    if (outcome === 'duplicate') return outcome;
    ranges.splice(at, 0, range);
    this.dataBytes += last - first + 1;
    return outcome;
  }

  /**
   * Writes the whole packet at `at` of `bytes`. Returns how many of its bytes are known: behind the first that a capture cut off, nothing can
   * be told.
   */
  writeTo(bytes: Uint8Array, view: DataView, at: number): number {
    const [{ buffer: start }] = this.ranges;
    bytes.set(start.bytes.subarray(start.at, start.at + ip6.HEADER_BYTES), at);
    let to = at + ip6.HEADER_BYTES;
    let knownEnd = -1;
    for (const { buffer, first, last } of this.ranges) {
      const length = last - first + 1;
      const from = buffer.at + DATA;
      const captured = Math.max(0, Math.min(length, buffer.at + buffer.length - from));
      bytes.set(buffer.bytes.subarray(from, from + captured), to);
      if (captured < length && knownEnd < 0) knownEnd = to + captured;
      to += length;
    }
    ip6.setNextHeader(view, at, ip6.extensionNextHeader(start.view, start.at + ip6.HEADER_BYTES));
    ip6.setPayloadLength(view, at, this.dataBytes);
    return (knownEnd < 0 ? to : knownEnd) - at;
  }
}
