/**
 * Fills in what checksum and segmentation offload leave for the network card, in place: an IPv4 total length of 0, and the
 * checksums of the IPv4 header and of TCP, UDP and ICMP, wherever they are wrong. Of VXLAN both packets, the inner one first.
 *
 * What cannot be known is left: checksums of what the capture cut off, and of fragments. UDP's 0 says that there is none.
 */

import { compute, fold, sumWords } from '../wire/checksum.js';
import * as ethernet from '../wire/ethernet.js';
import { ip4At } from '../wire/decode.js';
import * as ip4 from '../wire/ip4.js';
import {
  checksumOffset,
  coveredBytes,
  l4State,
  offloadState,
  pseudoHeaderSum,
  UNKNOWN,
  WRONG,
  ZERO,
} from '../wire/l4-checksum.js';
import * as udp from '../wire/udp.js';
import * as vxlan from '../wire/vxlan.js';

const LITTLE_ENDIAN = true;
const LARGEST_DATAGRAM = 0xffff;
/** A frame of this length may be padded, so that it does not tell the packet's. */
const SHORTEST_ON_WIRE = 60;

export interface FixCounts {
  /** Frames of which a checksum was filled in. */
  readonly checksums: number;
  /** Frames of which an IPv4 total length was filled in. */
  readonly lengths: number;
  /** Frames whose TCP, UDP or ICMP checksum is that of the pseudo header or 0 and stays so: cut off, or a fragment. */
  readonly left: number;
}

/** Where a frame's IPv4 header is; -1 where it is none that can be read. */
function soundIp4At(view: DataView, at: number, end: number): number {
  const l3 = ip4At(view, at, end - at);
  if (l3 < 0) return -1;
  return ip4.versionIhl(view, l3) >>> 4 === 4 && ip4.headerLength(view, l3) >= ip4.HEADER_BYTES ? l3 : -1;
}

/** Where the Ethernet frame inside a VXLAN packet begins; -1 of another packet. */
function vxlanFrameAt(view: DataView, l3: number, end: number): number {
  if (ip4.protocol(view, l3) !== ip4.PROTOCOL_UDP || ip4.isFragment(view, l3)) return -1;
  const l4 = l3 + ip4.headerLength(view, l3);
  const inner = l4 + udp.HEADER_BYTES + vxlan.HEADER_BYTES;
  if (inner + ethernet.HEADER_BYTES > end || udp.destinationPort(view, l4) !== vxlan.UDP_PORT) return -1;
  return vxlan.flags(view, l4 + udp.HEADER_BYTES) === vxlan.FLAG_I ? inner : -1;
}

/** What became of a frame, in bits. */
const CHECKSUM = 1;
const LENGTH = 2;
const LEFT = 4;

export class ChecksumFixer {
  private readonly done = { checksums: 0, lengths: 0, left: 0 };

  get counts(): FixCounts {
    return { ...this.done };
  }

  /** An Ethernet frame of which `length` bytes were captured and `wireBytes` were on the wire. */
  fix(view: DataView, at: number, length: number, wireBytes: number): void {
    const done = fixFrame(view, at, at + length, at + Math.max(wireBytes, length));
    if ((done & CHECKSUM) !== 0) this.done.checksums++;
    if ((done & LENGTH) !== 0) this.done.lengths++;
    if ((done & LEFT) !== 0) this.done.left++;
  }
}

/**
 * @param end behind the last byte captured
 * @param wireEnd behind the last byte there was
 */
function fixFrame(view: DataView, at: number, end: number, wireEnd: number): number {
  const l3 = soundIp4At(view, at, end);
  if (l3 < 0) return 0;
  let done = ip4.totalLength(view, l3) === 0 ? fillLength(view, at, l3, wireEnd) : 0;
  const inner = vxlanFrameAt(view, l3, end);
  if (inner >= 0) done |= fixFrame(view, inner, end, Math.min(wireEnd, l3 + ip4.totalLength(view, l3)));
  done |= fixIp4(view, l3, end);
  return done | fixL4(view, l3, end);
}

function fillLength(view: DataView, at: number, l3: number, wireEnd: number): number {
  if (wireEnd - l3 > LARGEST_DATAGRAM || wireEnd - at === SHORTEST_ON_WIRE) return 0;
  ip4.setTotalLength(view, l3, wireEnd - l3);
  return LENGTH;
}

function fixIp4(view: DataView, l3: number, end: number): number {
  const bytes = ip4.headerLength(view, l3);
  if (l3 + bytes > end || fold(sumWords(view, l3, bytes)) === 0xffff) return 0;
  ip4.setChecksum(view, l3, 0);
  ip4.setChecksum(view, l3, compute(view, l3, bytes));
  return CHECKSUM;
}

function fixL4(view: DataView, l3: number, end: number): number {
  const state = l4State(view, l3, end);
  if (state === UNKNOWN && isPlainlyOffloaded(view, l3, end)) return LEFT;
  if (state < ZERO) return 0;
  const protocol = ip4.protocol(view, l3);
  const l4 = l3 + ip4.headerLength(view, l3);
  const length = coveredBytes(view, l3);
  const at = l4 + checksumOffset(protocol);
  view.setUint16(at, 0);
  const pseudo = protocol === ip4.PROTOCOL_ICMP ? 0 : pseudoHeaderSum(view, l3, length);
  const sum = compute(view, l4, length, pseudo);
  // UDP's 0 would say that there is none (RFC 768).
  view.setUint16(at, sum === 0 && protocol === ip4.PROTOCOL_UDP ? 0xffff : sum, LITTLE_ENDIAN);
  return CHECKSUM;
}

/** Of a packet whose checksum cannot be verified: is it nevertheless plainly one that was left to the card? */
function isPlainlyOffloaded(view: DataView, l3: number, end: number): boolean {
  const protocol = ip4.protocol(view, l3);
  const offset = checksumOffset(protocol);
  const at = l3 + ip4.headerLength(view, l3) + offset;
  if (offset < 0 || ip4.fragmentOffset(view, l3) !== 0 || at + 2 > end) return false;
  const carried = view.getUint16(at, LITTLE_ENDIAN);
  if (carried === 0) return protocol !== ip4.PROTOCOL_UDP;
  const length = coveredBytes(view, l3);
  return protocol !== ip4.PROTOCOL_ICMP && length >= 0 && offloadState(view, l3, length, carried) !== WRONG;
}
