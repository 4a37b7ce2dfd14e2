/** A capture as frames, one after the other, for whoever needs no more speed than that: open-batches.ts has it. */

import { CaptureError, copyOf, DIRECTION_INBOUND, DIRECTION_OUTBOUND, DIRECTION_UNKNOWN } from '../frame-batch.js';
import type { CopiedFrame, FrameBatch, FrameReader } from '../frame-batch.js';
import { cookedDirection } from '../link-layer.js';
import { openBatches } from './open-batches.js';

/** A frame of a capture, without its frame check sequence. */
export interface CapturedFrame extends CopiedFrame {
  /** Its number in the capture, from 1 as Wireshark counts. */
  readonly number: number;
  /** Link-layer header type (tcpdump.org/linktypes.html): 1 for Ethernet. */
  readonly linkType: number;
  /** The interface it was captured on; null where the capture names none. */
  readonly interfaceName: string | null;
  /** Which way it went through that interface; null where the capture does not tell. */
  readonly direction: 'inbound' | 'outbound' | null;
}

/**
 * The frames of a pcap or pcapng, packed with gzip or not, in its order:
 *
 *     for await (const frame of openCapture('pods.pcap')) console.log(frame.number, frame.bytes.length);
 *
 * The capture is opened when the first frame is asked for, and closed at its end and when the loop is left. Memory does not
 * grow with the capture.
 *
 * @param path a file, a FIFO, or '-' for standard input
 * @throws CaptureError where there is no capture; and of one that is damaged or cut, behind the last frame that can be read:
 * its `damage` says where
 */
export async function* openCapture(path: string): AsyncGenerator<CapturedFrame, void, undefined> {
  const reader = await openBatches(path);
  try {
    for (let batch = await reader.next(); batch !== null; batch = await reader.next())
      for (let i = 0; i < batch.count; i++) yield frameOf(reader, batch, i);
    if (reader.damage !== null) throw new CaptureError(reader.damage.message, reader.damage);
  } finally {
    await reader.close();
  }
}

function frameOf({ interfaces }: FrameReader, batch: FrameBatch, i: number): CapturedFrame {
  const { linkType, name } = interfaces[batch.interfaceIndex[i]];
  const told = batch.hasDirections ? batch.direction[i] : DIRECTION_UNKNOWN;
  return {
    ...copyOf(batch, i),
    number: batch.firstNumber + i,
    linkType,
    interfaceName: name,
    direction: DIRECTIONS[told === DIRECTION_UNKNOWN ? cookedDirection(batch, i, linkType) : told] ?? null,
  };
}

const DIRECTIONS: Readonly<Record<number, 'inbound' | 'outbound' | undefined>> = {
  [DIRECTION_INBOUND]: 'inbound',
  [DIRECTION_OUTBOUND]: 'outbound',
};
