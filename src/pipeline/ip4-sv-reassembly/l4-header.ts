/** What shallow virtual reassembly reads of a packet behind its IP header (VPP 26.06 src/vnet/ip/ip4_to_ip6.h ip4_get_port). */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';
import { ICMP_HEADER, isCutBefore, PORTS, QUOTED_HEADERS, TCP_FLAGS } from '../engine/cut-off.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';

const PORTS_BYTES = 4;
/** Up to a TCP header's flags, with its sequence number and length. */
const TCP_BYTES = 14;
const QUERY_BYTES = 8;
const IDENTIFIER = 4;
const DESTINATION = 2;
/** Type, code and checksum of an ICMP message. */
const ICMP_BYTES = 4;
/** Up to 8 bytes behind the IP header that an ICMP error quotes. */
const QUOTING_BYTES = 2 * ip4.HEADER_BYTES + 2 * ICMP_BYTES + QUERY_BYTES;
/** Version 4, 20 bytes: of packets with options the ports are 0. */
const PLAIN = 0x45;
const ALTERNATE_HOST_ADDRESS = 6;

/** ICMP types of errors, as bits. */
const ERRORS =
  (1 << icmp4.DESTINATION_UNREACHABLE) |
  (1 << icmp4.SOURCE_QUENCH) |
  (1 << icmp4.REDIRECT) |
  (1 << ALTERNATE_HOST_ADDRESS) |
  (1 << icmp4.TIME_EXCEEDED) |
  (1 << icmp4.PARAMETER_PROBLEM);
const isError = (type: number): boolean => type < 32 && (ERRORS & (1 << type)) !== 0;
const isQuery = (type: number): boolean => type === icmp4.ECHO_REQUEST || type === icmp4.ECHO_REPLY;
const hasPorts = (protocol: number): boolean => protocol === ip4.PROTOCOL_TCP || protocol === ip4.PROTOCOL_UDP;

/** l4_hdr_truncated: the datagram ends within the header of TCP, UDP or ICMP, or a TCP header is too short to be one. */
export function isHeaderTruncated(view: DataView, l3: number): boolean {
  const length = ip4.totalLength(view, l3) - ip4.headerLength(view, l3);
  switch (ip4.protocol(view, l3)) {
    case ip4.PROTOCOL_UDP:
      return length < udp.HEADER_BYTES;
    case ip4.PROTOCOL_ICMP:
      return length < ICMP_BYTES;
    case ip4.PROTOCOL_TCP: {
      const header = tcp.headerLength(view, l3 + ip4.headerLength(view, l3));
      return header < tcp.HEADER_BYTES || length < header;
    }
    default:
      return false;
  }
}

const SEQUENCE_NUMBER = 4;
const LITTLE_ENDIAN = true;

/** True where the capture cut off what `readL4` reads; the cause is in the packet then. */
export function isL4Cut(b: PacketBuffer, l3: number): boolean {
  const { view } = b;
  const l4 = l3 + ip4.headerLength(view, l3);
  const protocol = ip4.protocol(view, l3);
  if (hasPorts(protocol) && isCutBefore(b, l4 + PORTS_BYTES, PORTS)) return true;
  if (protocol === ip4.PROTOCOL_TCP) return isCutBefore(b, l4 + TCP_BYTES, TCP_FLAGS);
  if (protocol !== ip4.PROTOCOL_ICMP) return false;
  if (isCutBefore(b, l4 + QUERY_BYTES, ICMP_HEADER)) return true;
  return isError(icmp4.type(view, l4)) && isCutBefore(b, l3 + QUOTING_BYTES, QUOTED_HEADERS);
}

/** Reads TCP flags or ICMP type and ports of a packet that is no later fragment into its buffer. */
export function readL4(b: PacketBuffer, l3: number): void {
  const { view } = b;
  const l4 = l3 + ip4.headerLength(view, l3);
  const protocol = ip4.protocol(view, l3);
  b.l4SourcePort = 0;
  b.l4DestinationPort = 0;
  if (protocol === ip4.PROTOCOL_TCP) {
    b.icmpTypeOrTcpFlags = tcp.flags(view, l4);
    // reass.tcp_seq_number, as it stands in the packet: with NAT's flag, ip4-receive takes it for an interface.
    b.localRxSwIfIndex = view.getInt32(l4 + SEQUENCE_NUMBER, LITTLE_ENDIAN);
  } else if (protocol === ip4.PROTOCOL_ICMP) b.icmpTypeOrTcpFlags = icmp4.type(view, l4);
  if (view.getUint8(l3) !== PLAIN) return;
  if (hasPorts(protocol)) {
    b.l4SourcePort = view.getUint16(l4);
    b.l4DestinationPort = view.getUint16(l4 + DESTINATION);
  } else if (protocol === ip4.PROTOCOL_ICMP) readIcmp(b, l3, l4);
}

function readIcmp(b: PacketBuffer, l3: number, l4: number): void {
  const { view } = b;
  const type = icmp4.type(view, l4);
  if (isQuery(type)) {
    b.l4SourcePort = b.l4DestinationPort = view.getUint16(l4 + IDENTIFIER);
    return;
  }
  if (!isError(type) || ip4.totalLength(view, l3) < QUOTING_BYTES) return;
  // VPP takes 20 bytes for the length of the quoted header.
  const inner = l4 + icmp4.HEADER_BYTES;
  const innerL4 = inner + ip4.HEADER_BYTES;
  const protocol = ip4.protocol(view, inner);
  if (hasPorts(protocol)) {
    b.l4SourcePort = view.getUint16(innerL4 + DESTINATION);
    b.l4DestinationPort = view.getUint16(innerL4);
  } else if (protocol === ip4.PROTOCOL_ICMP && isQuery(icmp4.type(view, innerL4)))
    b.l4SourcePort = b.l4DestinationPort = view.getUint16(innerL4 + IDENTIFIER);
}
