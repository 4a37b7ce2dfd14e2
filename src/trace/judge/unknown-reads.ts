/**
 * Finds out from which node on bytes decide that a trace does not show. Two models run the same packet, one after the other, with
 * other values in the place of those bytes: wherever the two packets differ at a node, the byte is unknown or made of unknown
 * ones, however often it was copied or a checksum brought up to date. A node that reads such a byte may decide by it.
 */

import type { NodeObserver } from '../../pipeline/graph.js';
import type { PacketBuffer } from '../../pipeline/packet-buffer.js';
import type { TraceRecords } from '../../pipeline/trace/trace-records.js';

/** Headers that were taken off are looked back at: IPv4, UDP and VXLAN, or a frame's Ethernet header. */
const BYTES_BEFORE = 64;

/** Nodes that copy the packet or hash it for a port, and send it on in any case: what comes of it is compared by value. */
const COPYING: ReadonlySet<string> = new Set(['vxlan4-encap']);

/** A packet as a node got it. */
interface Visit {
  readonly node: number;
  /** The packet and BYTES_BEFORE bytes before it. */
  readonly bytes: Uint8Array;
}

export class UnknownReads implements NodeObserver {
  private visits: Visit[] = [];
  private twinVisits: readonly Visit[] = [];
  /** Where the records stood when the first node that read an unknown byte got its packet; -1 while none has. */
  readAt = -1;
  private position = 0;
  private isWatching = false;
  private plain: DataView | null = null;

  /**
   * @param observer sees the packets as well
   * @param names of nodes, by index
   * @param records what the nodes record
   */
  constructor(
    private readonly observer: NodeObserver,
    private readonly names: readonly string[],
    private readonly records: TraceRecords,
  ) {}

  /** Begins a packet. @param twin what saw it in the other model, where that ran it already */
  start(twin: UnknownReads | null): void {
    this.visits = [];
    this.twinVisits = twin?.visits ?? [];
    this.isWatching = twin !== null;
    this.readAt = -1;
  }

  before(b: PacketBuffer, node: number): void {
    this.observer.before(b, node);
    const from = Math.max(0, b.at - BYTES_BEFORE);
    const bytes = b.bytes.slice(from, b.at + b.length);
    const twin = this.twinVisits.at(this.visits.length);
    this.visits.push({ node, bytes });
    if (!this.isWatching || this.readAt >= 0) return;
    this.position = this.records.length;
    // The ways of the two part: sessions or ports that unknown bytes made differ.
    if (twin?.node !== node || twin.bytes.length !== bytes.length) this.noteRead();
    else if (!COPYING.has(this.names[node]) && bytes.some((byte, i) => byte !== twin.bytes[i])) {
      const isUnknown = (at: number): boolean => bytes[at - from] !== twin.bytes[at - from];
      this.plain = b.view;
      b.view = new WatchedView(b.view, (at, count) => {
        for (let i = at; i < at + count; i++)
          if (i >= from && i < from + bytes.length && isUnknown(i)) return this.noteRead();
      });
    }
  }

  after(b: PacketBuffer, node: number, next: number): void {
    if (b.view instanceof WatchedView && this.plain !== null) b.view = this.plain;
    this.observer.after(b, node, next);
  }

  released(b: PacketBuffer): void {
    this.observer.released(b);
  }

  private noteRead(): void {
    if (this.readAt < 0) this.readAt = this.position;
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
