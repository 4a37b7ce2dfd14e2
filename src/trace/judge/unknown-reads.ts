/**
 * Finds out which nodes read bytes that a trace does not show. Two models run the same packet, one after the other, with other
 * values in the place of those bytes: wherever the two packets differ at a node, the byte is unknown or made of unknown ones,
 * however often it was copied or a checksum brought up to date. A node that reads such a byte may decide by it.
 */

import type { NodeObserver } from '../../pipeline/engine/graph.js';
import type { PacketBuffer } from '../../pipeline/engine/packet-buffer.js';
import type { TraceRecords } from '../../pipeline/engine/trace/trace-records.js';

/** Headers that were taken off are looked back at: IPv4, UDP and VXLAN, or a frame's Ethernet header. */
const BYTES_BEFORE = 64;

/** Nodes that copy the packet or hash it for a port, and send it on in any case: what comes of it is compared by value. */
const COPYING: ReadonlySet<string> = new Set(['vxlan4-encap']);

/** Beside a tag's id, in its first byte: read and not looked at. A byte of which nothing is known differs in others, too. */
const TAG_PRIORITY = 0xf0;

/** A packet as a node got it: its bytes, and BYTES_BEFORE bytes before it. */
interface Visit {
  readonly node: number;
  readonly bytes: Uint8Array;
}

/** A node that read what is unknown. */
export interface UnknownRead {
  readonly node: string;
  /** Where the trace records stood when it was done: its own record is the last, or that of the node before where it has none. */
  readonly recordsEnd: number;
}

export class UnknownReads implements NodeObserver {
  /** What was read of the packet that ran last, in order. */
  reads: UnknownRead[] = [];
  /** Where the records stood when the paths of the two packets parted; -1 where they did not. */
  partedAt = -1;
  private visits: Visit[] = [];
  private twinVisits: readonly Visit[] | null = null;
  private plain: DataView | null = null;
  private hasRead = false;

  /** @param names of nodes, by index; @param records what the nodes record */
  constructor(
    private readonly names: readonly string[],
    private readonly records: TraceRecords,
  ) {}

  /** Begins a packet. @param twin what saw it in the other model, where that ran it already */
  start(twin: UnknownReads | null): void {
    this.visits = [];
    this.reads = [];
    this.partedAt = -1;
    this.twinVisits = twin === null ? null : twin.visits;
  }

  before(b: PacketBuffer, node: number): void {
    const from = Math.max(0, b.at - BYTES_BEFORE);
    const bytes = b.bytes.slice(from, b.at + b.length);
    const twin = this.twinVisits?.at(this.visits.length);
    this.visits.push({ node, bytes });
    if (this.twinVisits === null || this.partedAt >= 0) return;
    if (twin?.node !== node || twin.bytes.length !== bytes.length) {
      this.partedAt = this.records.length;
      return;
    }
    if (COPYING.has(this.names[node]) || Buffer.compare(bytes, twin.bytes) === 0) return;
    this.hasRead = false;
    this.plain = b.view;
    const bits = this.names[node] === 'ethernet-input' ? ~TAG_PRIORITY : ~0;
    b.view = new WatchedView(b.view, (at, count) => {
      for (let i = at - from; i < at - from + count; i++) this.hasRead ||= ((bytes[i] ^ twin.bytes[i]) & bits) !== 0;
    });
  }

  after(b: PacketBuffer, node: number): void {
    if (this.plain !== null) {
      if (b.view instanceof WatchedView) b.view = this.plain;
      if (this.hasRead) this.reads.push({ node: this.names[node], recordsEnd: this.records.length });
      this.plain = null;
    }
  }
}

/** The constructor without its type parameter, which a class cannot extend. */
const PlainView: new (buffer: ArrayBufferLike, at: number, length: number) => DataView = DataView;

/** Tells of every read. */
class WatchedView extends PlainView {
  constructor(
    view: DataView,
    private readonly onRead: (at: number, count: number) => void,
  ) {
    super(view.buffer, view.byteOffset, view.byteLength);
  }

  override getUint8(at: number): number {
    this.onRead(at, 1);
    return super.getUint8(at);
  }

  override getUint16(at: number, isLittleEndian?: boolean): number {
    this.onRead(at, 2);
    return super.getUint16(at, isLittleEndian);
  }

  override getUint32(at: number, isLittleEndian?: boolean): number {
    this.onRead(at, 4);
    return super.getUint32(at, isLittleEndian);
  }

  override getInt32(at: number, isLittleEndian?: boolean): number {
    this.onRead(at, 4);
    return super.getInt32(at, isLittleEndian);
  }
}
