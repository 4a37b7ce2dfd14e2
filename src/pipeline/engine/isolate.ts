/** Keeps packets that are too short for their headers away from what lies behind them in memory. */

import { HEADROOM_BYTES, TAILROOM_BYTES } from '../../capture/frame-batch.js';
import type { BufferPool } from './buffer-pool.js';
import type { PacketBuffer } from './packet-buffer.js';

/**
 * Takes a packet away from its neighbours in the capture and puts zeros behind it: VPP's nodes read and write L4 headers
 * that the packet is too short for. What VPP finds there is left from earlier packets.
 */
export function isolate(b: PacketBuffer, buffers: BufferPool): void {
  buffers.reserveHeadroom(b, HEADROOM_BYTES);
  const end = b.at + b.length;
  b.bytes.fill(0, end, end + TAILROOM_BYTES);
}
