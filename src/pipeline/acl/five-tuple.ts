/**
 * What the ACL plugin looks at in a packet: the key of its sessions and the input of its rules
 * (VPP 19.08 src/plugins/acl/fa_node.h fa_5tuple_t, public_inlines.h).
 *
 * One object is filled again for every packet; all fields are small integers.
 */

import * as icmp4 from '../../wire/icmp4.js';
import * as ip4 from '../../wire/ip4.js';
import * as tcp from '../../wire/tcp.js';
import * as udp from '../../wire/udp.js';
import type { PacketBuffer } from '../engine/packet-buffer.js';

/** Direction of the packet that made the session (FA_SK_L4_FLAG_IS_INPUT). */
export const L4_FLAG_IS_INPUT = 1;
/** The reverse of the tuple is not a mere swap of ports (FA_SK_L4_FLAG_IS_SLOWPATH). */
export const L4_FLAG_IS_SLOWPATH = 2;

/** The plugin takes an L4 header for present when this many bytes of it are in the packet. */
const L4_BYTES = 8;
const TCP_FLAGS_BYTES = 14;

export class FiveTuple {
  /** Signed 32-bit addresses. */
  source = 0;
  destination = 0;
  /** Ports, or ICMP type and code, or 0 for other protocols and where the L4 header is not in the packet. */
  sourcePort = 0;
  destinationPort = 0;
  protocol = 0;
  l4Flags = 0;
  swIfIndex = 0;
  tcpFlags = 0;
  /** 1 for TCP with its header in the packet. */
  tcpFlagsValid = 0;
  /** 1 for TCP whose flags are in the packet, too: VPP reads them also from behind it. */
  tcpFlagsPresent = 0;
  /** 1 where the L4 header is in the packet: neither a later fragment nor cut short. */
  l4Valid = 0;
  /** 1 for every fragment but the first. */
  isNonFirstFragment = 0;

  /** Third word of the session key. */
  get ports(): number {
    return this.sourcePort | (this.destinationPort << 16);
  }

  /** Fourth word of the session key. As in VPP it has the low 16 bits of the sw_if_index. */
  get l4(): number {
    return this.protocol | (this.l4Flags << 8) | (this.swIfIndex << 16);
  }

  /**
   * Fills the tuple from the IPv4 packet at `l3`. False where a field that VPP would read is among the bytes that the capture's
   * snaplen cut, so that nothing can be said.
   */
  fill(b: PacketBuffer, l3: number, swIfIndex: number, isInput: boolean): boolean {
    const { view: frame } = b;
    const capturedEnd = b.at + b.length;
    const end = capturedEnd + b.cutBytes;
    this.source = ip4.source(frame, l3);
    this.destination = ip4.destination(frame, l3);
    this.sourcePort = 0;
    this.destinationPort = 0;
    const protocol = ip4.protocol(frame, l3);
    this.protocol = protocol;
    this.l4Flags = isInput ? L4_FLAG_IS_INPUT : 0;
    this.swIfIndex = swIfIndex;
    this.tcpFlags = 0;
    this.tcpFlagsValid = 0;
    this.isNonFirstFragment = ip4.fragmentOffset(frame, l3) === 0 ? 0 : 1;
    const l4 = l3 + ip4.headerLength(frame, l3);
    this.l4Valid = this.isNonFirstFragment === 0 && l4 + L4_BYTES <= end ? 1 : 0;
    return this.l4Valid === 0 || this.fillL4(frame, l4, end, capturedEnd);
  }

  private fillL4(frame: DataView, l4: number, end: number, capturedEnd: number): boolean {
    switch (this.protocol) {
      case ip4.PROTOCOL_TCP:
        this.sourcePort = tcp.sourcePort(frame, l4);
        this.destinationPort = tcp.destinationPort(frame, l4);
        // Flags of a header that ends before them are read from behind the packet by VPP: no flag is as good as any.
        this.tcpFlagsPresent = l4 + TCP_FLAGS_BYTES <= end ? 1 : 0;
        this.tcpFlags = this.tcpFlagsPresent === 1 ? tcp.flags(frame, l4) : 0;
        this.tcpFlagsValid = 1;
        return l4 + TCP_FLAGS_BYTES <= capturedEnd || end === capturedEnd;
      case ip4.PROTOCOL_UDP:
        this.sourcePort = udp.sourcePort(frame, l4);
        this.destinationPort = udp.destinationPort(frame, l4);
        return l4 + 4 <= capturedEnd;
      case ip4.PROTOCOL_ICMP:
        this.sourcePort = icmp4.type(frame, l4);
        this.destinationPort = icmp4.code(frame, l4);
        this.l4Flags |= L4_FLAG_IS_SLOWPATH;
        return l4 + 2 <= capturedEnd;
      default:
        this.l4Flags |= L4_FLAG_IS_SLOWPATH;
        return true;
    }
  }
}

/** Reply types by request type; the only ICMP messages whose sessions have a reverse (session_inlines.h icmp4_invmap). */
const ICMP_REPLY = new Map<number, number>([
  [icmp4.ECHO_REQUEST, icmp4.ECHO_REPLY],
  [icmp4.TIMESTAMP_REQUEST, icmp4.TIMESTAMP_REPLY],
  [icmp4.INFORMATION_REQUEST, icmp4.INFORMATION_REPLY],
  [icmp4.ADDRESS_MASK_REQUEST, icmp4.ADDRESS_MASK_REPLY],
]);

/** Reply type by ICMP type, -1 for none. */
const REPLY_OF = Int32Array.from({ length: 256 }, (_, type) => ICMP_REPLY.get(type) ?? -1);

/** Third key word of the answers to a packet, by the third and fourth of its own; -1 where its session gets no reverse entry. */
export function reversePorts(ports: number, l4: number): number {
  const isIcmp = (l4 & 0xff) === ip4.PROTOCOL_ICMP && (l4 & (L4_FLAG_IS_SLOWPATH << 8)) !== 0;
  if (!isIcmp) return (ports >>> 16) | (ports << 16);
  const reply = REPLY_OF[ports & 0xff];
  return reply < 0 ? -1 : reply | (ports & 0xffff0000);
}

/** Third key word of the packet that a packet answers; null for an ICMP message that answers none. */
export function requestPorts(ports: number, l4: number): number | null {
  if ((l4 & 0xff) !== ip4.PROTOCOL_ICMP) return (ports >>> 16) | (ports << 16);
  const request = REPLY_OF.indexOf(ports & 0xff);
  return request < 0 ? null : request | (ports & 0xffff0000);
}
