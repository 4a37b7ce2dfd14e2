/** Small frames and captures in memory, for tests of the comparison. */

import {
  FrameBatch,
  TAILROOM_BYTES,
  LINKTYPE_ETHERNET,
  type CaptureInterface,
  type FrameReader,
} from '../../src/capture/frame-batch.js';

/** TCP SYN 10.1.1.3:42010 > 93.184.216.34:80 with a payload of 'hello' (made by hand; its checksums mean nothing). */
export const TCP_FRAME =
  '02fe00000001' +
  '020000000103' +
  '0800' +
  '4500002d000140004006abcd' +
  '0a010103' +
  '5db8d822' +
  'a41a0050' +
  '00000001' +
  '00000000' +
  '5002ffff' +
  '12340000' +
  '68656c6c6f';

export const fromHex = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** The frame with some bytes replaced. */
export function changed(hex: string, at: number, bytes: string): string {
  return hex.slice(0, at * 2) + bytes + hex.slice(at * 2 + bytes.length);
}

/** A frame as the test tables write it: hex, and optionally the interface and the length on the wire. */
export interface GivenFrame {
  readonly hex: string;
  readonly on?: string;
  readonly originalLength?: number;
  /** Captured bytes where fewer than in `hex`. */
  readonly cutTo?: number;
  /** Timestamp in seconds. */
  readonly time?: number;
}

/** A reader over frames in memory; `batchSize` frames at a time. */
export function captureOf(frames: readonly GivenFrame[], linkType = LINKTYPE_ETHERNET, batchSize = 2): FrameReader {
  const names = [...new Set(frames.map(({ on }) => on ?? null))];
  const interfaces = names.map((name): CaptureInterface => ({ linkType, snapLength: 0, name, timestampDigits: 6 }));
  let at = 0;
  return {
    name: 'memory',
    interfaces,
    damage: null,
    next: () => {
      const taken = frames.slice(at, at + batchSize);
      at += taken.length;
      return Promise.resolve(taken.length === 0 ? null : batchOf(taken, names));
    },
    close: () => Promise.resolve(),
  };
}

function batchOf(frames: readonly GivenFrame[], names: readonly (string | null)[]): FrameBatch {
  const packets = frames.map(({ hex, cutTo }) => fromHex(hex).subarray(0, cutTo));
  const bytes = new Uint8Array(packets.reduce((sum, packet) => sum + packet.length, TAILROOM_BYTES));
  const batch = new FrameBatch(bytes, frames.length);
  for (const [i, packet] of packets.entries()) {
    batch.offset[i] = i === 0 ? 0 : batch.offset[i - 1] + packets[i - 1].length;
    bytes.set(packet, batch.offset[i]);
    batch.capturedLength[i] = packet.length;
    const { originalLength, hex, time = 0 } = frames[i];
    batch.originalLength[i] = originalLength ?? hex.length / 2;
    batch.seconds[i] = Math.floor(time);
    batch.nanoseconds[i] = Math.round((time % 1) * 1e9);
    batch.interfaceIndex[i] = names.indexOf(frames[i].on ?? null);
  }
  batch.count = frames.length;
  return batch;
}
