/**
 * ip6_compute_flow_hash (VPP 19.08 src/vnet/ip/ip6.h, 26.06 ip6_inlines.h) over hash_mix64 (src/vppinfra/hash.h): what picks a
 * load-balance bucket, and what vxlan4-encap takes for the UDP source port of a bridged IPv6 packet. 64-bit words are pairs of 32-bit
 * ones, high half first; fields are little-endian words as in VPP's memory.
 */

import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../../wire/ip4.js';
import {
  DESTINATION,
  extensionBytes,
  extensionNextHeader,
  FRAGMENT,
  HEADER_BYTES,
  HOP_BY_HOP,
  nextHeader,
  SOURCE,
} from '../../../wire/ip6.js';
import {
  FLOW_HASH_BEHIND_FRAGMENT,
  FLOW_HASH_DESTINATION,
  FLOW_HASH_DESTINATION_PORT,
  FLOW_HASH_FLOW_LABEL,
  FLOW_HASH_PROTOCOL,
  FLOW_HASH_REVERSE,
  FLOW_HASH_SOURCE,
  FLOW_HASH_SOURCE_PORT,
  FLOW_HASH_SYMMETRIC,
} from '../flow-hash.js';

const LITTLE_ENDIAN = true;
const ADDRESS_HALF = 8;

/** Places of a, b and c in the scratch. */
const A = 0;
const B = 2;
const C = 4;
const words = new Uint32Array(6);

const hasPorts = (protocol: number): boolean => protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP;

/** One address folded to 64 bits. */
function load(to: number, frame: DataView, at: number): void {
  words[to] = frame.getInt32(at + 4, LITTLE_ENDIAN) ^ frame.getInt32(at + ADDRESS_HALF + 4, LITTLE_ENDIAN);
  words[to + 1] = frame.getInt32(at, LITTLE_ENDIAN) ^ frame.getInt32(at + ADDRESS_HALF, LITTLE_ENDIAN);
}

function subtract(from: number, what: number): void {
  const isBorrowed = words[from + 1] < words[what + 1];
  words[from + 1] -= words[what + 1];
  words[from] -= words[what] + (isBorrowed ? 1 : 0);
}

function xorRight(to: number, what: number, bits: number): void {
  const high = words[what];
  if (bits >= 32) words[to + 1] ^= high >>> (bits - 32);
  else {
    words[to + 1] ^= (words[what + 1] >>> bits) | (high << (32 - bits));
    words[to] ^= high >>> bits;
  }
}

function xorLeft(to: number, what: number, bits: number): void {
  const low = words[what + 1];
  if (bits >= 32) words[to] ^= low << (bits - 32);
  else {
    words[to] ^= (words[what] << bits) | (low >>> (32 - bits));
    words[to + 1] ^= low << bits;
  }
}

function mixStep(right1: number, left: number, right2: number): void {
  subtract(A, B);
  subtract(A, C);
  xorRight(A, C, right1);
  subtract(B, C);
  subtract(B, A);
  xorLeft(B, A, left);
  subtract(C, A);
  subtract(C, B);
  xorRight(C, B, right2);
}

/** An IPv6 header, and the first two bytes of an extension header behind it: what `ip6HashedBytes` reads. */
export const IP6_FIXED_BYTES = HEADER_BYTES + 2;

/** Bytes of the packet whose IPv6 header starts at `at` that its hash reads, the header among them. */
export function ip6HashedBytes(frame: DataView, at: number): number {
  const isHopByHop = nextHeader(frame, at) === HOP_BY_HOP;
  const l4 = HEADER_BYTES + (isHopByHop ? extensionBytes(frame, at + HEADER_BYTES, HOP_BY_HOP) : 0);
  return hasPorts(isHopByHop ? extensionNextHeader(frame, at + HEADER_BYTES) : nextHeader(frame, at))
    ? l4 + 4
    : HEADER_BYTES;
}

/** An address, or nothing, folded to 64 bits. */
function loadOr0(to: number, frame: DataView, at: number, isOn: boolean): void {
  if (isOn) load(to, frame, at);
  else words[to] = words[to + 1] = 0;
}

function swapUnsigned(): void {
  const isLess = words[B] < words[A] || (words[B] === words[A] && words[B + 1] < words[A + 1]);
  if (!isLess) return;
  const [high, low] = [words[A], words[A + 1]];
  words[A] = words[B];
  words[A + 1] = words[B + 1];
  words[B] = high;
  words[B + 1] = low;
}

/** The bits of the first word that are the flow label. It is the one field that is hashed as the number it is. */
const FLOW_LABEL = 0xfffff;

/**
 * Hash of the packet whose IPv6 header starts at `at`, as a signed 32-bit integer. The header and 4 bytes behind it are
 * there; ports behind options that reach over `end` count as 0, where VPP takes what lies there.
 */
export function ip6FlowHash(frame: DataView, at: number, end: number, config: number): number {
  let protocol = nextHeader(frame, at);
  let l4 = at + HEADER_BYTES;
  if (protocol === HOP_BY_HOP) {
    protocol = extensionNextHeader(frame, l4);
    l4 += extensionBytes(frame, l4, HOP_BY_HOP);
  }
  const readsPorts = hasPorts(protocol) && l4 + 4 <= end;
  if (protocol === FRAGMENT && (config & FLOW_HASH_BEHIND_FRAGMENT) !== 0 && l4 < end)
    protocol = extensionNextHeader(frame, l4);
  const isReversed = (config & FLOW_HASH_REVERSE) !== 0;
  loadOr0(isReversed ? B : A, frame, at + SOURCE, (config & FLOW_HASH_SOURCE) !== 0);
  loadOr0(isReversed ? A : B, frame, at + DESTINATION, (config & FLOW_HASH_DESTINATION) !== 0);
  let port1 = readsPorts && (config & FLOW_HASH_SOURCE_PORT) !== 0 ? frame.getUint16(l4, LITTLE_ENDIAN) : 0;
  let port2 = readsPorts && (config & FLOW_HASH_DESTINATION_PORT) !== 0 ? frame.getUint16(l4 + 2, LITTLE_ENDIAN) : 0;
  if ((config & FLOW_HASH_SYMMETRIC) !== 0) {
    swapUnsigned();
    if (port2 < port1) [port1, port2] = [port2, port1];
  }
  if ((config & FLOW_HASH_PROTOCOL) !== 0) words[B + 1] ^= protocol;
  words[C] = 0;
  words[C + 1] = isReversed ? (port1 << 16) | port2 : (port2 << 16) | port1;
  if ((config & FLOW_HASH_FLOW_LABEL) !== 0) words[C + 1] ^= frame.getInt32(at) & FLOW_LABEL;
  mixStep(43, 9, 8);
  mixStep(38, 23, 5);
  mixStep(35, 49, 11);
  mixStep(12, 18, 22);
  return words[C + 1] | 0;
}
