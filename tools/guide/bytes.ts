/**
 * Octets of fields, for frames that are put together from what a trace prints. Whole frames are made by wire/build.ts, whose
 * checksums are computed in full and which tshark reads in test/wire. Numbers are big-endian as on the wire.
 */

/** '02:fe:16:3f:5f:0f' to octets. */
export const macOctets = (text: string): number[] => text.split(':').map((octet) => parseInt(octet, 16));

/** '10.1.1.3' to octets. */
export const addressOctets = (text: string): number[] => text.split('.').map(Number);

export const u16 = (value: number): number[] => [(value >>> 8) & 255, value & 255];
export const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)];

/** RFC 1071: the complement of the one's complement sum of big-endian words; an odd last octet is padded with 0. */
export function internetChecksum(octets: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < octets.length; at += 2) sum += ((octets[at] ?? 0) << 8) | (octets[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
