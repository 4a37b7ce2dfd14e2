/** What records say about an IPv6 header, and about TCP, UDP or ICMPv6 right behind it, stated about a packet's cells. */

import { FIELD_TYPES } from '../../pipeline/trace/field-types.js';
import * as ip4 from '../../wire/ip4.js';
import * as ip6 from '../../wire/ip6.js';
import { field, lineOf, textOf, type NodeRecord, type TraceLine } from '../parse/trace-record.js';
import type { ByteProvenance } from './byte-provenance.js';
import { L4_TEMPLATES } from './headers.js';
import { ETHERNET_BYTES, type PacketCells } from './packet-cells.js';

export const TYPE_IP6 = 0x86dd;
const PLAIN: readonly number[] = [ip4.PROTOCOL_TCP, ip4.PROTOCOL_UDP, ip6.PROTOCOL_ICMP6];
const ICMP_FORMS: readonly string[] = ['icmp4', 'icmp6'];
const VERSION_BITS = 28;
const CLASS_BITS = 20;
const TAG_BYTES = 4;

/** What a node of IPv6 says. False where its packet may be another one: VPP's answer, or one that a node made. */
export function readIp6(provenance: ByteProvenance, packet: PacketCells, record: NodeRecord): boolean {
  if (record.node !== 'ip6-input' || packet.l3 >= 0) return false;
  stateIp6(provenance, packet.slice(ETHERNET_BYTES + TAG_BYTES * packet.tags, packet.cells.length), record);
  return true;
}

/** @param cells of the packet from its IPv6 header on */
export function stateIp6(provenance: ByteProvenance, cells: readonly number[], record: NodeRecord): void {
  const [addresses, fields] = [lineOf(record, 'ip6-addresses'), lineOf(record, 'ip6-fields')];
  if (addresses === undefined || fields === undefined) return;
  const version = field(lineOf(record, 'ip6-version'), 'version')?.value ?? 6;
  const [tos, flow] = [field(fields, 'tos'), field(fields, 'flow')];
  if (tos !== null && flow !== null && cells.length >= 4)
    provenance.stateNumber(
      cells.slice(0, 4),
      version * 2 ** VERSION_BITS + tos.value * 2 ** CLASS_BITS + flow.value,
      fields.number,
    );
  provenance.stateHeader(cells, addresses);
  provenance.stateHeader(cells, fields);
  const protocol = field(addresses, 'protocol')?.value ?? -1;
  if (!PLAIN.includes(protocol)) return;
  const l4 = cells.slice(ip6.HEADER_BYTES);
  for (const line of record.lines)
    if (protocol === ip6.PROTOCOL_ICMP6) stateIcmp6(provenance, l4, line);
    else if (L4_TEMPLATES.has(line.template)) provenance.stateHeader(l4, line);
}

/** A line of ICMPv6 looks like one of ICMP, but for the names of types. */
function stateIcmp6(provenance: ByteProvenance, cells: readonly number[], line: TraceLine): void {
  const type = textOf(line, 'type');
  if (!ICMP_FORMS.includes(line.form) || type === undefined || cells.length < 4) return;
  const { read, octets = 1, bitsOf } = FIELD_TYPES.icmp6;
  provenance.stateNumber(cells.slice(0, octets), read?.(type) ?? NaN, line.number, false, bitsOf?.(type));
  const checksum = field(line, 'checksum');
  if (checksum !== null) provenance.stateNumber(cells.slice(2, 4), checksum.value, line.number, checksum.isOpen);
}
