/** What records say about Ethernet and ARP headers, and about the packet that ip4-rewrite dumps, stated about a packet's cells. */

import { VLAN_ID } from '../../pipeline/ethernet/vlan-tables.js';
import { field, lineOf, textOf, type NodeRecord, type TraceLine } from '../parse/trace-record.js';
import type { ByteProvenance } from './byte-provenance.js';
import { blockOf, ip4Block, octetsIn, type Ip4Block } from './headers.js';
import { ETHERNET_BYTES, IP4_BYTES, PacketCells } from './packet-cells.js';
import { stateIp6, TYPE_IP6 } from './state-ip6.js';

export const TYPE_IP4 = 0x0800;
const VXLAN_FLAG_I = 0x08;
const ARP_BYTES = 28;
const MAC_BYTES = 12;
const TAG_BYTES = 4;
const [TYPE_ARP, TYPE_VLAN, TYPE_DOT1AD] = [0x0806, 0x8100, 0x88a8] as const;

/** What fields of a line are called before those of a tag, the outer one first. */
const TAGS = ['', 'inner_'] as const;

/** Tags that a line of an Ethernet header shows. */
export const tagsIn = (header: TraceLine | undefined): (typeof TAGS)[number][] =>
  TAGS.filter((tag) => textOf(header, `${tag}vlan`) !== undefined);

/** Bytes of the Ethernet header that a record shows. */
export const headerBytesIn = (record: NodeRecord): number =>
  ETHERNET_BYTES + TAG_BYTES * tagsIn(lineOf(record, 'ethernet')).length;

/**
 * Addresses, tags and type of an Ethernet header, and an ARP packet behind it. Sets where IPv4 begins.
 * @param isTaken a node took what the tags are in front of, so that the inner one is 802.1Q's; else it may be of another type
 * @returns true for a header of IPv4 without a tag: its line's end may be lost, so its type is left to be stated
 */
export function stateEthernet(
  provenance: ByteProvenance,
  packet: PacketCells,
  record: NodeRecord,
  isTaken: boolean,
): boolean {
  const header = lineOf(record, 'ethernet');
  if (header === undefined) return false;
  provenance.stateHeader(packet.slice(0, ETHERNET_BYTES), header);
  if (header.isCut) return false;
  const type = field(header, 'type')?.value ?? null;
  // A tag stands at the line's end, so a line without one is open too.
  const tags = tagsIn(header);
  if (tags.some((tag) => field(header, `${tag}vlan`) === null)) return false;
  for (const [n, tag] of tags.entries()) {
    const at = MAC_BYTES + TAG_BYTES * n;
    const isDot1q = n > 0 || textOf(header, 'standard') === 'q';
    if (isTaken || n === 0)
      provenance.stateNumber(packet.slice(at, 2), isDot1q ? TYPE_VLAN : TYPE_DOT1AD, header.number);
    stateControl(provenance, packet.slice(at + 2, 2), header, tag, n === tags.length - 1);
  }
  const typeAt = MAC_BYTES + TAG_BYTES * tags.length;
  const isTagged = tags.length > 0;
  packet.tags = tags.length;
  packet.l3 = type === TYPE_IP4 ? typeAt + 2 : -1;
  if (type === TYPE_IP4 && !isTagged) return true;
  if (type !== null) provenance.stateNumber(packet.slice(typeAt, 2), type, header.number, !isTagged);
  if (type === TYPE_IP6) stateIp6(provenance, packet.slice(typeAt + 2, packet.cells.length), record);
  if (type === TYPE_ARP) stateArp(provenance, packet.slice(typeAt + 2, ARP_BYTES), record);
  return false;
}

/** Bits of a tag behind its TPID. */
const PRIORITY = 0xe000;
const DROP_ELIGIBLE = 0x1000;

/** Ids to which another digit can have been lost. */
export const mayBeLonger = (id: number): boolean => id * 10 <= VLAN_ID && id > 0;

/** Priority, drop eligibility and id of a tag: those that are 0 are not printed, so that of the last tag they may be lost. */
function stateControl(
  provenance: ByteProvenance,
  cells: readonly number[],
  header: TraceLine,
  tag: (typeof TAGS)[number],
  isLast: boolean,
): void {
  const id = field(header, `${tag}vlan`)?.value ?? 0;
  const priority = field(header, `${tag}priority`);
  const isEligible = textOf(header, `${tag}cfi`) === 'cfi';
  const control = ((priority?.value ?? 0) << 13) | (isEligible ? DROP_ELIGIBLE : 0) | id;
  const isWhole = !isLast || isEligible;
  const hasPriority = isWhole || priority !== null;
  const known =
    (isWhole ? DROP_ELIGIBLE : 0) | (hasPriority ? PRIORITY : 0) | (hasPriority || !mayBeLonger(id) ? VLAN_ID : 0);
  if (known !== 0) provenance.stateNumber(cells, control, header.number, false, known);
  if (!isWhole) provenance.stateTwice(cells, control, header.number);
}

/** Octets behind the addresses that l2-output prints. */
const DATA_BYTES = 12;

/** What a bridge's node says: addresses, and l2-output some octets behind them. */
export function stateL2(provenance: ByteProvenance, packet: PacketCells, line: TraceLine): void {
  provenance.stateHeader(packet.slice(0, MAC_BYTES), line);
  provenance.stateBytes(packet.slice(MAC_BYTES, DATA_BYTES), octetsIn(textOf(line, 'data')), line.number);
}

/** A frame without a tag that reached arp-input. */
export function stateArpFrame(provenance: ByteProvenance, packet: PacketCells, record: NodeRecord): void {
  provenance.stateNumber(packet.slice(12, 2), TYPE_ARP, record.number);
  stateArp(provenance, packet.slice(ETHERNET_BYTES, ARP_BYTES), record);
}

/** RFC 826, for IPv4 on Ethernet. */
function stateArp(provenance: ByteProvenance, cells: readonly number[], record: NodeRecord): void {
  for (const form of ['arp-fields', 'arp-addresses']) {
    const line = lineOf(record, form);
    if (line !== undefined) provenance.stateHeader(cells, line);
  }
}

/** The first four bytes of IP options, which ip4-options prints. */
export function stateOptions(provenance: ByteProvenance, packet: PacketCells, record: NodeRecord): void {
  const line = lineOf(record, 'ip4-option');
  const octets = textOf(line, 'options')?.match(/0x[0-9a-f]{1,2}(?=[,\]])/g) ?? [];
  if (line !== undefined && packet.headerBytes > IP4_BYTES && octets.length === 4)
    provenance.stateBytes(packet.slice(packet.l3 + IP4_BYTES, 4), octets.map(Number), line.number);
}

/** A byte of a dump, and the line it stands on. */
export interface DumpByte {
  readonly value: number;
  readonly line: number;
}

/** The bytes that ip4-rewrite dumps, by offset; undefined where a line is lost. */
export function dumpOf(record: NodeRecord): (DumpByte | undefined)[] {
  const bytes: (DumpByte | undefined)[] = [];
  for (const line of record.lines) {
    if (line.form !== 'dump') continue;
    const offset = field(line, 'offset')?.value ?? NaN;
    // A line for bytes that are there already begins another packet's dump.
    if (!(offset >= bytes.length && offset < 4 * 32)) break;
    for (const [i, value] of octetsIn(textOf(line, 'bytes')).entries())
      bytes[offset + i] = { value, line: line.number };
  }
  return bytes;
}

/** The VXLAN header of a packet that has a tunnel: other flags would be an error, and with another byte behind the VNI there is none. */
export function stateTunnel(provenance: ByteProvenance, line: TraceLine, vxlan: readonly number[]): void {
  provenance.state(vxlan[0], VXLAN_FLAG_I, line.number, true);
  provenance.state(vxlan[vxlan.length - 1], 0, line.number, true);
}

/** The network that a node prints, about the cells of a VXLAN header. */
export function stateVni(provenance: ByteProvenance, line: TraceLine | undefined, vxlan: readonly number[]): void {
  const vni = field(line, 'vni');
  if (vni !== null) provenance.stateNumber(vxlan.slice(4, 7), vni.value, vni.line, vni.isOpen);
}

/** States bytes of a dump about cells, line by line: one that contradicts what is known is of another packet. */
export function stateDumpLines(
  provenance: ByteProvenance,
  bytes: readonly (DumpByte & { readonly cell: number })[],
): void {
  for (const line of new Set(bytes.map((byte) => byte.line))) {
    const there = bytes.filter((byte) => byte.line === line);
    const [cells, values] = [there.map(({ cell }) => cell), there.map(({ value }) => value)];
    if (provenance.agrees(cells, values)) provenance.stateBytes(cells, values, line);
  }
}

/** Bytes of the Ethernet header that ip4-rewrite put before a packet, with tags of a sub-interface. */
export function rewriteBytesOf(rewrite: readonly number[]): number {
  let at = MAC_BYTES;
  const isTag = (): boolean => [TYPE_VLAN, TYPE_DOT1AD].some((type) => type === rewrite[at] * 256 + rewrite[at + 1]);
  while (isTag()) at += TAG_BYTES;
  return at + 2;
}

/** The IPv4 and L4 headers of a dump; null where it does not have all of the IPv4 header. */
export function blockOfDump(bytes: readonly (DumpByte | undefined)[], l3: number): Ip4Block | null {
  const read = (at: number, count: number): { value: number; line: number; isOpen: boolean } | null => {
    let value = 0;
    for (let i = at; i < at + count; i++) {
      const byte = bytes[i];
      if (byte === undefined) return null;
      value = value * 256 + byte.value;
    }
    return { value, line: bytes[at]?.line ?? 0, isOpen: false };
  };
  const first = read(l3, 1);
  const source = read(l3 + 12, 4);
  const destination = read(l3 + 16, 4);
  if (first === null || first.value >> 4 !== 4 || source === null || destination === null) return null;
  const l4 = l3 + Math.max((first.value & 0xf) * 4, IP4_BYTES);
  const fields = [0, 2, 6, 16].flatMap((at) => {
    const found = read(l4 + at, 2);
    return found === null ? [] : [{ ...found, at, bytes: 2, bits: undefined }];
  });
  return blockOf(first.line, (at, count) => read(l3 + at, count), null, fields);
}

/** Length of a frame that leaves: as the device's record has it, or by its IPv4 or ARP header. 0 where neither is there. */
export function outputLength(record: NodeRecord, block: Ip4Block | null): number {
  const stated = field(lineOf(record, 'buffer'), 'length') ?? field(lineOf(record, 'mbuf'), 'length');
  if (stated !== null) return stated.value;
  if (block?.length) return block.length.value + headerBytesIn(record);
  return lineOf(record, 'arp-fields') === undefined ? 0 : headerBytesIn(record) + ARP_BYTES;
}

/** A packet that a node made, by the record that shows it leave. */
export function madePacket(provenance: ByteProvenance, record: NodeRecord): PacketCells {
  const block = ip4Block(record);
  const made = new PacketCells(provenance, provenance.newCells(outputLength(record, block)));
  if (stateEthernet(provenance, made, record, true))
    provenance.stateNumber(made.slice(12, 2), TYPE_IP4, record.number, true);
  if (block !== null) made.stateBlock(block);
  return made;
}

const [ICMP, TCP, UDP] = [1, 6, 17] as const;

/** Addresses, ports and TCP flags as the plugin saw them. */
export function stateAclTuple(provenance: ByteProvenance, packet: PacketCells, record: NodeRecord): void {
  const line = lineOf(record, 'acl-tuple');
  if (textOf(line, 'family') !== 'ip4' || packet.l3 < 0) return;
  const put = (name: string, at: number, bytes: number): void => {
    const found = field(line, name);
    if (found !== null && found.value < 256 ** bytes)
      provenance.stateNumber(packet.slice(at, bytes), found.value, found.line, found.isOpen);
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
