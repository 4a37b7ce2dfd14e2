/** Bytes of a frame that its trace does not show: what to put in their place. */

import * as checksum from '../../wire/checksum.js';
import { ip4At } from '../../wire/decode.js';
import * as ethernet from '../../wire/ethernet.js';
import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import { checksumOffset, pseudoHeaderSum } from '../../wire/l4-checksum.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';
import type { RebuiltFrame } from '../rebuild/rebuilt-frame.js';

const L3 = ethernet.HEADER_BYTES;
/** An ICMP error's quote up to the ports that NAT44 looks for. */
const QUOTE_BYTES = ip4.HEADER_BYTES + 8;
/** Known bits of a TCP data offset, which stands alone in its byte: the bits beside it decide nothing. */
const DATA_OFFSET_BITS = 0xf0;

/** Where the L4 header of an IPv4 frame without a tag starts and its datagram ends; null for other frames. */
function ip4Layout({
  bytes,
  mask,
}: RebuiltFrame): { view: DataView; l4: number; end: number; protocol: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (ip4At(view, 0, bytes.length) !== L3) return null;
  if (mask.subarray(L3, L3 + ip4.HEADER_BYTES).some((bits) => bits !== 0xff)) return null;
  const l4 = L3 + ip4.headerLength(view, L3);
  const end = Math.min(L3 + ip4.totalLength(view, L3), bytes.length);
  return l4 < L3 + ip4.HEADER_BYTES || l4 > end ? null : { view, l4, end, protocol: ip4.protocol(view, L3) };
}

/** The end of what nodes read: headers, TCP options of a SYN, the quote of an ICMP error. */
function headersEnd({ view, l4, end, protocol }: NonNullable<ReturnType<typeof ip4Layout>>): number {
  if (ip4.fragmentOffset(view, L3) !== 0) return l4;
  if (protocol === ip4.PROTOCOL_UDP) return l4 + udp.HEADER_BYTES;
  if (protocol === ip4.PROTOCOL_TCP) return l4 + tcp.HEADER_BYTES;
  if (protocol !== ip4.PROTOCOL_ICMP || l4 >= end) return l4;
  return l4 + icmp4.HEADER_BYTES + (icmp4.isError(icmp4.type(view, l4)) ? QUOTE_BYTES : 0);
}

/** Two fillings of a frame's unknown bytes. */
export interface Fillings {
  /** Unknown bytes are 0, but for those that make the L4 checksum right: the trace shows it, and most are right. */
  readonly likely: Uint8Array;
  /** All unknown bytes are others; the checksum is right, too, where that leaves a choice. */
  readonly other: Uint8Array;
}

export function fillingsOf(frame: RebuiltFrame, packet: number): Fillings {
  const likely = withFittingChecksum(frame, frame.bytes);
  const turned = otherFilling(frame, likely, packet);
  const other = withFittingChecksum(frame, turned);
  const end = ip4Layout(frame)?.end ?? 0;
  const hasChoice = Buffer.compare(other.subarray(0, end), likely.subarray(0, end)) !== 0;
  return { likely, other: hasChoice ? other : turned };
}

/** A filling with two unknown bytes, or one, changed so that the L4 checksum fits; as it is where the checksum covers none. */
function withFittingChecksum(frame: RebuiltFrame, bytes: Uint8Array): Uint8Array {
  const layout = ip4Layout(frame);
  if (layout === null) return bytes;
  const { view, l4, end, protocol } = layout;
  const at = checksumOffset(protocol);
  if (ip4.isFragment(view, L3) || at < 0 || l4 + at + 2 > end) return bytes;
  if (frame.mask[l4 + at] !== 0xff || frame.mask[l4 + at + 1] !== 0xff) return bytes;
  if (protocol === ip4.PROTOCOL_UDP && view.getUint16(l4 + at) === 0) return bytes;
  const word = wordToFit(frame, layout);
  if (word === undefined) return bytes;
  const fitted = bytes.slice();
  fitted.fill(0, word, Math.min(word + 2, end));
  const fittedView = new DataView(fitted.buffer);
  const pseudo = protocol === ip4.PROTOCOL_ICMP ? 0 : pseudoHeaderSum(fittedView, L3, end - l4);
  const sum = checksum.compute(fittedView, l4, end - l4, pseudo);
  for (const [i, value] of [sum & 0xff, sum >> 8].entries()) {
    const isThere = word + i < end;
    // Nothing makes the checksum right where the other half is known, and another.
    if (!(isThere && frame.mask[word + i] === 0) && value !== (isThere ? bytes[word + i] : 0)) return bytes;
    if (isThere) fitted[word + i] = value;
  }
  return fitted;
}

/** Where two unknown bytes, or at least one, make a word of the checksum; behind the headers if there is room. */
function wordToFit({ mask }: RebuiltFrame, layout: NonNullable<ReturnType<typeof ip4Layout>>): number | undefined {
  const { l4, end } = layout;
  const headers = headersEnd(layout);
  const words = Array.from({ length: (end - l4 + 1) >> 1 }, (_, i) => l4 + 2 * i);
  const isUnknown = (at: number): boolean => at < end && mask[at] === 0;
  const whole = words.filter((at) => isUnknown(at) && isUnknown(at + 1));
  return (
    whole.findLast((at) => at >= headers) ?? whole.at(-1) ?? words.findLast((at) => isUnknown(at) || isUnknown(at + 1))
  );
}

/**
 * The same frame with other values in the place of all unknown bytes: every field that shares a byte with others is another one,
 * and so are checksums, as they would not be with all bits turned. The values depend on the packet, so that what packets have in
 * common in one filling they have not in the other.
 */
function otherFilling({ mask }: RebuiltFrame, bytes: Uint8Array, packet: number): Uint8Array {
  return bytes.map((byte, at) => {
    const unknown = mask[at] === DATA_OFFSET_BITS ? 0 : ~mask[at] & 0xff;
    const mixed = Math.imul(packet * 2053 + at + 1, 0x9e3779b1) >>> 16;
    // A VLAN's priority, its CFI, and half a byte.
    const turned = ((1 + (mixed % 7)) << 5) | 0x10 | (1 + ((mixed >> 8) % 15));
    return byte ^ (turned & unknown || unknown);
  });
}
