/**
 * The flow hash that picks a load-balance bucket: ip4_compute_flow_hash (VPP 19.08 src/vnet/ip/ip4.h) over Bob Jenkins'
 * lookup3 (src/vppinfra/hash.h, hash_v3_mix32 and hash_v3_finalize32). Fields are little-endian words as in VPP's memory.
 */

import { PROTOCOL_TCP, PROTOCOL_UDP } from '../../wire/ip4.js';

/** Flow hash configuration bits (VPP 19.08 src/vnet/ip/lookup.h). */
export const FLOW_HASH_SOURCE = 1 << 0;
export const FLOW_HASH_DESTINATION = 1 << 1;
export const FLOW_HASH_PROTOCOL = 1 << 2;
export const FLOW_HASH_SOURCE_PORT = 1 << 3;
export const FLOW_HASH_DESTINATION_PORT = 1 << 4;
export const FLOW_HASH_REVERSE = 1 << 5;
export const FLOW_HASH_SYMMETRIC = 1 << 6;
export const FLOW_HASH_FLOW_LABEL = 1 << 7;
/** Of a release, not of a configuration: the protocol of an IPv6 fragment is the one behind its fragment header. */
export const FLOW_HASH_BEHIND_FRAGMENT = 1 << 16;
export const FLOW_HASH_DEFAULT = 0x1f;

const LITTLE_ENDIAN = true;
const PROTOCOL = 9;
const SOURCE = 12;
const DESTINATION = 16;
/** The ports are read behind a header without options, as VPP does. */
const SOURCE_PORT = 20;
const DESTINATION_PORT = 22;
const PORTS_END = 24;

const rotateLeft = (value: number, bits: number): number => (value << bits) | (value >>> (32 - bits));

/** Bytes of the packet whose IPv4 header starts at `at` that its hash reads, the header among them. */
export function hashedBytes(frame: DataView, at: number, config: number): number {
  const protocol = frame.getUint8(at + PROTOCOL);
  const hasPorts = protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP;
  const readsPorts = (config & (FLOW_HASH_SOURCE_PORT | FLOW_HASH_DESTINATION_PORT)) !== 0;
  return hasPorts && readsPorts ? PORTS_END : SOURCE_PORT;
}

/** Hash of the packet whose IPv4 header starts at `at`, as a signed 32-bit integer. */
export function flowHash(frame: DataView, at: number, config: number): number {
  const protocol = frame.getUint8(at + PROTOCOL);
  const hasPorts = protocol === PROTOCOL_TCP || protocol === PROTOCOL_UDP;
  const isReversed = (config & FLOW_HASH_REVERSE) !== 0;
  const source = config & FLOW_HASH_SOURCE ? frame.getInt32(at + SOURCE, LITTLE_ENDIAN) : 0;
  const destination = config & FLOW_HASH_DESTINATION ? frame.getInt32(at + DESTINATION, LITTLE_ENDIAN) : 0;
  let a = isReversed ? destination : source;
  let b = isReversed ? source : destination;
  let port1 = hasPorts && config & FLOW_HASH_SOURCE_PORT ? frame.getUint16(at + SOURCE_PORT, LITTLE_ENDIAN) : 0;
  let port2 =
    hasPorts && config & FLOW_HASH_DESTINATION_PORT ? frame.getUint16(at + DESTINATION_PORT, LITTLE_ENDIAN) : 0;
  if (config & FLOW_HASH_SYMMETRIC) {
    if (b >>> 0 < a >>> 0) [a, b] = [b, a];
    if (port2 < port1) [port1, port2] = [port2, port1];
  }
  if (config & FLOW_HASH_PROTOCOL) b ^= protocol;
  return mixAndFinalize(a, b, isReversed ? (port1 << 16) | port2 : (port2 << 16) | port1);
}

/** One word out of three: hash_v3_mix32 and hash_v3_finalize32. */
export function mixAndFinalize(a: number, b: number, c: number): number {
  a = (a - c) ^ rotateLeft(c, 4);
  c = (c + b) | 0;
  b = (b - a) ^ rotateLeft(a, 6);
  a = (a + c) | 0;
  c = (c - b) ^ rotateLeft(b, 8);
  b = (b + a) | 0;
  a = (a - c) ^ rotateLeft(c, 16);
  c = (c + b) | 0;
  b = (b - a) ^ rotateLeft(a, 19);
  a = (a + c) | 0;
  c = (c - b) ^ rotateLeft(b, 4);
  b = (b + a) | 0;

  c = ((c ^ b) - rotateLeft(b, 14)) | 0;
  a = ((a ^ c) - rotateLeft(c, 11)) | 0;
  b = ((b ^ a) - rotateLeft(a, 25)) | 0;
  c = ((c ^ b) - rotateLeft(b, 16)) | 0;
  a = ((a ^ c) - rotateLeft(c, 4)) | 0;
  b = ((b ^ a) - rotateLeft(a, 14)) | 0;
  return ((c ^ b) - rotateLeft(b, 24)) | 0;
}
