/** The frame check sequence, which a network card takes off before anybody sees the frame: off it comes where a capture says it has one. */

import type { FrameBatch } from './frame-batch.js';

/** From here on if_fcslen is meant in bits: no link layer has a frame check sequence of so many bytes. */
const LEAST_BITS = 16;

/**
 * Bytes of an if_fcslen: the format says bits (draft-ietf-opsawg-pcapng §4.2), Wireshark takes it for bytes, and both are written:
 * 32 and 4 for Ethernet.
 */
export const fcsBytesOf = (length: number): number => (length >= LEAST_BITS ? length >> 3 : length);

/** Frame i of the batch ends before its frame check sequence of so many bytes, of which the capture may have cut some or all. */
export function takeOffFcs({ capturedLength, originalLength }: FrameBatch, i: number, bytes: number): void {
  const original = originalLength[i] > bytes ? originalLength[i] - bytes : 0;
  originalLength[i] = original;
  if (capturedLength[i] > original) capturedLength[i] = original;
}
