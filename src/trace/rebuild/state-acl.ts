/** What the ACL plugin's record says about a packet, stated about the packet's cells. */

import { field, lineOf, textOf, type NodeRecord } from '../parse/trace-record.js';
import type { Evidence } from './evidence.js';
import type { PacketCells } from './packet-cells.js';

const [ICMP, TCP, UDP] = [1, 6, 17] as const;

/** Addresses, ports and TCP flags as the plugin saw them. */
export function stateAclTuple(evidence: Evidence, packet: PacketCells, record: NodeRecord): void {
  const line = lineOf(record, 'acl-tuple');
  if (textOf(line, 'family') !== 'ip4' || packet.l3 < 0) return;
  const put = (name: string, at: number, bytes: number): void => {
    const found = field(line, name);
    if (found !== null && found.value < 256 ** bytes)
      evidence.stateNumber(packet.slice(at, bytes), found.value, found.line, found.isOpen);
  };
  put('source', packet.l3 + 12, 4);
  put('destination', packet.l3 + 16, 4);
  put('protocol', packet.l3 + 9, 1);
  const { l4, protocol } = packet;
  if (textOf(line, 'fragment') !== undefined || packet.isLaterFragment() !== false || l4 < 0) return;
  const hasTcpFlags = protocol === TCP && textOf(line, 'tcpFlagsValid') === 'valid';
  if (hasTcpFlags) put('tcpFlags', l4 + 13, 1);
  // A packet without a whole L4 header has ports 0 there.
  if (!hasTcpFlags && textOf(line, 'l4Valid') !== '1' && !hasValidL4(record)) return;
  if (protocol === TCP || protocol === UDP) {
    put('sourcePort', l4, 2);
    put('destinationPort', l4 + 2, 2);
  } else if (protocol === ICMP) {
    put('sourcePort', l4, 1);
    put('destinationPort', l4 + 1, 1);
  }
}

/** Bit l4_valid of the words that the ACL plugin prints (fa_packet_info_t, 18.04 and later). */
function hasValidL4(record: NodeRecord): boolean {
  const isNewForm = textOf(lineOf(record, 'acl-tuple'), 'l4Flags') !== undefined;
  const word = textOf(lineOf(record, 'acl-words'), 'w5');
  return isNewForm && word !== undefined && (parseInt(word.slice(0, 2), 16) & 2) !== 0;
}
