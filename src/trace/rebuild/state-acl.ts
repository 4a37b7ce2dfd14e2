/** What the ACL plugin's record says about a packet, stated about the packet's cells. */

import type { NodeRecord } from '../parse/records.js';
import type { Evidence } from './evidence.js';
import { address, field, hexOctet, lineOf, octet, short } from './headers.js';
import type { PacketCells } from './packet-cells.js';

const [ICMP, TCP, UDP] = [1, 6, 17] as const;

/** Addresses, ports and TCP flags as the plugin saw them. */
export function stateAclTuple(evidence: Evidence, packet: PacketCells, record: NodeRecord): void {
  const line = record.lines.find(({ form }) => form.startsWith('acl-tuple'));
  if (line?.values['family']?.text !== 'ip4' || packet.l3 < 0) return;
  const put = (name: string, at: number, bytes: number, read: (text: string) => number | null): void => {
    const found = field(line, name, read);
    if (found !== null) evidence.stateNumber(packet.slice(at, bytes), found.value, found.line, found.isOpen);
  };
  put('source', packet.l3 + 12, 4, address);
  put('destination', packet.l3 + 16, 4, address);
  put('protocol', packet.l3 + 9, 1, octet);
  const { l4, protocol } = packet;
  if (line.values['fragment'] !== undefined || packet.isLaterFragment() !== false || l4 < 0) return;
  const hasTcpFlags = protocol === TCP && line.values['tcpFlagsValid']?.text === 'valid';
  if (hasTcpFlags) put('tcpFlags', l4 + 13, 1, hexOctet);
  // A packet without a whole L4 header has ports 0 there.
  if (!hasTcpFlags && line.values['l4Valid']?.text !== '1' && !hasValidL4(record)) return;
  if (protocol === TCP || protocol === UDP) {
    put('sourcePort', l4, 2, short);
    put('destinationPort', l4 + 2, 2, short);
  } else if (protocol === ICMP) {
    put('sourcePort', l4, 1, octet);
    put('destinationPort', l4 + 1, 1, octet);
  }
}

/** Bit l4_valid of the words that the ACL plugin prints (fa_packet_info_t, 18.04 and later). */
function hasValidL4(record: NodeRecord): boolean {
  const isNewForm = record.lines.some(({ form }) => form === 'acl-tuple');
  const word = lineOf(record, 'acl-words')?.values['w5']?.text;
  return isNewForm && word !== undefined && (parseInt(word.slice(0, 2), 16) & 2) !== 0;
}
