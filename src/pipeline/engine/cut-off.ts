/**
 * Frames that a capture's snaplen cut off. VPP had the bytes that are missing, so what it did with them cannot be known: a node
 * that would read one of them ends the packet's way instead. (A frame that really ends there is another thing: VPP read on behind
 * it, and the model reads zeros.)
 *
 * A node asks for all that it is going to read, before it changes anything; then it trusts. Who asks pays one comparison for a
 * frame that was not cut.
 */

import * as ip4 from '../../wire/ip4.js';
import type { PacketBuffer } from './packet-buffer.js';

/** What may be missing; `cutText` has the words. */
export const ETHERNET_HEADER = 0;
export const VLAN_TAG = 1;
export const LLC_HEADER = 2;
export const MPLS_LABEL = 3;
export const ARP_MESSAGE = 4;
export const IP_HEADER = 5;
export const IP_OPTIONS = 6;
export const PORTS = 7;
export const PORTS_OR_FLAGS = 8;
export const TCP_FLAGS = 9;
export const TCP_OPTIONS = 10;
export const UDP_HEADER = 11;
export const ICMP_HEADER = 12;
export const QUOTED_HEADERS = 13;
export const VXLAN_HEADER = 14;
export const INNER_ETHERNET_HEADER = 15;
export const ESP_HEADER = 16;

const WORDS = [
  'the end of its Ethernet header',
  'the end of its VLAN tag',
  'the end of its LLC header',
  'the end of its MPLS label',
  'the end of its ARP message',
  'the end of its IP header',
  'the end of its IP options',
  'its ports',
  'its ports or TCP flags',
  'its TCP flags',
  'the end of its TCP options',
  'the end of its UDP header',
  'the end of its ICMP header',
  'the end of the headers that its ICMP error quotes',
  'the end of its VXLAN header',
  'the end of the Ethernet header behind its VXLAN header',
  'its ESP header',
];

/** The cause of all these drops, which every graph has under this id and symbol; causeArg0 is what was missing. */
export const CUT_CAUSE = 1;
export const CUT_SYMBOL = 'CUT';
export const cutText = (b: PacketBuffer): string =>
  `not modelled: the capture cut the frame off before ${WORDS[b.causeArg0]}`;

/** Ends the packet's way, which its node has yet to send to a drop. */
export function noteCut(b: PacketBuffer, missing: number): void {
  b.cause = CUT_CAUSE;
  b.causeArg0 = missing;
}

/** True where bytes before `end`, a place in the chunk, were cut off; then the cause is in the packet, and its node drops it. */
export function isCutBefore(b: PacketBuffer, end: number, missing: number): boolean {
  if (b.cutBytes === 0 || b.at + b.length >= end) return false;
  noteCut(b, missing);
  return true;
}

/** True where a part of the datagram at `l3` was cut off, rather than padding behind it: no checksum over it can be told. */
export const isDatagramCut = ({ view, at, length, cutBytes }: PacketBuffer, l3: number): boolean =>
  cutBytes !== 0 && at + length < l3 + ip4.totalLength(view, l3);

/** Cuts the packet off at `end`, behind which nothing is known of it. */
export function cutOff(b: PacketBuffer, end: number): void {
  const bytes = b.at + b.length - end;
  if (bytes <= 0) return;
  b.length -= bytes;
  b.cutBytes += bytes;
}
