/**
 * The Internet checksum (RFC 1071) and its incremental update (RFC 1624), with the representation of zero that
 * VPP produces: `ip_csum_update` and `ip_csum_fold` (VPP 19.08 src/vnet/ip/ip_packet.h) work on little-endian
 * words in a 64-bit accumulator, so a sum that is exactly 0 stays 0x0000 while any other multiple of 0xffff
 * becomes 0xffff.
 *
 * Words here are little-endian as well: read fields with `getUint16(at, true)` / `getUint32(at, true)`.
 */

const LITTLE_ENDIAN = true;

/** A 16-bit word with its bytes exchanged: little-endian as it reads on the wire, and back. */
export const swap16 = (value: number): number => ((value & 0xff) << 8) | ((value >>> 8) & 0xff);

/** Likewise a 32-bit word. */
export const swap32 = (value: number): number => (swap16(value) << 16) | swap16(value >>> 16);

/** Folds a sum of 16-bit words (below 2^31) to 16 bits; 0 only for a sum of 0. */
export function fold(sum: number): number {
  sum = (sum & 0xffff) + (sum >>> 16);
  return (sum & 0xffff) + (sum >>> 16);
}

/**
 * Sum of the 16-bit little-endian words of `length` bytes at `at`, below 2^31 for any IPv4 datagram. An odd last byte is padded with 0.
 * Four bytes at a time: 1400 bytes take some 0.15 µs.
 */
export function sumWords(frame: DataView, at: number, length: number, sum = 0): number {
  const end = at + (length & ~3);
  for (; at < end; at += 4) {
    const words = frame.getInt32(at, LITTLE_ENDIAN);
    sum += (words & 0xffff) + (words >>> 16);
  }
  if (length & 2) {
    sum += frame.getUint16(at, LITTLE_ENDIAN);
    at += 2;
  }
  if (length & 1) sum += frame.getUint8(at);
  return sum;
}

/** Checksum field value (little-endian word) over `length` bytes at `at`, on top of `sum` (a pseudo header, say). */
export function compute(frame: DataView, at: number, length: number, sum = 0): number {
  return ~fold(sumWords(frame, at, length, sum)) & 0xffff;
}

/**
 * The checksum after one 16- or 32-bit field changed from `before` to `after` (RFC 1624 eqn 4 as VPP computes it:
 * c + before - after). All three are little-endian words; `before` and `after` may be signed or unsigned.
 */
export function update(checksum: number, before: number, after: number): number {
  const folded = fold(checksum + (before & 0xffff) + (before >>> 16) + (~after & 0xffff) + (~after >>> 16));
  if (folded !== 0xffff && folded !== 0) return folded;
  return checksum + (before >>> 0) === after >>> 0 ? 0 : 0xffff;
}

/** As `update`, for two fields in one go, as NAT changes an address and a port: folded once, like VPP does. */
export function update2(checksum: number, before: number, after: number, before2: number, after2: number): number {
  const folded = fold(
    checksum +
      (before & 0xffff) +
      (before >>> 16) +
      (~after & 0xffff) +
      (~after >>> 16) +
      (before2 & 0xffff) +
      (before2 >>> 16) +
      (~after2 & 0xffff) +
      (~after2 >>> 16),
  );
  if (folded !== 0xffff && folded !== 0) return folded;
  return checksum + (before >>> 0) - (after >>> 0) + (before2 >>> 0) - (after2 >>> 0) === 0 ? 0 : 0xffff;
}

/** The one form of a checksum where 0 and 0xffff are one value: never 0. */
export const normal = (word: number): number => (word === 0 ? 0xffff : word);

/**
 * The checksum after a word that it covers changed, for those who need not know which zero VPP writes (RFC 1624 eqn 3: ~c' = ~c + ~m + m').
 * Words are as they stand on the wire. Never 0.
 */
export const adjusted = (checksum: number, before: number, after: number): number =>
  normal(fold(checksum + before + (~after & 0xffff)));
