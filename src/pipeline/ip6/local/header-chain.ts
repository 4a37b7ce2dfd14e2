/** Which headers follow each other in a packet, as VPP walks them to see whether a first fragment has all of them. */

import * as ip6 from '../../../wire/ip6.js';
import type { PacketBuffer } from '../../engine/packet-buffer.js';

const ESP = 50;
const NO_NEXT_HEADER = 59;
const MOBILITY = 135;
const HIP = 139;
const SHIM6 = 140;

/** 19.08 counts ESP, AH and fragment headers among those with a length in units of 8 bytes (foreach_ext_hdr_type). */
const COMMON: readonly number[] = [ip6.HOP_BY_HOP, ip6.ROUTING, ip6.DESTINATION_OPTIONS, MOBILITY, HIP, SHIM6];
const OLD: readonly number[] = [...COMMON, ip6.FRAGMENT, ESP, ip6.AUTHENTICATION];

const HEADERS_MAX = 4;
const DEPTH_MAX = 256;

/** 19.08 ip6_full_reass_verify_upper_layer_present: what ends in "no next header" lacks one. @param at of the fragment header */
export function hasUpperLayer({ view, at: l3, length }: PacketBuffer, at: number): boolean {
  let header = at;
  while (header < l3 + length && OLD.includes(view.getUint8(header))) header += (view.getUint8(header + 1) + 1) * 8;
  return header >= l3 + length || view.getUint8(header) !== NO_NEXT_HEADER;
}

/** Bytes of a header (ip6_ext_header_len_s), as far as VPP wants them there; 0 for others. */
function bytesOf(view: DataView, at: number, protocol: number): number {
  if (COMMON.includes(protocol) || protocol === ip6.AUTHENTICATION || protocol === ip6.FRAGMENT)
    return ip6.extensionBytes(view, at, protocol);
  return 0;
}

/** 26.06 ip6_ext_header_walk, from a fragment header that is the first: true where the chain ends in another header than an extension. */
export function endsInUpperLayer({ view, at, length, cutBytes }: PacketBuffer): boolean {
  const end = Math.min(length + cutBytes, DEPTH_MAX, ip6.HEADER_BYTES + ip6.payloadLength(view, at));
  let offset = ip6.HEADER_BYTES;
  let protocol: number = ip6.FRAGMENT;
  for (let headers = 1; headers < HEADERS_MAX; headers++) {
    const bytes = bytesOf(view, at + offset, protocol);
    if (bytes === 0 || offset + bytes >= end) break;
    protocol = ip6.extensionNextHeader(view, at + offset);
    offset += bytes;
  }
  return !COMMON.includes(protocol);
}

/** True where the fragment header is there at all. */
export const hasFragmentHeader = ({ view, at, length, cutBytes }: PacketBuffer): boolean =>
  ip6.HEADER_BYTES + ip6.EXTENSION_BYTES <=
  Math.min(length + cutBytes, DEPTH_MAX, ip6.HEADER_BYTES + ip6.payloadLength(view, at));
