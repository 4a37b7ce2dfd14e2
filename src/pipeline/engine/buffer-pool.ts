/** Buffers for packets that nodes make themselves: ICMP errors, ARP requests, fragments, packets held for reassembly. */

import { copyFrame } from '../../capture/copy-frame.js';
import { HEADROOM_BYTES as FRAME_HEADROOM_BYTES, TAILROOM_BYTES } from '../../capture/frame-batch.js';
import { FLAG_CHECKSUM_UNKNOWN, FLAG_ORIGINATED, PacketBuffer } from './packet-buffer.js';

/** Bytes before the packet, for headers to be prepended (VPP's pre-data area, VLIB_BUFFER_PRE_DATA_SIZE). */
const HEADROOM_BYTES = 128;
/** Data bytes of an ordinary buffer; larger packets get a buffer of their own size. */
const DATA_BYTES = 2048;

export class BufferPool {
  private readonly free: PacketBuffer[] = [];
  private lastNumber = 0;
  /** Where the frame that runs is when it needs more headroom than its capture has. Only one frame runs at a time. */
  private frameBytes = new Uint8Array(HEADROOM_BYTES + DATA_BYTES + TAILROOM_BYTES);
  private frameView = new DataView(this.frameBytes.buffer);

  /** A buffer of `length` zero bytes with headroom, metadata as after reception on `swIfIndexRx`. */
  take(length: number, swIfIndexRx: number): PacketBuffer {
    const pooled = length <= DATA_BYTES ? this.free.pop() : undefined;
    const bytes = pooled?.bytes ?? new Uint8Array(HEADROOM_BYTES + Math.max(length, DATA_BYTES) + TAILROOM_BYTES);
    if (pooled) bytes.fill(0);
    const view = pooled?.view ?? new DataView(bytes.buffer);
    const b = pooled ?? new PacketBuffer(bytes, view);
    b.reset(bytes, view, HEADROOM_BYTES, length, swIfIndexRx);
    b.isPooled = true;
    b.number = this.lastNumber = (this.lastNumber + 1) & 0x3fffffff;
    return b;
  }

  /** A buffer for a received frame that runs together with others; it never comes back to the pool. */
  own(source: Uint8Array, from: number, length: number, swIfIndexRx: number): PacketBuffer {
    const bytes = new Uint8Array(HEADROOM_BYTES + length + TAILROOM_BYTES);
    bytes.set(source.subarray(from, from + length), HEADROOM_BYTES);
    const view = new DataView(bytes.buffer);
    const b = new PacketBuffer(bytes, view);
    b.reset(bytes, view, HEADROOM_BYTES, length, swIfIndexRx);
    b.isPooled = true;
    b.isHeld = true;
    b.number = this.lastNumber = (this.lastNumber + 1) & 0x3fffffff;
    return b;
  }

  /** A copy of a packet, bytes and metadata, that may be kept after the original's chunk is gone. */
  copy(from: PacketBuffer): PacketBuffer {
    const before = Math.min(from.at, HEADROOM_BYTES);
    const b = this.take(from.length, from.swIfIndexRx);
    const { bytes, view, at } = b;
    b.copyMetadata(from);
    b.bytes = bytes;
    b.view = view;
    b.isPooled = true;
    b.moveTo(at);
    bytes.set(from.bytes.subarray(from.at - before, from.at + from.length), at - before);
    return b;
  }

  /**
   * A packet for the answer to another, whose start stands behind `headersBytes` zero bytes; at most `largestBytes` long,
   * and cut off where the capture cut off the other.
   */
  quote(b: PacketBuffer, headersBytes: number, largestBytes: number): PacketBuffer {
    const length = Math.min(b.length + b.cutBytes + headersBytes, largestBytes);
    const captured = Math.min(b.length + headersBytes, length);
    const made = this.take(captured, b.swIfIndexRx);
    const { at, bytes } = made;
    made.copyMetadata(b);
    made.at = at;
    made.dataAt = at - (b.at - b.dataAt - headersBytes);
    made.length = captured;
    made.cutBytes = length - captured;
    made.l2 = -1;
    made.flags = FLAG_ORIGINATED | (made.cutBytes === 0 ? 0 : FLAG_CHECKSUM_UNKNOWN);
    made.error = 0;
    made.cause = 0;
    bytes.set(b.bytes.subarray(b.at, b.at + captured - headersBytes), at + headersBytes);
    return made;
  }

  /**
   * Makes sure that at least `bytes` bytes before the packet may be overwritten. A frame of a capture has others before it
   * and moves to a place of its own, with its own headers that nodes have left behind; it stays the same PacketBuffer.
   */
  reserveHeadroom(b: PacketBuffer, bytes: number): void {
    const room = HEADROOM_BYTES + b.length + TAILROOM_BYTES;
    const before = Math.max(0, Math.min(b.at - b.l2, HEADROOM_BYTES));
    const from = b.at - before;
    const to = HEADROOM_BYTES - before;
    if (b.isPooled || b.bytes === this.frameBytes) {
      if (b.at >= bytes) return;
      // Headers were prepended more than once: seldom enough for a place that is used but once.
      const own = new Uint8Array(room);
      own.set(b.bytes.subarray(from, b.at + b.length), to);
      b.bytes = own;
      b.view = new DataView(own.buffer);
    } else {
      if (this.frameBytes.length < room) {
        this.frameBytes = new Uint8Array(room * 2);
        this.frameView = new DataView(this.frameBytes.buffer);
      }
      copyFrame(b.bytes, b.view, from, this.frameBytes, this.frameView, to, before + b.length);
      b.bytes = this.frameBytes;
      b.view = this.frameView;
    }
    b.moveTo(HEADROOM_BYTES);
  }

  /**
   * Takes a packet away from its neighbours in the capture and puts zeros behind it: VPP's nodes read and write L4 headers
   * that the packet is too short for. What VPP finds there is left from earlier packets.
   */
  isolate(b: PacketBuffer): void {
    this.reserveHeadroom(b, FRAME_HEADROOM_BYTES);
    const end = b.at + b.length;
    b.bytes.fill(0, end, end + TAILROOM_BYTES);
  }

  /** Makes a packet longer by so many zero bytes, in a place of its own. */
  lengthen(b: PacketBuffer, by: number): void {
    const before = Math.min(b.at, HEADROOM_BYTES);
    const bytes = new Uint8Array(HEADROOM_BYTES + b.length + by + TAILROOM_BYTES);
    bytes.set(b.bytes.subarray(b.at - before, b.at + b.length), HEADROOM_BYTES - before);
    b.bytes = bytes;
    b.view = new DataView(bytes.buffer);
    b.moveTo(HEADROOM_BYTES);
    b.length += by;
  }

  /** Gives a buffer back once its way has ended. */
  release(b: PacketBuffer): void {
    if (b.isPooled && b.bytes.length === HEADROOM_BYTES + DATA_BYTES + TAILROOM_BYTES) this.free.push(b);
  }
}
