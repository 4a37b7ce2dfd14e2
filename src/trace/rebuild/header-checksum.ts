/** Checksums of headers as a text states them. */

import * as checksum from '../../wire/checksum.js';
import type { Field, Ip4Block } from './headers.js';

/** A value as so many octets in wire order. */
export const octetsOf = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) & 0xff);

/**
 * True where a block states a whole header of 20 bytes and its checksum: then every field is as it was, and there are no
 * options. A wrong checksum is as good, where the text has the right one too.
 */
export function isChecksumRight(block: Ip4Block): boolean {
  const { versionAndLength, tos, length, id, fragment, ttl, protocol, source, destination } = block;
  const stated = block.computed ?? block.checksum;
  if (versionAndLength !== null && versionAndLength.value !== 0x45) return false;
  const fields: [Field | null, number][] = [
    [tos, 1],
    [length, 2],
    [id, 2],
    [fragment, 2],
    [ttl, 1],
    [protocol, 1],
    // The checksum field itself counts as 0.
    [{ value: 0, line: 0, isOpen: false }, 2],
    [source, 4],
    [destination, 4],
  ];
  if (stated === null) return false;
  const bytes = [0x45];
  for (const [found, count] of fields) {
    if (found === null) return false;
    bytes.push(...octetsOf(found.value, count));
  }
  return internetChecksum(bytes) === stated.value;
}

/** RFC 1071 over bytes in wire order, as a number in host order. */
export function internetChecksum(bytes: readonly number[]): number {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  return checksum.swap16(checksum.compute(view, 0, bytes.length));
}
