/**
 * What NAT44 reads of a packet behind its IP header, as far as a capture's snaplen may have cut it off. Nodes ask before they look
 * a session up. A checksum that is half there is not there: it changes with the translation, so the packet then ends in front
 * of it.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import { cutOff, ICMP_HEADER, isCutBefore, PORTS, QUOTED_HEADERS, TCP_FLAGS, TCP_OPTIONS } from '../engine/cut-off.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';
import { isIcmpError, quotedHeader } from './icmp-error.js';
import type { NatPacket } from './nat-packet.js';
import { mssOptionsEnd } from './rewrite.js';
import { NAT_TCP } from './state/session-key.js';

const PORTS_BYTES = 4;
/** Where checksums are, and the bytes of a TCP header up to its flags. */
const TCP_CHECKSUM = 16;
const UDP_CHECKSUM = 6;
const TCP_FLAGS_BYTES = 14;
/** What an ICMP error has to quote behind the IP header (RFC 792). */
const QUOTED_BYTES = 8;

/**
 * The ports of what is no later fragment, the identifier of an ICMP query, the headers that an error quotes. `readsTcpFlags` is for
 * endpoint-dependent mode: what is in the place of the ports in any packet, and TCP flags, which the state of a session follows.
 */
export function isCutForNat(p: NatPacket, readsTcpFlags: boolean): boolean {
  if (!readsTcpFlags) return isCut(p);
  if (isCutForHairpin(p)) return true;
  const hasFlags = p.ipProtocol === ip4.PROTOCOL_TCP && ip4.fragmentOffset(p.view, p.l3) === 0;
  return hasFlags && isCutBefore(p.b, p.l4 + TCP_FLAGS_BYTES, TCP_FLAGS);
}

/** Hairpinning: the ports, and what is in their place in any packet. */
export function isCutForHairpin(p: NatPacket): boolean {
  return p.b.cutBytes !== 0 && (isCutBefore(p.b, p.l4 + PORTS_BYTES, PORTS) || isCut(p));
}

/** MSS clamping of a TCP segment: its flags, and the options of a SYN. `mssClamping` 0 is none. */
export function isCutForMss({ b, view, l3, l4, protocol }: NatPacket, mssClamping: number): boolean {
  if (protocol !== NAT_TCP || mssClamping === 0) return false;
  if (isCutBefore(b, l4 + TCP_FLAGS_BYTES, TCP_FLAGS)) return true;
  return (tcp.flags(view, l4) & tcp.SYN) !== 0 && isCutBefore(b, mssOptionsEnd(view, l3, l4), TCP_OPTIONS);
}

function isCut(p: NatPacket): boolean {
  const { b, view, l3, l4, ipProtocol: protocol } = p;
  if (protocol === ip4.PROTOCOL_TCP) cutHalfChecksum(b, l4 + TCP_CHECKSUM);
  else if (protocol === ip4.PROTOCOL_UDP) cutHalfChecksum(b, l4 + UDP_CHECKSUM);
  if (p.isLaterFragment && protocol === ip4.PROTOCOL_ICMP && isIcmpError(p.icmpType))
    return isCutBefore(b, quotedHeader(l4) + ip4.HEADER_BYTES + QUOTED_BYTES, QUOTED_HEADERS);
  if (ip4.fragmentOffset(view, l3) !== 0) return false;
  if (protocol === ip4.PROTOCOL_ICMP) return isIcmpCut(b, l4);
  const hasPorts = protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP;
  return hasPorts && isCutBefore(b, l4 + PORTS_BYTES, PORTS);
}

function cutHalfChecksum(b: PacketBuffer, at: number): void {
  if (b.at + b.length === at + 1) cutOff(b, at);
}

function isIcmpCut(b: PacketBuffer, l4: number): boolean {
  if (isCutBefore(b, l4 + icmp4.HEADER_BYTES, ICMP_HEADER)) return true;
  if (!isIcmpError(icmp4.type(b.view, l4))) return false;
  const inner = quotedHeader(l4);
  if (isCutBefore(b, inner + ip4.HEADER_BYTES, QUOTED_HEADERS)) return true;
  return isCutBefore(b, inner + ip4.headerLength(b.view, inner) + QUOTED_BYTES, QUOTED_HEADERS);
}
