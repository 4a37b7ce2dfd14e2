/**
 * Goes through a packet's records in order and collects what they say about its bytes: as it arrived, and as it left.
 *
 * Between two records a node may have rewritten the packet without the text saying so, because its record is lost. So what a
 * record says about addresses, ports and checksums counts for the frame that arrived only up to the point where NAT may begin,
 * or where it proves that nothing was translated. Where a record is plainly another packet's, the dissection stops.
 */

import type { NodeRole } from '../../pipeline/engine/trace/node-trace.js';
import { interfaceOfNode, roleOf } from '../parse/nodes.js';
import { field, lineOf, textOf, type NodeRecord, type PacketTrace } from '../parse/trace-record.js';
import { ByteProvenance } from './byte-provenance.js';
import { ForkedPacket } from './forked-packet.js';
import { beginsAtDevice, frameLength, isTaken } from './frame-length.js';
import { ip4Block, octetsIn, type Ip4Block } from './headers.js';
import { ETHERNET_BYTES, PacketCells } from './packet-cells.js';
import { readIp6 } from './state-ip6.js';
import type { Dissection, DissectedOutput } from './dissection.js';
import {
  blockOfDump,
  dumpOf,
  madePacket,
  outputLength,
  rewriteBytesOf,
  stateAclTuple,
  stateEthernet,
  stateL2,
  stateDumpLines,
  stateOptions,
  stateTunnel,
  stateVni,
  tagsIn,
  TYPE_IP4,
  type DumpByte,
} from './state-headers.js';

const VLAN_BYTES = 4;
const MAC_BYTES = 12;
const [ICMP, TCP, UDP] = [1, 6, 17] as const;
const NEEDS_IP4: ReadonlySet<NodeRole> = new Set(['ip4', 'acl', 'nat', 'rewrite', 'encap', 'decap', 'echo']);
const BRIDGES_FROM: ReadonlySet<NodeRole> = new Set(['device', 'ethernet', 'decap', 'l2', 'output']);

/** @param trustsOpen false where the text has lines cut off */
export function dissectPacket(packet: PacketTrace, trustsOpen: boolean): Dissection {
  const length = frameLength(packet, trustsOpen);
  const dissection = new PacketDissection(packet.records, length?.bytes ?? 0, length?.from === 'device', trustsOpen);
  dissection.run();
  return {
    provenance: dissection.provenance,
    input: length === null || !beginsAtDevice(packet.records) ? null : dissection.input,
    lengthFrom: length?.from ?? null,
    outputs: dissection.outputs,
    strayLine: dissection.strayLine,
  };
}

class PacketDissection {
  readonly provenance: ByteProvenance;
  readonly input: readonly number[];
  outputs: DissectedOutput[] = [];
  strayLine: number | null = null;
  private readonly packet: PacketCells;
  /** Nothing on the way so far can have translated the packet. */
  private isUntouched: boolean;
  /** Lines of Ethernet headers of IPv4 without a tag. */
  private readonly untagged: number[] = [];
  /** The records are still this packet's. */
  private isOwn: boolean;
  private readonly isTaken: boolean;
  /** Set once it has become several. */
  private forked: ForkedPacket | null = null;

  constructor(
    private readonly records: readonly NodeRecord[],
    length: number,
    private readonly hasDeviceLength: boolean,
    private readonly trustsOpen: boolean,
  ) {
    this.provenance = new ByteProvenance(trustsOpen);
    this.isUntouched = this.isOwn = beginsAtDevice(records);
    this.isTaken = isTaken(records);
    this.input = this.provenance.newCells(length);
    this.packet = new PacketCells(this.provenance, this.input.slice());
  }

  run(): void {
    for (const [at, record] of this.records.entries()) this.visit(record, at);
    const older = this.packet.pairOptions();
    this.outputs = this.outputs.map((output) => ({
      ...output,
      cells: output.cells.map((cell) => older.get(cell) ?? cell),
    }));
  }

  private visit(record: NodeRecord, at: number): void {
    const role = roleOf(record.node);
    if (this.isOwn && NEEDS_IP4.has(role) && !this.findIp4(record)) this.isOwn = false;
    if (this.isOwn && role === 'l2' && !this.hasEthernetHeader(at)) this.isOwn = false;
    // Where the device's record is not in the text, the last one is the interface's.
    if (role === 'tx' || (role === 'output' && at === this.records.length - 1)) this.leave(record);
    if (!this.isOwn) this.forked?.read(record);
    if (!this.isOwn || record.isFurther) return;
    this.readers[role]?.(record);
    // A record whose node is not known may have been of one that writes.
    if (record.node === null) this.isUntouched = false;
  }

  /** What to do with a record, by its node's role. */
  private readonly readers: Partial<Record<NodeRole, (record: NodeRecord) => void>> = {
    device: (record) => this.readHeaders(record),
    ethernet: (record) => this.readHeaders(record),
    ip4: (record) => this.readIp4(record),
    ip6: (record) => (this.isOwn = readIp6(this.provenance, this.packet, record)),
    l2: ({ lines }) => lines.forEach((line) => stateL2(this.provenance, this.packet, line)),
    retag: () => (this.isOwn = false),
    acl: (record) => this.readAcl(record),
    nat: (record) => this.passNat(record),
    rewrite: (record) => this.readRewrite(record),
    output: (record) => this.readOutput(record),
    encap: (record) => this.encapsulate(record),
    decap: (record) => this.decapsulate(record),
    echo: (record) => this.becomeReply(record),
    options: (record) => stateOptions(this.provenance, this.packet, record),
    fork: ({ node }) => {
      this.isOwn = false;
      this.forked = new ForkedPacket(this.provenance, this.packet, node ?? '');
    },
    end: () => (this.isOwn = false),
    tx: () => (this.isOwn = false),
  };

  private readHeaders(record: NodeRecord): void {
    this.readEthernet(record);
    if (this.findIp4(record)) this.readBlock(record);
  }

  /** Behind NAT, the plugin's tuple says nothing that the other records do not. */
  private readAcl(record: NodeRecord): void {
    if (this.isUntouched && record.node?.includes('-in-') === true) stateAclTuple(this.provenance, this.packet, record);
  }

  private becomeReply(record: NodeRecord): void {
    this.readBlock(record);
    this.packet.becomeEchoReply();
    this.isUntouched = false;
  }

  private readEthernet(record: NodeRecord): void {
    if (!stateEthernet(this.provenance, this.packet, record, this.isTaken)) return;
    this.untagged.push(lineOf(record, 'ethernet')?.number ?? record.number);
    this.packet.l3 = -1;
  }

  /**
   * True where it is known where the IPv4 header starts. A line of an Ethernet header without a tag may have lost its end; but
   * not where the datagram fills the frame, and hardly where two lines are alike, or where the frame has no room of just a tag.
   */
  private findIp4(record: NodeRecord): boolean {
    const { packet, untagged } = this;
    const length = ip4Block(record)?.length?.value;
    if (packet.l3 >= 0 || !this.isUntouched) return packet.l3 >= 0;
    const isTold = length !== undefined && this.hasDeviceLength;
    const room = isTold ? packet.cells.length - ETHERNET_BYTES - length : NaN;
    const enoughLines = this.trustsOpen && room !== VLAN_BYTES ? 1 : 2;
    if (room !== 0 && untagged.length < enoughLines) return false;
    packet.l3 = ETHERNET_BYTES;
    if (untagged.length > 0) this.provenance.stateNumber(packet.slice(12, 2), TYPE_IP4, untagged[0]);
    return true;
  }

  /** True where the record before hands on an Ethernet frame, so that the addresses at a bridge's nodes are this packet's. */
  private hasEthernetHeader(at: number): boolean {
    const before = this.records[at - 1]?.node ?? '';
    return BRIDGES_FROM.has(roleOf(before)) || /^(?:l2-|acl-plugin-.*-l2$)/.test(before);
  }

  private readIp4(record: NodeRecord): void {
    const { packet, provenance } = this;
    if (record.node !== 'ip4-input' && record.node !== 'ip4-input-no-checksum') this.passTranslation(record);
    else if (this.isUntouched && packet.isInner)
      provenance.stateNumber(packet.slice(packet.l3 - 2, 2), TYPE_IP4, record.number);
    this.readBlock(record);
  }

  /** Where the text does not prove that nothing was translated, the packet's addresses and ports are new ones. */
  private passTranslation(record: NodeRecord): void {
    this.isUntouched = false;
    const block = ip4Block(record);
    if (block !== null && !this.packet.isUntranslated(block)) this.packet.renewTranslated();
  }

  private readBlock(record: NodeRecord): void {
    const block = ip4Block(record);
    if (block !== null && this.isOfPacket(block)) this.packet.stateBlock(block);
  }

  /** True where a block is this packet's; a plainly different one ends the dissection. */
  private isOfPacket(block: Ip4Block): boolean {
    const { packet } = this;
    if (packet.isNewHeader) return true;
    const identity = packet.identify(block);
    if (identity === 'other') {
      this.isOwn = false;
      this.strayLine ??= block.line;
    }
    return identity === 'same' || (identity === 'unknown' && this.isUntouched);
  }

  private passNat(record: NodeRecord): void {
    this.isUntouched = false;
    const { protocol } = this.packet;
    const session = field(record.lines.at(0), 'session')?.value ?? 0;
    const isPassed = session === -1 && (protocol === TCP || protocol === UDP || protocol === ICMP);
    if (!isPassed) this.packet.renewTranslated();
  }

  private readRewrite(record: NodeRecord): void {
    const { packet } = this;
    this.isUntouched = false;
    const bytes = dumpOf(record);
    const rewrite = octetsIn(textOf(lineOf(record, 'rewrite'), 'rewrite'));
    // A packet that is dropped or fragmented here is dumped from its IPv4 header on.
    const isRewritten = rewrite.every((octet, at) => bytes[at] === undefined || bytes[at].value === octet);
    if (isRewritten) packet.replaceL2(rewriteBytesOf(rewrite));
    else packet.removeL2();
    packet.renewTtl();
    const block = blockOfDump(bytes, packet.l3);
    if (block === null) packet.renewTranslated();
    else if (this.isOfPacket(block)) {
      if (!packet.isUntranslated(block)) packet.renewTranslated();
      this.stateDump(bytes);
    }
  }

  private stateDump(bytes: readonly (DumpByte | undefined)[]): void {
    const { provenance, packet } = this;
    packet.isNewHeader = packet.isNewTranslation = false;
    const there = bytes.slice(0, packet.cells.length);
    stateDumpLines(
      provenance,
      there.flatMap((byte, at) => (byte === undefined ? [] : [{ ...byte, cell: packet.cells[at] }])),
    );
  }

  /** The frame at an interface's output node. */
  private readOutput(record: NodeRecord): void {
    if (!this.isSameType(record)) {
      this.isOwn = false;
      return;
    }
    const header = lineOf(record, 'ethernet');
    if (header !== undefined) this.provenance.stateHeader(this.packet.slice(0, MAC_BYTES), header);
    this.passTranslation(record);
    this.readBlock(record);
  }

  /** False where an output node shows a packet of another kind, an ARP request made because of this one, or with other tags. */
  private isSameType(record: NodeRecord): boolean {
    const header = lineOf(record, 'ethernet');
    if (header === undefined || header.isCut) return true;
    return (textOf(header, 'type') === 'IP4') === this.packet.l3 >= 0 && tagsIn(header).length === this.packet.tags;
  }

  private encapsulate(record: NodeRecord): void {
    stateVni(this.provenance, record.lines.at(0), this.packet.encapsulate());
    this.isUntouched = false;
  }

  private decapsulate(record: NodeRecord): void {
    const line = record.lines.at(0);
    const vxlan = this.packet.decapsulate();
    if (line?.form !== 'vxlan-decap' || vxlan === null) {
      this.isOwn = false;
      stateVni(this.provenance, line, vxlan ?? []);
      return;
    }
    this.isUntouched = true;
    if (textOf(line, 'error') === '0') stateTunnel(this.provenance, line, vxlan);
    stateVni(this.provenance, line, vxlan);
  }

  /** A frame leaves: this packet, or one that a node made. */
  private leave(record: NodeRecord): void {
    const { provenance, packet } = this;
    const interfaceName = interfaceOfNode(record.node);
    if (interfaceName === null) return;
    if (this.isOwn && !record.isFurther) this.readOutput(record);
    if (this.isOwn && !record.isFurther) {
      const length = outputLength(record, null);
      if (length > 0) packet.resize(length);
      this.outputs.push({ interfaceName, cells: packet.cells.slice(), line: record.number, isOwn: true });
      this.isOwn = false;
      return;
    }
    const made = madePacket(provenance, record);
    this.outputs.push({ interfaceName, cells: made.cells, line: record.number, isOwn: false });
  }
}
