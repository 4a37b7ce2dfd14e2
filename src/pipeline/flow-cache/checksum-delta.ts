/**
 * Checksum updates of several steps as one addition. Each step of a node adds to the one's complement sum what a field was
 * and takes off what it becomes (RFC 1624); for the packets of a flow that is always the same. Their sum gives the same
 * checksum as the steps, but where it is a multiple of 0xffff: whether that becomes 0 or 0xffff depends on the steps.
 */

import { fold } from '../../wire/checksum.js';

/** What the change of a 16- or 32-bit field adds. Both words are little-endian, or both big-endian, as the checksum is. */
export const deltaOf = (before: number, after: number): number =>
  (before & 0xffff) + (before >>> 16) + (~after & 0xffff) + (~after >>> 16);

/** The checksum after `delta` was added; UNSURE where only the steps tell. */
export function addDelta(checksum: number, delta: number): number {
  const folded = fold(checksum + delta);
  return folded === 0xffff || folded === 0 ? UNSURE : folded;
}

export const UNSURE = -1;
