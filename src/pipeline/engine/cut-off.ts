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

/** What may be missing, in words. */
const WORDS: string[] = [];
const missing = (words: string): number => WORDS.push(words) - 1;

export const ETHERNET_HEADER = missing('the end of its Ethernet header');
export const VLAN_TAG = missing('the end of its VLAN tag');
export const LLC_HEADER = missing('the end of its LLC header');
export const MPLS_LABEL = missing('the end of its MPLS label');
export const ARP_MESSAGE = missing('the end of its ARP message');
export const IP_HEADER = missing('the end of its IP header');
export const IP_OPTIONS = missing('the end of its IP options');
export const PORTS = missing('its ports');
export const PORTS_OR_FLAGS = missing('its ports or TCP flags');
export const TCP_FLAGS = missing('its TCP flags');
export const TCP_OPTIONS = missing('the end of its TCP options');
export const UDP_HEADER = missing('the end of its UDP header');
export const ICMP_HEADER = missing('the end of its ICMP header');
export const QUOTED_HEADERS = missing('the end of the headers that its ICMP error quotes');
export const VXLAN_HEADER = missing('the end of its VXLAN header');
export const INNER_ETHERNET_HEADER = missing('the end of the Ethernet header behind its VXLAN header');
export const ESP_HEADER = missing('its ESP header');

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
