/** A packet as the comparison looks at it, for tests of its parts. */

import { TAILROOM_BYTES } from '../../src/capture/frame-batch.js';
import type { PacketColumns } from '../../src/verify/packet/packet-columns.js';

/** One Ethernet frame as columns, somewhere in a buffer. */
export function column(bytes: Uint8Array, offset: number): PacketColumns {
  const buffer = new Uint8Array(offset + bytes.length + TAILROOM_BYTES);
  buffer.set(bytes, offset);
  const one = (value: number): Uint32Array => Uint32Array.of(value);
  return {
    bytes: buffer,
    view: new DataView(buffer.buffer),
    offset: one(offset),
    capturedLength: one(bytes.length),
    originalLength: one(bytes.length),
    seconds: new Float64Array(1),
    nanoseconds: one(0),
    linkType: one(1),
    sequence: one(1),
    ordinal: one(0),
    portCount: new Uint8Array(1),
    keyHigh: new Int32Array(1),
    keyLow: new Int32Array(1),
    exactKey: new Int32Array(1),
    hasKey: new Uint8Array(1),
    boundAddress: new Int32Array(1),
    boundPort: new Int32Array(1),
  };
}
