/** Bytes of a frame that its trace does not show: what to put in their place. */

import * as checksum from '../../wire/checksum.js';
import * as ethernet from '../../wire/ethernet.js';
import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import type { RebuiltFrame } from '../rebuild/rebuilt-frame.js';

const L3 = ethernet.HEADER_BYTES;
/** An ICMP error's quote up to the ports that NAT44 looks for. */
const QUOTE_BYTES = ip4.HEADER_BYTES + 8;
const UDP_BYTES = 8;
/** Known bits of a TCP data offset, which stands alone in its byte: the bits beside it decide nothing. */
const DATA_OFFSET_BITS = 0xf0;

/** Where the L4 header of an IPv4 frame without a tag starts and its datagram ends; null for other frames. */
function ip4Layout({
  bytes,
  mask,
}: RebuiltFrame): { view: DataView; l4: number; end: number; protocol: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < L3 + ip4.HEADER_BYTES || ethernet.type(view, 0) !== ethernet.TYPE_IP4) return null;
  if (mask.subarray(L3, L3 + ip4.HEADER_BYTES).some((bits) => bits !== 0xff)) return null;
  const l4 = L3 + ip4.headerLength(view, L3);
  const end = Math.min(L3 + ip4.totalLength(view, L3), bytes.length);
  return l4 < L3 + ip4.HEADER_BYTES || l4 > end ? null : { view, l4, end, protocol: ip4.protocol(view, L3) };
}

/** The end of what nodes read: headers, TCP options of a SYN, the quote of an ICMP error. */
function headersEnd({ view, l4, end, protocol }: NonNullable<ReturnType<typeof ip4Layout>>): number {
  if (ip4.fragmentOffset(view, L3) !== 0) return l4;
  if (protocol === ip4.PROTOCOL_UDP) return l4 + UDP_BYTES;
  if (protocol === ip4.PROTOCOL_TCP) return l4 + tcp.HEADER_BYTES;
  if (protocol !== ip4.PROTOCOL_ICMP || l4 >= end) return l4;
  const isQuoting = [
    icmp4.DESTINATION_UNREACHABLE,
    icmp4.SOURCE_QUENCH,
    icmp4.REDIRECT,
    icmp4.TIME_EXCEEDED,
    icmp4.PARAMETER_PROBLEM,
  ].includes(icmp4.type(view, l4));
  return l4 + icmp4.HEADER_BYTES + (isQuoting ? QUOTE_BYTES : 0);
}

/**
 * The bytes of the frame, unknown ones 0, but for two of them that make the L4 checksum right: the trace shows the checksum, and
 * most are right. A frame whose checksum covers no two unknown bytes in a row stays as it is.
 */
export function withFittingChecksum(frame: RebuiltFrame): Uint8Array {
  const layout = ip4Layout(frame);
  if (layout === null) return frame.bytes;
  const { view, l4, end, protocol } = layout;
  const isFragment = ip4.fragmentOffset(view, L3) !== 0 || (view.getUint16(L3 + 6) & 0x2000) !== 0;
  const at = { [ip4.PROTOCOL_TCP]: 16, [ip4.PROTOCOL_UDP]: 6, [ip4.PROTOCOL_ICMP]: 2 }[protocol];
  if (isFragment || at === undefined || l4 + at + 2 > end) return frame.bytes;
  const isUnknown = (from: number): boolean => frame.mask[from] === 0 && frame.mask[from + 1] === 0;
  const headers = headersEnd(layout);
  // Behind the headers if there is room: whatever nodes read stays 0.
  const words = Array.from({ length: (end - l4) >> 1 }, (_, i) => l4 + 2 * i).filter(isUnknown);
  const place = words.findLast((word) => word >= headers) ?? words.at(-1);
  if (place === undefined || frame.mask[l4 + at] !== 0xff || frame.mask[l4 + at + 1] !== 0xff) return frame.bytes;
  if (protocol === ip4.PROTOCOL_UDP && view.getUint16(l4 + at) === 0) return frame.bytes;
  const fitted = frame.bytes.slice();
  const fittedView = new DataView(fitted.buffer);
  const pseudo = protocol === ip4.PROTOCOL_ICMP ? 0 : pseudoHeader(fittedView, protocol, end - l4);
  fittedView.setUint16(place, checksum.compute(fittedView, l4, end - l4, pseudo), true);
  return fitted;
}

/** Sum of the pseudo header (RFC 9293 section 3.1), in little-endian words. */
function pseudoHeader(view: DataView, protocol: number, length: number): number {
  const swapped = (value: number): number => ((value & 0xff) << 8) | (value >> 8);
  return checksum.sumWords(view, L3 + 12, 8) + swapped(protocol) + swapped(length);
}

/**
 * The same frame with other values in the place of all unknown bytes: every field that shares a byte with others is another one,
 * and so are checksums, as they would not be with all bits turned. The values depend on the packet, so that what packets have in
 * common in one filling they have not in the other.
 */
export function otherFilling({ mask }: RebuiltFrame, bytes: Uint8Array, packet: number): Uint8Array {
  return bytes.map((byte, at) => {
    const unknown = mask[at] === DATA_OFFSET_BITS ? 0 : ~mask[at] & 0xff;
    const mixed = Math.imul(packet * 2053 + at + 1, 0x9e3779b1) >>> 16;
    // A VLAN's priority, its CFI, and half a byte.
    const turned = ((1 + (mixed % 7)) << 5) | 0x10 | (1 + ((mixed >> 8) % 15));
    return byte ^ (turned & unknown || unknown);
  });
}
