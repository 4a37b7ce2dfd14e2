/**
 * Whether the TCP, UDP or ICMP checksum of an IPv4 packet is right, and if not, whether it is what a sender leaves there for its
 * network card to complete (checksum offload): the sum of the pseudo header alone, or nothing.
 */

import { fold, sumWords, swap16 } from './checksum.js';
import * as icmp4 from './icmp4.js';
import * as ip4 from './ip4.js';
import * as tcp from './tcp.js';
import * as udp from './udp.js';

export const RIGHT = 0;
/** UDP's 0: there is none (RFC 768). */
export const ABSENT = 1;
/** A fragment, cut off by the capture, of another protocol, or with lengths that do not fit. */
export const UNKNOWN = 2;
/** Wrong, and 0. */
export const ZERO = 3;
/** Wrong, and the sum of the pseudo header, whose length is the segment's or, as some cards want it for segmentation, 0. */
export const PSEUDO_HEADER = 4;
export const WRONG = 5;

const ADDRESSES = 12;
const LITTLE_ENDIAN = true;

/** Sum of the pseudo header (RFC 793, RFC 768) with a segment's length in bytes. */
export const pseudoHeaderSum = (view: DataView, l3: number, length: number): number =>
  sumWords(view, l3 + ADDRESSES, 8, (ip4.protocol(view, l3) << 8) + swap16(length));

const CHECKSUMS: Readonly<Record<number, number | undefined>> = {
  [ip4.PROTOCOL_TCP]: tcp.CHECKSUM,
  [ip4.PROTOCOL_UDP]: udp.CHECKSUM,
  [ip4.PROTOCOL_ICMP]: icmp4.CHECKSUM,
};

/** Where the checksum of a protocol is in its header; -1 for a protocol that has none here. */
export const checksumOffset = (protocol: number): number => CHECKSUMS[protocol] ?? -1;

/** Bytes that the checksum covers behind the IPv4 header: UDP says itself how many; -1 where they do not fit the packet. */
export function coveredBytes(view: DataView, l3: number): number {
  const headerBytes = ip4.headerLength(view, l3);
  const payload = ip4.totalLength(view, l3) - headerBytes;
  if (headerBytes < ip4.HEADER_BYTES) return -1;
  switch (ip4.protocol(view, l3)) {
    case ip4.PROTOCOL_TCP:
      return payload >= tcp.HEADER_BYTES ? payload : -1;
    case ip4.PROTOCOL_UDP: {
      if (payload < udp.HEADER_BYTES) return -1;
      const length = udp.length(view, l3 + headerBytes);
      return length >= udp.HEADER_BYTES && length <= payload ? length : -1;
    }
    default:
      return payload >= icmp4.HEADER_BYTES ? payload : -1;
  }
}

/** Wrong as a sender leaves it for its card. */
export const isOffloaded = (state: number): boolean => state === ZERO || state === PSEUDO_HEADER;

/**
 * @param l3 where the IPv4 header is, of which 20 bytes have to be there
 * @param end behind the last byte that was captured
 */
export function l4State(view: DataView, l3: number, end: number): number {
  const offset = checksumOffset(ip4.protocol(view, l3));
  if (offset < 0 || ip4.isFragment(view, l3)) return UNKNOWN;
  const l4 = l3 + ip4.headerLength(view, l3);
  if (l4 + udp.HEADER_BYTES > end) return UNKNOWN;
  const length = coveredBytes(view, l3);
  if (length < 0 || l4 + length > end) return UNKNOWN;
  const isIcmp = ip4.protocol(view, l3) === ip4.PROTOCOL_ICMP;
  const carried = view.getUint16(l4 + offset, LITTLE_ENDIAN);
  if (carried === 0 && ip4.protocol(view, l3) === ip4.PROTOCOL_UDP) return ABSENT;
  const pseudo = isIcmp ? 0 : pseudoHeaderSum(view, l3, length);
  if (fold(sumWords(view, l4, length, pseudo)) === 0xffff) return RIGHT;
  return isIcmp && carried !== 0 ? WRONG : offloadState(view, l3, length, carried);
}

/** Of a checksum that is wrong, or whose packet is not whole: ZERO, PSEUDO_HEADER or WRONG. */
export function offloadState(view: DataView, l3: number, length: number, carried: number): number {
  if (carried === 0) return ZERO;
  const isPseudo =
    carried === fold(pseudoHeaderSum(view, l3, length)) || carried === fold(pseudoHeaderSum(view, l3, 0));
  return isPseudo ? PSEUDO_HEADER : WRONG;
}

/** Why a field is not as on a wire: a network card fills it in, behind where a sender's capture is taken. */
export const BEFORE_CARD = {
  checksum: 'it looks like checksum offload, and the capture was taken before the network card filled it in',
  segmentation: 'it looks like segmentation offload, and the capture was taken before the network card filled it in',
} as const;
