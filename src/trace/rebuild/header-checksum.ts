/** Checksums of headers as a text states them. */

import * as checksum from '../../wire/checksum.js';
import { IP4_FIELDS, type Ip4Block } from './headers.js';

/** A value as so many octets in wire order. */
export const octetsOf = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** (bytes - 1 - i)) & 0xff);

/**
 * True where a block states a whole header of 20 bytes and its checksum: then every field is as it was, and there are no
 * options. A wrong checksum is as good, where the text has the right one too.
 */
export function isChecksumRight(block: Ip4Block): boolean {
  const stated = block.computed ?? block.checksum;
  if (stated === null || (block.versionAndLength?.value ?? VERSION_4_OF_20_BYTES) !== VERSION_4_OF_20_BYTES)
    return false;
  const bytes: number[] = new Array<number>(IP4_BYTES).fill(0);
  bytes[0] = VERSION_4_OF_20_BYTES;
  for (const [name, [at, count]] of Object.entries(IP4_FIELDS)) {
    const found = block[name as keyof typeof IP4_FIELDS];
    if (name === 'versionAndLength' || name === 'checksum') continue;
    if (found === null) return false;
    bytes.splice(at, count, ...octetsOf(found.value, count));
  }
  return internetChecksum(bytes) === stated.value;
}
const VERSION_4_OF_20_BYTES = 0x45;
const IP4_BYTES = 20;

/** RFC 1071 over bytes in wire order, as a number in host order. */
export function internetChecksum(bytes: readonly number[]): number {
  const view = new DataView(Uint8Array.from(bytes).buffer);
  return checksum.swap16(checksum.compute(view, 0, bytes.length));
}
