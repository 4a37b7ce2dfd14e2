/** Addresses and ports of an IPv4 packet in three words, to tell what a node made of them. */

import { ECHO_REPLY, ECHO_REQUEST, identifier, type } from '../../wire/icmp4.js';
import { formatAddress } from '../../wire/address.js';
import * as ip4 from '../../wire/ip4.js';
import type { PacketBuffer } from '../packet-buffer.js';

/** Where the IPv4 header is that NAT nodes look at: behind the new Ethernet header once ip4-rewrite has put it there. */
export const natHeaderAt = (b: PacketBuffer): number =>
  b.saveRewriteLength > 0 && b.l3 === b.at + b.saveRewriteLength ? b.l3 : b.at;

export const hasPorts = (protocol: number): boolean =>
  protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP || protocol === ip4.PROTOCOL_ICMP;

/** Writes source, destination, and source port << 16 | destination port (an ICMP query's identifier twice, 0 for none). */
export function readHeader({ view }: PacketBuffer, l3: number, to: Int32Array, at: number): void {
  to[at] = ip4.source(view, l3);
  to[at + 1] = ip4.destination(view, l3);
  to[at + 2] = ip4.fragmentOffset(view, l3) === 0 ? portsOf(view, l3) : 0;
}

function portsOf(view: DataView, l3: number): number {
  const l4 = l3 + ip4.headerLength(view, l3);
  switch (ip4.protocol(view, l3)) {
    case ip4.PROTOCOL_TCP:
    case ip4.PROTOCOL_UDP:
      return view.getInt32(l4);
    case ip4.PROTOCOL_ICMP: {
      const isQuery = type(view, l4) === ECHO_REQUEST || type(view, l4) === ECHO_REPLY;
      return isQuery ? Math.imul(identifier(view, l4), 0x10001) : 0;
    }
    default:
      return 0;
  }
}

/** One end of a packet, 0 its source: '10.1.1.3:41084', or the address alone. */
export function endText(words: Int32Array, at: number, end: number, protocol: number): string {
  const address = formatAddress(words[at + end]);
  const ports = words[at + 2];
  if (!hasPorts(protocol) || ports === 0) return address;
  return `${address}:${end === 0 ? ports >>> 16 : ports & 0xffff}`;
}
